"""A person never has two open questions on one sender; a question is open only while its answer is waited for."""

from __future__ import annotations

from dataclasses import replace

from flows.load import load_flow
from tests.fixtures.engines import BUSINESS, Shop

VISIT = """\
flow: visit
about: A visit is confirmed, then takes place.
kind: service
channels: [sms]
languages: [en]
start: {event: visit.booked, basis: contract, proof: visit, go: ask}
answers:
  Y: [Y, yes]
states:
  ask:
    say: ask
    reply: {Y: waiting}
    after: {72h: over}
  waiting:
    event: {visit.done: over}
    after: {240h: over}
  over: {end: done}
texts:
  ask: {en: "Your visit {{ visit }} is on Monday. Reply Y if you will come."}
uses:
  visit: {type: text, max: 12, example: V1}
"""


async def with_visits(shop: Shop) -> None:
    """The bookshop, which also takes visits."""
    flow = load_flow(VISIT, "visit.yaml")
    shop.business = replace(shop.business, flows={**shop.business.flows, flow.name: flow})
    await shop.engine.put_in_force({BUSINESS: shop.business})


async def refused(shop: Shop) -> list[str]:
    """What the last sign-up was told."""
    [(result,)] = await shop.rows("SELECT result FROM inbox WHERE kind = 'event' ORDER BY id DESC LIMIT 1")
    return [word for word in ("question-open",) if word in result]


async def test_a_second_question_is_refused_while_the_first_is_open(shop: Shop) -> None:
    """With its reason, and nothing of it leaves."""
    await with_visits(shop)
    assert len(await shop.tell("visit.booked", visit="V1")) == 1
    assert await shop.tell("signup.form", page="web") == []
    assert await refused(shop) == ["question-open"]


async def test_an_answered_question_is_not_open_while_the_conversation_waits_for_something_else(shop: Shop) -> None:
    """The visit is still to come; the person may be asked something else, and that answer is theirs alone."""
    await with_visits(shop)
    await shop.tell("visit.booked", visit="V1")
    await shop.say("Y")
    assert len(await shop.tell("signup.form", page="web")) == 1
    assert await refused(shop) == []
    await shop.say("Y")
    assert (await shop.kinds())[-1] in ("send.authorised", "consent.confirmed")
    assert await shop.rows("SELECT state, ended_at IS NULL FROM conversations WHERE flow = 'visit'") in (
        [("waiting", 1)],
        [("waiting", True)],
    )
