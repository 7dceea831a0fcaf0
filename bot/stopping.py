"""A stop, as it is stepped: the conversations end and the person is told, once. The withdrawal itself stands since the
message was accepted, or is recorded here where only the conversation showed that it was one.
"""

from __future__ import annotations

from bot.casework import open_review
from bot.ending import end_all
from bot.events import ProviderStop
from bot.farewell import Goodbye, farewell, farewell_soon
from bot.overtaken import extent_of
from bot.turn import Turn
from bot.withdrawal import ALREADY, Extent, Stop, disown, withdraw
from flows.reading.meaning import Sub
from storage.inbox import Event
from storage.reviews import Kind


def stop(turn: Turn, event: Event) -> bool:
    """Act on a stored event that is a stop; whether everything is stopped by it. A carrier that recognised the stop
    has told the person itself."""
    extent = extent_of(event) or Extent.EVERYTHING
    if extent is not Extent.EVERYTHING:
        narrow(turn, event, extent)
        return False
    again = _withdraw(turn, event, extent) != ALREADY
    end_all(turn)
    wrong = event.facts.get("sub") == Sub.WRONG_NUMBER
    if wrong:
        disown(turn.person, event.id, turn.now)
        open_review(turn, Kind.WRONG_NUMBER, event)
    if event.effect == "stopped" or again:
        told = event.kind != "message" or event.facts.get("handled") == ProviderStop.STOP
        farewell(turn, event.channel, Goodbye.SILENT if told else Goodbye.WRONG if wrong else Goodbye.CONFIRM)
    return True


def stop_unheard(turn: Turn, channel: str, what: Stop) -> None:
    """A stop that was not heard as one on arrival: it is recorded now, and confirmed when the air is clear."""
    if withdraw(turn.person, what, turn.cause, turn.now) == ALREADY:
        return
    end_all(turn)
    farewell_soon(turn, channel)


def narrow(turn: Turn, event: Event, extent: Extent) -> bool:
    """End marketing, or notices; whether that changed anything (also on arrival)."""
    return _withdraw(turn, event, extent) != ALREADY or event.effect not in ("", ALREADY)


def _withdraw(turn: Turn, event: Event, extent: Extent) -> str:
    source = "word" if event.kind == "message" else "receipt"
    what = Stop(source, turn.medium(event.channel), extent, event.word)
    return withdraw(turn.person, what, event.id, turn.now, turn.commercial)
