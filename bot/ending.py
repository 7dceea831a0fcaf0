"""A conversation ends from outside: everything was stopped, or nothing of it ever left. Its timers go, and nothing is
said in it any more."""

from __future__ import annotations

from bot.turn import Turn
from flows.spec import STOPPED
from storage.conversations import UNSAID, Conversation


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


def end_unsaid(turn: Turn) -> None:
    """End the conversations of which the person never saw a word, because it was recalled: they count as not begun,
    keep no question open, and wait for nothing."""
    for run in turn.person.conversations:
        if run.id in turn.around.unsaid and run.ended_at is None:
            turn.person.cancel_timers(run)
            run.end(UNSAID, turn.now)
            turn.person.changed(run)
