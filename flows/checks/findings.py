"""Ways to point at a part of a flow that every check shares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from flows.complaints import nearest
from flows.messages import Bilingual
from flows.places import Path, Place
from flows.problems import LINE_BREAK, Problem, problem
from flows.spec import Flow, Row, State, Text

KEPT = 16
"""Flows of which the checks remember what several of them ask for."""


def answer_rows(flow: Flow) -> Iterator[tuple[Path, Row]]:
    """The rows that a person's own answer takes, each with its path."""
    for state in flow.states.values():
        for answer, row in state.reply.items():
            yield ("states", state.name, "reply", answer), row


def other_rows(flow: Flow) -> Iterator[tuple[Path, Row]]:
    """The rows that an event or the passing of time takes, each with its path."""
    for state in flow.states.values():
        for event, row in state.event.items():
            yield ("states", state.name, "event", event), row
        delays = flow.places.children("states", state.name, "after") or [str(delay) for delay, _ in state.after]
        for delay, (_, row) in zip(delays, state.after, strict=True):
            yield ("states", state.name, "after", delay), row


def missing_name(entry: str, flow: Flow, place: Place, name: str, known: Iterable[str]) -> Problem:
    """``name`` is none of the known ones."""
    choices = list(known)
    near = nearest(name, choices)
    return problem(
        entry,
        flow.file,
        place,
        name=name,
        near=Bilingual(f"; did you mean `{near}`?", f"；是不是“{near}”？") if near else "",
        known=" ".join(choices) or "-",
    )


def at(flow: Flow, entry: str, place: Place, /, **values: object) -> Problem:
    """A problem of this flow's file."""
    return problem(entry, flow.file, place, **values)


def within(flow: Flow, path: Path, mention: re.Pattern[str]) -> Place:
    """Where the value's first mention of this stands in the file, its first group if it has one; else where the
    value begins."""
    start = flow.places.value(*path)
    lines = LINE_BREAK.split(flow.source)
    for number in range(start.line, len(lines) + 1):
        found = mention.search(lines[number - 1], start.column - 1 if number == start.line else 0)
        if found is not None:
            return Place(number, found.start(min(1, mention.groups)) + 1)
    return start


def where_said(flow: Flow, path: Path, expression: str) -> Place:
    """Where this expression of a wording stands in the file."""
    return within(flow, path, re.compile(re.escape(expression)))


def wordings(flow: Flow) -> Iterator[tuple[Text, str, str, Path]]:
    """Every wording: its text, language, words and path."""
    for text in flow.texts.values():
        for language, wording in text.wording.items():
            yield text, language, wording, ("texts", text.name, language)


@lru_cache(maxsize=KEPT)
def saying(flow: Flow) -> Mapping[str, tuple[State, ...]]:
    """For each text the cards that say it, on entering or to an answer that was not understood."""
    said: dict[str, tuple[State, ...]] = {}
    for state in flow.states.values():
        again = state.otherwise.say if state.otherwise is not None else None
        for name in dict.fromkeys((state.say, again)):
            if name is not None:
                said[name] = (*said.get(name, ()), state)
    return said


def is_broken(flow: Flow) -> bool:
    """Whether a card or the start could not be read, so that nothing can be said about where the flow leads."""
    return any(path[:1] in (("states",), ("start",)) for path in flow.places.damaged)
