"""Two worker engines on one PostgreSQL database: whoever gets there first does it, nobody does it twice."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import pytest
from redis.asyncio import Redis

from config.business_types import Business
from tests.fixtures.engines import Shop, opened, unhurried

PEOPLE = [f"+86138000050{number:02}" for number in range(24)]


async def worked(shop: Shop, rounds: int = 15) -> None:
    """One worker's rounds, without waiting for the other."""
    for _ in range(rounds):
        await shop.engine.stepper.sweep()
        await shop.engine.outbox.send_due()
        await shop.engine.outbox.settled()
        await shop.engine.receipts.apply()
        await asyncio.sleep(0)


@pytest.mark.parametrize("at_once", [False, True])
async def test_two_workers_share_the_same_people_and_rows(
    at_once: bool, migrated_postgres_empty: str, redis: Redis, bookshop: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sign-ups, answers, stops and orders of the same people, stepped and sent by both at once: nothing twice, one
    record per send, each person's records and messages in order, every chain whole. They claim a few at a time, so that
    neither can take all."""
    monkeypatch.setattr("bot.outbox.BATCH", 5)
    first = Shop(migrated_postgres_empty, redis, unhurried(bookshop))
    second = Shop(migrated_postgres_empty, redis, unhurried(bookshop), first.clock, first.wire, numbers=first.numbers)
    async with opened(first), opened(second):
        first.act_at_once(at_once)
        second.act_at_once(at_once)
        for words in ("Y", "prefs", "1", "STOP"):
            for number, phone in enumerate(PEOPLE):
                one = (first, second)[number % 2]
                await one.accept(
                    one.event("signup.form", phone, page="web"), one.event("order.shipped", phone, **order(words))
                )
            await asyncio.gather(worked(first), worked(second))
            await asyncio.gather(
                *((first, second)[n % 2].accept(first.message(words, p)) for n, p in enumerate(PEOPLE))
            )
            await asyncio.gather(worked(first), worked(second))
            first.wait(seconds=61)
        taken = Counter(message.id for message in first.wire.taken)
        assert max(taken.values()) == 1
        assert len(first.wire.calls) == len(first.wire.taken)
        await first.verify_all()
        for phone in PEOPLE:
            person = await first.person(phone)
            assert (await first.kinds(phone)).count("withdrawal.effective") == 1
            entries, _ = await first.chain(person)
            authorised = [json.loads(e.record)["facts"]["message"] for e in entries if e.kind == "send.authorised"]
            assert sorted(authorised) == sorted(message for message in taken if message in authorised)
            order_of = {message.id: place for place, message in enumerate(first.wire.calls)}
            assert [order_of[m] for m in authorised] == sorted(order_of[m] for m in authorised)
        parts = await first.rows(
            "SELECT claimed_by, count(*) FROM outbox WHERE status = 'accepted' GROUP BY claimed_by"
        )
        assert len(parts) == 2, parts


def order(words: str) -> dict[str, str]:
    """An order of its own for each round."""
    return {"order_no": f"A-{words}", "carrier": "SF", "tracking": "1"}


async def test_a_late_outcome_does_not_end_anothers_call(shop: Shop) -> None:
    """Two processes resolve the same dead one: the second, late, must not touch what a third has in the air."""
    await shop.accept(shop.message("HELP"))
    await shop.engine.stepper.sweep()
    claims = await shop.engine.outbox._claim(10)
    await shop.engine.gate.authorise(claims)
    late = [await shop.engine.outbox.resolve(claim) for claim in claims]
    await shop.engine.outbox.record(late, "prc_somebody_else")
    assert await shop.rows("SELECT status FROM outbox") == [("authorised",)]
    await shop.engine.outbox.record(late, shop.engine.process.id)
    assert await shop.rows("SELECT status FROM outbox") == [("unknown",)]
