"""What the model sees of a reply: runs of characters and pairs of words.

Training and run time both call this, so they cannot see different things. It must never keep a person's text.
"""

from __future__ import annotations

import re
from itertools import chain
from operator import add

from flows.normalise import normalise

LONGEST = 160
"""Characters that are read of a longer text: the first two thirds of them and the last third."""
ASKED = "?"
"""The feature of a text with a question mark. No other has one: normalising takes punctuation away."""

_NUMBER = re.compile(r"\d+")
# Thai, Lao, Chinese, Japanese and Korean: one to three characters say there what four say elsewhere.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")
_QUESTION_MARKS = frozenset("?？؟")


def features(text: str) -> list[str]:
    """The features of ``text``, each as often as it occurs and never none. Numbers are all alike (0). In a pair two
    spaces stand before each word, which no run of characters has, and before the ends ``<`` and ``>``."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST * 2 // 3]} {text[-LONGEST // 3 :]}"
    plain = _NUMBER.sub("0", normalise(text))
    line = f" {plain} "
    two = list(map(add, line, line[1:]))
    runs = (
        chain(line, two, map(add, two, line[2:]))
        if _UNSPACED.search(line)
        else map(add, two, map(add, line[2:], line[3:]))
    )
    words = [f"  {word}" for word in plain.split(" ")]
    found = [*runs, *map(add, ["  <", *words], [*words, "  >"])]
    if not _QUESTION_MARKS.isdisjoint(text):
        found.append(ASKED)
    return found
