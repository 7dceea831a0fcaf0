"""Which boxes of a drawing stand beside each other: every line leads down, but for those that lead back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from flows.drawing.geometry import Link

SWEEPS = 8


@dataclass(slots=True)
class Ranks:
    """``rows`` of keys from the top; ``back``: the links that lead up. A link over several rows goes through
    ``bends``, which are keys of their own."""

    rows: list[list[str]]
    back: tuple[Link, ...]
    bends: dict[Link, tuple[str, ...]]
    _ahead: dict[str, list[str]] = field(default_factory=dict)
    _behind: dict[str, list[str]] = field(default_factory=dict)

    def above(self, key: str) -> Sequence[str]:
        """Whatever in the row above leads to it."""
        return self._behind.get(key, ())

    def below(self, key: str) -> Sequence[str]:
        """Whatever in the row below it leads to."""
        return self._ahead.get(key, ())

    def connect(self, chain: Sequence[str]) -> None:
        """Each of these leads to the next."""
        for upper, lower in pairwise(chain):
            self._ahead.setdefault(upper, []).append(lower)
            self._behind.setdefault(lower, []).append(upper)


def rank(keys: Iterable[str], links: Sequence[Link]) -> Ranks:
    """Rows in which the links cross little. The first key is at the top."""
    ahead: dict[str, list[Link]] = {}
    for link in links:
        ahead.setdefault(link.source, []).append(link)
    order, back = _walk(list(keys), ahead)
    depth = _depths(order, [link for link in links if link not in back])
    ranks = Ranks([[] for _ in range(max(depth.values()) + 1)], tuple(back), {})
    for key in order:
        ranks.rows[depth[key]].append(key)
    for link in links:
        if link not in back:
            _bend(ranks, link, depth)
    _uncross(ranks)
    return ranks


def _walk(keys: Sequence[str], ahead: Mapping[str, Sequence[Link]]) -> tuple[list[str], set[Link]]:
    """The keys as a depth-first walk meets them, and the links that lead back to where it came from."""
    met: dict[str, None] = {}
    back: set[Link] = set()
    for key in keys:
        if key in met:
            continue
        met[key] = None
        trail = [(key, iter(ahead.get(key, ())))]
        on_trail = {key}
        while trail:
            here, rest = trail[-1]
            link = next(rest, None)
            if link is None:
                trail.pop()
                on_trail.discard(here)
            elif link.target in on_trail:
                back.add(link)
            elif link.target not in met:
                met[link.target] = None
                trail.append((link.target, iter(ahead.get(link.target, ()))))
                on_trail.add(link.target)
    return list(met), back


def _depths(order: Sequence[str], links: Sequence[Link]) -> dict[str, int]:
    """The longest way down to each key."""
    waiting = dict.fromkeys(order, 0)
    ahead: dict[str, list[str]] = {}
    for link in links:
        waiting[link.target] += 1
        ahead.setdefault(link.source, []).append(link.target)
    depth = dict.fromkeys(order, 0)
    ready = [key for key in order if waiting[key] == 0]
    while ready:
        key = ready.pop()
        for target in ahead.get(key, ()):
            depth[target] = max(depth[target], depth[key] + 1)
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return depth


def _bend(ranks: Ranks, link: Link, depth: Mapping[str, int]) -> None:
    between = range(depth[link.source] + 1, depth[link.target])
    bends = tuple(f"{link.source}\n{link.target}\n{row}" for row in between)
    for row, bend in zip(between, bends, strict=True):
        ranks.rows[row].append(bend)
    ranks.bends[link] = bends
    ranks.connect((link.source, *bends, link.target))


def _uncross(ranks: Ranks) -> None:
    """Each row in the order of the middle of what it is connected with, down and up several times."""
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        rows = ranks.rows if down else ranks.rows[::-1]
        for before, row in pairwise(rows):
            places = {key: place for place, key in enumerate(before)}
            near = ranks.above if down else ranks.below
            middle = {key: _mean([places[each] for each in near(key)], row.index(key)) for key in row}
            row.sort(key=middle.__getitem__)


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
