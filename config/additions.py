"""Lines added to a business.yaml, with everything that stands in it left as it is. Never decides what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.errors import CannotAdd
from flows.patch import Patch, patch_of
from flows.places import Path


@dataclass(frozen=True, slots=True)
class Additions:
    """``purposes``: each new purpose's line by its name; ``stop``: new stop words."""

    purposes: Mapping[str, str]
    stop: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.purposes or self.stop)

    def lines(self) -> list[str]:
        """As they would stand in a business.yaml that has nothing of the kind."""
        purposes = ["purposes:", *(f"  {line}" for line in self.purposes.values())] if self.purposes else []
        return [*purposes, *(["words:", f"  stop: [{', '.join(self.stop)}]"] if self.stop else [])]


def add(source: str, file: str, additions: Additions) -> str:
    """Its text with the additions. Raises ``CannotAdd``, and ``FlowProblems`` when it is unreadable."""
    patch = patch_of(source, file)
    tail: list[str] = []
    if additions.purposes:
        tail += _enter(patch, ("purposes",), list(additions.purposes.values()))
    if additions.stop:
        tail += _add_stop_words(patch, additions.stop)
    text = patch.text()
    return "\n".join([text.rstrip("\n"), *tail]) + "\n" if tail else text


def _add_stop_words(patch: Patch, words: tuple[str, ...]) -> list[str]:
    path = ("words", "stop")
    if path not in patch.places.keys:
        return _enter(patch, ("words",), [f"stop: [{', '.join(words)}]"])
    start = patch.offset(patch.places.value(*path))
    if patch.source[start] != "[":
        raise CannotAdd(f"words.stop is no list in brackets: add {', '.join(words)} to it by hand")
    patch.put(start + 1, start + 1, "".join(f"{word}, " for word in words))
    return []


def _enter(patch: Patch, path: Path, lines: list[str]) -> list[str]:
    """The lines as first entries of this mapping; what has to go to the end of the file where there is none."""
    (name,) = path
    if path not in patch.places.keys:
        return [f"{name}:", *(f"  {line}" for line in lines)]
    children = patch.places.children(*path)
    if not children:
        raise CannotAdd(f"{name} is empty: write it as in the lines shown")
    first, key = patch.places.key(*path, children[0]), patch.places.key(*path)
    start = patch.offset(first)
    if first.line == key.line:
        patch.put(start, start, "".join(f"{line}, " for line in lines))
    else:
        indent = " " * (first.column - 1)
        patch.put(start, start, "".join(f"{line}\n{indent}" for line in lines))
    return []
