"""What the model sees of a reply: runs of characters and pairs of words.

Training calls ``features``; at run time ``weighing`` adds up the same features, those of spaced texts word by word. It
must never keep a person's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import add

from flows.normalise import UNSPACED, comparable

LONGEST = 160
"""Characters that are read of a longer text: the first two thirds of them and the last third."""
ASKED = "?"
"""The feature of a text with a question mark. No other has one: normalising takes punctuation away."""
FIRST, LAST = "  <", "  >"
"""The ends of a text in pairs of words. Two spaces stand before each word, which no run of characters has."""

_NUMBER = re.compile(r"\d+")
# Thai, Chinese, Japanese, Korean: one to three characters say there what four say elsewhere.
_UNSPACED = re.compile(f"[{UNSPACED}]")


def features(plain: str) -> list[str]:
    """The features of a text that ``normalise.folded`` has made plain, each as often as it occurs and never none."""
    found = seen_in(words_of(plain))
    return [*found, ASKED] if asks(plain) else found


def words_of(plain: str) -> list[str]:
    """The words that the model reads of a folded text; of one without any, an empty one. Numbers are all alike (0)."""
    words = comparable(_read_of(plain)).split(" ")
    return [word if word.isalpha() else _NUMBER.sub("0", word) for word in words]


def seen_in(words: Sequence[str]) -> list[str]:
    """The features of a text with these words, but for ``ASKED``."""
    line = f" {' '.join(words)} "
    paired = list(map(in_pair, words))
    runs = runs_of_four(line) if is_spaced(words) else _runs_of_one_to_three(line)
    return [*runs, *map(add, [FIRST, *paired], [*paired, LAST])]


def asks(plain: str) -> bool:
    """Whether a folded text has ``ASKED``."""
    read = _read_of(plain)
    return "?" in read or "؟" in read


def is_spaced(words: Sequence[str]) -> bool:
    """Whether these are words of scripts with spaces between words."""
    together = "".join(words)
    return together.isascii() or _UNSPACED.search(together) is None


def in_pair(word: str) -> str:
    """A word as it stands in pairs."""
    return f"  {word}"


def runs_of_four(line: str) -> Iterator[str]:
    """Of a spaced text, or a part of it."""
    two = list(map(add, line, line[1:]))
    return map(add, two, two[2:])


def _runs_of_one_to_three(line: str) -> Iterator[str]:
    two = list(map(add, line, line[1:]))
    return chain(line, two, map(add, two, line[2:]))


def _read_of(plain: str) -> str:
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST * 2 // 3]} {plain[-LONGEST // 3 :]}"
