"""What the model sees of a reply: runs of characters and pairs of words.

Training calls ``features``; at run time ``weighing`` adds up what the same features weigh.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from flows.normalise import UNSPACED, pieces_of

LONGEST = 160
"""Characters that are read of a longer text: the first two thirds of them and the last third."""
ASKED = "?"
"""The feature of a text with a question mark. No other has one: normalising takes punctuation away."""
PAIRED = "  "
"""Stands before each word of a pair; no run of characters has two spaces."""
FIRST, LAST = "<", ">"
"""The ends of a text in pairs of words."""

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
    """The features of a text with these words, but for ``ASKED``."""
    runs = [run for word in words for run in runs_of(word)] if are_spaced(words) else unspaced_runs_of(words)
    return [*runs, *(f"{PAIRED}{first}{PAIRED}{second}" for first, second in pairwise((FIRST, *words, LAST)))]


def runs_of(word: str) -> list[str]:
    """Four characters each, with the spaces around the word."""
    spaced = f" {word} "
    return [spaced[at : at + 4] for at in range(len(spaced) - 3)]


def unspaced_runs_of(words: Sequence[str]) -> list[str]:
    """One to three characters each, over the spaces between the words too."""
    line = f" {' '.join(words)} "
    return [line[at : at + size] for size in (1, 2, 3) for at in range(len(line) - size + 1)]


def are_spaced(words: Sequence[str]) -> bool:
    """Whether these are words of scripts with spaces between words. In Thai, Chinese, Japanese, Korean one to three
    characters say what four say elsewhere."""
    together = "".join(words)
    return together.isascii() or _UNSPACED.search(together) is None


def asks(plain: str) -> bool:
    """Whether a folded text has ``ASKED``."""
    read = _read_of(plain)
    return "?" in read or "؟" in read


def _read_of(plain: str) -> str:
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST * 2 // 3]} {plain[-LONGEST // 3 :]}"
