"""Ways people and phones write one and the same word: what the surface tests put on words and sentences."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping

Dress = Callable[[str], str]


def _letters(capital: int, small: int) -> Dress:
    """Letters of a block of styled alphabets; ``small`` the same start where the block has capitals alone."""
    table = {ord(each): chr(capital + place) for place, each in enumerate(string.ascii_uppercase)}
    table |= {ord(each): chr(small + place) for place, each in enumerate(string.ascii_lowercase)}
    return lambda text: text.translate(table)


def _swapped(plain: str, written: str) -> Dress:
    table = str.maketrans(plain, written)
    return lambda text: text.translate(table)


def _around(before: str, after: str | None = None) -> Dress:
    return lambda text: f"{before}{text}{before if after is None else after}"


def _between(mark: str) -> Dress:
    return mark.join


def _alternating(text: str) -> str:
    return "".join(each.upper() if place % 2 else each.lower() for place, each in enumerate(text))


def _full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def _crossed_out(mark: str) -> Dress:
    return lambda text: "".join(each + mark for each in text)


ALONE: Mapping[str, Dress] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "alternating case": _alternating,
    "full width": _full_width,
    "zero width space": _between("\u200b"),
    "zero width joiner": _between("\u200d"),
    "zero width non-joiner": _between("\u200c"),
    "word joiner": _between("\u2060"),
    "soft hyphen": _between("\u00ad"),
    "variation selector": _crossed_out("\ufe0f"),
    "dotted": _between("."),
    "spaced": _between(" "),
    "spaced widely": _between("\u3000"),
    "dashed": _between("-"),
    "underscored": _between("_"),
    "starred": _between("*"),
    "slashed": _between("/"),
    "middle dots": _between("·"),
    "emoji between": _between("🛑"),
    "Cyrillic": _swapped("ABCEHIJKMOPSTXYaceijopsxydqw", "АВСЕНІЈКМОРЅТХУасеіјорѕхуԁԛԝ"),
    "Greek capitals": _swapped("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"),
    "Greek small": _swapped("aoipvkuxn", "αοιρνκυχη"),
    "Armenian": _swapped("oSUuhn", "օՏՍսհո"),
    "Cherokee": _swapped("DRTiYAJEWMHGZVSLCPKB", "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᏀᏃᏙᏚᏞᏟᏢᏦᏴ"),
    "syllabics": _swapped("DUPRABCHJLTV", "ᗪᑌᑭᖇᗩᗷᑕᕼᒍᒪᎢᐯ"),
    "accents": _swapped("aeiouAEIOUnNcCsS", "áèîöüÀÉÏÕÛñÑçÇšŠ"),
    "strokes": _swapped("dDhHtTlLoObB", "đĐħĦŧŦłŁøØƀɃ"),
    "small capitals": _swapped("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"),
    "maths bold": _letters(0x1D400, 0x1D41A),
    "maths bold italic": _letters(0x1D468, 0x1D482),
    "maths bold script": _letters(0x1D4D0, 0x1D4EA),
    "maths bold fraktur": _letters(0x1D56C, 0x1D586),
    "maths sans bold": _letters(0x1D5D4, 0x1D5EE),
    "maths monospace": _letters(0x1D670, 0x1D68A),
    "circled": _letters(0x24B6, 0x24D0),
    "negative circled": _letters(0x1F150, 0x1F150),
    "squared": _letters(0x1F130, 0x1F130),
    "negative squared": _letters(0x1F170, 0x1F170),
    "parenthesised": _letters(0x1F110, 0x249C),
    "struck through": _crossed_out("\u0336"),
    "underlined": _crossed_out("\u0332"),
    "byte order mark": _around("\ufeff", ""),
    "right-to-left mark": _around("\u200f"),
    "left-to-right isolate": _around("\u2066", "\u2069"),
    "right-to-left embedding": _around("\u202b", "\u202c"),
    "double quotes": _around('"'),
    "single quotes": _around("'"),
    "curled quotes": _around("“", "”"),
    "curled single quotes": _around("‘", "’"),
    "low quotes": _around("„", "“"),
    "angle quotes": _around("«", "»"),
    "corner brackets": _around("「", "」"),
    "white corner brackets": _around("『", "』"),
    "book brackets": _around("《", "》"),
    "lenticular brackets": _around("【", "】"),
    "round brackets": _around("（", "）"),
    "square brackets": _around("[", "]"),
    "asterisks": _around("*"),
    "backticks": _around("`"),
    "new line": _around("", "\r\n"),
    "blank lines": _around("\r\n\r\n", "\n\n"),
    "no-break spaces": _around("\u00a0"),
    "tab": _around("\t"),
    "folded hands": _around("", " 🙏🏽"),
    "heart": _around("", "❤️"),
    "stop sign": _around("🛑", ""),
    "family": _around("", "👨‍👩‍👧"),
    "full stop": _around("", "."),
    "exclamation": _around("", "!!!"),
    "ideographic stop": _around("", "。"),
    "wide exclamation": _around("", "！！"),
    "ellipsis": _around("", "……"),
    "tilde": _around("", "～"),
    "inverted": _around("¡", "!"),
    "hash": _around("#", ""),
    "face": _around("", " ^_^"),
}
"""Dresses that leave a word one word."""

AGAIN: Mapping[str, Dress] = {
    "twice": lambda text: f"{text} {text}",
    "twice joined": lambda text: text * 2,
    "twice with a comma": lambda text: f"{text}, {text}",
    "three lines": lambda text: "\n".join([text] * 3),
    "five times": lambda text: " ".join([text] * 5),
}
"""Dresses that say it again."""

TOLD: Mapping[str, Dress] = {
    "回复": _around("回复", ""),
    "回覆": _around("回覆 ", ""),
    "回": _around("回", ""),
    "發送": _around("發送", ""),
    "发送": _around("发送：", ""),
    "发": _around("发", ""),
    "傳送": _around("傳送 ", ""),
    "reply": _around("reply ", ""),
    "Reply:": _around("Reply: ", ""),
    "send": _around("Send ", ""),
    "text": _around("text ", ""),
    "Re:": _around("Re: ", ""),
}
"""Dresses that repeat what the text of ours said one should do."""

DRESSES: Mapping[str, Dress] = {**ALONE, **AGAIN, **TOLD}
LETTER_BY_LETTER = frozenset(
    {"dotted", "spaced", "spaced widely", "dashed", "underscored", "starred", "slashed", "middle dots", "emoji between"}
)
"""Dresses that put letters apart."""


def worn(text: str, names: tuple[str, ...]) -> str:
    """``text`` in these dresses, the first put on first."""
    for name in names:
        text = DRESSES[name](text)
    return text
