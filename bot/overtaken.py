"""Whether a stop overtook what the person said before it: a stop is in force when it is accepted, while the words
before it still wait for their step. They must not undo it, nor grant what it ended.
"""

from __future__ import annotations

from bot.events import PreferenceValue
from bot.turn import Turn
from bot.withdrawal import Extent
from flows.reading.meaning import Meaning
from storage.inbox import Event
from storage.suppressions import EVERYTHING, MARKETING, STOPPED


def later_stops(turn: Turn) -> frozenset[str]:
    """The scopes (see ``Suppression``) of stops that came after the event of this turn."""
    person = turn.person
    stepped = {s.scope for s in person.suppressions if s.kind == STOPPED and s.since_at > turn.at}
    after = [e for e in person.events if (e.received_at, e.id) > (turn.at, turn.cause)]
    return frozenset(stepped | {scope for event in after if (scope := _scope(turn, event))})


def _scope(turn: Turn, event: Event) -> str:
    extent = extent_of(event)
    if extent is None:
        return ""
    channel = turn.house.business.channels.get(event.channel)
    return EVERYTHING if extent is Extent.EVERYTHING or channel is None else MARKETING + channel.medium


def extent_of(event: Event) -> Extent | None:
    """How much an event stops; None when it is no stop."""
    match event.kind:
        case "stop":
            return Extent(event.facts.get("extent", Extent.EVERYTHING))
        case "preference":
            return Extent.MARKETING if event.facts.get("value") == PreferenceValue.STOP else None
        case "message" if event.reading == Meaning.STOP:
            return Extent.EVERYTHING
        case "message" if event.reading in (Meaning.STOP_MARKETING, Meaning.BILLS_ONLY):
            return Extent.MARKETING
    return None
