"""The sum of the weights of a text's features, without a list of them. Of a spaced text most features lie inside of
words, and what the words of the grammars weigh is worked out beforehand.

It must equal the sum over ``features``; a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple, Self

from flows.reading.features import (
    BEGINNING,
    BEGUN,
    FIRST,
    LAST,
    NEXT,
    PAIRED,
    SKIPPED,
    SPACED_RUN,
    UNSPACED_RUNS,
    are_spaced,
    as_line,
)

_Weights = Mapping[str, int]
_NONE: _Weights = {}


class _Word(NamedTuple):
    """What a word weighs: ``inside``, the runs of it; ``before``, ``two_before`` and ``begun``, what it weighs together
    with the next word, with the one after that, and with the first letters of the next one."""

    inside: int
    before: _Weights
    two_before: _Weights
    begun: _Weights


@dataclass(frozen=True, slots=True)
class Weighing:
    """``weights``: feature -> its weight; ``pairs``: kind -> the first of a pair -> the second -> their weight."""

    weights: _Weights
    pairs: Mapping[str, Mapping[str, _Weights]]
    _words: dict[str, _Word] = field(default_factory=dict, repr=False)

    @classmethod
    def of_features(cls, weights: _Weights) -> Self:
        """For these features."""
        made = cls(weights, {kind: _pairs(weights, kind) for kind in (NEXT, SKIPPED, BEGUN)})
        made.prepare((FIRST, *made.pairs[NEXT], *made.pairs[SKIPPED]))
        return made

    def prepare(self, words: Iterable[str]) -> None:
        """Weigh these words now."""
        following, skipped, begun = (self.pairs[kind] for kind in (NEXT, SKIPPED, BEGUN))
        for word in words:
            inside, beginning = self._of_runs(f" {word} ", SPACED_RUN), word[:BEGINNING]
            pairs = following.get(word, _NONE), skipped.get(word, _NONE), begun.get(beginning, _NONE)
            self._words[word] = _Word(inside, *pairs)

    def add_up(self, words: Sequence[str]) -> tuple[int, int]:
        """The weight of the features of a text with these words together, and how many they are."""
        known, spaced = self._words, are_spaced(words)
        ends = (*words, LAST, "")
        begins = known[FIRST]
        total = begins.before.get(ends[0], 0) + begins.two_before.get(ends[1], 0)
        for word, following, second in zip(words, ends[1:], ends[2:], strict=False):
            if word in known:
                inside, before, two_before, begun = known[word]
                if following in before:
                    total += before[following]
                if second in two_before:
                    total += two_before[second]
            else:  # nothing begins with it but its first letters
                inside = self._of_runs(f" {word} ", SPACED_RUN) if spaced else 0
                begun = self.pairs[BEGUN].get(word[:BEGINNING], _NONE)
            if spaced:
                total += inside
            if begun and (beginning := following[:BEGINNING]) in begun:
                total += begun[beginning]
        line = as_line(words)
        if spaced:
            return total, max(len(line) - 1 - 2 * len(words), 0) + 3 * len(words)
        found = sum([max(len(line) - size + 1, 0) for size in UNSPACED_RUNS])
        return total + sum([self._of_runs(line, size) for size in UNSPACED_RUNS]), found + 3 * len(words)

    def _of_runs(self, line: str, size: int) -> int:
        weights = self.weights
        starts = range(len(line) - size + 1)
        return sum([weights[run] for at in starts if (run := line[at : at + size]) in weights])


def _pairs(weights: _Weights, kind: str) -> Mapping[str, _Weights]:
    found: dict[str, dict[str, int]] = {}
    for feature, weight in weights.items():
        if feature.startswith(PAIRED) and kind in (pair := feature[len(PAIRED) :]):
            first, _, second = pair.partition(kind)
            found.setdefault(intern(first), {})[intern(second)] = weight
    return found
