"""Where every value of a file stands, so that a later check can point at it. Says nothing about what is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Path = tuple[str, ...]
"""The keys that lead from the root of a file to a value; the items of a list count "0", "1", …"""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Places:
    """The place of each key and each value, and the ``damaged`` paths that could not be read as meant.

    A shorthand leaves parts out, so a path that is not in the file stands where its nearest ancestor does.
    """

    keys: Mapping[Path, Place] = field(default_factory=dict)
    values: Mapping[Path, Place] = field(default_factory=dict)
    damaged: frozenset[Path] = frozenset()
    _inside: Mapping[Path, list[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        inside: dict[Path, list[str]] = {}
        for path in self.keys:
            inside.setdefault(path[:-1], []).append(path[-1])
        object.__setattr__(self, "_inside", inside)  # the way in for a frozen dataclass

    def key(self, *path: str) -> Place:
        """Where the key stands that leads to this value."""
        return _nearest(self.keys, path) or self.value(*path)

    def value(self, *path: str) -> Place:
        """Where the value itself begins."""
        return _nearest(self.values, path) or Place()

    def last(self, *path: str) -> Place:
        """The last key within this value, or its own key when it holds none."""
        inside = (place for key, place in self.keys.items() if key[: len(path)] == path)
        return max(inside, default=self.key(*path))

    def children(self, *path: str) -> list[str]:
        """The keys directly within this value, in the order of the file."""
        return list(self._inside.get(path, ()))

    def hurt(self, *path: str) -> bool:
        """Whether this value or one that contains it could not be read, so that nothing can be said about it."""
        return any(path[:size] in self.damaged for size in range(len(path) + 1))


def _nearest(places: Mapping[Path, Place], path: Path) -> Place | None:
    for size in range(len(path), -1, -1):
        if path[:size] in places:
            # A shorthand may leave out one key between (`Y: [yes]` for `Y: {words: [yes]}`).
            return places.get(path[:size] + path[size + 1 :], places[path[:size]])
    return None
