"""Where the boxes of a drawing stand and which way the lines go: no box over another, lines short and straight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from flows.drawing.geometry import Link, Plan, Point, Size
from flows.drawing.ranks import Ranks, rank

GAP = 28.0
"""Between boxes of a row, and around the drawing."""
DROP = 40.0
"""Between rows: room for arrow heads and for lines that lead back."""
LANE = 14.0
"""Between lines that lead back along the side."""
BEND = Size(6, 0)
SWEEPS = 24


def lay_out(sizes: Mapping[str, Size], links: Sequence[Link]) -> Plan:
    """The boxes (the first at the top) and their links."""
    ranks = rank(sizes, links)
    room = {key: sizes.get(key, BEND) for row in ranks.rows for key in row}
    across, down = _across(ranks, room), _down(ranks, room)
    left = min(across[key] - room[key].width / 2 for key in room) - GAP - LANE * len(ranks.back)
    centres = {key: Point(across[key] - left, down[key]) for key in room}
    right = max(centres[key].x + room[key].width / 2 for key in room)
    bottom = max(centres[key].y + room[key].height / 2 for key in room)
    forward = {link: _forward(link, bends, centres, room) for link, bends in ranks.bends.items()}
    back = {link: _back(link, lane, centres, room) for lane, link in enumerate(ranks.back)}
    return Plan({key: centres[key] for key in sizes}, forward, back, Size(right + GAP, bottom + DROP))


def _down(ranks: Ranks, room: Mapping[str, Size]) -> dict[str, float]:
    top = GAP
    found: dict[str, float] = {}
    for row in ranks.rows:
        height = max(room[key].height for key in row)
        found |= dict.fromkeys(row, top + height / 2)
        top += height + DROP
    return found


def _across(ranks: Ranks, room: Mapping[str, Size]) -> dict[str, float]:
    across: dict[str, float] = {}
    for row in ranks.rows:
        across |= zip(row, _apart(row, [0.0] * len(row), room), strict=True)
    for sweep in range(SWEEPS):
        near: Callable[[str], Sequence[str]] = ranks.above if sweep % 2 == 0 else ranks.below
        for row in ranks.rows if sweep % 2 == 0 else ranks.rows[::-1]:
            wanted = [_mean([across[each] for each in near(key)], across[key]) for key in row]
            across |= zip(row, _apart(row, wanted, room), strict=True)
    return across


def _apart(row: Sequence[str], wanted: Sequence[float], room: Mapping[str, Size]) -> list[float]:
    """As near to where they want to be as their order and widths allow (least squares, by pooling neighbours)."""
    offsets = [0.0]
    for before, key in pairwise(row):
        offsets.append(offsets[-1] + (room[before].width + room[key].width) / 2 + GAP)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        pools.append((want - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (second, many), (first, few) = pools.pop(), pools.pop()
            pools.append(((first * few + second * many) / (few + many), few + many))
    starts = [start for start, count in pools for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _forward(
    link: Link, bends: Sequence[str], centres: Mapping[str, Point], room: Mapping[str, Size]
) -> tuple[Point, ...]:
    return (
        _foot(link.source, centres, room),
        *(centres[bend] for bend in bends),
        _head(link.target, centres, room),
    )


def _back(link: Link, lane: int, centres: Mapping[str, Point], room: Mapping[str, Size]) -> tuple[Point, ...]:
    """Out below the box, along the left side, and in from above."""
    foot, head = _foot(link.source, centres, room), _head(link.target, centres, room)
    side, out, into = GAP / 2 + LANE * lane, foot.y + DROP / 3, head.y - DROP / 2
    return (
        foot,
        Point(foot.x, out),
        Point(side, out),
        Point(side, into),
        Point(head.x - 12, into),
        Point(head.x - 12, head.y),
    )


def _foot(key: str, centres: Mapping[str, Point], room: Mapping[str, Size]) -> Point:
    return Point(centres[key].x, centres[key].y + room[key].height / 2)


def _head(key: str, centres: Mapping[str, Point], room: Mapping[str, Size]) -> Point:
    return Point(centres[key].x, centres[key].y - room[key].height / 2)


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
