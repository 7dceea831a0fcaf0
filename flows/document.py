"""YAML 1.2 text to plain ``str``, ``list`` and ``dict``, every scalar as it was typed, with the place of each value.

Never guesses a type: ``on``, ``NO``, ``0000`` and ``21:00`` stay text. Refuses what hides meaning: duplicate keys,
anchors, tags, merge keys, includes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from flows.errors import FlowProblems
from flows.places import Path, Place, Places
from flows.problems import LINE_BREAK, Problem, in_reading_order, problem

Tree = str | list["Tree"] | dict[str, "Tree"] | None
"""What a file holds. None stands for a value that could not be read and was reported."""

LARGEST = 1024 * 1024
"""Bytes; a flow is a few thousand."""

DEEPEST = 40
"""Levels; a flow needs six."""

# The scanner's own words, and the message of ours that says the same to someone who never heard of a token.
_CAUSES = (
    (r"'\\t'", "E001.tab"),
    ("mapping values are not allowed", "E001.colon"),
    ("unexpected end of stream", "E001.quote"),
    ("expected ',' or", "E001.bracket"),
    ("but found '<stream end>'", "E001.bracket"),
    ("could not find expected ':'", "E001.no-colon"),
    ("<block end>", "E001.indent"),
    ("<document start>", "E001.indent"),
    ("block sequence", "E001.indent"),
    ("cannot start any token", "E001.character"),
    ("expected the node content", "E001.character"),
    ("while scanning an a", "E001.character"),
    ("while scanning a block scalar", "E001.character"),
)


_DOUBTFUL_BREAK = re.compile("[\x85\u2028\u2029]")
_TOO_DEEP = re.compile(rf"(?:[\[{{]\s*){{{DEEPEST + 1}}}")

_UNSENDABLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""What an escape can smuggle into a text although YAML forbids it in a file."""

_DROPPED = "\0"
"""Stands for a key that may not be here, while its value is read and dropped."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: its root mapping and the place of everything in it."""

    root: dict[str, Tree]
    places: Places


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end is yet to come; ``key`` is the mapping's key that waits for its value."""

    path: Path
    into: list[Tree] | dict[str, Tree]
    key: str | None = None


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    file: str
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    damaged: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    roots: list[Tree] = field(default_factory=list)


def decode(content: bytes, file: str) -> str:
    """The text of a file's bytes, which must be UTF-8. Raises ``FlowProblems`` (E001)."""
    if len(content) > LARGEST:
        raise FlowProblems([problem("E001.large", file, Place(), size=len(content))])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        raise FlowProblems([problem("E001.encoding", file, _place_at(before, len(before)))]) from error


def read_document(source: str, file: str) -> tuple[Document | None, list[Problem]]:
    """The document and what is wrong with its YAML; no document when nothing of it can be trusted."""
    refused = _refused_unread(source, file)
    if refused is not None:
        return None, [refused]
    reading = _Reading(file)
    try:
        for event in _events(source):
            _take(reading, event)
    except FlowProblems as stop:
        return None, in_reading_order([*reading.problems, *stop.problems])
    except ReaderError as error:
        found = problem("E001.character", file, _place_at(source, error.position))
        return None, in_reading_order([*reading.problems, found])
    except YAMLError as error:
        return None, in_reading_order([*reading.problems, _unreadable(error, source, file)])
    except (ValueError, OverflowError):
        # The scanner turns escapes and version numbers into what Python cannot hold, and says no place.
        found = problem("E001.character", file, max(reading.values.values(), default=Place()))
        return None, in_reading_order([*reading.problems, found])
    return _finished(reading)


def _events(source: str) -> Iterable[Event]:
    """As the pure parser says it, whose words we know. What is plain the quick one reads alike."""
    return _quick_events(source) or _parsed(source, pure=True)


def _quick_events(source: str) -> list[Event]:
    """Nothing where the two parsers may differ: over tabs, over what is refused, over the place of an empty value."""
    if "\t" in source:
        return []
    try:
        events = list(_parsed(source, pure=False))
    except (YAMLError, ValueError, OverflowError):
        return []
    return [] if any(map(_is_doubtful, events)) else events


def _is_doubtful(event: Event) -> bool:
    if isinstance(event, ScalarEvent):
        return not event.value or event.anchor is not None or event.tag is not None
    if isinstance(event, NodeEvent):
        return event.anchor is not None or getattr(event, "tag", None) is not None
    return isinstance(event, DocumentStartEvent) and (event.version is not None or bool(event.tags))


def _parsed(source: str, *, pure: bool) -> Iterator[Event]:
    yaml: Any = YAML(typ="safe", pure=pure)
    events: Iterator[Event] = yaml.parse(source)
    return events


def _refused_unread(source: str, file: str) -> Problem | None:
    """What is refused before the scanner sees it, because the scanner would not notice or would never finish."""
    if len(source.encode("utf-8", "surrogatepass")) > LARGEST:
        return problem("E001.large", file, Place(), size=len(source.encode("utf-8", "surrogatepass")))
    if source.startswith("\ufeff"):
        return problem("E001.mark", file, Place())
    doubtful = _DOUBTFUL_BREAK.search(source)
    if doubtful is not None:
        return problem("E001.break", file, _place_at(source, doubtful.start()))
    deep = _TOO_DEEP.search(source)
    return problem("E001.deep", file, _place_at(source, deep.start()), deepest=DEEPEST) if deep else None


def _take(reading: _Reading, event: Event) -> None:
    """Add one event of the scanner to the tree."""
    if isinstance(event, DocumentStartEvent):
        _start_document(reading, event)
    elif isinstance(event, CollectionEndEvent):
        reading.stack.pop()
    elif isinstance(event, NodeEvent):
        _refuse_hidden_meaning(reading, event)
        parent = reading.stack[-1] if reading.stack else None
        if parent is not None and isinstance(parent.into, dict) and parent.key is None:
            _take_key(reading, parent, event)
        else:
            _take_value(reading, parent, event)


def _start_document(reading: _Reading, event: DocumentStartEvent) -> None:
    place = _place(event)
    if reading.roots:
        raise FlowProblems([problem("E001.documents", reading.file, place)])
    if event.version is not None or event.tags:
        reading.problems.append(problem("E104.directive", reading.file, Place(max(1, place.line - 1))))


def _refuse_hidden_meaning(reading: _Reading, event: NodeEvent) -> None:
    if isinstance(event, AliasEvent):
        reading.problems.append(problem("E104.alias", reading.file, _place(event), name=event.anchor))
    elif event.anchor is not None:
        reading.problems.append(problem("E104.anchor", reading.file, _place(event), name=event.anchor))
    elif getattr(event, "ctag", None) is not None:
        reading.problems.append(problem("E104.tag", reading.file, _place(event)))
    if isinstance(event, ScalarEvent) and _UNSENDABLE.search(str(event.value)):
        raise FlowProblems([problem("E001.character", reading.file, _place(event))])


def _take_key(reading: _Reading, parent: _Open, event: NodeEvent) -> None:
    """Remember the key that waits for its value; one that may not be here gets its value read and dropped."""
    place = _place(event)
    if isinstance(event, AliasEvent):
        reading.damaged.add(parent.path)
        parent.key = _DROPPED
        return
    if not isinstance(event, ScalarEvent):
        raise FlowProblems([problem("E103.key", reading.file, place)])
    parent.key = key = str(event.value)
    path = (*parent.path, key)
    if key == "<<" or (key == "include" and not parent.path):
        reading.problems.append(problem("E104.merge", reading.file, place, key=key))
        reading.damaged.add(parent.path)
        parent.key = _DROPPED
    elif path in reading.keys:
        reading.problems.append(problem("E102.key", reading.file, place, key=key, line=reading.keys[path].line))
        reading.damaged.add(path)
        parent.key = _DROPPED
    else:
        reading.keys[path] = place


def _take_value(reading: _Reading, parent: _Open | None, event: NodeEvent) -> None:
    path = _path_of_next(parent)
    reading.values[path] = _place(event)
    value = _value_of(event)
    if value is None:
        reading.damaged.add(path)
    if parent is None:
        reading.roots.append(value)
    elif isinstance(parent.into, list):
        parent.into.append(value)
    else:
        if parent.key is not None and parent.key != _DROPPED:
            parent.into[parent.key] = value
        parent.key = None
    if isinstance(value, (list, dict)):
        if len(reading.stack) >= DEEPEST:
            raise FlowProblems([problem("E001.deep", reading.file, _place(event), deepest=DEEPEST)])
        reading.stack.append(_Open(path, value))


def _path_of_next(parent: _Open | None) -> Path:
    if parent is None:
        return ()
    if isinstance(parent.into, list):
        return (*parent.path, str(len(parent.into)))
    return (*parent.path, parent.key or "")


def _value_of(event: NodeEvent) -> Tree:
    if isinstance(event, ScalarEvent):
        return str(event.value)
    if isinstance(event, MappingStartEvent):
        return {}
    return [] if isinstance(event, SequenceStartEvent) else None


def _finished(reading: _Reading) -> tuple[Document | None, list[Problem]]:
    root = reading.roots[0] if reading.roots else ""
    places = Places(reading.keys, reading.values, frozenset(reading.damaged))
    if isinstance(root, dict):
        return Document(root, places), in_reading_order(reading.problems)
    if not reading.problems:
        reading.problems.append(problem("E001.root" if root else "E001.empty", reading.file, places.value()))
    return None, in_reading_order(reading.problems)


def _unreadable(error: YAMLError, source: str, file: str) -> Problem:
    """The scanner's complaint in words for someone who writes conversations."""
    if not isinstance(error, MarkedYAMLError):
        return problem("E001.yaml", file, Place(), reason=str(error))
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else Place()
    reason = f"{error.context or ''} {error.problem or ''}".strip()
    name = next((name for said, name in _CAUSES if said in reason), "E001.yaml")
    if name in ("E001.quote", "E001.bracket") and error.context_mark is not None:
        # The end of the file is where the scanner gave up; the opening mark is where the cure belongs.
        place = Place(error.context_mark.line + 1, error.context_mark.column + 1)
    return problem(_or_tab(name, source, place), file, place, reason=reason)


def _or_tab(name: str, source: str, place: Place) -> str:
    """A tab in the indentation breaks YAML in many ways; it is the cause of whatever the scanner says there."""
    lines = LINE_BREAK.split(source)
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    return "E001.tab" if "\t" in line[: len(line) - len(line.lstrip())] else name


def _place(event: Event) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _place_at(source: str, index: int) -> Place:
    lines = LINE_BREAK.split(source[:index])
    return Place(len(lines), len(lines[-1]) + 1)
