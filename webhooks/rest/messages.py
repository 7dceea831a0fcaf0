"""Asking for one message, and why it left or did not."""

from __future__ import annotations

import json

from bot.catalogue import House, Running
from bot.conversation import needs_of
from bot.inbox import BusinessEvent
from bot.notify import Outcome
from bot.why import MEANING, Why
from flows.spec import Flow, Kind
from storage.clock import from_micros
from storage.inquiry import Stored
from webhooks.problems import Fault, Problem
from webhooks.rest.answers import (
    Explanation,
    LedgerRecord,
    Meanings,
    MessageAnswer,
    MessageAsked,
    ReasonAnswer,
    WhyAnswer,
)
from webhooks.rest.call import Call, Operation, Reply, absent, unknown_name
from webhooks.rest.events import check_channel, check_failed, of_person
from webhooks.rest.records import moment, record_of
from webhooks.rest.shapes import MessageRequest, Strictness

KIND = "message-request"


async def ask_message(call: Call) -> Reply:
    """Ask for one text to be sent; the answer says whether it may."""
    asked: MessageRequest = call.body
    house = call.named_house(asked.business)
    _check(house, asked)
    facts = {
        "flow": asked.flow,
        "text": asked.text,
        "purpose": asked.purpose,
        "facts": dict(asked.facts),
        "text_language": asked.language,
        **of_person(asked.person),
        "test": call.test,
    }
    event = BusinessEvent(call.event, KIND, asked.person.addresses(), facts, None, asked.person.language or "")
    outcome = await call.desk.notify.tell(call.key.business, asked.channel or "", event)
    check_failed(outcome)
    answer = _asked(outcome)
    call.desk.metrics.asked(call.key.business, KIND, answer.status)
    if answer.status == "pending":
        return Reply(answer, 202, final=False)
    if answer.status == "refused" and call.query.strict:
        return Reply(None, 403, _refused(answer))
    return Reply(answer, 201)


def _check(house: House, asked: MessageRequest) -> None:
    """Everything that is named exists, and the text may be sent alone."""
    running = house.flows.get(asked.flow)
    if running is None:
        raise unknown_name("#/flow", "flow", asked.flow, list(house.flows))
    if asked.text not in running.flow.texts:
        raise unknown_name("#/text", f"text in the flow {asked.flow}", asked.text, list(running.flow.texts))
    if asked.purpose is not None and asked.purpose not in house.business.purposes:
        raise unknown_name("#/purpose", "purpose", asked.purpose, list(house.business.purposes))
    if asked.channel is not None:
        check_channel(house, asked.channel)
        medium = house.business.channels[asked.channel].medium
        if not {asked.channel, medium} & set(running.flow.channels):
            fault = Fault("#/channel", "the flow does not run there", f"it runs on {', '.join(running.flow.channels)}")
            raise Problem("invalid", "#/channel: the flow does not run there", (fault,))
    _check_alone(running, asked)


def _check_alone(running: Running, asked: MessageRequest) -> None:
    flow = running.flow
    if flow.texts[asked.text].asks_for or flow.kind is Kind.FAREWELL:
        what = "asks for a consent" if flow.texts[asked.text].asks_for else "answers a stop"
        fault = Fault("#/text", f"this text {what}: it cannot be sent alone", beginning(flow))
        raise Problem("starts-by-event", f"this text {what}; {beginning(flow)}", (fault,))
    needed = needs_of(flow, asked.text)
    if needed is not None and asked.purpose not in (None, needed):
        fault = Fault("#/purpose", f"this text needs the consent {needed}", f"leave it out, or say {needed}")
        raise Problem("invalid", f"#/purpose: this text needs the consent {needed}", (fault,))


def beginning(flow: Flow) -> str:
    """How the flow starts, as a cure."""
    start = flow.start
    if start.event:
        return f"its flow starts with the event {start.event}: POST /v1/events"
    if start.campaign:
        return f"its flow starts with the event campaign.{start.campaign}: POST /v1/events"
    if start.word:
        return "its flow starts when the person writes " + " or ".join(dict.fromkeys(start.word.values()))
    return f"its flow starts when the person says {start.business}"


def _asked(outcome: Outcome) -> MessageAsked:
    if outcome.pending:
        return MessageAsked(event=outcome.id, status="pending")
    reasons = tuple(
        ReasonAnswer(code=each["reason"], detail=each.get("detail") or MEANING[Why(each["reason"])].en)
        for each in outcome.refused
    )
    id_ = next(iter(outcome.messages), None)
    return MessageAsked(id=id_, event=outcome.id, status="refused" if reasons else "queued", reasons=reasons)


def _refused(answer: MessageAsked) -> Problem:
    faults = tuple(Fault("", reason.detail, code=reason.code) for reason in answer.reasons)
    return Problem("refused", f"{answer.id or answer.event} was refused: {answer.reasons[0].code}", faults)


async def read_message(call: Call) -> Reply:
    """One message."""
    return Reply(message_answer(await _stored(call)))


async def why_message(call: Call) -> Reply:
    """Why it left, waits, or did not leave: the rule, the consent, the permission."""
    stored = await _stored(call)
    row, inquiry = stored.row, call.desk.inquiry
    authorisation = None
    if row.authorised_at is not None:
        entry = await inquiry.record(row.business, row.person, row.record)
        authorisation = record_of(row.person, entry) if entry is not None else None
    consent = await _consent(call, stored, authorisation)
    return Reply(
        WhyAnswer(
            id=row.id,
            status=row.status,
            reasons=tuple(explain(code) for code in [row.why] if code),
            nature=row.nature,
            purpose=row.purpose,
            basis=_basis(row.basis, authorisation),
            proof=row.proof or None,
            due_at=from_micros(row.due_at),
            stale_at=moment(row.stale_at),
            authorised_at=moment(row.authorised_at),
            finished_at=moment(row.finished_at),
            provider_id=row.provider_id,
            provider_code=row.code or None,
            consent=consent,
            authorisation=authorisation,
        )
    )


async def _stored(call: Call) -> Stored:
    stored = await call.desk.inquiry.message(call.key.business, call.path["message"])
    if stored is None:
        raise absent("message")
    return stored


def _basis(planned: str, authorisation: LedgerRecord | None) -> str:
    if authorisation is None:
        return planned
    return str(json.loads(authorisation.record)["facts"]["basis"])


async def _consent(call: Call, stored: Stored, authorisation: LedgerRecord | None) -> LedgerRecord | None:
    """The record that the permission names; before there is one, the record behind the consent's present state."""
    row, inquiry = stored.row, call.desk.inquiry
    if authorisation is not None:
        seq = json.loads(authorisation.record)["facts"]["consent"]
    else:
        known = await inquiry.people(row.business, [row.person])
        states = {(c.purpose, c.medium): c.record for person in known for c in person.consents}
        seq = states.get((row.purpose, row.medium))
    entry = await inquiry.record(row.business, row.person, seq) if seq is not None else None
    return record_of(row.person, entry) if entry is not None else None


def explain(code: str) -> Explanation:
    """A why-code in words; a code that a later release wrote is given as it is."""
    known = MEANING.get(Why(code)) if code in set(Why) else None
    en, zh = (known.en, known.zh) if known is not None else (code, code)
    return Explanation(code=code, meaning=Meanings(en=en, zh=zh))


def message_answer(stored: Stored) -> MessageAnswer:
    """A row as the API shows it."""
    row = stored.row
    return MessageAnswer(
        id=row.id,
        business=row.business,
        person=row.person,
        channel=row.channel,
        medium=row.medium,
        flow=row.flow,
        flow_version=row.flow_hash,
        text=row.text,
        language=row.language,
        nature=row.nature,
        purpose=row.purpose,
        basis=row.basis,
        body=stored.body,
        status=row.status,
        why=row.why or None,
        test=bool(row.test),
        event=row.cause or None,
        conversation=row.conversation or None,
        created_at=from_micros(row.created_at),
        due_at=from_micros(row.due_at),
        stale_at=moment(row.stale_at),
        authorised_at=moment(row.authorised_at),
        finished_at=moment(row.finished_at),
        attempts=row.attempts,
        provider_id=row.provider_id,
        provider_code=row.code or None,
    )


OPERATIONS = (
    Operation(
        "POST",
        "/v1/messages",
        "Ask for one text of a flow to be sent to one person",
        ask_message,
        {201: MessageAsked, 202: MessageAsked},
        MessageRequest,
        Strictness,
        ("other-business", "refused", "unknown-name", "starts-by-event", "event-failed"),
    ),
    Operation(
        "GET", "/v1/messages/{message}", "One message", read_message, {200: MessageAnswer}, problems=("not-found",)
    ),
    Operation(
        "GET",
        "/v1/messages/{message}/why",
        "Why it left, waits, or did not leave",
        why_message,
        {200: WhyAnswer},
        problems=("not-found",),
    ),
)
