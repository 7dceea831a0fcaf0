"""Finding listed expressions in a wording: whole words where words are parted, anywhere where they are not.

Case, width and accents make no difference. An expression within a longer one that is fair is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from flows.rules import Phrases, Wording, phrases_for

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
NUMBER = "<n>"
"""Stands in an expression for a number or a placeholder."""

UNSPACED = frozenset({"zh", "ja", "ko", "yue"})
"""Languages whose texts also hold English words."""

_NUMBER = r"(?:\{\{\s*\w+\s*\}\}|\d+(?:[.,]\d+)?|[一二两兩三四五六七八九十百]+)"
_ALPHABETIC = r"[0-9a-z\u0370-\u052f]"
_TITLE = re.compile("《[^《》]*》")
"""What a book or a film is called is nobody's claim."""

_PARTED = re.compile(r"<n>|[ \-]")
_KEPT = 1024
"""Lists and single expressions, the least used of which is forgotten first."""

_Span = tuple[int, int]


def said(wording: str, language: str, lists: tuple[Phrases, ...], fair: Phrases) -> str | None:
    """The first expression of these lists that the wording holds, as it is written there; None for none."""
    text = plain(wording)
    found = [span for phrases in lists for span in _spans(text, phrases, language)]
    if not found:
        return None
    excused = [*_spans(text, fair, language), *(match.span() for match in _TITLE.finditer(text))]
    told = [span for span in found if not _within(span, excused)]
    # The longest of those that begin first: what is shown is the whole expression.
    start, end = min(told, key=lambda span: (span[0], -span[1]), default=(0, 0))
    return wording[start:end] or None


def absolute_words(wording: str, language: str, words: Wording) -> str | None:
    """The first absolute expression of a wording."""
    return said(wording, language, (words.absolute,), words.fair)


def urging_words(wording: str, language: str, words: Wording) -> str | None:
    """The first expression that urges to buy."""
    return said(wording, language, (words.urging,), words.fair)


def selling_words(wording: str, language: str, words: Wording) -> str | None:
    """The first expression that sells in any way."""
    return said(wording, language, (words.urging, words.selling), words.fair)


Finder = Callable[[str, str, Wording], str | None]


def plain(wording: str) -> str:
    """The wording in lower case, without accents and full width, letter by letter: every place stays the same."""
    return wording.lower() if wording.isascii() else "".join(map(_plain_letter, wording))


@lru_cache(maxsize=8192)  # of a letter, not of anybody's text
def _plain_letter(letter: str) -> str:
    simple = unicodedata.normalize("NFKC", letter).lower()
    if not "\uac00" <= simple <= "\ud7a3":  # a Korean syllable is no letter with an accent
        simple = unicodedata.normalize("NFD", simple)[:1]
    return {"‘": "'", "’": "'", "": letter}.get(simple, simple)


def _within(span: _Span, excused: list[_Span]) -> bool:
    return any(start <= span[0] and span[1] <= end and (start, end) != span for start, end in excused)


def _spans(text: str, phrases: Phrases, language: str) -> Iterator[_Span]:
    """Where each listed expression stands. Only those whose longest piece is there at all are looked at closely."""
    tongues = (language, "en") if language.partition("-")[0] in UNSPACED else (language,)
    squeezed = "".join(text.split())
    for tongue in tongues:
        for piece, phrase in _listed(phrases_for(phrases, tongue)):
            if piece in squeezed:
                yield from (match.span() for match in _pattern(phrase).finditer(text))


@lru_cache(maxsize=_KEPT)
def _listed(phrases: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each expression in its plain form after the longest piece of it that stands for itself."""
    simple = [plain(each) for each in phrases]
    return tuple((max(_PARTED.split(each), key=len), each) for each in simple)


@lru_cache(maxsize=_KEPT)
def _pattern(phrase: str) -> re.Pattern[str]:
    parts = [_piece(part) for part in phrase.split(NUMBER)]
    before = rf"(?<!{_ALPHABETIC})" if re.match(_ALPHABETIC, phrase) else ""
    after = rf"(?!{_ALPHABETIC})" if re.match(_ALPHABETIC, phrase[-1]) else ""
    return re.compile(before + _NUMBER.join(parts) + after)


def _piece(part: str) -> str:
    """Words with any blanks or hyphens between them; unspaced letters with blanks that somebody put between."""
    if any(letter >= "\u2e80" for letter in part):
        return r"\s*".join(re.escape(letter) for letter in part if letter != " ")
    words = [re.escape(word) for word in re.split(r"(?<=\w)[ \-](?=\w)", part.strip(" "))]
    edges = part[:1] == " ", part[-1:] == " "
    blank = r"[\s\-]+"
    return (blank if edges[0] else "") + blank.join(words) + (blank if edges[1] and part.strip() else "")
