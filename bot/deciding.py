"""A conversation takes one trigger: its machine decides, the decision is carried out."""

from __future__ import annotations

from bot.carrying_out import carry_out
from bot.doubt import conclude
from bot.overtaken import later_stops
from bot.turn import Turn
from bot.why import Why
from flows.effects import Grant
from flows.machine import Cause, Decision, Facts, Trigger
from storage.conversations import Conversation
from storage.suppressions import MARKETING

UNPROVED = "the version that this person started has no proof that holds: publish one with a map of its states"


def decide(turn: Turn, run: Conversation, trigger: Trigger) -> bool:
    """Whether the trigger moved the conversation."""
    running = turn.running(run)
    if running is None:
        if turn.spoke:
            turn.refuse(run.flow, Why.NO_BASIS, UNPROVED)
        return False
    decision = running.machine.decide(run.state, trigger, Facts(run.misunderstood))
    if decision is None or _ended_since(turn, run, decision):
        return False
    if trigger.cause is Cause.ELSE:
        run.misunderstood += 1
    turn.visit(run.flow, run.state, trigger)
    carry_out(turn, running, run, decision)
    conclude(turn, run)
    return True


def _ended_since(turn: Turn, run: Conversation, decision: Decision) -> bool:
    """Whether the answer would grant what a stop of marketing, said after it, has ended already."""
    if MARKETING + run.medium not in later_stops(turn):
        return False
    granted = {name for effect in decision.effects if isinstance(effect, Grant) for name in effect.purposes}
    return bool(granted & turn.commercial)
