"""A business takes back what it sent by mistake: what waits is cancelled and counted, answers go on, and a stop that
somebody says then stops all the same. On both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.channel import Outgoing, Sent
from bot.errors import Retry
from bot.recalling import NotRecalled, RecallFilter
from config.business_types import Business
from storage import acts
from storage.ledger import verify
from storage.recalls import Target
from storage.redis import open_redis
from storage.valkey import EmbeddedValkey
from tests.campaigns import (
    ANA,
    BOOKED,
    EVENT,
    EVERYTHING,
    INVITE,
    SMS,
    SPRING,
    invited,
    recalling,
    with_sale,
)
from tests.fixtures.engines import BUSINESS, PHONE, Shop, opened, take, unhurried

STOPPED = "已退订，今后不再向您发送"
PHONES = (PHONE, "+8613800000001", "+8613800000002")


@pytest_asyncio.fixture
async def fair(migrated_url: str, redis: Redis, bookshop: Business) -> AsyncIterator[Shop]:
    """The bookshop with its sale."""
    async with opened(Shop(migrated_url, redis, with_sale(unhurried(bookshop)))) as shop:
        yield shop


async def sale(shop: Shop) -> list[tuple[str, str, str]]:
    """Every message of the sale: its text, status and reason."""
    return await shop.rows("SELECT text, status, why FROM outbox WHERE flow = 'sale' ORDER BY id")


async def busy(message: Outgoing) -> Sent:
    """The carrier takes nothing at the moment."""
    raise Retry("busy", after=timedelta(seconds=1))


async def stops(shop: Shop) -> list[tuple[str, str]]:
    return await shop.rows("SELECT DISTINCT kind, scope FROM suppressions WHERE lifted_at IS NULL")


async def test_what_waits_never_leaves_and_is_counted(fair: Shop) -> None:
    """Three wait: three are stopped, none is in the air, none is gone, and none leaves, however long one waits."""
    await invited(fair, PHONES)
    done = await recalling(fair).recall(SPRING, ANA)
    assert (done.counts.stopped, done.counts.flying, done.counts.gone, done.fresh) == (3, 0, 0, True)
    fair.wait(hours=100)
    await fair.settle()
    assert fair.wire.bodies() == []
    assert await sale(fair) == [("invite", "cancelled", "recalled")] * 3


async def test_gone_and_waiting_are_told_apart(fair: Shop) -> None:
    """One has left, one has come back from a busy carrier and waits: only that one is stopped."""
    await invited(fair, PHONES[:1])
    await fair.settle()

    await invited(fair, PHONES[1:2])
    fair.wire.answer = busy
    await fair.engine.outbox.send_due()
    await fair.engine.outbox.settled()
    done = await recalling(fair).recall(SPRING, ANA)
    assert (done.counts.stopped, done.counts.flying, done.counts.gone) == (1, 0, 1)


async def test_weighing_it_changes_nothing(fair: Shop) -> None:
    await invited(fair, PHONES)
    counts = await recalling(fair).weigh(SPRING)
    assert (counts.stopped, counts.flying, counts.gone) == (3, 0, 0)
    await fair.settle()
    assert len(fair.wire.bodies()) == 3


async def test_asked_for_after_the_recall_it_is_refused_at_once(fair: Shop) -> None:
    """A refused row with its reason; no conversation begins."""
    await invited(fair, PHONES[:1])
    await recalling(fair).recall(SPRING, ANA)
    await invited(fair, PHONES[1:2])
    assert await sale(fair) == [("invite", "cancelled", "recalled"), ("invite", "refused", "recalled")]
    begun = await fair.rows("SELECT count(*) FROM conversations WHERE flow = 'sale'")
    assert begun == [(1,)]


async def test_a_running_conversation_answers_but_says_nothing_unasked(fair: Shop) -> None:
    """Who has the invitation may still book; the reminder of the day after does not come."""
    await invited(fair, PHONES[:1])
    await fair.settle()
    fair.wire.bodies()
    await recalling(fair).recall(SPRING, ANA)
    (answer,) = await fair.say("我来")
    assert BOOKED in answer
    fair.wait(hours=25)
    await fair.settle()
    assert fair.wire.bodies() == []
    assert (await sale(fair))[-1] == ("near", "refused", "recalled")
    assert await fair.rows("SELECT outcome FROM conversations WHERE flow = 'sale'") == [("reminded",)]


async def test_others_are_not_touched(fair: Shop) -> None:
    """Neither another campaign's recall nor this one's reaches an order's notice, a question or HELP."""
    await invited(fair, PHONES[:1])
    await recalling(fair).recall(SPRING, ANA)
    assert len(await fair.tell("order.shipped", order_no="A1", carrier="SF", tracking="1")) == 1
    assert len(await fair.say("HELP")) == 1
    assert len(await fair.tell("signup.form", "+8613800000077", page="官网")) == 1


@pytest.mark.parametrize("words", ["STOP", "TD", "please stop texting me", "别再发了"])
async def test_an_opt_out_said_after_the_recall_stops_all_the_same(fair: Shop, words: str) -> None:
    """The person got the invitation, the business took the campaign back, the person says no: consents end, everything
    is stopped, one confirmation comes, and no second one."""
    await invited(fair, PHONES[:1])
    await fair.settle()
    fair.wire.bodies()
    await recalling(fair).recall(SPRING, ANA)
    assert [STOPPED in body for body in await fair.say(words)] == [True]
    assert await stops(fair) == [("stopped", "all")]
    assert await fair.rows("SELECT status FROM consents") == [("withdrawn",)]
    assert await fair.say(words) == []
    assert (await fair.kinds()).count("withdrawal.effective") == 1


@pytest.mark.parametrize("target", [SPRING, EVERYTHING, SMS], ids=lambda target: str(target.scope))
async def test_no_scope_keeps_a_stop_or_its_confirmation_back(fair: Shop, target: Target) -> None:
    """Not even where the whole sender is recalled, and also for who never saw a word."""
    await invited(fair, PHONES[:1])
    await recalling(fair).recall(target, ANA)
    assert [STOPPED in body for body in await fair.say("退订")] == [True]
    assert await stops(fair) == [("stopped", "all")]


async def test_also_while_redis_is_down(migrated_url: str, bookshop: Business, valkey: EmbeddedValkey) -> None:
    """Neither the recall nor the stop that comes after it asks Redis."""
    client = open_redis(valkey.url)
    async with opened(Shop(migrated_url, client, with_sale(unhurried(bookshop)))) as shop:
        await invited(shop, PHONES)
        await shop.engine.outbox.send_due()
        await shop.engine.outbox.settled()
        await invited(shop, PHONES[:1])
        await valkey.stop()
        await recalling(shop).recall(SPRING, ANA)
        shop.wire.bodies()
        assert [STOPPED in body for body in await shop.say("please stop texting me")] == [True]
        assert await stops(shop) == [("stopped", "all")]
    await client.aclose()


async def test_a_stop_after_the_lift_is_a_stop(fair: Shop) -> None:
    """And a lift brings back nothing for who stopped."""
    await invited(fair, PHONES[:1])
    await recalling(fair).recall(SPRING, ANA)
    await fair.say("TD")
    await recalling(fair).lift(SPRING, ANA)
    fair.wait(seconds=1)
    assert await fair.tell(EVENT) == []
    assert (await sale(fair))[-1] == ("invite", "refused", "stopped")


async def test_lifted_new_ones_leave_and_old_ones_do_not(fair: Shop) -> None:
    """The same people are asked anew: for whom nothing had left it counts as not begun, so once is not used up."""
    await invited(fair, PHONES)
    await recalling(fair).recall(SPRING, ANA)
    await recalling(fair).lift(SPRING, ANA)
    await fair.settle()
    assert fair.wire.bodies() == []
    fair.wait(minutes=1)
    (body,) = await fair.tell(EVENT)
    assert INVITE in body
    assert [row[1] for row in await sale(fair)] == ["cancelled"] * 3 + ["accepted"]
    assert await fair.rows("SELECT outcome FROM conversations WHERE flow = 'sale' AND ended_at IS NOT NULL") == [
        ("unsaid",)
    ]


async def test_once_counts_for_who_has_seen_it(fair: Shop) -> None:
    """Invited once for ever means so across a recall, where the invitation had left."""
    await invited(fair, PHONES[:1])
    await fair.settle()
    fair.wait(hours=49)
    await fair.settle()
    fair.wire.bodies()
    await recalling(fair).recall(SPRING, ANA)
    await recalling(fair).lift(SPRING, ANA)
    assert await fair.tell(EVENT) == []
    assert (await sale(fair))[-1] == ("invite", "refused", "purpose-cap")


async def test_who_never_saw_the_invitation_waits_for_nothing(fair: Shop) -> None:
    """Their conversation is over at its next moment, and keeps nobody else's question back."""
    await invited(fair, PHONES[:1])
    await recalling(fair).recall(SPRING, ANA)
    fair.wait(hours=49)
    await fair.settle()
    assert await fair.rows("SELECT outcome FROM conversations WHERE flow = 'sale'") == [("unsaid",)]
    assert await fair.rows("SELECT count(*) FROM timers") == [(0,)]


async def test_asked_for_while_recalled_it_does_not_leave_after_the_lift(fair: Shop) -> None:
    """Whatever slipped into the queue beside the recall is refused at the gate, also once it is lifted."""
    await invited(fair, PHONES[:1])
    await recalling(fair).recall(SPRING, ANA)
    fair.wait(minutes=1)
    await recalling(fair).lift(SPRING, ANA)
    await fair.change("UPDATE outbox SET status = 'queued', why = '', finished_at = NULL WHERE flow = 'sale'")
    await fair.settle()
    assert fair.wire.bodies() == []
    assert await sale(fair) == [("invite", "refused", "recalled")]


async def test_what_a_busy_carrier_gives_back_does_not_leave(fair: Shop) -> None:
    """It was in the air when the campaign was recalled, and its carrier said "later"."""
    await invited(fair, PHONES[:1])

    async def recalled_meanwhile(message: Outgoing) -> Sent:
        assert (await recalling(fair).recall(SPRING, ANA)).counts.flying == 1
        return await busy(message)

    fair.wire.answer = recalled_meanwhile
    await fair.engine.outbox.send_due()
    await fair.engine.outbox.settled()
    fair.wire.answer = take
    fair.wait(seconds=1)
    await recalling(fair).lift(SPRING, ANA)
    fair.wait(minutes=5)
    await fair.settle()
    assert fair.wire.bodies() == []


async def test_everything_stops_what_sells_and_nothing_else(fair: Shop) -> None:
    """The sale waits no more, a booking is not answered with advertising; the notice of an order goes."""
    await invited(fair, PHONES[:1])
    await fair.settle()
    await invited(fair, PHONES[1:])
    done = await recalling(fair).recall(EVERYTHING, ANA)
    assert (done.counts.stopped, done.counts.gone) == (2, 1)
    fair.wire.bodies()
    fair.wait(seconds=1)
    assert await fair.say("我来") == []
    assert (await sale(fair))[-1] == ("booked", "refused", "recalled")
    assert len(await fair.tell("order.shipped", order_no="A1", carrier="SF", tracking="1")) == 1


async def test_a_channel_stops_whatever_it_says_unasked(fair: Shop) -> None:
    """Notices too, on this sender alone; HELP is answered."""
    await invited(fair, PHONES[:1])
    assert (await recalling(fair).recall(SMS, ANA)).counts.stopped == 1
    assert await fair.tell("order.shipped", order_no="A1", carrier="SF", tracking="1") == []
    assert len(await fair.say("HELP")) == 1
    assert len(await fair.say("HELP", channel="whatsapp")) == 1


async def test_a_second_recall_is_the_first(fair: Shop) -> None:
    """It sweeps what waits all the same, and the first decision stays on record."""
    await invited(fair, PHONES)
    first = await recalling(fair).recall(SPRING, ANA)
    await fair.change("UPDATE outbox SET status = 'queued', why = '' WHERE person = :p", p=await fair.person())
    again = await recalling(fair).recall(SPRING, ANA)
    assert (again.fresh, again.counts.stopped) == (False, 1)
    assert again.recall == first.recall
    assert len(await recalling(fair).recalls(BUSINESS, RecallFilter())) == 1


async def test_both_decisions_stand_in_the_businesss_own_chain(fair: Shop) -> None:
    """Who, why, what and how many; a changed record shows."""
    await invited(fair, PHONES)
    made = (await recalling(fair).recall(SPRING, ANA)).recall
    lifted = await recalling(fair).lift(SPRING, ANA)
    async with fair.database.read() as connection:
        entries = await acts.entries(connection, BUSINESS)
        (end,) = await acts.ends(connection)
    verify(entries, end, fair.vault)
    first, second = entries[made.record], entries[lifted.lift_record]
    assert (first.kind, second.kind) == ("recall.made", "recall.lifted")
    for said in (b'"by":"ana"', b'"reason":"the price was wrong"', b'"name":"spring"', b'"stopped":3'):
        assert said in bytes(first.record)


async def test_lifting_what_is_not_recalled_says_what_is(fair: Shop) -> None:
    await recalling(fair).recall(SMS, ANA)
    with pytest.raises(NotRecalled, match="campaign spring is not recalled; recalled are: channel sms"):
        await recalling(fair).lift(SPRING, ANA)
