"""What one event does to one person: a reply, a tap, a business's event, a timer, a stop.

Works on a dossier that is held under lock and changes nothing but that dossier. A stop is heard before anything else,
in every state, also when the flow no longer exists.
"""

from __future__ import annotations

import json
from dataclasses import replace

from bot.catalogue import Running
from bot.deciding import decide
from bot.doubt import TIMER as DOUBT
from bot.doubt import overdue
from bot.ending import end_unsaid
from bot.events import PreferenceValue
from bot.farewell import say_farewell
from bot.message import take_message
from bot.overtaken import later_stops
from bot.speech import Spoken, commit, speak
from bot.starting import choose_channel, start
from bot.stopping import stop
from bot.turn import Turn
from bot.undelivered import fall_back, watch, watches
from bot.why import Why
from flows.effects import Say
from flows.machine import Trigger
from flows.render import choose_language
from flows.spec import STOPPED, Flow, Kind
from storage.consents import HELD, ConsentStatus
from storage.conversations import Conversation
from storage.dossier import Alias
from storage.inbox import Event
from storage.suppressions import MARKETING
from storage.timers import Timer

CAMPAIGN = "campaign."
LEARNED = "learned"
"""The type of an identity event that adds identifiers and replaces none."""


def take_event(turn: Turn, event: Event) -> None:
    """Act on one stored event and note what came of it."""
    match event.kind:
        case "message":
            take_message(turn, event)
        case "stop":
            stop(turn, event)
        case "event":
            _business_event(turn, event)
        case "message-request":
            _message_request(turn, event)
        case "preference":
            _preference(turn, event)
        case "identity":
            _identity(turn, event)
    event.result = turn.result()


def take_timer(turn: Turn, timer: Timer) -> None:
    """A wait is over. A timer of a conversation that has moved on does nothing."""
    if watches(timer) is not None:
        fall_back(turn, timer)
        return
    if not timer.conversation:
        doubted = timer.trigger.startswith(DOUBT)
        (overdue if doubted else say_farewell)(turn, timer)
        return
    end_unsaid(turn)
    run = next((r for r in turn.person.conversations if r.id == timer.conversation and r.ended_at is None), None)
    if run is not None:
        decide(turn, run, Trigger.read(timer.trigger))


# What the business reports -----------------------------------------------------------------------------------------


def _business_event(turn: Turn, event: Event) -> None:
    """An event moves the conversations that wait for it and starts the flows that begin with it."""
    name, facts = event.facts["type"], event.facts.get("facts", {})
    turn.test = bool(event.facts.get("test"))
    _learn(turn, event)
    end_unsaid(turn)
    moved = False
    for run in list(turn.person.conversations):
        if run.ended_at is None and _may_move(turn, run) and _about(run, turn.running(run), facts):
            run.facts = {**run.facts, **facts}
            moved = decide(turn, run, Trigger.event(name)) or moved
    if name.startswith(CAMPAIGN):
        campaign = turn.house.by_campaign.get(name.removeprefix(CAMPAIGN))
        starts: tuple[Running, ...] = (campaign,) if campaign is not None else ()
    else:
        starts = turn.house.by_event.get(name, ())
    for running in starts:
        if not moved:
            start(turn, running, facts, channel=event.channel)


def _may_move(turn: Turn, run: Conversation) -> bool:
    """A test leaves alone what reaches a real person."""
    return run.test or not turn.test or not turn.around.live(turn.person.business, run.channel)


def _learn(turn: Turn, event: Event) -> None:
    language, person = event.facts.get("language"), event.facts.get("person_facts")
    if language:
        turn.person.language, turn.person.touched = language, True
    if person:
        turn.person.facts, turn.person.touched = {**turn.person.facts, **person}, True


def _about(run: Conversation, running: Running | None, facts: dict[str, str]) -> bool:
    """An event that names an order belongs to the run about that order; one that names none, to any."""
    proof = running.flow.start.proof if running is not None else None
    named = facts.get(proof, "") if proof else ""
    return not named or named == run.subject


def needs_of(flow: Flow, text: str) -> str | None:
    """The purpose whose consent a text needs wherever it is said: its card's, else its flow's."""
    cards = (state.needs for state in flow.states.values() if state.say == text and state.needs)
    return next(cards, flow.needs)


def _message_request(turn: Turn, event: Event) -> None:
    """The business asks for one text of a flow to be sent to one person.

    What the flow says it needs cannot be replaced by another purpose, and only a service's text goes without any.
    """
    facts = event.facts
    running = turn.house.flows.get(facts["flow"])
    turn.test = bool(facts.get("test"))
    _learn(turn, event)
    if running is None or facts["text"] not in running.flow.texts or running.flow.kind is Kind.FAREWELL:
        turn.refuse(facts["flow"], Why.NO_BASIS, "the flow or text is no longer in force")
        return
    flow, business = running.flow, turn.house.business
    channel = event.channel or choose_channel(turn, running) or next(iter(business.channels))
    wanted = facts.get("text_language") or turn.person.language or business.languages[0]
    run = Conversation(
        id="",
        flow=flow.name,
        flow_hash=flow.hash,
        channel=channel,
        medium=turn.medium(channel),
        language=choose_language(wanted, flow.languages),
        state="",
        started_at=turn.now,
        test=turn.test,
        facts=facts.get("facts", {}),
    )
    spoken = speak(turn, running, run, Say(facts["text"], needs_of(flow, facts["text"]) or facts.get("purpose")))
    if spoken.why is None and spoken.message.purpose is None and flow.kind is not Kind.SERVICE:
        spoken = Spoken(spoken.message, Why.NO_CONSENT)
    commit(turn, spoken)
    watch(turn, running, spoken)


# What the carrier reports ------------------------------------------------------------------------------------------


def _preference(turn: Turn, event: Event) -> None:
    """The carrier's own switch. Its stop was recorded on arrival; a resume lifts that stop and grants nothing."""
    if event.facts.get("value") != PreferenceValue.RESUME:
        return
    scope = MARKETING + turn.medium(event.channel)
    if scope in later_stops(turn):
        return
    for suppression in [s for s in turn.person.suppressions if s.kind == STOPPED and s.scope == scope]:
        turn.person.lift(suppression, "native", turn.now)
    turn.person.record("preference.resumed", turn.now, {"event": event.id, "channel": event.channel})


def _identity(turn: Turn, event: Event) -> None:
    """New identifiers: every stop follows the person to them, consents do not (they are invalidated)."""
    person = turn.person
    learned = event.facts.get("type") == LEARNED
    gone = [] if learned else event.facts["old"]
    old = {turn.around.address_hash(person.business, a["scheme"], a["value"]) for a in gone}
    new = [
        Alias(turn.around.address_hash(person.business, a["scheme"], a["value"]), a["scheme"], a["value"])
        for a in event.facts["new"]
    ]
    person.closed_aliases += [a.hash for a in person.aliases if a.hash in old]
    known = {a.hash for a in person.aliases}
    person.aliases = [a for a in person.aliases if a.hash not in old]
    for alias in new:
        if alias.hash not in known:
            person.added_aliases.append(alias)
            person.aliases.append(alias)
        for suppression in list(person.suppressions):
            person.suppress(replace(suppression, hash=alias.hash), "alias")
    if learned:
        return
    person.record("identity.changed", turn.now, {"event": event.id, "type": event.facts.get("type", "")})
    for consent in list(person.consents.values()):
        if consent.status in HELD | {ConsentStatus.REQUESTED}:
            facts = {"purpose": consent.purpose, "medium": consent.medium, "event": event.id}
            record = person.record("consent.invalidated", turn.now, facts)
            invalid = consent._replace(status=ConsentStatus.INVALIDATED, since_at=turn.now, record=record)
            person.put_consent(invalid)


def result_of(event: Event) -> dict[str, object]:
    """What ``take_event`` noted."""
    noted: dict[str, object] = json.loads(event.result) if event.result else {}
    return noted
