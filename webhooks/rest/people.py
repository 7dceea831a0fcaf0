"""People: one, by id; whoever has a number; all, page by page. What was sent to them, and what their replies meant."""

from __future__ import annotations

from bot.events import Scheme
from storage.readings import Readings
from webhooks.rest import cursor
from webhooks.rest.answers import MessagesPage, PeoplePage, PersonAnswer, ReadingsPage
from webhooks.rest.call import Call, Operation, Reply, absent
from webhooks.rest.messages import message_answer
from webhooks.rest.records import person_answer, reading_answer
from webhooks.rest.shapes import PageQuery, PeopleQuery


async def read_person(call: Call) -> Reply:
    """One person."""
    found = await call.desk.inquiry.people(call.key.business, [call.path["person"]])
    if not found:
        raise absent("person")
    return Reply(person_answer(found[0], call.desk.clock.micros()))


async def list_people(call: Call) -> Reply:
    """Whoever has the number; without one, everybody."""
    query: PeopleQuery = call.query
    inquiry, business = call.desk.inquiry, call.key.business
    following = None
    if query.phone is not None or query.wa_id is not None:
        given = (Scheme.E164, query.phone) if query.phone is not None else (Scheme.WA_ID, query.wa_id or "")
        one = await inquiry.find_person(business, *given)
        ids = [one] if one is not None else []
    else:
        place = cursor.read(query.cursor, str)
        ids = await inquiry.people_after(business, str(place[0]) if place else "", query.limit + 1)
        ids, following = ids[: query.limit], cursor.write(ids[query.limit - 1]) if len(ids) > query.limit else None
    found = await inquiry.people(business, ids)
    now = call.desk.clock.micros()
    return Reply(PeoplePage(items=tuple(person_answer(each, now) for each in found), next=following))


async def list_messages(call: Call) -> Reply:
    """What was asked to be sent to a person, the latest first."""
    query: PageQuery = call.query
    inquiry, business, person = call.desk.inquiry, call.key.business, call.path["person"]
    place = cursor.read(query.cursor, int, str)
    before = (int(str(place[0])), str(place[1])) if place else None
    if not await inquiry.people(business, [person]):
        raise absent("person")
    found = await inquiry.messages_of(business, person, before, query.limit + 1)
    following = None
    if len(found) > query.limit:
        last = found[query.limit - 1].row
        following = cursor.write(last.created_at, last.id)
    return Reply(MessagesPage(items=tuple(message_answer(each) for each in found[: query.limit]), next=following))


async def list_readings(call: Call) -> Reply:
    """What a person's messages were read as, and what decided, the latest first."""
    query: PageQuery = call.query
    business, person = call.key.business, call.path["person"]
    place = cursor.read(query.cursor, int, str)
    before = (int(str(place[0])), str(place[1])) if place else None
    inquiry = call.desk.inquiry
    if not await inquiry.people(business, [person]):
        raise absent("person")
    readings = Readings(inquiry.database, inquiry.vault)
    found = await readings.of_person(business, person, before, query.limit + 1)
    shown = found[: query.limit]
    following = cursor.write(shown[-1].received_at, shown[-1].id) if len(found) > len(shown) else None
    return Reply(ReadingsPage(items=tuple(reading_answer(each) for each in shown), next=following))


OPERATIONS = (
    Operation(
        "GET",
        "/v1/people",
        "Find a person by number, or list everybody",
        list_people,
        {200: PeoplePage},
        None,
        PeopleQuery,
    ),
    Operation("GET", "/v1/people/{person}", "One person", read_person, {200: PersonAnswer}, problems=("not-found",)),
    Operation(
        "GET",
        "/v1/people/{person}/messages",
        "What was asked to be sent to a person",
        list_messages,
        {200: MessagesPage},
        None,
        PageQuery,
        ("not-found",),
    ),
    Operation(
        "GET",
        "/v1/people/{person}/readings",
        "What a person's messages were read as",
        list_readings,
        {200: ReadingsPage},
        None,
        PageQuery,
        ("not-found",),
    ),
)
