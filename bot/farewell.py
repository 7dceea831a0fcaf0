"""The one confirmation of a stop. It goes out only when nothing of ours to that person is still in the air.

Until then a timer asks again; what is in the air ends by its carrier's answer, its deadline, or the proven death of
the process that sent it. When it is quiet, ``withdrawal.effective`` is recorded.
"""

from __future__ import annotations

from enum import StrEnum

from bot.ending import end_all
from bot.speech import commit, speak
from bot.turn import Turn
from flows.effects import Say
from flows.render import choose_language
from flows.spec import Role
from storage.conversations import Conversation
from storage.suppressions import EVERYTHING, STOPPED
from storage.timers import Timer

AGAIN = 100_000
"""Microseconds until the next look."""

TIMER = "effective:"


class Goodbye(StrEnum):
    """How the person is told."""

    CONFIRM = "confirm"
    WRONG = "wrong"
    """To whoever has the number now, so that nothing is given away."""
    SILENT = "silent"
    """The carrier has told them."""


_ROLES = {Goodbye.CONFIRM: Role.STOP, Goodbye.WRONG: Role.WRONG_NUMBER}


def farewell(turn: Turn, channel: str, goodbye: Goodbye) -> None:
    """Confirm the stop on this channel, now or as soon as the air is clear."""
    say_farewell(turn, Timer("", f"{TIMER}{channel}:{goodbye}", turn.now))


def farewell_soon(turn: Turn, channel: str) -> None:
    """Confirm it as soon as somebody has looked whether the air is clear."""
    key = ("", f"{TIMER}{channel}:{Goodbye.CONFIRM}")
    turn.person.set_timers[key] = Timer(*key, turn.now)


def say_farewell(turn: Turn, timer: Timer) -> None:
    """The timer's work: look whether the air is clear. Who came back meanwhile is not told "stopped"."""
    person = turn.person
    if not any(s.kind == STOPPED and s.scope == EVERYTHING for s in person.suppressions):
        return
    end_all(turn)
    if person.id in turn.around.flying:
        person.set_timers["", timer.trigger] = Timer("", timer.trigger, turn.now + AGAIN)
        return
    channel, _, how = timer.trigger.removeprefix(TIMER).rpartition(":")
    person.record("withdrawal.effective", turn.now, {"channel": channel})
    role = _ROLES.get(Goodbye(how))
    running = turn.house.by_role.get(role) if role is not None else None
    if running is None:
        return
    flow, business = running.flow, turn.house.business
    run = Conversation(
        id="",
        flow=flow.name,
        flow_hash=flow.hash,
        channel=channel,
        medium=business.channels[channel].medium,
        language=choose_language(turn.language, flow.languages),
        state=flow.start.go,
        started_at=turn.now,
    )
    say = flow.states[flow.start.go].say
    turn.visit(flow.name, flow.start.go)
    if say is not None:
        commit(turn, speak(turn, running, run, Say(say)))
