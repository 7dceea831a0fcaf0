"""A rehearsal is the real path: what is wrong with a conversation shows, and nothing is wrong that is not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.rehearsal import Rehearsal
from bot.rehearsal_cast import CannotPlay, cast
from bot.rehearsal_room import RehearsalRoom
from config.business import load_business
from flows.machine import Trigger
from flows.talk import Talk, Verdict, Visit, coverage
from flows.talk_file import load_talks
from storage.acts import ITSELF
from storage.tables import conversations, ledger
from storage.timers import UPSERT

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example"
BOOKSHOP = load_business(EXAMPLE)

pytestmark = pytest.mark.asyncio(loop_scope="session")


def talk(flow: str, steps: str, then: str = "{}", person: str = "language: en, channel: sms") -> Talk:
    source = f"flow: {flow}\ntests:\n  - {{name: tried, person: {{{person}}}, talk: {steps}, then: {then}}}\n"
    return load_talks(source, "tried.test.yaml")[0]


def wrong(verdict: Verdict) -> list[str]:
    """The lines of the transcript that differ."""
    return [line for line in verdict.diff.splitlines() if line[0] in "-+!"]


MEMBER = "language: en, channel: sms, granted: points"
ON_WHATSAPP = "language: en, channel: whatsapp, granted: points"
SOMEBODY = "language: en, channel: sms"
BUYER = "language: en, channel: sms, last_order: 30d"


@pytest.mark.parametrize(
    "played, differs",
    [
        (talk("optin-confirm", "[start, {bot: welcome}]"), ["- bot      welcome", "+ bot      ask"]),
        (talk("optin-confirm", "[start, {bot: ask}, {bot: again}]"), ["- bot      again", "+ bot      nothing"]),
        (talk("optin-confirm", "[start, {me: Y}, {bot: welcome}]"), ["+ bot      ask"]),
        (talk("optin-confirm", "[start, {bot: ask}, {me: Y}]"), ["+ bot      welcome"]),
        (talk("optin-confirm", "[start, {bot: ask}, {wait: 71h}]", "{state: silent}"),
         ["- state: silent", "+ state: ask"]),
        (talk("optin-confirm", "[start, {bot: ask}, {wait: 72h}]", "{granted: offers}"),
         ["- granted: offers", "+ granted: nothing"]),
        (talk("optin-confirm", "[start, {bot: ask}, {me: STOP}, {bot: stopped}]", "{blocked: nothing, messages: 1}"),
         ["- blocked: nothing", "+ blocked: all", "- messages: 1", "+ messages: 2"]),
        (talk("birthday", "[start, {bot: greet}]", "{refused: nothing}"),
         ["- bot      greet", "+ bot      nothing", "- refused: nothing", "+ refused: no-consent"]),
        (talk("repermission", "[start]", "{state: ask}", BUYER), ["+ bot      ask"]),
        (talk("repermission", "[start]", "{state: ask}"), ["- state: ask", "+ state: nothing"]),
        (talk("birthday", "[start, {bot: greet}, {tap: less}]", person=ON_WHATSAPP),
         ["! no text that left has a button or row 'less'"]),
        (talk("optin-confirm", "[{receipt: delivered}]"), ["! there is no receipt: nothing has left yet"]),
        (talk("optin", "[start]"), ["! there is no flow 'optin' in bookshop: it has " + ", ".join(BOOKSHOP.flows)]),
        (talk("birthday", "[start]", person="language: en, channel: sms, granted: news"),
         ["! bookshop has no purpose 'news': it has offers, points, bills, orders"]),
    ],
)  # fmt: skip
async def test_a_talk_that_does_not_hold_fails_with_what_happened_instead(
    played: Talk, differs: list[str], room: RehearsalRoom
) -> None:
    verdict = await room.play(BOOKSHOP, played)
    assert not verdict.passed
    assert wrong(verdict) == differs
    assert verdict.diff.splitlines()[0] == f"{played.flow}: tried"


@pytest.mark.parametrize(
    "flow, person, steps, then",
    [
        pytest.param("birthday", MEMBER, "[start, {bot: greet}, {tap: more}, {bot: points}]", "{messages: 2}",
                     id="on SMS a tap is the number that stood before the label"),
        pytest.param("birthday", MEMBER, "[start, {bot: greet}, {receipt: failed}, {receipt: delivered}]",
                     "{state: greet}", id="a receipt moves nobody"),
        pytest.param("birthday", MEMBER, "[start, {bot: greet}, start, {bot: nothing}]", "{messages: 1}",
                     id="what is open already does not start again"),
        pytest.param("birthday", MEMBER, "[start, {bot: greet}, {wait: 337h}, start, {bot: nothing}]",
                     "{refused: purpose-cap}", id="once a year is counted by the moved clock"),
        pytest.param("birthday", MEMBER, "[{wait: 9h}, start, {bot: nothing}, {wait: 11h}, {bot: nothing},"
                     " {wait: 2h}, {bot: greet}]", "{messages: 1, refused: nothing}",
                     id="in the evening it waits for the morning"),
        pytest.param("birthday", MEMBER, "[{wait: 1259m}, start, {bot: nothing}, {wait: 1m}, {bot: greet}]", "{}",
                     id="also when the morning is a minute away"),
        pytest.param("birthday", MEMBER, "[{wait: 8785h}, start, {bot: nothing}]",
                     "{refused: consent-expired, granted: nothing}", id="a consent given for twelve months ends"),
        pytest.param("order-notices", "language: en, channel: sms, order_no: A1",
                     "[start, {bot: shipped}, {event: order.delivered}, {bot: delivered}]", "{messages: 2}",
                     id="one message per 30 s, and the second is awaited"),
        pytest.param("stop", SOMEBODY, "[start, {bot: stopped}, start, {bot: nothing}]",
                     "{state: stopped, blocked: all, messages: 1}", id="the stop flow starts by a stop word"),
        pytest.param("help", SOMEBODY, "[start, {bot: help}]", "{state: help}", id="the help flow, by one for help"),
    ],
)  # fmt: skip
async def test_what_production_does_happens_here(
    flow: str, person: str, steps: str, then: str, room: RehearsalRoom
) -> None:
    verdict = await room.play(BOOKSHOP, talk(flow, steps, then, person))
    assert verdict.passed, verdict.diff


async def test_coverage_names_the_row_that_no_talk_took(room: RehearsalRoom) -> None:
    flow = BOOKSHOP.flows["optin-confirm"]
    yes = await room.play(BOOKSHOP, talk("optin-confirm", "[start, {me: Y}]"))
    late = await room.play(BOOKSHOP, talk("optin-confirm", "[start, {wait: 73h}]"))
    assert coverage(flow, [yes]).states == ("silent",)
    assert coverage(flow, [yes, late]).rows == (("ask", Trigger.otherwise()),)
    gone = await room.play(BOOKSHOP, talk("optin-confirm", "[start, {me: huh}, {me: huh}]"))
    assert coverage(flow, [yes, late, gone]).rows == ()


async def test_the_stop_flow_is_visited_by_its_farewell(room: RehearsalRoom) -> None:
    verdict = await room.play(BOOKSHOP, talk("optin-confirm", "[start, {me: STOP}]"))
    assert Visit("stop", "stopped") in verdict.visits


@pytest_asyncio.fixture(loop_scope="session")
async def member(room: RehearsalRoom) -> AsyncIterator[Rehearsal]:
    """A person who asked for points, before anything was said."""
    async with room.stage(cast(BOOKSHOP, talk("birthday", "[start]", person=MEMBER))) as stage:
        yield stage


async def records(stage: Rehearsal) -> list[dict[str, object]]:
    async with stage.engine.stores.database.read() as connection:
        rows = await connection.execute(select(ledger.c.record).where(ledger.c.person != ITSELF).order_by(ledger.c.seq))
        return [json.loads(record) for (record,) in rows]


async def test_what_was_granted_before_stands_in_the_ledger_as_said_by_the_test(member: Rehearsal) -> None:
    (given,) = await records(member)
    facts = given["facts"]
    assert given["kind"] == "consent.given"
    assert isinstance(facts, dict)
    assert (facts["purpose"], facts["basis"], facts["actor"]) == ("points", "consent", "test")


async def test_it_begins_on_a_weekday_at_noon_where_the_person_is(member: Rehearsal) -> None:
    """China is eight hours ahead of UTC."""
    begins = member.engine.stores.clock.now()
    assert (begins.hour, begins.weekday() < 5) == (4, True)


async def test_each_thing_that_falls_due_in_a_wait_happens_at_its_own_time(member: Rehearsal) -> None:
    begins = member.engine.stores.clock.now()
    await member.start("birthday", {})
    await member.wait(timedelta(days=30))
    async with member.engine.stores.database.read() as connection:
        ended = (await connection.execute(select(conversations.c.ended_at - conversations.c.started_at))).scalar_one()
    assert timedelta(microseconds=ended) == timedelta(hours=336)
    assert member.engine.stores.clock.now() - begins == timedelta(days=30)


async def test_no_value_is_missing_that_the_flow_gives_an_example_of(member: Rehearsal) -> None:
    await member.start("birthday", {"coupon": "MINE"})
    (departure,) = member.departures
    assert "Happy birthday 小周! Gift MINE, valid in store until 2026-12-31." in departure.message.body


async def test_a_timer_that_fails_is_tried_again_later_and_holds_nothing_up(member: Rehearsal) -> None:
    """Its person's stop is confirmed at once all the same."""
    await member.start("birthday", {})
    async with member.engine.stores.database.read() as connection:
        person, run = (await connection.execute(select(conversations.c.person, conversations.c.id))).one()
    due = member.engine.stores.clock.micros() + 1
    async with member.engine.stores.database.write() as tx:
        tx.write(UPSERT, [(BOOKSHOP.name, person, run, "no-trigger", due)])
    with capture_logs() as said:
        await member.wait(timedelta(minutes=3))
    assert [each["event"] for each in said] == ["event.failed"] * 3
    await member.say("STOP")
    assert await member.heard() == ("greet", "stopped")


async def test_what_fails_inside_the_path_fails_the_talk_and_says_why(member: Rehearsal) -> None:
    member.engine.catalogue.houses.clear()
    with capture_logs(), pytest.raises(CannotPlay, match="business 'bookshop' is not in force"):
        await member.event("order.shipped", {})


async def test_what_the_rehearsals_carrier_took_is_all_that_left(member: Rehearsal) -> None:
    """And every one of them was authorised in the ledger first."""
    await member.start("birthday", {})
    await member.tap("more")
    await member.say("STOP")
    authorised = [each["facts"] for each in await records(member) if each["kind"] == "send.authorised"]
    named = [facts["message"] for facts in authorised if isinstance(facts, dict)]
    assert named == [departure.message.id for departure in member.departures]
    assert (await member.outcome()).messages == len(named) == 3
