"""A stop is heard however it comes: cut in two, at night, while nothing works, in a flow that is over or with a person
at the other end. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.business_types import Business
from flows.load import load_flow
from storage.clock import StoppedClock
from storage.redis import open_redis
from storage.valkey import EmbeddedValkey
from tests.fixtures.engines import BUSINESS, NOON, PHONE, Shop, opened, unhurried

STOPPED = "已退订，今后不再向您发送"


async def standing(shop: Shop) -> list[tuple[str, str]]:
    rows = await shop.rows("SELECT DISTINCT kind, scope FROM suppressions WHERE lifted_at IS NULL")
    return [(kind, scope) for kind, scope in rows]


async def consented(shop: Shop) -> None:
    """This person wants offers."""
    await shop.tell("signup.form", page="官网")
    await shop.say("Y")


async def test_cut_in_two_messages_it_counts_when_the_second_is_there(shop: Shop) -> None:
    """Neither half is a stop; together, within a minute, they are."""
    await consented(shop)
    assert await shop.say("please do not sen") == []
    shop.wait(seconds=5)
    (told,) = await shop.say("d me any more of these texts")
    assert STOPPED in told
    assert await standing(shop) == [("stopped", "all")]


async def test_cut_in_two_and_accepted_together(shop: Shop) -> None:
    """The carrier brings both halves in one webhook."""
    await consented(shop)
    await shop.accept(shop.message("我是老顾客了，但是请你们以后别"), shop.message("给我发短信了"))
    await shop.settle()
    assert [STOPPED in body for body in shop.wire.bodies()] == [True]


async def test_two_messages_far_apart_are_two(shop: Shop) -> None:
    """After more than a minute nothing is put together, and neither half says anything by itself."""
    await consented(shop)
    await shop.say("so next week do not")
    shop.wait(seconds=61)
    await shop.say("send me this")
    assert await standing(shop) == []


@pytest.mark.parametrize("words", ["请以后不要再给我发短信了", "please remove me from your texts", "UNSUBSCRIBE"])
async def test_cut_anywhere_it_stops(shop: Shop, words: str) -> None:
    """One person for each place where a segment can end; each has stopped once both segments are there."""
    cuts = {f"+86139000{at:05d}": at for at in range(1, len(words))}
    for phone, at in cuts.items():
        await shop.accept(shop.message(words[:at], phone))
    shop.wait(seconds=2)
    for phone, at in cuts.items():
        await shop.accept(shop.message(words[at:], phone))
    await shop.settle(rounds=4 * len(words))
    stopped = await shop.rows("SELECT person FROM suppressions WHERE kind = 'stopped' AND scope = 'all'")
    heard = {person for (person,) in stopped}
    assert [words[:at] for phone, at in cuts.items() if await shop.person(phone) not in heard] == []


async def test_a_start_after_a_stop_is_no_half_of_it(shop: Shop) -> None:
    """UN and SUBSCRIBE are one word that was cut; STOP and START within a minute are two."""
    await consented(shop)
    await shop.say("STOP")
    shop.wait(seconds=20)
    await shop.say("START")
    assert await standing(shop) == []


async def test_halves_never_make_a_yes(shop: Shop) -> None:
    """What is put together can stop, and nothing else."""
    await shop.tell("signup.form", page="官网")
    await shop.say("我同")
    await shop.say("意")
    rows = await shop.rows("SELECT status FROM consents")
    assert rows == [("requested",)]


async def test_while_no_worker_runs(shop: Shop) -> None:
    """The bot is paused: nothing steps, nothing sends, and the stop is in force all the same."""
    await consented(shop)
    await shop.accept(shop.message("别再发了"))
    assert await standing(shop) == [("stopped", "all")]
    assert await shop.rows("SELECT status FROM consents") == [("withdrawn",)]
    assert shop.wire.bodies() == []


async def test_while_every_process_is_down_after_the_webhook(shop: Shop) -> None:
    """What was accepted outlives the process: the stop is in force across a crash and confirmed once after it."""
    await consented(shop)
    await shop.accept(shop.message("TD"))
    await shop.crash()
    assert await standing(shop) == [("stopped", "all")]
    await shop.settle()
    assert [STOPPED in body for body in shop.wire.bodies()] == [True]


async def test_while_marketing_rests_at_their_own_wish(shop: Shop) -> None:
    """A pause that the person asked for does not swallow a stop."""
    await consented(shop)
    await shop.say("暂停30天")
    assert [STOPPED in body for body in await shop.say("别再发了")] == [True]
    assert ("stopped", "all") in await standing(shop)


async def test_while_the_one_question_about_a_doubt_is_open(shop: Shop) -> None:
    """Who was asked "stop, or keep?" and says it plainly has stopped."""
    await consented(shop)
    await shop.say("好烦")
    assert [STOPPED in body for body in await shop.say("退订")] == [True]
    assert ("stopped", "all") in await standing(shop)


async def test_after_the_flow_was_taken_out_of_force(shop: Shop) -> None:
    """The flow in which the person said yes is no more."""
    await consented(shop)
    flows = {name: flow for name, flow in shop.business.flows.items() if name != "optin-confirm"}
    await shop.engine.put_in_force({BUSINESS: replace(shop.business, flows=flows)})
    assert [STOPPED in body for body in await shop.say("TD")] == [True]
    assert await standing(shop) == [("stopped", "all")]


async def test_what_waits_in_the_queue_for_them_is_withdrawn(shop: Shop) -> None:
    """A sending that has begun is called back for who stops, and for nobody else."""
    others = [f"+8613900000{at:03d}" for at in range(5)]
    for phone in (PHONE, *others):
        await shop.accept(shop.event("signup.form", phone, page="官网"))
    await shop.engine.stepper.sweep()
    await shop.accept(shop.message("别再发了"))
    queued = await shop.rows("SELECT status, why FROM outbox WHERE person = :p", p=await shop.person(PHONE))
    assert queued == [("cancelled", "stopped")]
    await shop.settle()
    assert sorted(STOPPED in body for body in shop.wire.bodies()) == [False] * len(others) + [True]


async def test_after_the_flow_is_over(shop: Shop) -> None:
    """No conversation is open: the last one ended with its welcome."""
    await consented(shop)
    assert await shop.rows("SELECT id FROM conversations WHERE ended_at IS NULL") == []
    assert [STOPPED in body for body in await shop.say("TD")] == [True]


async def test_while_redis_is_down(migrated_url: str, bookshop: Business, valkey: EmbeddedValkey) -> None:
    """The stop needs no Redis; nor does its confirmation."""
    client = open_redis(valkey.url)
    async with opened(Shop(migrated_url, client, unhurried(bookshop))) as shop:
        await consented(shop)
        await valkey.stop()
        assert [STOPPED in body for body in await shop.say("TD")] == [True]
        assert await standing(shop) == [("stopped", "all")]
    await client.aclose()


TALK = """\
flow: talk
about: Somebody of the shop answers.
kind: service
channels: [sms]
languages: [zh-CN]
start: {word: {zh-CN: 找店长}, basis: requested, go: person}
states:
  person: {say: person, hand_over: true, after: {72h: over}}
  over:   {end: done}
texts:
  person:
    zh-CN: "店长会回复您。"
"""


NEWS = """\
flow: news
about: What is new.
kind: commercial
needs: offers
channels: [sms]
languages: [zh-CN]
start: {event: news.out, basis: consent, go: news}
states:
  news: {say: news, end: done}
texts:
  news:
    zh-CN: "新书到店。拒收请回复R"
"""


async def test_in_a_chat_with_a_person(shop: Shop) -> None:
    """A conversation that was handed over hears a stop like any other, and is over by it."""
    await consented(shop)
    talk = load_flow(TALK, "talk.yaml")
    await shop.engine.put_in_force({BUSINESS: replace(shop.business, flows={**shop.business.flows, "talk": talk})})
    assert ["店长会回复您" in body for body in await shop.say("找店长")] == [True]
    assert [STOPPED in body for body in await shop.say("请不要再发短信给我")] == [True]
    assert await shop.rows("SELECT state, outcome FROM conversations WHERE flow = 'talk'") == [("stopped", "stopped")]


async def test_what_waits_for_the_morning_never_comes(shop: Shop, bookshop: Business) -> None:
    """Held back over the night, stopped before dawn."""
    await consented(shop)
    night = StoppedClock(start=NOON + timedelta(hours=11))
    await shop.leave()
    flows = {**bookshop.flows, "news": load_flow(NEWS, "news.yaml")}
    quiet = replace(bookshop, limits=shop.business.limits, flows=flows)
    async with opened(Shop(shop.url, shop.redis, quiet, clock=night, numbers=shop.numbers)) as late:
        assert await late.tell("news.out") == []
        assert await late.rows("SELECT status FROM outbox WHERE text = 'news'") == [("queued",)]
        assert [STOPPED in body for body in await late.say("TD")] == [True]
        late.wait(hours=9)
        await late.settle()
        assert late.wire.bodies() == []
    await shop.open()


async def test_at_night(shop: Shop, bookshop: Business) -> None:
    """Quiet hours hold back what we begin, never the answer to a stop."""
    night = StoppedClock(start=NOON + timedelta(hours=11))
    await shop.leave()
    quiet = replace(bookshop, limits=shop.business.limits)
    async with opened(Shop(shop.url, shop.redis, quiet, clock=night)) as late:
        assert [STOPPED in body for body in await late.say("别发了")] == [True]
    await shop.open()


async def test_the_numbers_holder_is_who_wrote(shop: Shop) -> None:
    """Another person's stop stops nobody else."""
    await consented(shop)
    await shop.say("TD", "+8613900000000")
    assert await shop.rows("SELECT status FROM consents WHERE person = :p", p=await shop.person(PHONE)) == [
        ("confirmed",)
    ]
