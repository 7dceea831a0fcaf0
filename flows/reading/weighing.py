"""The sum of the weights of a text's features, without a list of them. Of a spaced text most features lie inside of
words, and what the words of the grammars weigh is worked out beforehand.

It must equal the sum over ``features``; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Self

from flows.reading.features import FIRST, LAST, PAIRED, are_spaced, runs_of, unspaced_runs_of


@dataclass(frozen=True, slots=True)
class Weighing:
    """``weights``: feature -> its weight; ``after``: a word -> the next one -> what the two as a pair weigh."""

    weights: Mapping[str, int]
    after: Mapping[str, Mapping[str, int]]
    _words: dict[str, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of_features(cls, weights: Mapping[str, int]) -> Self:
        """For these features."""
        after: dict[str, dict[str, int]] = {}
        for feature, weight in weights.items():
            if feature.startswith(PAIRED):
                first, _, second = feature[len(PAIRED) :].partition(PAIRED)
                after.setdefault(first, {})[second] = weight
        return cls(weights, after)

    def prepare(self, words: Iterable[str]) -> None:
        """Weigh these words now."""
        self._words.update((word, self._inside(word)) for word in words)

    def add_up(self, words: Sequence[str]) -> tuple[int, int]:
        """The weight of the features of a text with these words together, and how many they are."""
        if not are_spaced(words):
            runs = unspaced_runs_of(words)
            return self._sum(runs) + self._pairs(words), len(runs) + len(words) + 1
        known, weigh = self._words, self._inside
        inside = sum([known[word] if word in known else weigh(word) for word in words])
        return inside + self._pairs(words), max(sum(map(len, words)) + 1, 2)

    def _inside(self, word: str) -> int:
        return self._sum(runs_of(word))

    def _sum(self, found: Sequence[str]) -> int:
        return sum(map(self.weights.get, found, repeat(0)))

    def _pairs(self, words: Sequence[str]) -> int:
        after, total, before = self.after, 0, FIRST
        for word in words:
            if (following := after.get(before)) is not None and word in following:
                total += following[word]
            before = word
        return total + after.get(before, {}).get(LAST, 0)
