"""Where somebody stands after a move: in which state, until when it waits, and whether their question is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.machine import Cause, Trigger
from flows.moving.state_map import RETIRED, StateMap
from flows.spec import Flow, State


@dataclass(frozen=True, slots=True)
class Landing:
    """``state`` of the new version; ``waits``: its timers by trigger; ``outcome``: how the conversation ends by being
    moved, None while it goes on; ``asks``: whether the question that the person was asked can be answered here."""

    state: str
    waits: Mapping[str, datetime]
    outcome: str | None
    asks: bool
    hands_over: bool


def land(old: Flow, new: Flow, state: str, moves: StateMap, timers: Mapping[str, datetime], now: datetime) -> Landing:
    """For somebody in ``state`` of ``old``, which ``moves`` names. ``timers``: those that run, by trigger.

    The time spent in the old state counts in the new one; what would have been due by then is due now, in its order.
    """
    if state in moves.closed:
        return Landing(state, {}, RETIRED, asks=False, hands_over=False)
    card = new.states[moves.to[state]]
    if card.end is not None:
        return Landing(card.name, {}, card.end, asks=False, hands_over=card.hand_over)
    waits = _waits(card, _entered_at(old.states.get(state), timers, now), now)
    return Landing(card.name, waits, None, bool(card.reply) or card.otherwise is not None, card.hand_over)


def _entered_at(card: State | None, timers: Mapping[str, datetime], now: datetime) -> datetime:
    """When the old state was entered, by its timers; now when it has none."""
    delays = {str(Trigger.after(index)): delay for index, (delay, _) in enumerate(card.after)} if card else {}
    return min((due_at - delays[trigger] for trigger, due_at in timers.items() if trigger in delays), default=now)


def _waits(card: State, entered_at: datetime, now: datetime) -> dict[str, datetime]:
    due = {str(Trigger(Cause.AFTER, str(index))): entered_at + delay for index, (delay, _) in enumerate(card.after)}
    late = max(timedelta(), now - min(due.values(), default=now))
    return {trigger: due_at + late for trigger, due_at in due.items()}
