"""Unsure whether it was a stop: marketing waits at once, one plain question is asked, and silence is an answer too.

A question that was open on that channel is closed: two open questions make a "1" ambiguous, and a yes after such a
doubt would be no clear consent. Never asks twice while its question is open.
"""

from __future__ import annotations

from datetime import timedelta

from bot.answering import answer_role
from bot.casework import BY_PERSON, BY_TIME, open_review, settle_review
from bot.ending import end
from bot.holding import Hold, hold, holds, release
from bot.stopping import stop_unheard
from bot.turn import Turn
from bot.withdrawal import Stop
from config.rules import rules_of
from flows.rules import Silence
from flows.spec import Role
from storage.clock import MICROSECOND
from storage.conversations import Conversation
from storage.inbox import Event
from storage.reviews import Kind, Outcome
from storage.suppressions import DOUBTFUL
from storage.timers import Timer

PATIENCE = timedelta(hours=24)
TIMER = "doubt:"
STOP, KEEP = "stop", "keep"
"""How the flow of this role ends; any other end is silence."""


def doubt(turn: Turn, event: Event) -> None:
    """Hold marketing back, ask, and let somebody of the business look."""
    person, channel = turn.person, event.channel
    hold(person, Hold(DOUBTFUL, event.word), event.id, turn.now)
    open_review(turn, Kind.DOUBT, event)
    if any(run.ended_at is None and run.channel == channel and asks(turn, run) for run in person.conversations):
        return
    answer_role(turn, channel, Role.DOUBT)
    key = ("", TIMER + channel)
    person.set_timers[key] = Timer(*key, turn.now + PATIENCE // MICROSECOND + 1)  # after the flow's own wait


def asks(turn: Turn, run: Conversation) -> bool:
    """Whether this conversation is our question what was meant."""
    running = turn.running(run)
    return running is not None and running.flow.start.business is Role.DOUBT


def conclude(turn: Turn, run: Conversation) -> None:
    """Act on the person's answer, if this was the question and it is answered."""
    if run.ended_at is None or run.outcome not in (STOP, KEEP) or not asks(turn, run):
        return
    if run.outcome == STOP:
        settle_review(turn, Kind.DOUBT, Outcome.STOP, BY_PERSON)
        stop_unheard(turn, run.channel, Stop("word", run.medium, word=turn.reply.strip()[:8]))
    elif release(turn.person, DOUBTFUL, "word", turn.cause, turn.now):
        settle_review(turn, Kind.DOUBT, Outcome.RESUME, BY_PERSON)


def overdue(turn: Turn, timer: Timer) -> None:
    """A day has passed. Where the person's place says that silence is a stop, it is one; else marketing stays held
    back until somebody of the business has looked."""
    person, channel = turn.person, timer.trigger.removeprefix(TIMER)
    if not holds(person, DOUBTFUL):
        return
    for run in person.conversations:
        if run.ended_at is None and asks(turn, run):
            end(turn, run)
    if rules_of(person.place or turn.house.business.place, ()).silence is Silence.STOP:
        settle_review(turn, Kind.DOUBT, Outcome.STOP, BY_TIME)
        stop_unheard(turn, channel, Stop("silence", turn.medium(channel)))
