"""What people of the business have to look at: entries that replies opened, listed and settled."""

from __future__ import annotations

from bot.settling import Ruling, Settling
from storage.casebook import Case, Casebook, CaseFilter
from storage.clock import from_micros
from storage.reviews import Kind
from webhooks.problems import Problem
from webhooks.rest import cursor
from webhooks.rest.answers import ReviewAnswer, ReviewsPage
from webhooks.rest.call import Call, Operation, Reply, absent
from webhooks.rest.records import moment
from webhooks.rest.shapes import ComplaintsQuery, ReviewsQuery, SettleRequest


async def list_reviews(call: Call) -> Reply:
    """Of one kind, or of all."""
    return await _page(call, call.query.kind)


async def list_complaints(call: Call) -> Reply:
    """The complaints among them."""
    return await _page(call, Kind.COMPLAINT)


async def read_review(call: Call) -> Reply:
    """One entry."""
    found = await _casebook(call).one(call.key.business, call.path["review"])
    if found is None:
        raise absent("review")
    return Reply(review_answer(found))


async def settle_review(call: Call) -> Reply:
    """Settle it, once."""
    body: SettleRequest = call.body
    engine = call.desk.doors.engine
    stores, house = engine.stores, call.house()
    settling = Settling(
        stores.database,
        stores.vault,
        stores.clock,
        lambda _, channel: house.business.channels[channel].medium,
        engine.stepper.hint,
    )
    ruling = Ruling(body.outcome, call.key.id, body.note)
    found, settled = await settling.settle(call.key.business, call.path["review"], ruling)
    if found is None:
        raise absent("review")
    if not settled:
        raise Problem("settled", f"{found.review.settled_by} settled it: {found.review.outcome}")
    return Reply(review_answer(found))


async def _page(call: Call, kind: Kind | None) -> Reply:
    query: ReviewsQuery | ComplaintsQuery = call.query
    place = cursor.read(query.cursor, int, str)
    after = (int(str(place[0])), str(place[1])) if place else None
    wanted = CaseFilter(kind, query.waiting, query.person, after, query.limit + 1)
    found = await _casebook(call).cases(call.key.business, wanted)
    following = None
    if len(found) > query.limit:
        last = found[query.limit - 1].review
        following = cursor.write(last.opened_at, last.id)
    return Reply(ReviewsPage(items=tuple(map(review_answer, found[: query.limit])), next=following))


def _casebook(call: Call) -> Casebook:
    stores = call.desk.doors.engine.stores
    return Casebook(stores.database, stores.vault)


def review_answer(case: Case) -> ReviewAnswer:
    """An entry as the API shows it."""
    review = case.review
    return ReviewAnswer(
        id=review.id,
        kind=review.kind,
        person=review.person,
        channel=review.channel,
        event=review.event,
        said=case.said or None,
        word=review.word or None,
        opened_at=from_micros(review.opened_at),
        settled_at=moment(review.settled_at),
        settled_by=review.settled_by or None,
        outcome=review.outcome or None,
        note=review.note or None,
    )


OPERATIONS = (
    Operation(
        "GET",
        "/v1/reviews",
        "What somebody has to look at",
        list_reviews,
        {200: ReviewsPage},
        None,
        ReviewsQuery,
    ),
    Operation("GET", "/v1/reviews/{review}", "One entry", read_review, {200: ReviewAnswer}, problems=("not-found",)),
    Operation(
        "POST",
        "/v1/reviews/{review}",
        "Settle an entry",
        settle_review,
        {200: ReviewAnswer},
        SettleRequest,
        problems=("not-found", "settled"),
    ),
    Operation(
        "GET",
        "/v1/complaints",
        "Complaints",
        list_complaints,
        {200: ReviewsPage},
        None,
        ComplaintsQuery,
    ),
)
