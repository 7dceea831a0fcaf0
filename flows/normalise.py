"""One normaliser for everything that is compared exactly: replies, listed words, answers of a flow.

It takes away how a word is dressed (width, case, quotes, dots, accents, emoji, look-alike letters) and
must never turn a sentence into a word: letters are joined only when every piece is a single letter.
"""

from __future__ import annotations

import re
import unicodedata

from flows.simplified import SIMPLER

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqqrstuvwyz", strict=True))
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_CIRCLED = {chr(start + place): letter for start in (0x1F150, 0x1F170) for place, letter in enumerate(_ALPHABET)}
# Unicode gives these no decomposition, so NFKD leaves them alone.
_LETTERS = str.maketrans(_SMALL_CAPITALS | _CIRCLED | {"ı": "i", "ɡ": "g", "ɑ": "a", "đ": "d", "ø": "o", "ł": "l"})

# Letters of other scripts, after case folding, that a reader cannot tell from a Latin letter in one of its cases.
_LOOK_ALIKES = str.maketrans(
    "авсенһіјкморѕтуүхԁԛԝӏѵ" + "αβεζηικμνορτυχ" + "օսոհց",
    "abcehhijkmopstyyxdqwlv" + "abezhikmnoptyx" + "ounhg",
)

MARKS = "".join(chr(code) for code in range(0x300, 0xFFFF) if unicodedata.category(chr(code))[0] == "M")
"""Marks of all scripts that belong to the letter before them."""
_FORMAT = "".join(chr(code) for code in range(0x600, 0xFFFF) if unicodedata.category(chr(code)) == "Cf")
_INVISIBLE = f"\u00ad\u115f\u1160\u17b4\u17b5{_FORMAT}"
_DECORATION = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u064b-\u065f\u0670\u0640"
    "\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0000-\U000e01ef\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
# Scripts written without spaces, or where a space inside a word carries no meaning (Korean).
UNSPACED = (
    "\u0e00-\u0eff\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u30ff\u3100-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Ranges of a character class."""
_DROPPED = re.compile(f"[{_INVISIBLE}{_DECORATION}]")
_BREAK = re.compile(rf"(?:[^\w{MARKS}]|_)+")
_ASCII_PIECE = re.compile(r"[a-z0-9]+")
_PIECE = re.compile(f"[{UNSPACED}]+|[^ {UNSPACED}]+")
_WITHOUT_SPACES = re.compile(f"[{UNSPACED}]")
_ONE_LETTER = re.compile(rf"(?:[^\W\d_][{MARKS}]*|[{MARKS}]+)\Z")

_REPLY = ("reply", "send", "回复", "发送", "回")
# No listed word with a prefix, said three times, is longer; keeps the work on a hostile text linear.
_LONGEST = 160


def normalise(text: str) -> str:
    """The comparable form of ``text``: lower case, no accents, pieces parted by one space, scripts parted too.

    Letters that stand alone are joined (``S.T.O.P``, ``t d``) if nothing longer of that kind stands beside them.
    Empty when the text has no letter and no digit. Idempotent.
    """
    return comparable(folded(text))


def folded(text: str) -> str:
    """``text`` with its punctuation, each character in its plain form: lower case, one width, no accents or marks that
    decorate, Chinese in simplified characters."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFC", _DROPPED.sub("", plain)).translate(SIMPLER)


def comparable(plain: str) -> str:
    """``normalise`` of a text that is ``folded`` already."""
    if plain.isascii():
        return plain if plain.isalnum() else " ".join(_joined(_ASCII_PIECE.findall(plain)))
    pieces = _unspaced(_PIECE.findall(_BREAK.sub(" ", plain)))
    return " ".join([latin(piece) for piece in _joined(pieces)])


def forms(key: str) -> tuple[str, ...]:
    """A normalised text and what it comes to without a leading ``reply``/``回复`` and without being said twice."""
    if len(key) > _LONGEST:
        return (key,)
    found = [key]
    for form in found:
        if form.startswith(_REPLY):
            found.append(_without_reply(form))
        if (once := _said_once(form)) and once not in found:
            found.append(once)
    return tuple(found)


def _unspaced(pieces: list[str]) -> list[str]:
    """Pieces with neighbours of an unspaced script put together again: ``退 订`` is ``退订``."""
    parts: list[str] = []
    before = False
    for piece in pieces:
        now = _WITHOUT_SPACES.match(piece) is not None
        if before and now:
            parts[-1] += piece
        else:
            parts.append(piece)
        before = now
    return parts


def _joined(pieces: list[str]) -> list[str]:
    """Single letters put together, provided that nothing but single letters (or ``reply``) stands beside them."""
    if len(pieces) < 2:
        return pieces
    parts: list[str] = []
    letters = False
    for piece in pieces:
        if piece in _REPLY or _WITHOUT_SPACES.match(piece):
            parts.append(piece)
            letters = False
        elif not _ONE_LETTER.match(piece):
            return pieces
        elif letters:
            parts[-1] += piece
        else:
            parts.append(piece)
            letters = True
    return parts


def latin(piece: str) -> str:
    """The piece in Latin letters if every letter is Latin or looks like it; a Russian word stays Russian."""
    if piece.isascii():
        return piece
    folded = piece.translate(_LOOK_ALIKES)
    return folded if folded.isascii() else piece


def _without_reply(form: str) -> str:
    """What follows the longest of the prefixes."""
    return next(form[len(reply) :].lstrip() for reply in _REPLY if form.startswith(reply))


def _said_once(form: str) -> str:
    """``td`` of ``tdtd`` and ``stop`` of ``stop stop``; never a letter (``T_T`` is a face) or a number (1212)."""
    length = len(form)
    for times in (2, 3):
        size = length // times
        if size > 1 and size * times == length and form == form[:size] * times and not form.isdigit():
            return form[:size].strip()
        size = (length + 1) // times  # each time but the last with its space
        if size > 2 and size * times == length + 1 and f"{form} " == form[:size] * times:
            return form[: size - 1]
    return ""
