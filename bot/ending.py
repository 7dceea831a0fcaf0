"""A conversation ends because everything was stopped: its timers go, and nothing is said in it any more."""

from __future__ import annotations

from bot.turn import Turn
from flows.spec import STOPPED
from storage.conversations import Conversation


def end_all(turn: Turn) -> None:
    """Every conversation is over."""
    for run in turn.person.conversations:
        if run.ended_at is None:
            end(turn, run)


def end(turn: Turn, run: Conversation) -> None:
    """This conversation is over."""
    turn.person.cancel_timers(run)
    run.state = STOPPED
    run.end(STOPPED, turn.now)
    turn.person.changed(run)
