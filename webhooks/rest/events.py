"""What happens at the business: told by the business, kept once, answered with what it did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.catalogue import House
from bot.inbox import BusinessEvent
from bot.notify import Outcome
from storage.clock import to_micros
from webhooks.problems import Fault, Problem
from webhooks.rest.answers import EventAnswer, RefusedFlow, StartedFlow
from webhooks.rest.call import Call, Operation, Reply, absent, unknown_name
from webhooks.rest.shapes import EventRequest, Person

AHEAD = timedelta(minutes=5)
"""How far a caller's clock may go ahead of ours."""
KIND = "event"


async def tell_event(call: Call) -> Reply:
    """Keep the event, then say which flows it started."""
    asked: EventRequest = call.body
    house = call.named_house(asked.business)
    if asked.channel is not None:
        check_channel(house, asked.channel)
    event = BusinessEvent(
        call.event,
        KIND,
        asked.person.addresses(),
        {"type": asked.type, "facts": dict(asked.facts), **of_person(asked.person), "test": call.test},
        _when(call, asked),
        asked.person.language or "",
    )
    outcome = await call.desk.notify.tell(call.key.business, asked.channel or "", event)
    check_failed(outcome)
    call.desk.metrics.asked(call.key.business, KIND, _word(outcome))
    return Reply(_answer(outcome), 202, final=not outcome.pending)


async def read_event(call: Call) -> Reply:
    """What came of an event that was told before."""
    outcome = await call.desk.notify.look(call.key.business, call.path["event"])
    if outcome is None:
        raise absent("event")
    check_failed(outcome)
    return Reply(_answer(outcome))


def of_person(person: Person) -> dict[str, Any]:
    """What the step learns about the person."""
    return {"language": person.language, "person_facts": dict(person.facts)}


def check_channel(house: House, channel: str) -> None:
    """Problem when the business has no such channel."""
    if channel not in house.business.channels:
        raise unknown_name("#/channel", "channel", channel, list(house.business.channels))


def check_failed(outcome: Outcome) -> None:
    """Problem when acting on the event went wrong."""
    if outcome.failed:
        raise Problem("event-failed", f"{outcome.id} is stored; the reason is in the log")


def _when(call: Call, asked: EventRequest) -> int | None:
    if asked.occurred_at is None:
        return None
    if asked.occurred_at > call.desk.clock.now() + AHEAD:
        fault = Fault("#/occurred_at", "this is in the future", "tell an event when it has happened")
        raise Problem("invalid", "#/occurred_at: this is in the future", (fault,))
    return min(to_micros(asked.occurred_at), call.desk.clock.micros())


def _word(outcome: Outcome) -> str:
    if outcome.pending:
        return "pending"
    return "started" if outcome.started else "refused" if outcome.refused else "kept"


def _answer(outcome: Outcome) -> EventAnswer:
    return EventAnswer(
        id=outcome.id,
        started=tuple(StartedFlow.model_validate(each) for each in outcome.started),
        refused=tuple(RefusedFlow.model_validate(each) for each in outcome.refused),
        messages=outcome.messages,
        pending=True if outcome.pending else None,
    )


OPERATIONS = (
    Operation(
        "POST",
        "/v1/events",
        "Tell what happened: it starts the flows that wait for it",
        tell_event,
        {202: EventAnswer},
        EventRequest,
        problems=("other-business", "unknown-name", "event-failed"),
    ),
    Operation(
        "GET",
        "/v1/events/{event}",
        "What came of an event",
        read_event,
        {200: EventAnswer},
        problems=("not-found", "event-failed"),
    ),
)
