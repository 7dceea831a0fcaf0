"""A recall wins: once it is committed nothing of its scope is authorised, and it counts exactly, whatever is racing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.recalling import Recalled, Recalling
from config.business_types import Business
from storage import messages
from storage.database import Transaction
from tests.campaigns import ANA, EVENT, SPRING, agreed, invited, recalling, with_sale
from tests.fixtures.engines import Shop, opened, take, unhurried
from tests.promises.test_stop import fly, land
from tests.waiting import until

PHONES = tuple(f"+86138000070{number:02}" for number in range(20))
LATE = "+8613800007099"


@pytest_asyncio.fixture
async def fair(migrated_url: str, redis: Redis, bookshop: Business) -> AsyncIterator[Shop]:
    """The bookshop with its sale."""
    async with opened(Shop(migrated_url, redis, with_sale(unhurried(bookshop)))) as shop:
        yield shop


class Held:
    """A recall that has cancelled what waits and counted, and has not committed yet; ``go`` lets it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go = asyncio.Event(), asyncio.Event()
        counted = Recalling._tally

        async def slowly(recalling: Recalling, *given: Any) -> tuple[int, int, int]:
            found = await counted(recalling, *given)
            self.reached.set()
            await self.go.wait()
            return found

        monkeypatch.setattr(Recalling, "_tally", slowly)

    async def begin(self, shop: Shop) -> asyncio.Task[Recalled]:
        """Up to there."""
        task = asyncio.create_task(recalling(shop).recall(SPRING, ANA))
        await self.reached.wait()
        return task


async def of_sale(shop: Shop, status: str) -> int:
    rows = await shop.rows("SELECT count(*) FROM outbox WHERE flow = 'sale' AND status = :status", status=status)
    return int(rows[0][0])


async def test_an_authorisation_beside_the_recall_waits_for_it(fair: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was claimed before, and is judged after: nothing leaves and no record says that it might have."""
    await invited(fair, PHONES[:5])
    claims = await fair.engine.outbox._claim(100)
    held = Held(monkeypatch)
    recall = await held.begin(fair)
    deciding = asyncio.create_task(fair.engine.gate.authorise(claims))
    done, _ = await asyncio.wait({deciding}, timeout=0.3)
    assert not done
    held.go.set()
    assert (await recall).counts.stopped == 5
    assert (await deciding).cleared == []
    authorised = await fair.facts_of(await fair.person(PHONES[0]), "send.authorised")
    assert not any(facts["flow"] == "sale" for facts in authorised)


async def test_what_is_queued_beside_the_recall_does_not_leave(
    migrated_postgres_empty: str, redis: Redis, bookshop: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Committed after the recall had cancelled and before it was committed itself: the gate holds it back, at that
    moment and for good. SQLite has one writer, so it cannot happen there."""
    async with opened(Shop(migrated_postgres_empty, redis, with_sale(unhurried(bookshop)))) as shop:
        await agreed(shop, (LATE,))
        held = Held(monkeypatch)
        recall = await held.begin(shop)
        await shop.accept(shop.event(EVENT, LATE))
        await shop.engine.stepper.sweep()
        assert await of_sale(shop, "queued") == 1
        sending = asyncio.create_task(shop.engine.outbox.send_due())
        await until(lambda: _claimed(shop))
        done, _ = await asyncio.wait({sending}, timeout=0.3)
        assert not done
        held.go.set()
        assert (await recall).counts.stopped == 0
        await sending
        await shop.settle()
        assert shop.wire.bodies() == []
        assert await of_sale(shop, "refused") == 1


async def _claimed(shop: Shop) -> bool:
    rows = await shop.rows("SELECT count(*) FROM outbox WHERE status = 'queued' AND claimed_by <> ''")
    return bool(rows[0][0])


async def test_what_comes_back_while_it_cancels_is_cancelled_too(fair: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A carrier turns one away between the cancelling and the counting: it is stopped, and in no other number."""
    await agreed(fair, PHONES[1:2])
    await invited(fair, PHONES[:1])
    air = await fly(fair)
    await fair.accept(fair.event(EVENT, PHONES[1]))
    await fair.engine.stepper.sweep()
    ((flying,),) = await fair.rows("SELECT id FROM outbox WHERE status = 'authorised'")
    back = (fair.business.name, flying, fair.engine.process.id, "queued", 0, "", None, None)
    tallied, turned = Recalling._tally, iter((back,))

    async def meanwhile(recalling: Recalling, tx: Transaction, *given: Any) -> tuple[int, int, int]:
        tx.write(messages.REQUEUE, list(turned))
        return await tallied(recalling, tx, *given)

    monkeypatch.setattr(Recalling, "_tally", meanwhile)
    counts = (await recalling(fair).recall(SPRING, ANA)).counts
    assert (counts.stopped, counts.flying, counts.gone) == (2, 0, 0)
    await land(fair, air)


async def test_what_is_in_the_air_is_counted_so(fair: Shop) -> None:
    """Authorised before the recall, its call not ended: neither stopped nor gone."""
    await invited(fair, PHONES[:1])
    air = await fly(fair)
    done = await recalling(fair).recall(SPRING, ANA)
    assert (done.counts.stopped, done.counts.flying, done.counts.gone) == (0, 1, 0)
    await land(fair, air)
    again = await recalling(fair).recall(SPRING, ANA)
    assert (again.counts.stopped, again.counts.flying, again.counts.gone) == (0, 0, 1)


@pytest.mark.parametrize("after", [0, 1, 3, 6])
async def test_recalled_in_the_middle_of_sending_the_counts_are_exact(
    fair: Shop, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Workers send as fast as they can while somebody recalls: what it calls stopped never leaves, all else does, and
    together they are everybody."""
    monkeypatch.setattr("bot.outbox.BATCH", 3)
    await invited(fair, PHONES)
    sending = [asyncio.create_task(_send(fair)) for _ in range(2)]
    for _ in range(after):
        await fair.engine.outbox._claim(0)
    counts = (await recalling(fair).recall(SPRING, ANA)).counts
    await asyncio.gather(*sending)
    await fair.settle()
    assert counts.stopped + counts.flying + counts.gone == len(PHONES)
    assert len([m for m in fair.wire.taken if "春季特卖" in m.body]) == counts.flying + counts.gone
    assert await of_sale(fair, "cancelled") == counts.stopped


async def _send(shop: Shop) -> None:
    sent = 1
    while sent:
        sent = await shop.engine.outbox.send_due()


async def test_a_crash_between_authorisation_and_call_sends_nothing_after_the_recall(fair: Shop) -> None:
    """The process died with the message in the air; the one after it does not send it again."""
    await invited(fair, PHONES[:1])
    await fly(fair)
    await recalling(fair).recall(SPRING, ANA)
    fair.wire.answer = take
    await fair.crash()
    fair.wait(minutes=5)
    await fair.settle()
    assert fair.wire.bodies() == []
    assert await of_sale(fair, "unknown") == 1
