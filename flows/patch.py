"""Changes to the text of a YAML file, made by place: whatever is not named stays as it was typed, comments included.

Knows nothing of flows. Meant for files whose maps of languages stand on one line each; whoever patches reads the result
again before trusting it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from flows.document import read_document
from flows.errors import FlowProblems
from flows.places import Path, Place, Places
from flows.problems import LINE_BREAK

Renamed = Callable[[str], str | None]
"""The new name of a key; None takes the entry out."""


@dataclass(slots=True)
class Patch:
    """Collects changes of ``source``, whose values stand at ``places``; ``text()`` applies them all."""

    source: str
    places: Places
    _changes: list[tuple[int, int, str]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = [0, *(found.end() for found in LINE_BREAK.finditer(self.source)), len(self.source)]

    def text(self) -> str:
        """The source with every change."""
        changed = self.source
        for start, end, new in sorted(self._changes, reverse=True):
            changed = changed[:start] + new + changed[end:]
        return changed

    def offset(self, place: Place) -> int:
        """Where a place is, in characters from the beginning."""
        return self._lines[place.line - 1] + place.column - 1

    def line_end(self, line: int) -> int:
        """Where the next line begins."""
        return self._lines[min(line, len(self._lines) - 1)]

    def put(self, start: int, end: int, new: str) -> None:
        """``new`` in place of what stands between two offsets."""
        self._changes.append((start, end, new))

    def word(self, place: Place, old: str, new: str) -> None:
        """``new`` in place of the word ``old`` that stands here, with or without quotes."""
        start = self.offset(place)
        start += self.source[start] in "\"'"
        if not self.source.startswith(old, start):
            raise ValueError(f"line {place.line}: there is no {old!r} here")
        self.put(start, start + len(old), new)

    def within_line(self, place: Place, old: str, new: str) -> None:
        """``new`` in place of every ``old`` from here to the end of the line."""
        for found in re.finditer(re.escape(old), self.source[: self.line_end(place.line)]):
            if found.start() >= self.offset(place):
                self.put(*found.span(), new)

    def listing(self, path: Path, items: tuple[str, ...]) -> None:
        """These items in place of the bracketed list at this path."""
        start = self.offset(self.places.value(*path))
        self.put(start, self.source.index("]", start) + 1, f"[{', '.join(items)}]")

    def entries(self, path: Path, renamed: Renamed) -> None:
        """Rename or take out the entries of the mapping at this path, each on a line of its own or all on one."""
        names = self.places.children(*path)
        if not any(renamed(name) != name for name in names):
            return
        places = [self.places.key(*path, name) for name in names]
        if len(names) > 1 and places[0].line == places[-1].line:
            self._inline(path, names, renamed)
            return
        for name, place in zip(names, places, strict=True):
            new = renamed(name)
            if new is None:
                self.put(self._lines[place.line - 1], self.line_end(place.line), "")
            elif new != name:
                self.word(place, name, new)

    def _inline(self, path: Path, names: list[str], renamed: Renamed) -> None:
        starts = [self.offset(self.places.key(*path, name)) for name in names]
        end = self.source.index("}", self.offset(self.places.value(*path, names[-1])))
        pieces = []
        for name, start, until in zip(names, starts, [*starts[1:], end], strict=True):
            new = renamed(name)
            if new is not None:
                pieces.append(new + self.source[start:until].rstrip().rstrip(",").removeprefix(name))
        self.put(starts[0], end, ", ".join(pieces))


def patch_of(source: str, file: str) -> Patch:
    """A patch of this file. Raises ``FlowProblems`` when it cannot be read."""
    document, problems = read_document(source, file)
    if document is None:
        raise FlowProblems(problems)
    return Patch(source, document.places)
