"""The gate on the real path: what it records, what a second try costs, and what never gets past it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channel import Outgoing, Sent
from bot.errors import Misconfigured, Reject, Retry, Unclear
from config.business_types import Limits, Rate
from tests.fixtures.engines import BUSINESS, Shop, take


async def statuses(shop: Shop) -> list[tuple[str, str]]:
    return await shop.rows("SELECT status, why FROM outbox ORDER BY id")


async def test_what_is_authorised_is_recorded_first(shop: Shop) -> None:
    """The record names the message, its grounds and the hash of its text, and is there when the call begins."""
    seen = []

    async def look(message: Outgoing) -> None:
        seen.append((await shop.facts_of(await shop.person(), "send.authorised"))[-1])

    shop.wire.begun = look
    await shop.tell("signup.form", page="官网")
    await shop.say("Y")
    assert [facts["message"] for facts in seen] == [message.id for message in shop.wire.calls]
    assert {facts["basis"] for facts in seen} == {"requested"}


async def test_a_second_try_does_not_count_against_itself(shop: Shop) -> None:
    """The carrier said "later": the message that did not leave is not one of those that were sent."""
    limited = replace(shop.business, limits=Limits(person=(Rate(1, timedelta(days=1)),)))
    await shop.engine.put_in_force({BUSINESS: limited})

    async def busy(message: Outgoing) -> Sent:
        raise Retry("busy", after=timedelta(seconds=1))

    shop.wire.answer = busy
    await shop.tell("signup.form", page="官网")
    assert await statuses(shop) == [("queued", "")]
    shop.wire.answer = take
    shop.wait(seconds=2)
    await shop.settle()
    assert await statuses(shop) == [("accepted", "")]


async def test_a_carrier_that_is_always_busy_is_given_up(shop: Shop) -> None:
    """After five tries, with nothing sent."""

    async def busy(message: Outgoing) -> Sent:
        raise Retry("busy", after=timedelta(seconds=1), code="429")

    shop.wire.answer = busy
    await shop.accept(shop.message("HELP"))
    for _ in range(8):
        await shop.settle()
        shop.wait(seconds=2)
    assert len(shop.wire.calls) == 5
    assert await shop.rows("SELECT status, code FROM outbox") == [("failed", "429")]


@pytest.mark.parametrize(
    "error, status, calls",
    [
        (Reject("no"), "failed", 1),
        (Unclear("time-out"), "unknown", 1),
        (RuntimeError("a fault of the channel's own"), "unknown", 1),
        (Misconfigured("wrong key"), "queued", 1),
    ],
)
async def test_how_a_call_ends(shop: Shop, error: Exception, status: str, calls: int) -> None:
    """Every end of a call is recorded, also one that nobody foresaw: nothing stays in the air."""

    async def fail(message: Outgoing) -> Sent:
        raise error

    shop.wire.answer = fail
    await shop.accept(shop.message("HELP"))
    await shop.settle()
    await shop.settle()
    assert len(shop.wire.calls) == calls
    assert [found for found, _ in await statuses(shop)] == [status]


async def test_a_channel_that_was_taken_away_after_authorising(shop: Shop) -> None:
    """The message waits, and leaves once the channel is back."""
    await shop.accept(shop.message("HELP"))
    await shop.engine.stepper.sweep()
    channels = dict(shop.engine._channels)
    shop.engine._channels.clear()
    await shop.settle(2)
    assert await statuses(shop) == [("queued", "channel-down")]
    shop.engine._channels.update(channels)
    await shop.settle()
    assert len(shop.wire.taken) == 1


async def test_an_outcome_is_kept_however_long_the_database_is_away(shop: Shop) -> None:
    """The call has ended and cannot be undone: it is recorded once there is somewhere to record it."""
    shop.engine.outbox.pause = 0.01

    async def away(message: Outgoing) -> Sent:
        await shop.change("ALTER TABLE outbox RENAME TO outbox_away")
        return await take(message)

    shop.wire.answer = away
    await shop.accept(shop.message("HELP"))
    await shop.engine.stepper.sweep()
    await shop.engine.outbox.send_due()
    while not shop.wire.taken:
        await shop.rows("SELECT 1")
    await shop.rows("SELECT 1")
    assert shop.engine.outbox.flying == 1
    await shop.change("ALTER TABLE outbox_away RENAME TO outbox")
    await shop.engine.outbox.settled()
    assert await statuses(shop) == [("accepted", "")]
