"""The sum of the weights of a text's features. Of a spaced text most lie inside of words, and words come again though
texts do not: what they weigh is remembered. It must equal the sum over ``features``; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple

from flows.reading.features import FIRST, LAST, in_pair, is_spaced, runs_of_four, seen_in

_REMEMBERED = 16_384
_WORD = 32
"""Letters up to which a word is remembered."""


class _Weighed(NamedTuple):
    """``inside``: the weights of the runs with letters of one word alone; ``head`` and ``tail``: what the runs over the
    space before and after it hold of the word, the tail with that space."""

    inside: int
    paired: str
    head: str
    tail: str


@dataclass(frozen=True, slots=True)
class Weighing:
    """``weights``: feature -> its weight."""

    weights: Mapping[str, int]
    _words: dict[str, _Weighed] = field(default_factory=dict, repr=False)
    _gaps: dict[str, int] = field(default_factory=dict, repr=False)

    def of(self, words: Sequence[str]) -> tuple[int, int]:
        """The weight of the features of a text with these words together, and how many they are."""
        if not is_spaced(words):
            found = seen_in(words)
            return self._sum(found), len(found)
        characters = sum(map(len, words)) + len(words) + 1
        return self._spaced(words), max(characters - 3, 0) + len(words) + 1

    def _spaced(self, words: Sequence[str]) -> int:
        weights, gaps = self.weights, self._gaps
        total, before, tail = 0, FIRST, ""
        for word in words:
            inside, paired, head, next_tail = self._words.get(word) or self._meet(word)
            total += inside
            if (pair := before + paired) in weights:
                total += weights[pair]
            if tail:
                gap = tail + head
                total += gaps[gap] if gap in gaps else self._meet_gap(gap)
            before, tail = paired, next_tail
        return total + weights.get(before + LAST, 0)

    def _sum(self, found: Sequence[str]) -> int:
        return sum(map(self.weights.get, found, repeat(0)))

    def _meet(self, word: str) -> _Weighed:
        inside = self._sum([*runs_of_four(f" {word} ")])
        met = _Weighed(inside, in_pair(word), f"{word} "[:2], f" {word}"[-2:] + " ")
        if len(word) <= _WORD and len(self._words) < _REMEMBERED:
            self._words[word] = met
        return met

    def _meet_gap(self, gap: str) -> int:
        weight = self._sum([gap[:-1], gap[1:]])
        if len(self._gaps) < _REMEMBERED:
            self._gaps[gap] = weight
        return weight
