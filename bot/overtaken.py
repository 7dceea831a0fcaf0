"""Whether a stop overtook what the person said before it: a stop is in force when it is accepted, while the words
before it still wait for their step. They must not undo it, nor grant what it ended.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.channel import Medium
from bot.events import PreferenceValue
from bot.turn import Turn
from bot.withdrawal import Extent
from flows.reading.meaning import Meaning, Sub
from storage.inbox import Event
from storage.suppressions import EVERYTHING, MARKETING, NOTICES, STOPPED


def later_stops(turn: Turn) -> frozenset[str]:
    """The scopes (see ``Suppression``) of stops that came after the event of this turn."""
    person = turn.person
    scopes = [s.scope for s in person.suppressions if s.kind == STOPPED and s.since_at > turn.at]
    for event in person.events:
        if (event.received_at, event.id) > (turn.at, turn.cause):
            scopes += _scopes(turn, event)
    return frozenset(scopes)


def _scopes(turn: Turn, event: Event) -> frozenset[str]:
    match extent_of(event):
        case None:
            return frozenset()
        case Extent.NOTICES:
            return frozenset({NOTICES})
        case Extent.MARKETING if event.kind == "message":
            return frozenset(MARKETING + medium for medium in Medium)
        case Extent.MARKETING if event.channel in turn.house.business.channels:
            return frozenset({MARKETING + turn.medium(event.channel)})
    return frozenset({EVERYTHING})


def extent_of(event: Event) -> Extent | None:
    """How much an event stops; None when it is no stop."""
    match event.kind:
        case "stop":
            return Extent(event.facts.get("extent", Extent.EVERYTHING))
        case "preference":
            return Extent.MARKETING if event.facts.get("value") == PreferenceValue.STOP else None
        case "message":
            return extent_said(event.reading, event.facts.get("sub", ""))
    return None


def extent_said(reading: str, sub: str) -> Extent | None:
    """How much a message with this reading stops."""
    extent = _EXTENTS.get(reading)
    return Extent.NOTICES if extent is Extent.EVERYTHING and sub == Sub.NOTICES else extent


_EXTENTS: Mapping[str, Extent] = {
    Meaning.STOP: Extent.EVERYTHING,
    Meaning.STOP_MARKETING: Extent.MARKETING,
    Meaning.BILLS_ONLY: Extent.MARKETING,
}
