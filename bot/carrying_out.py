"""Carry out what the machine decided: each effect changes the dossier. Nothing else changes a conversation."""

from __future__ import annotations

from bot.catalogue import Running
from bot.granting import grant, request
from bot.speech import MICROSECOND, Spoken, commit, speak
from bot.turn import Turn
from bot.undelivered import watch
from bot.withdrawal import end_consent
from flows import effects
from flows.machine import Decision
from flows.spec import ALL_PURPOSES
from storage.conversations import Conversation
from storage.timers import Timer


def carry_out(turn: Turn, running: Running, run: Conversation, decision: Decision, first: Spoken | None = None) -> None:
    """Move the conversation and do what the decision asks for, in its order. ``first`` is a text worded already."""
    if decision.entered:
        run.state, run.misunderstood = decision.state, 0
        turn.visit(run.flow, decision.state)
    for effect in decision.effects:
        if isinstance(effect, effects.Say):
            _say(turn, running, run, first or speak(turn, running, run, effect), decision)
            first = None
        else:
            _do(turn, running, run, effect)
    if decision.entered and not running.machine.waits(decision.state):
        run.question = None  # it went on to where no answer is waited for: others may ask
    turn.person.changed(run)


def _say(turn: Turn, running: Running, run: Conversation, spoken: Spoken, decision: Decision) -> None:
    """Queue the text. The text of a card opens its question; the text of an ``else`` only repeats it."""
    commit(turn, spoken)
    watch(turn, running, spoken)
    if not decision.entered:
        return
    asks = running.flow.texts[spoken.message.text].asks_for
    open_now = spoken.why is None and running.machine.waits(decision.state)
    run.asked = asks if spoken.why is None else ()
    run.question = spoken.message.id if open_now else None
    if spoken.why is None:
        request(turn, running, run, spoken.message.id, asks)


def _do(turn: Turn, running: Running, run: Conversation, effect: effects.Effect) -> None:
    person = turn.person
    match effect:
        case effects.Grant(purposes):
            grant(turn, running, run, purposes)
        case effects.Cancel():
            person.cancel_timers(run)
        case effects.End(outcome):
            run.end(outcome, turn.now)
        case effects.Wait(delay, trigger):
            key = (run.id, trigger)
            person.set_timers[key] = Timer(run.id, trigger, turn.at + delay // MICROSECOND)
        case effects.Revoke(purposes):
            _revoke(turn, run, purposes)
        case effects.Remember(name, value):
            run.facts[name] = turn.reply if value == "reply" else value
        case effects.Tag(name):
            tags = set(person.facts.get("tags", "").split()) | {name}
            person.facts["tags"], person.touched = " ".join(sorted(tags)), True
        case effects.HandOver():
            person.record("conversation.handed-over", turn.now, {"conversation": run.id, "flow": run.flow})


def _revoke(turn: Turn, run: Conversation, purposes: tuple[str, ...]) -> None:
    named = {purpose for purpose, _ in turn.person.consents} if ALL_PURPOSES in purposes else set(purposes)
    for purpose, medium in list(turn.person.consents):
        if purpose in named and (medium == run.medium or ALL_PURPOSES in purposes):
            end_consent(turn.person, purpose, medium, turn.cause, turn.now)
