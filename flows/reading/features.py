"""What the model sees of a reply: runs of characters and pairs of words.

Training and run time both call this, so they cannot see different things. It must never keep a person's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from operator import add

from flows.normalise import UNSPACED, comparable

LONGEST = 160
"""Characters that are read of a longer text: the first two thirds of them and the last third."""
ASKED = "?"
"""The feature of a text with a question mark. No other has one: normalising takes punctuation away."""

_NUMBER = re.compile(r"\d+")
# Thai, Chinese, Japanese, Korean: one to three characters say there what four say elsewhere.
_UNSPACED = re.compile(f"[{UNSPACED}]")
_QUESTION_MARKS = frozenset("?؟")


def features(plain: str) -> list[str]:
    """The features of a text that ``normalise.folded`` has made plain, each as often as it occurs and never none.

    Numbers are all alike (0). In a pair two spaces stand before each word, which no run of characters has, and before
    the ends ``<`` and ``>``.
    """
    if len(plain) > LONGEST:
        plain = f"{plain[: LONGEST * 2 // 3]} {plain[-LONGEST // 3 :]}"
    said = _NUMBER.sub("0", comparable(plain))
    words = [f"  {word}" for word in said.split(" ")]
    found = [*_runs(f" {said} "), *map(add, ["  <", *words], [*words, "  >"])]
    if not _QUESTION_MARKS.isdisjoint(plain):
        found.append(ASKED)
    return found


def _runs(line: str) -> Iterator[str]:
    two = list(map(add, line, line[1:]))
    if _UNSPACED.search(line):
        return chain(line, two, map(add, two, line[2:]))
    return map(add, two, two[2:])
