"""Delivery reports: a message's status only moves forward, whatever arrives, in whatever order, however often."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.events import DeliveryStatus, Receipt
from bot.receipts import MEANS, RANK
from storage.messages import Status
from tests.fixtures.engines import Play, Shop, opened

REPORTED = ["accepted", "sent", "failed", "delivered", "read", "undelivered", "expired", "rejected", "unknown"]


def told(message: str, status: str, at: int | None = None) -> Receipt:
    """The carrier's word on one message, by its own id."""
    return Receipt(f"p-{message}", DeliveryStatus(status), None, code=f"c-{status}")


async def sent(shop: Shop, phone: str = "+8613800000000") -> str:
    """One message, taken by the carrier; its id."""
    await shop.tell("signup.form", phone, page="官网")
    return shop.wire.calls[-1].id


async def status(shop: Shop, message: str) -> str:
    return str((await shop.rows("SELECT status FROM outbox WHERE id = :id", id=message))[0][0])


def highest(reports: list[str]) -> str:
    """Where a taken message ends up: the furthest that any report says."""
    known = [MEANS[name] for name in reports if name in MEANS]
    return max([Status.ACCEPTED, *known], key=RANK.__getitem__)


def test_every_status_of_a_carrier_has_its_meaning() -> None:
    """But for ``unknown``, which moves nothing."""
    assert {str(s) for s in DeliveryStatus} - set(MEANS) == {"unknown"}


@settings(derandomize=True, database=None, deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.sampled_from(REPORTED), min_size=1, max_size=6), min_size=8, max_size=8), st.randoms())
def test_any_order_and_repetition_ends_the_same(on_sqlite: Play, reports: list[list[str]], random: object) -> None:
    """Eight messages, each with its own reports: shuffled, in batches of any size, some twice."""

    async def example(shop: Shop) -> None:
        messages = [await sent(shop, f"+861380000010{n}") for n in range(len(reports))]
        every = [(m, name) for m, names in zip(messages, reports, strict=True) for name in names]
        every += every[::3]
        random.shuffle(every)  # type: ignore[attr-defined]  # hypothesis types its randoms as object
        for start in range(0, len(every), 3):
            await shop.accept(*(shop.receipt(told(m, name)) for m, name in every[start : start + 3]))
            await shop.engine.receipts.apply()
        found = [await status(shop, m) for m in messages]
        assert found == [highest(names) for names in reports]

    on_sqlite(example)


@pytest.mark.parametrize("order", list(permutations(["sent", "failed", "delivered"])))
async def test_delivered_after_failed_is_believed_and_not_the_other_way(shop: Shop, order: tuple[str, ...]) -> None:
    """Carriers do take a failure back; none takes a delivery back."""
    message = await sent(shop)
    for name in order:
        await shop.accept(shop.receipt(told(message, name)))
        await shop.engine.receipts.apply()
    assert await status(shop, message) == "delivered"
    assert await shop.rows("SELECT code FROM outbox WHERE id = :id", id=message) == [("c-delivered",)]


async def test_a_report_before_our_own_record_waits_for_it(shop: Shop) -> None:
    """The carrier may tell us "delivered" before its answer to our call has been recorded."""
    await shop.accept(shop.event("signup.form", page="官网"))
    await shop.engine.stepper.sweep()
    message = (await shop.rows("SELECT id FROM outbox"))[0][0]
    await shop.accept(shop.receipt(told(message, "delivered")))
    assert await shop.engine.receipts.apply() == 0
    await shop.engine.outbox.send_due()
    await shop.engine.outbox.settled()
    assert await status(shop, message) == "accepted"
    shop.wait(seconds=1)
    assert await shop.engine.receipts.apply() == 1
    assert await status(shop, message) == "delivered"


async def test_our_own_id_in_the_report_is_enough(shop: Shop) -> None:
    """After an unclear outcome we never learned the carrier's id: the correlation finds the message."""
    message = await sent(shop)
    await shop.change("UPDATE outbox SET status = 'unknown', provider_id = NULL")
    report = Receipt("p-never-seen", DeliveryStatus.DELIVERED, None, correlation=message)
    await shop.accept(shop.receipt(report))
    await shop.engine.receipts.apply()
    assert await status(shop, message) == "delivered"


async def test_a_report_on_another_channel_is_not_ours(shop: Shop) -> None:
    """Two carriers may use the same id."""
    message = await sent(shop)
    await shop.accept(shop.receipt(told(message, "delivered"), "whatsapp"))
    await shop.engine.receipts.apply()
    assert await status(shop, message) == "accepted"


async def test_an_orphan_is_given_up_after_a_week(shop: Shop) -> None:
    """A report on a message that we do not know is looked at less and less often, and no longer than a week."""
    await shop.accept(shop.receipt(Receipt("p-nobody", DeliveryStatus.DELIVERED, None)))
    shop.wait(days=7)
    assert await shop.engine.receipts.apply() == 0
    shop.wait(hours=1, seconds=1)
    assert await shop.engine.receipts.apply() == 1
    assert await shop.rows("SELECT result, stepped_at IS NULL FROM inbox") in ([("orphan", 0)], [("orphan", False)])


@pytest.mark.parametrize("present", ["refused", "cancelled"])
async def test_what_never_left_stays_so(shop: Shop, present: str) -> None:
    """A report cannot bring a refused message to life."""
    message = await sent(shop)
    await shop.change("UPDATE outbox SET status = :status", status=present)
    await shop.accept(shop.receipt(told(message, "delivered")))
    await shop.engine.receipts.apply()
    assert await status(shop, message) == present


async def test_two_workers_never_move_a_status_back(shop: Shop) -> None:
    """Each applies another report on the same messages at the same moment: the further one stands."""
    async with opened(Shop(shop.url, shop.redis, shop.business, shop.clock)) as other:
        messages = [await sent(shop, f"+86138000001{n:02}") for n in range(12)]
        for message in messages:
            await shop.accept(shop.receipt(told(message, "sent")), shop.receipt(told(message, "delivered")))
            await shop.accept(shop.receipt(told(message, "failed")), shop.receipt(told(message, "read")))
        workers = [shop.engine.receipts, other.engine.receipts]
        for _ in range(20):
            await asyncio.gather(*(worker.apply() for worker in workers))
            shop.wait(seconds=2)
    assert [await status(shop, message) for message in messages] == ["read"] * 12
