"""Breadth first through everything that can be reached, remembering the shortest way to each point."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reached[P: Hashable, L]:
    """``came``: for each point reached, the point before it and the step between; None for where it began."""

    came: dict[P, tuple[P, L] | None]

    def way_to(self, point: P) -> list[L]:
        """The steps of the shortest way."""
        steps: list[L] = []
        before = self.came[point]
        while before is not None:
            point, step = before
            steps.append(step)
            before = self.came[point]
        return steps[::-1]


def reach[P: Hashable, L](begin: Iterable[P], onward: Callable[[P], Iterable[tuple[L, P]]]) -> Reached[P, L]:
    """Everything reachable from where it begins. ``onward`` gives each step from a point and where it leads."""
    came: dict[P, tuple[P, L] | None] = dict.fromkeys(begin)
    waiting = deque(came)
    while waiting:
        point = waiting.popleft()
        for step, following in onward(point):
            if following not in came:
                came[following] = (point, step)
                waiting.append(following)
    return Reached(came)
