"""What a person may ask for by a short reply, on any phone: fewer messages, a pause, their own record, another
language, somebody to talk to, a case.

Each gets one answer, which goes to who stopped as well. Nothing here grants, and nothing here undoes a stop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot import account
from bot.answering import answer_role
from bot.casework import open_review
from bot.doubt import doubt
from bot.holding import Hold, hold
from bot.turn import Turn
from flows.reading.meaning import Meaning, Reading, Sub
from flows.render import choose_language
from flows.spec import Role
from storage.clock import MICROSECOND
from storage.inbox import Event
from storage.reviews import Kind
from storage.suppressions import COMPLAINT, EVERYTHING, PAUSED, STOPPED

DAYS = 30
"""The length of a pause that names none."""
LONGEST = 365
FEWER = 1
"""Commercial messages a month, after LESS."""


def serve(turn: Turn, event: Event, reading: Reading) -> bool:
    """Do what the reply asks for and answer it; False when it asks for nothing of this kind."""
    act = _BY_SUB.get(reading.sub) if reading.sub is not None else _BY_MEANING.get(reading.meaning)
    if act is None:
        return False
    act(turn, event, reading)
    return True


def stopped(turn: Turn) -> bool:
    """Whether everything is stopped for the person."""
    return any(s.kind == STOPPED and s.scope == EVERYTHING for s in turn.person.suppressions)


def _status(turn: Turn, event: Event, _: Reading) -> None:
    answer_role(turn, event.channel, Role.STATUS, account.status(turn))


def _why(turn: Turn, event: Event, _: Reading) -> None:
    answer_role(turn, event.channel, Role.WHY, account.why(turn))


def _proof(turn: Turn, event: Event, _: Reading) -> None:
    answer_role(turn, event.channel, Role.PROOF, account.proof(turn))


def _less(turn: Turn, event: Event, reading: Reading) -> None:
    if stopped(turn):
        _status(turn, event, reading)
        return
    turn.person.own_cap = FEWER
    turn.person.record("cap.lowered", turn.now, {"month": FEWER, "event": event.id})
    answer_role(turn, event.channel, Role.LESS)


def _pause(turn: Turn, event: Event, reading: Reading) -> None:
    if stopped(turn):
        _status(turn, event, reading)
        return
    days = min(max(int(reading.detail or DAYS), 1), LONGEST)
    until = turn.now + timedelta(days=days) // MICROSECOND
    hold(turn.person, Hold(PAUSED, event.word, until), event.id, turn.now)
    answer_role(turn, event.channel, Role.PAUSE, {"until": account.day_of(turn, until)})


def _language(turn: Turn, event: Event, reading: Reading) -> None:
    """The nearest that the business has; one that it does not speak is a cry for help."""
    offered = turn.house.business.languages
    wanted = reading.detail or ""
    nearest = choose_language(wanted, offered)
    if nearest.partition("-")[0] != wanted.partition("-")[0]:
        answer_role(turn, event.channel, Role.HELP)
        return
    turn.person.language, turn.person.touched = nearest, True
    for run in turn.person.conversations:
        running = turn.running(run)
        if run.ended_at is None and running is not None:
            run.language = choose_language(nearest, running.flow.languages)
            turn.person.changed(run)
    answer_role(turn, event.channel, Role.LANGUAGE)


def _human(turn: Turn, event: Event, _: Reading) -> None:
    open_review(turn, Kind.HUMAN, event)
    answer_role(turn, event.channel, Role.HUMAN)


def _complaint(turn: Turn, event: Event, _: Reading) -> None:
    hold(turn.person, Hold(COMPLAINT, event.word), event.id, turn.now)
    open_review(turn, Kind.COMPLAINT, event)
    answer_role(turn, event.channel, Role.COMPLAINT)


def _help(turn: Turn, event: Event, _: Reading) -> None:
    answer_role(turn, event.channel, Role.HELP)


def _doubt(turn: Turn, event: Event, _: Reading) -> None:
    if not stopped(turn):
        doubt(turn, event)


Act = Callable[[Turn, Event, Reading], None]
_BY_SUB: Mapping[Sub, Act] = {
    Sub.STATUS: _status,
    Sub.WHY: _why,
    Sub.PROOF: _proof,
    Sub.LESS: _less,
    Sub.PAUSE_FOR: _pause,
    Sub.LANGUAGE: _language,
    Sub.HUMAN: _human,
}
_BY_MEANING: Mapping[Meaning, Act] = {Meaning.COMPLAINT: _complaint, Meaning.HELP: _help, Meaning.PAUSE: _doubt}
