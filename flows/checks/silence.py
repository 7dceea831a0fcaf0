"""How long a person may have been silent when a state is entered, and whether they asked for what it says.

Looks at the rows alone: any may be taken, and every delay may pass in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache

from flows.checks.findings import KEPT
from flows.spec import Basis, Flow, Kind, Row, State

WINDOW = timedelta(hours=24)
"""WhatsApp: free text goes for a day after the person's last message."""

FOREVER = timedelta(days=10_000)


@lru_cache(maxsize=KEPT)
def silences(flow: Flow) -> Mapping[str, timedelta]:
    """For each state that can be reached, the longest time since the person was heard; anything beyond a day may be
    ``FOREVER``. A request that the person made a moment ago counts as hearing them."""
    longest: dict[str, timedelta] = {}
    waiting = [(flow.start.go, timedelta() if begins_asked(flow) else FOREVER)]
    while waiting:
        name, silent = waiting.pop()
        state = flow.states.get(name)
        if silent >= WINDOW:
            silent = FOREVER
        if state is None or longest.get(name, timedelta(-1)) >= silent:
            continue
        longest[name] = silent
        waiting += _onwards(state, silent)
    return longest


def begins_asked(flow: Flow) -> bool:
    """Whether the first message answers the person: by their word, or by what they asked for elsewhere just now."""
    start = flow.start
    return start.word is not None or start.business is not None or start.basis is Basis.REQUESTED


@lru_cache(maxsize=KEPT)
def unasked_states(flow: Flow) -> frozenset[str]:
    """The states that may be entered by anything else than the person's own message."""
    first = frozenset({flow.start.go}) if flow.start.word is None and flow.start.business is None else frozenset()
    return first | {row.go for state in flow.states.values() for row in unasked_rows(state) if row.go is not None}


def unasked_rows(state: State) -> Iterator[Row]:
    """The rows that time or the business takes. One that grants is refused (E302), so nothing follows from it."""
    for row in (*state.event.values(), *(row for _, row in state.after)):
        if not row.grant:
            yield row


def _onwards(state: State, silent: timedelta) -> Iterator[tuple[str, timedelta]]:
    """Where the state leads, and how long the person has then been silent."""
    for row in state.reply.values():
        if row.go is not None:
            yield row.go, timedelta()
    if state.otherwise is not None and state.otherwise.go is not None:
        yield state.otherwise.go, timedelta()
    for delay, row in state.after:
        if row.go is not None and not row.grant:
            yield row.go, silent + delay
    stays = max((delay for delay, _ in state.after), default=FOREVER)
    for row in state.event.values():
        if row.go is not None and not row.grant:
            yield row.go, silent + stays


def asks(flow: Flow) -> bool:
    """Whether this kind of flow asks people for consent."""
    return flow.kind in (Kind.CONSENT_REQUEST, Kind.PREFERENCES)
