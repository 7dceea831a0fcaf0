"""Which frames may match a reply, before any of them is tried.

It must never hide a frame that would match: it only leaves out those that lack a word they cannot do without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import repeat
from operator import or_

from flows.reading.frames import Frame
from flows.reading.phrase_files import ANSWERS


@dataclass(frozen=True, slots=True)
class Likely:
    """The frames of a language, the last of its file first. Sets of them are whole numbers with a bit for each, so that
    one operation looks at all. ``meets``: tag -> the frames whose first need it meets, above these bits the frames
    whose second need it meets, and so on; ``free``: likewise the frames that have no such need; ``most``: how many
    needs a frame has at most. ``kinds``: kind -> its frames; ``unasked``: all but the kinds that only answer a
    question."""

    frames: Sequence[Frame]
    meets: Mapping[str, int]
    free: int
    most: int
    kinds: Mapping[str, int]
    unasked: int

    @classmethod
    def of(cls, frames: Iterable[Frame]) -> Likely:
        """These frames."""
        listed = tuple(frames)[::-1]
        most = max((len(frame.needs) for frame in listed), default=0)
        kinds: dict[str, int] = {}
        meets: dict[str, int] = {}
        free = 0
        for number, frame in enumerate(listed):
            kinds[frame.kind] = kinds.get(frame.kind, 0) | 1 << number
            for place in range(most):
                bit = 1 << place * len(listed) + number
                if place >= len(frame.needs):
                    free |= bit
                    continue
                for tag in frame.needs[place]:
                    meets[tag] = meets.get(tag, 0) | bit
        unasked = reduce(or_, (bits for kind, bits in kinds.items() if kind not in ANSWERS), 0)
        return cls(listed, meets, free, most, kinds, unasked)

    def among(self, tags: str) -> int:
        """The set of frames whose needs these tags meet."""
        met = reduce(or_, map(self.meets.get, {*tags}, repeat(0)), self.free)
        found = (1 << len(self.frames)) - 1
        for place in range(self.most):
            found &= met >> place * len(self.frames)
        return found

    def each(self, found: int) -> Iterator[Frame]:
        """The frames of a set in the order of the file."""
        while found:
            number = found.bit_length() - 1
            yield self.frames[number]
            found ^= 1 << number

    def kinds_of(self, found: int) -> frozenset[str]:
        """The kinds of the frames of a set."""
        return frozenset([kind for kind, bits in self.kinds.items() if bits & found])

    def prepare(self) -> None:
        """Compile every frame."""
        for frame in self.frames:
            _ = frame.pattern
