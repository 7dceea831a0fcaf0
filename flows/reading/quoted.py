"""A reply without what it only repeats: quoted messages, reactions to them, copied footers.

It must never take away a reply that is nothing but the quotation: then people mean what they copied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
_SHORTEST_PASSED_ON = 12
_REST = 8
"""Letters that must be left beside a footer for it to be a copy."""


@dataclass(frozen=True, slots=True)
class _Footer:
    """One way of saying how to refuse; ``before`` and ``after``: what stands around the word, which is quickly looked
    for, and ``pattern`` all of it up to the end of its clause."""

    before: str
    after: str
    pattern: re.Pattern[str]


def own_words(plain: str) -> str:
    """A folded text without what it repeats; empty if it is a reaction to a message or a message passed on."""
    footers = _footers_in(plain)
    if footers and _passed_on(plain, footers):
        return ""
    if '"' in plain or (not plain.isascii() and _OPENED.search(plain) is not None):
        if _tapbacks().match(plain):
            return ""
        plain = _without_quotations(plain)
    if ">" in plain or "--" in plain or "wrote:" in plain or "____" in plain:
        plain = _left(plain, _QUOTED_LINE.sub("", _ORIGINAL.sub("", plain)), 1)
    for footer in footers:
        plain = _left(plain, footer.sub("\n", plain), _REST)
    return plain


def prepare() -> None:
    """Read the shipped lists now and not with the first reply."""
    _leads()
    _tapbacks()


def _footers_in(plain: str) -> list[re.Pattern[str]]:
    for lead in _leads():
        if lead in plain:
            return [footer.pattern for footer in _footers() if footer.before in plain and footer.after in plain]
    return []


def _passed_on(plain: str, footers: Sequence[re.Pattern[str]]) -> bool:
    signed = _SIGNED.match(plain) is not None and len(plain) > _SHORTEST_PASSED_ON
    return signed and any(footer.search(plain) for footer in footers)


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
def _footers() -> tuple[_Footer, ...]:
    return tuple(map(_footer, _listed()["footers"]))


@cache
def _leads() -> tuple[str, ...]:
    """The shortest beginnings of footers: what holds none of them, as nearly every text, holds no footer."""
    begun = {footer.before for footer in _footers()}
    return tuple(sorted(lead for lead in begun if not any(other in lead for other in begun - {lead})))


@cache
def _tapbacks() -> re.Pattern[str]:
    """At the start, up to the message."""
    leads = "|".join(re.escape(folded(each)) for each in sorted(_listed()["tapbacks"], key=len, reverse=True))
    return re.compile(rf"\W*(?:\w+ ){{0,2}}(?:{leads})[^\w]*?(?:an? \w+ )?[“„«「『\"]")


@cache
def _listed() -> dict[str, Sequence[str]]:
    source = (files("flows") / "library" / "quoted" / "quoted.yaml").read_text(encoding="utf-8")
    listed: dict[str, Sequence[str]] = dict(YAML(typ="base", pure=True).load(source))
    if unknown := sorted({*listed} - {"footers", "tapbacks", "things"}):
        raise ValueError(f"quoted.yaml: unknown key {unknown[0]!r}; use footers, tapbacks and things")
    return listed


def _footer(listed: str) -> _Footer:
    before, _, after = (part.strip() for part in folded(listed).partition("*"))
    edge, end = (r"(?<!\w)", r"(?!\w)") if before[:1].isascii() else ("", "")
    lead, tail = re.escape(before), re.escape(after)
    tail = rf"(?<!\w){tail}(?!\w)" if after[:1].isascii() and after[:1].isalpha() else tail
    word = rf"(?!(?:{'|'.join(map(re.escape, _listed()['things']))})\b)\w{{1,12}}"
    whole = rf"{edge}{lead}{end}[^\w.!?]*{word}\W*{tail}" if "*" in listed else rf"{edge}{lead}"
    return _Footer(before, after, re.compile(rf"{whole}[^.!?。！？\n]*"))
