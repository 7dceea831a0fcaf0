"""After a crash: what was in the air is resolved once its process is proven dead, and never before."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.channel import Found, Outgoing, Sent
from bot.recovery import TRIES
from storage.processes import Process
from tests.fixtures.engines import Shop, opened, take


async def stuck(shop: Shop, *incoming: object) -> None:
    """These are in the air when the process dies."""
    begun = asyncio.Event()

    async def never(message: Outgoing) -> Sent:
        begun.set()
        await asyncio.Event().wait()
        return await take(message)

    shop.wire.answer = never
    await shop.accept(*incoming)  # type: ignore[arg-type]  # what shop.message and shop.event give
    await shop.engine.stepper.sweep()
    await shop.engine.outbox.send_due()
    await begun.wait()
    shop.wire.answer = take


@pytest.mark.parametrize("found, reply, request_", [(Found.TAKEN, 0, 0), (Found.UNKNOWN, 0, 0), (Found.ABSENT, 1, 1)])
async def test_what_is_sent_again(shop: Shop, found: Found, reply: int, request_: int) -> None:
    """What the person waits for, an answer or the question they asked for, when the carrier never saw it."""
    await stuck(shop, shop.message("HELP"), shop.event("signup.form", "+8613800000002", page="官网"))
    calls = len(shop.wire.calls)
    shop.wire.found = found
    await shop.crash()
    shop.wait(seconds=2)
    await shop.settle()
    again = [m.to.value for m in shop.wire.calls[calls:]]
    assert again == ["+8613800000000"] * reply + ["+8613800000002"] * request_
    assert await shop.rows("SELECT count(*) FROM outbox WHERE status = 'authorised'") == [(0,)]


@pytest.mark.parametrize("rounds, status", [(1, "accepted"), (TRIES, "unknown")])
async def test_a_carrier_that_cannot_be_asked_is_asked_again(shop: Shop, rounds: int, status: str) -> None:
    """For some rounds the message stays in the air; then nobody knows, and it is not sent again."""
    await stuck(shop, shop.message("HELP"))
    shop.wire.found = None
    await shop.crash()
    for _ in range(rounds - 1):
        await shop.engine.recovery.recover()
    shop.wire.found = Found.ABSENT
    await shop.engine.recovery.recover()
    shop.wait(seconds=2)
    await shop.settle()
    assert await shop.rows("SELECT status FROM outbox") == [(status,)]


async def test_a_living_process_is_left_alone(shop: Shop) -> None:
    """What it has in the air is its own, however long it takes."""
    shop.engine.recovery.process = Process.this(shop.engine.process.id)
    await shop.change("DELETE FROM processes")
    await shop.engine.recovery.register()
    await stuck(shop, shop.message("HELP"))
    async with opened(Shop(shop.url, shop.redis, shop.business, shop.clock, shop.wire)) as other:
        shop.wait(days=2)
        assert await other.engine.recovery.recover() == 0
        assert await shop.rows("SELECT status FROM outbox") == [("authorised",)]


async def test_a_process_of_another_host_is_never_assumed_dead() -> None:
    """Silence proves nothing."""
    us = Process.this("prc_1")
    assert not us.dead()
    assert replace(us, born="an earlier start").dead()
    assert replace(us, pid=2**22 + 1).dead()
    assert not replace(us, host="elsewhere", pid=2**22 + 1).dead()


async def test_what_a_dead_process_had_only_claimed_is_free_at_once(shop: Shop) -> None:
    """Nobody waits for its claim to lapse: the next round of anybody takes it."""
    await shop.accept(shop.message("STOP"))
    await shop.engine.stepper.sweep()
    assert len(await shop.engine.outbox._claim(10)) == 1
    await shop.crash()
    await shop.settle()
    assert len(shop.wire.taken) == 1
