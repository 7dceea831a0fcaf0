"""The stop protocol as a small explicit-state model: every order of its steps, crashes and restarts included.

One person, one worker, one marketing message, one stop. Promised: once the stop is answered 2xx nothing new is
authorised, and once the person is told "stopped" no provider call starts. Ours holds; five that look right do not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import pytest


class Protocol(StrEnum):
    """What a system might do."""

    OURS = "authorise under the epoch, confirm when nothing is in the air or its process is proven dead"
    CHECK_AT_ENQUEUE = "check consent when the message is queued, and never again"
    READ_THEN_SEND = "read the consent outside any transaction, then send"
    CONFIRM_AT_COMMIT = "authorise in a transaction, but confirm as soon as the stop is committed"
    LEASE_EXPIRY = "confirm when the sender's lease has expired"
    NO_EPOCH = "authorise by consent alone, not by the epoch that the message was bound to"


@dataclass(frozen=True, slots=True)
class State:
    """``row``: queued, authorised, done, cancelled. ``worker``: idle, checked (has read a yes), holding (may call),
    paused holding, calling, dead. ``epoch`` rises with the stop and the start; ``bound`` is the message's."""

    row: str = "queued"
    worker: str = "idle"
    stops: int = 0
    starts: int = 0
    consent: bool = True
    stopped: bool = False
    epoch: int = 0
    bound: int = 0
    told: bool = False
    lease_over: bool = False
    violation: str = ""


def steps(state: State, protocol: Protocol) -> Iterator[State]:
    """Every state that may come next."""
    if state.violation:
        return
    yield from _person(state, protocol)
    yield from _authorise(state, protocol)
    yield from _call(state)
    yield from _confirm(state, protocol)
    yield from _machine(state, protocol)


def _person(state: State, protocol: Protocol) -> Iterator[State]:
    """The person stops once, and may come back once and agree anew."""
    if not state.stops:
        cancelled = protocol is Protocol.OURS and state.row == "queued"
        row = "cancelled" if cancelled else state.row
        yield replace(state, stops=1, stopped=True, consent=False, epoch=state.epoch + 1, row=row)
        if cancelled:  # the row was just being put back by a worker, so the cancellation missed it
            yield replace(state, stops=1, stopped=True, consent=False, epoch=state.epoch + 1)
    elif not state.starts:
        yield replace(state, starts=1, stopped=False, consent=True, epoch=state.epoch + 1, told=False)


def _authorise(state: State, protocol: Protocol) -> Iterator[State]:
    if state.row != "queued" or state.worker not in ("idle", "checked"):
        return
    if protocol is Protocol.CHECK_AT_ENQUEUE:
        yield _authorised(state)
    elif protocol is Protocol.READ_THEN_SEND:
        if state.worker == "idle" and state.consent:
            yield replace(state, worker="checked")
        elif state.worker == "checked":
            yield _authorised(state)
    elif state.consent and (protocol is Protocol.NO_EPOCH or state.epoch == state.bound):
        yield _authorised(state)


def _authorised(state: State) -> State:
    wrong = "authorised after a stop that it was queued before" if state.stops else ""
    return replace(state, row="authorised", worker="holding", violation=wrong)


def _call(state: State) -> Iterator[State]:
    """A call begins and ends; between authorisation and call the process may stand still for as long as it likes."""
    if state.worker == "holding":
        wrong = 'a provider call began after the person was told "stopped"' if state.told else ""
        yield replace(state, worker="calling", violation=wrong)
    elif state.worker == "calling":
        yield replace(state, worker="idle", row="done")


def _confirm(state: State, protocol: Protocol) -> Iterator[State]:
    if not state.stopped or state.told:
        return
    clear = state.row != "authorised"
    if protocol is Protocol.LEASE_EXPIRY:
        clear = clear or state.lease_over
    if protocol is Protocol.CONFIRM_AT_COMMIT or clear:
        yield replace(state, told=True)


def _machine(state: State, protocol: Protocol) -> Iterator[State]:
    """Crash, proof of death, restart, and the passing of time."""
    if state.worker not in ("dead", "idle"):
        yield replace(state, worker="dead")
    if state.worker == "dead":  # the kernel says that it is gone: what it had in the air is resolved, and not resent
        yield replace(state, worker="idle", row="done" if state.row == "authorised" else state.row)
    if state.row == "authorised" and not state.lease_over:
        yield replace(state, lease_over=True)


def explore(protocol: Protocol) -> tuple[set[State], str]:
    """Every state that can be reached, breadth first; the first violation, or nothing."""
    seen, waiting = {State()}, deque([State()])
    while waiting:
        for after in steps(waiting.popleft(), protocol):
            if after.violation:
                return seen, after.violation
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return seen, ""


def test_ours_holds() -> None:
    """In no order of stop, start, authorise, call, confirm, crash and restart is a promise broken."""
    seen, violation = explore(Protocol.OURS)
    assert violation == ""
    assert any(state.told for state in seen)
    assert any(state.row == "done" for state in seen)
    assert any(state.starts and state.consent for state in seen)


def test_ours_always_confirms_in_the_end() -> None:
    """From every state in which the person is stopped, some way leads to their being told."""
    seen, _ = explore(Protocol.OURS)
    told = {state for state in seen if state.told or not state.stopped}
    while True:
        further = {state for state in seen - told if any(after in told for after in steps(state, Protocol.OURS))}
        if not further:
            break
        told |= further
    assert told == seen


@pytest.mark.parametrize(
    "protocol, broken",
    [
        (Protocol.CHECK_AT_ENQUEUE, "authorised after a stop"),
        (Protocol.READ_THEN_SEND, "authorised after a stop"),
        (Protocol.CONFIRM_AT_COMMIT, "a provider call began"),
        (Protocol.LEASE_EXPIRY, "a provider call began"),
        (Protocol.NO_EPOCH, "authorised after a stop"),
    ],
)
def test_the_others_do_not(protocol: Protocol, broken: str) -> None:
    """Each of these breaks a promise in some order of events, and the model finds it."""
    _, violation = explore(protocol)
    assert violation.startswith(broken)
