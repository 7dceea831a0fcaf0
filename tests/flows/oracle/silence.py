"""What happens when nobody says anything: silence must end, with at most one further message."""

from __future__ import annotations

from collections.abc import Iterator

from flows.spec import Flow, Row, State
from tests.flows.oracle.faults import Fault, Found


def faults_of_silence(flow: Flow, reached: set[str]) -> Iterator[Found]:
    """Follow the timers alone from every card that a conversation can be in, then the business's events as well."""
    for name in flow.states:
        if name in reached:
            fault, path = _listen(flow, name)
            if fault is not None:
                yield Found(fault, name, path)
            if _rings_for_ever(flow, name):
                yield Found(Fault.EVENTS_LOOP, name)


def _listen(flow: Flow, name: str) -> tuple[Fault | None, tuple[str, ...]]:
    """The person says nothing any more. Where does that lead, and how often do we speak?"""
    path, spoken = [name], 0
    while True:
        card = flow.states[path[-1]]
        if card.end is not None:
            break
        leaving = _first_leaving(card)
        if leaving is None:
            return (None if card.hand_over else Fault.WAITS_FOR_EVER), tuple(path)
        if leaving in path:
            return Fault.SILENCE_LOOPS, (*path, leaving)
        path.append(leaving)
        spoken += flow.states[leaving].say is not None
    return (Fault.SILENCE_TALKS if spoken > 1 else None), tuple(path)


def _first_leaving(card: State) -> str | None:
    """Where the card's earliest timer that leads anywhere leads."""
    leading = [(delay, row.go) for delay, row in card.after if row.go is not None]
    return min(leading)[1] if leading else None


def _rings_for_ever(flow: Flow, start: str) -> bool:
    """Whether the business's events and the timers lead from this card back to it, speaking on the way."""
    seen: set[tuple[str, bool]] = set()
    waiting = [(start, False)]
    while waiting:
        name, spoke = waiting.pop()
        for target in _unprompted(flow.states[name]):
            after = (target, spoke or flow.states[target].say is not None)
            if after == (start, True):
                return True
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def _unprompted(card: State) -> Iterator[str]:
    rows: list[Row] = [] if card.end is not None else [*card.event.values(), *(row for _, row in card.after)]
    yield from (row.go for row in rows if row.go is not None)
