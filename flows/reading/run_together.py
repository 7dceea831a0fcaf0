"""Words written without a space between them: ``stoptexting``, ``dont txtme``.

Only for a token that nobody knows, and only into words that a file lists for this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

_SHORTEST = 6
_LONGEST = 40
_TELLING = 4
"""Letters of the longest part at least: of shorter ones any name can be made."""
_BEGINNING = 2


@dataclass(frozen=True, slots=True)
class RunTogether:
    """``lengths``: the first letters of a word -> how long the words are that begin so; no others are tried.
    ``endings``: the last letters of words."""

    words: frozenset[str]
    lengths: Mapping[str, Sequence[int]]
    endings: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """These words."""
        listed = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in listed:
            lengths.setdefault(word[:_BEGINNING], set()).add(len(word))
        tried = {begun: sorted(each | lengths.get(begun[0], set())) for begun, each in lengths.items()}
        return cls(listed, tried, frozenset(word[-_BEGINNING:] for word in listed))

    def parted(self, token: str) -> Sequence[str]:
        """The words that ``token`` is made of, as few as may be; none if there is a rest."""
        if not _SHORTEST <= len(token) <= _LONGEST or self.endings.isdisjoint((token[-_BEGINNING:], token[-1])):
            return ()  # nearly every name
        best: list[list[str] | None] = [[], *[None] * len(token)]
        for begin in range(len(token)):
            if (before := best[begin]) is None:
                continue
            for length in self._lengths_at(token, begin):
                end = begin + length
                if end > len(token) or token[begin:end] not in self.words:
                    continue
                if (shortest := best[end]) is None or len(before) + 1 < len(shortest):
                    best[end] = [*before, token[begin:end]]
        parts = best[-1]
        return parts if parts and max(map(len, parts)) >= _TELLING else ()

    def _lengths_at(self, token: str, begin: int) -> Sequence[int]:
        two = self.lengths.get(token[begin : begin + _BEGINNING])
        return self.lengths.get(token[begin], ()) if two is None else two
