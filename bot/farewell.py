"""The one confirmation of a stop. It goes out only when nothing of ours to that person is still in the air.

Until then a timer asks again; what is in the air ends by its carrier's answer, its deadline, or the proven death of
the process that sent it. When it is quiet, ``withdrawal.effective`` is recorded.
"""

from __future__ import annotations

from bot.speech import commit, speak
from bot.turn import Turn
from flows.effects import Say
from flows.render import choose_language
from storage.conversations import Conversation
from storage.suppressions import EVERYTHING, STOPPED
from storage.timers import Timer

AGAIN = 100_000
"""Microseconds until the next look."""

_CONFIRM, _SILENT = "confirm", "silent"


def farewell(turn: Turn, channel: str, *, confirm: bool) -> None:
    """Confirm the stop on this channel, now or as soon as the air is clear; silently where the carrier answered."""
    say_farewell(turn, Timer("", f"effective:{channel}:{_CONFIRM if confirm else _SILENT}", turn.now))


def say_farewell(turn: Turn, timer: Timer) -> None:
    """The timer's work: look whether the air is clear. Who came back meanwhile is not told "stopped"."""
    person = turn.person
    if not any(s.kind == STOPPED and s.scope == EVERYTHING for s in person.suppressions):
        return
    if person.id in turn.around.flying:
        person.set_timers["", timer.trigger] = Timer("", timer.trigger, turn.now + AGAIN)
        return
    _, channel, confirm = timer.trigger.split(":")
    person.record("withdrawal.effective", turn.now, {"channel": channel})
    running = turn.house.by_role.get("stop")
    if confirm != _CONFIRM or running is None:
        return
    flow, business = running.flow, turn.house.business
    run = Conversation(
        id="",
        flow=flow.name,
        flow_hash=flow.hash,
        channel=channel,
        medium=business.channels[channel].medium,
        language=choose_language(person.language or business.languages[0], flow.languages),
        state=flow.start.go,
        started_at=turn.now,
    )
    say = flow.states[flow.start.go].say
    turn.visit(flow.name, flow.start.go)
    if say is not None:
        commit(turn, speak(turn, running, run, Say(say)))
