"""Consents as they stand, and the records that prove them. Nothing here can change one: only a person's answer does."""

from __future__ import annotations

from storage.inquiry import ConsentFilter
from webhooks.rest import cursor
from webhooks.rest.answers import Break, ConsentsPage, HistoryAnswer
from webhooks.rest.call import Call, Operation, Reply, absent
from webhooks.rest.records import consent_answer, record_of
from webhooks.rest.shapes import ConsentsQuery, HistoryQuery


async def list_consents(call: Call) -> Reply:
    """The present states, page by page."""
    query: ConsentsQuery = call.query
    place = cursor.read(query.cursor, str, str, str)
    after = (str(place[0]), str(place[1]), str(place[2])) if place else None
    wanted = ConsentFilter(query.person, query.purpose, query.status, after, query.limit + 1)
    found = await call.desk.inquiry.consents(call.key.business, wanted)
    following = None
    if len(found) > query.limit:
        person, last = found[query.limit - 1]
        following = cursor.write(person, last.purpose, last.medium)
    now = call.desk.clock.micros()
    items = tuple(consent_answer(person, consent, now) for person, consent in found[: query.limit])
    return Reply(ConsentsPage(items=items, next=following))


async def read_history(call: Call) -> Reply:
    """A person's ledger as stored, with the verdict on its whole chain."""
    query: HistoryQuery = call.query
    person = call.path["person"]
    place = cursor.read(query.cursor, int)
    history = await call.desk.inquiry.history(call.key.business, person)
    if history is None:
        raise absent("person")
    first = int(str(place[0])) + 1 if place else 0
    rest = [entry for entry in history.entries if entry.seq >= first]
    page = rest[: query.limit]
    # What does not verify is shown, but nothing beside it is opened: it may belong to another record.
    key = history.key if query.payload and history.broken is None else None
    broken = history.broken
    return Reply(
        HistoryAnswer(
            person=person,
            verified=broken is None,
            length=history.length,
            broken=Break(seq=broken.seq, why=broken.why) if broken is not None else None,
            items=tuple(record_of(person, entry, key) for entry in page),
            next=cursor.write(page[-1].seq) if len(rest) > len(page) else None,
        )
    )


OPERATIONS = (
    Operation("GET", "/v1/consents", "Consents as they stand", list_consents, {200: ConsentsPage}, None, ConsentsQuery),
    Operation(
        "GET",
        "/v1/consents/{person}/history",
        "A person's records, verified",
        read_history,
        {200: HistoryAnswer},
        None,
        HistoryQuery,
        ("not-found",),
    ),
)
