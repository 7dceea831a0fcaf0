"""Breadth first through everything that can be reached, remembering the shortest way to each point."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Point = TypeVar("Point", bound=Hashable)
Step = TypeVar("Step")


@dataclass(frozen=True, slots=True)
class Reached(Generic[Point, Step]):
    """``came``: for each point reached, the point before it and the step between; None for where it began."""

    came: dict[Point, tuple[Point, Step] | None]

    def way_to(self, point: Point) -> tuple[Step, ...]:
        """The steps of the shortest way."""
        steps: list[Step] = []
        before = self.came[point]
        while before is not None:
            point, step = before
            steps.append(step)
            before = self.came[point]
        return tuple(steps[::-1])


def reach(begin: Iterable[Point], onward: Callable[[Point], Iterable[tuple[Step, Point]]]) -> Reached[Point, Step]:
    """Everything reachable from where it begins. ``onward`` gives each step from a point and where it leads."""
    came: dict[Point, tuple[Point, Step] | None] = dict.fromkeys(begin)
    waiting = deque(came)
    while waiting:
        point = waiting.popleft()
        for step, following in onward(point):
            if following not in came:
                came[following] = (point, step)
                waiting.append(following)
    return Reached(came)
