"""What the model sees of a reply: runs of characters and pairs of words.

Training calls ``features``; at run time ``weighing`` adds up what the same features weigh.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.normalise import UNSPACED, pieces_of

LONGEST = 160
"""Characters that are read of a longer text: the first two thirds of them and the last third."""
ASKED = "?"
"""The feature of a text with a question mark. No other has one: normalising takes punctuation away."""
PAIRED = "  "
"""Stands before a pair of words; no run of characters has two spaces."""
NEXT, SKIPPED, BEGUN = "  ", " _ ", "+"
"""Between the words of a pair: neighbours; words with one between them; the first letters of neighbours."""
FIRST, LAST = "<", ">"
"""The ends of a text in pairs of words."""
BEGINNING = 3
"""First letters."""

SPACED_RUN = 4
UNSPACED_RUNS = (1, 2, 3)
"""How long runs of characters are. One to three characters of Thai, Chinese, Japanese, Korean say what four say
elsewhere."""

_NUMBER = re.compile(r"\d+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


def features(plain: str) -> list[str]:
    """The features of a text that ``normalise.folded`` has made plain, each as often as it occurs and never none."""
    found = seen_in(words_of(plain))
    return [*found, ASKED] if asks(plain) else found


def words_of(plain: str) -> list[str]:
    """The words that the model reads of a folded text; of one without any, an empty one. Numbers are all alike (0)."""
    return [word if word.isalpha() else _NUMBER.sub("0", word) for word in pieces_of(_read_of(plain))] or [""]


def seen_in(words: Sequence[str]) -> list[str]:
    """The features of a text with these words, but for ``ASKED``. Runs of characters lie inside of words, with the
    spaces around each; where words are not parted they lie in the whole line."""
    if are_spaced(words):
        runs = [run for word in words for run in _runs(f" {word} ", SPACED_RUN)]
    else:
        runs = [run for size in UNSPACED_RUNS for run in _runs(as_line(words), size)]
    line, begun = (FIRST, *words, LAST), [word[:BEGINNING] for word in words]
    pairs = (NEXT, line, line[1:]), (SKIPPED, line, line[2:]), (BEGUN, begun, begun[1:])
    found = (
        f"{PAIRED}{first}{kind}{second}"
        for kind, firsts, seconds in pairs
        for first, second in zip(firsts, seconds, strict=False)
    )
    return [*runs, *found]


def as_line(words: Sequence[str]) -> str:
    """All words, with spaces around."""
    return f" {' '.join(words)} "


def _runs(line: str, size: int) -> Sequence[str]:
    return [line[at : at + size] for at in range(len(line) - size + 1)]


def are_spaced(words: Sequence[str]) -> bool:
    """Whether these are words of scripts with spaces between words."""
    together = "".join(words)
    return together.isascii() or _UNSPACED.search(together) is None


def asks(plain: str) -> bool:
    """Whether a folded text has ``ASKED``."""
    read = _read_of(plain)
    return "?" in read or "؟" in read


def _read_of(plain: str) -> str:
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST * 2 // 3]} {plain[-LONGEST // 3 :]}"
