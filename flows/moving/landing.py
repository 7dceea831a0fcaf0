"""Where somebody stands after a move: in which state, until when it waits, and whether their question is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.machine import Trigger
from flows.moving.state_map import RETIRED
from flows.spec import State


@dataclass(frozen=True, slots=True)
class Landing:
    """``state`` of the new version; ``waits``: its timers by trigger; ``outcome``: how the conversation ends by being
    moved, None while it goes on; ``asks``: whether the question that the person was asked can be answered here."""

    state: str
    waits: Mapping[str, datetime]
    outcome: str | None
    asks: bool
    hands_over: bool


def close(state: str) -> Landing:
    """For somebody whose conversation the business closes where it stands."""
    return Landing(state, {}, RETIRED, asks=False, hands_over=False)


def land(before: State, after: State, timers: Mapping[str, datetime], now: datetime) -> Landing:
    """For somebody who is moved from one card to another. ``timers``: those that run, by trigger.

    The time spent in the old state counts in the new one; what would have been due by then is due now, in its order.
    """
    if after.end is not None:
        return Landing(after.name, {}, after.end, asks=False, hands_over=after.hand_over)
    waits = _waits(after, _entered_at(before, timers, now), now)
    return Landing(after.name, waits, None, bool(after.reply) or after.otherwise is not None, after.hand_over)


def _entered_at(card: State, timers: Mapping[str, datetime], now: datetime) -> datetime:
    """When the old state was entered, by its timers; now when it has none."""
    delays = {str(Trigger.after(index)): delay for index, (delay, _) in enumerate(card.after)}
    return min((due_at - delays[trigger] for trigger, due_at in timers.items() if trigger in delays), default=now)


def _waits(card: State, entered_at: datetime, now: datetime) -> dict[str, datetime]:
    due = {str(Trigger.after(index)): entered_at + delay for index, (delay, _) in enumerate(card.after)}
    late = max(timedelta(), now - min(due.values(), default=now))
    return {trigger: due_at + late for trigger, due_at in due.items()}
