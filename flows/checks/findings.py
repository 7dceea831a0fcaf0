"""Ways to point at a part of a flow that every check shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.complaints import nearest
from flows.messages import Bilingual
from flows.places import Path, Place
from flows.problems import Problem, problem
from flows.spec import Flow, Row


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
