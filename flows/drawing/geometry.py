"""Points, boxes and what lies where in a drawing. Lengths are in pixels, y grows downwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a box takes."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Link:
    """A line from the bottom of one box to the top of another, by their keys."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Plan:
    """``centres`` of the boxes; ``forward``: lines that lead down, as points from one rank to the next; ``back``: lines
    that lead up, as corners; ``size`` of the whole."""

    centres: Mapping[str, Point]
    forward: Mapping[Link, tuple[Point, ...]]
    back: Mapping[Link, tuple[Point, ...]]
    size: Size
