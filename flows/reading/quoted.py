"""A reply without what it only repeats: quoted messages, reactions to them, copied footers.

It must never take away a reply that is nothing but the quotation: then people mean what they copied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

from flows.normalise import folded

_QUOTED = re.compile(r"“[^“”]*”|„[^“”„]*[“”]|«[^«»]*»|「[^「」]*」|『[^『』]*』|\"[^\"]*\"|‘[^‘’]{8,}’")
_OPENED = re.compile(r"[“„«「『\"]")
_LETTER = re.compile(r"\w")
_WORDS_OF_A_QUOTATION = 8
"""Letters from which something in quotation marks is a text and not a word."""
_QUOTED_LINE = re.compile(r"(?m)^\s*>.*$")
_ORIGINAL = re.compile(r"(?s)(?:^|\n)\s*(?:-{2,} ?original message|on .{4,60} wrote:|-{4,}|_{4,}).*\Z")
_SIGNED = re.compile(r"\A\s*(?:fwd?:|转发[:：]|【[^】]{1,20}】)")
_REST = 8
"""Letters that must be left beside a footer for it to be a copy."""


def own_words(plain: str) -> str:
    """A folded text without what it repeats; empty if it is a reaction to a message or a message passed on."""
    footers, tapbacks = _expressions()
    if _passed_on(plain, footers):
        return ""
    if _OPENED.search(plain) is not None:
        if tapbacks.match(plain):
            return ""
        plain = _without_quotations(plain)
    if ">" in plain or "-" in plain or "wrote:" in plain or "_" in plain:
        plain = _left(plain, _QUOTED_LINE.sub("", _ORIGINAL.sub("", plain)), 1)
    return _left(plain, footers.sub("\n", plain), _REST)


def _passed_on(plain: str, footers: re.Pattern[str]) -> bool:
    return _SIGNED.match(plain) is not None and footers.search(plain) is not None and len(plain) > len("【】") * _REST


def _without_quotations(plain: str) -> str:
    return _left(
        plain, _QUOTED.sub(lambda quoted: "\n" if _letters(quoted[0]) >= _WORDS_OF_A_QUOTATION else quoted[0], plain), 1
    )


def _left(before: str, after: str, least: int) -> str:
    """``after`` if enough of it is left to say something, else ``before``."""
    return after if after == before or _letters(after) >= least else before


def _letters(text: str) -> int:
    return len(_LETTER.findall(text))


@cache  # package data: the same for the life of the process
def _expressions() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Footers anywhere, up to the end of their clause; tapbacks at the start, up to the message."""
    source = (files("flows") / "library" / "quoted" / "quoted.yaml").read_text(encoding="utf-8")
    listed: dict[str, Sequence[str]] = dict(YAML(typ="base", pure=True).load(source))
    if unknown := sorted({*listed} - {"footers", "tapbacks"}):
        raise ValueError(f"quoted.yaml: unknown key {unknown[0]!r}; use footers and tapbacks")
    footers = "|".join(_footer(each) for each in listed["footers"])
    tapbacks = "|".join(re.escape(folded(each)) for each in sorted(listed["tapbacks"], key=len, reverse=True))
    return re.compile(rf"(?:{footers})[^.!?。！？\n]*"), re.compile(
        rf"\W*(?:\w+ ){{0,2}}(?:{tapbacks})[^\w]*?(?:an? \w+ )?[“„«「『\"]"
    )


def _footer(listed: str) -> str:
    before, _, after = (re.escape(part.strip()) for part in folded(listed).partition("*"))
    edge = r"(?<!\w)" if before[:1].isascii() else ""
    return rf"{edge}{before}\W*\w{{1,12}}\W*{after}" if before else rf"(?<!\w)\w{{1,12}} {after}"
