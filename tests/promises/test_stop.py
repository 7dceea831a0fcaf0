"""STOP wins: on the real path, whatever is queued, in the air, pending or racing."""

from __future__ import annotations

import asyncio

import pytest

from bot.channel import Outgoing, Sent
from bot.errors import Unclear
from bot.events import DeliveryStatus, Preference, PreferenceValue, Reason, Receipt
from bot.inbox import Incoming
from tests.fixtures.engines import BUSINESS, PHONE, Shop, address, take

STOPPED = "已退订，今后不再向您发送。"


class InTheAir:
    """A carrier that answers a call only when it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self, message: Outgoing) -> Sent:
        self.begun.set()
        await self.go.wait()
        return await take(message)


async def fly(shop: Shop) -> InTheAir:
    """The next send is in the air and stays there."""
    air = InTheAir()
    shop.wire.answer = air
    await shop.engine.outbox.send_due()
    await air.begun.wait()
    return air


async def land(shop: Shop, air: InTheAir) -> None:
    """It ends, and whoever comes next is answered at once."""
    shop.wire.answer = take
    air.go.set()
    await shop.engine.outbox.settled()


async def consented(shop: Shop, phone: str = PHONE) -> None:
    """This person wants offers."""
    await shop.tell("signup.form", phone, page="官网")
    await shop.say("Y", phone)
    assert (await consents(shop, phone))["offers"] == "confirmed"


async def consents(shop: Shop, phone: str = PHONE) -> dict[str, str]:
    rows = await shop.rows(
        "SELECT purpose, status FROM consents WHERE person = :person", person=await shop.person(phone)
    )
    return dict(rows)


async def outbox(shop: Shop) -> list[tuple[str, str, str]]:
    return await shop.rows("SELECT text, status, why FROM outbox ORDER BY id")


def confirmations(bodies: list[str]) -> int:
    return sum(STOPPED in body for body in bodies)


async def test_stop_between_queueing_and_authorising_cancels(shop: Shop) -> None:
    """What waits in the queue when STOP is accepted never leaves."""
    await shop.accept(shop.event("signup.form", page="官网"))
    await shop.engine.stepper.sweep()
    await shop.accept(shop.message("STOP"))
    assert await outbox(shop) == [("ask", "cancelled", "stopped")]
    await shop.settle()
    assert confirmations(shop.wire.bodies()) == 1


async def test_stop_is_in_force_before_anybody_steps(shop: Shop) -> None:
    """The 2xx of a stop is the stop: consent, suppression and epoch changed in the accepting commit."""
    await consented(shop)
    await shop.accept(shop.message("STOP"))
    assert (await consents(shop))["offers"] == "withdrawn"
    assert await shop.rows("SELECT epoch FROM people") == [(1,)]
    assert await shop.rows("SELECT kind, scope, lifted_at FROM suppressions") == [("stopped", "all", None)]
    assert (await shop.kinds())[-2:] == ["consent.withdrawn", "stop"]


async def test_confirmation_waits_for_what_is_in_the_air(shop: Shop) -> None:
    """Nobody is told "stopped" while a call to them has not ended; then it is recorded as effective."""
    await shop.accept(shop.event("signup.form", page="官网"))
    await shop.engine.stepper.sweep()
    air = await fly(shop)
    await shop.accept(shop.message("STOP"))
    for _ in range(3):
        await shop.engine.stepper.sweep()
        await shop.engine.outbox.send_due()
        shop.wait(seconds=1)
    assert len(shop.wire.calls) == 1
    assert "withdrawal.effective" not in await shop.kinds()
    await land(shop, air)
    shop.wait(seconds=1)
    await shop.settle()
    assert [STOPPED in call.body for call in shop.wire.calls] == [False, True]
    assert (await shop.kinds()).count("withdrawal.effective") == 1


async def test_confirmation_waits_across_a_crash(shop: Shop) -> None:
    """A call whose process died holds the confirmation back until the death is proven, and no longer."""
    await shop.accept(shop.event("signup.form", page="官网"))
    await shop.engine.stepper.sweep()
    await fly(shop)
    await shop.accept(shop.message("STOP"))
    shop.wire.answer = take
    await shop.leave()
    await shop.open()
    shop.wait(seconds=1)
    await shop.settle()
    assert shop.wire.bodies() == []
    await shop.engine.recovery.recover()
    shop.wait(seconds=1)
    await shop.settle()
    assert confirmations(shop.wire.bodies()) == 1
    assert ("ask", "unknown", "") in await outbox(shop)


async def test_second_stop_gets_no_confirmation(shop: Shop) -> None:
    """One confirmation, however often they say it."""
    assert confirmations(await shop.say("STOP")) == 1
    assert await shop.say("退订") == []
    assert await shop.say("TD") == []


async def test_ten_parallel_stops_get_one_confirmation(shop: Shop) -> None:
    """Ten webhooks at the same moment, one confirmation."""
    await shop.say("hello")
    await asyncio.gather(*(shop.accept(shop.message("STOP")) for _ in range(10)))
    await shop.settle()
    assert confirmations(shop.wire.bodies()) == 1
    assert (await shop.kinds()).count("stop") == 1


async def test_queued_before_stop_never_flies_after_start(shop: Shop) -> None:
    """A message is bound to the epoch in which it was queued, also one whose carrier said "later"."""
    await shop.accept(shop.event("order.shipped", order_no="A1", carrier="SF", tracking="1"))
    await shop.engine.stepper.sweep()
    await shop.change("UPDATE outbox SET due_at = due_at + 5000000")
    await shop.say("STOP")
    assert len(await shop.say("START")) == 1
    shop.wait(seconds=60)
    await shop.settle()
    assert shop.wire.bodies() == []
    # The same where the cancellation itself is undone: the epoch alone refuses it.
    await shop.change("UPDATE outbox SET status = 'queued', why = '' WHERE text = 'shipped'")
    await shop.settle()
    assert shop.wire.bodies() == []
    assert ("shipped", "refused", "stopped") in await outbox(shop)


async def test_start_then_stop_pending_together_ends_stopped(shop: Shop) -> None:
    """Whichever is stepped first, the later word holds: the stop."""
    await consented(shop)
    await shop.accept(shop.message("START"))
    await shop.accept(shop.message("STOP"))
    await shop.settle()
    assert await shop.rows("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL") == [(1,)]
    assert confirmations(shop.wire.bodies()) == 1
    assert (await consents(shop))["offers"] == "withdrawn"
    assert await shop.tell("order.shipped", order_no="A1", carrier="SF", tracking="1") == []


async def test_stop_then_start_pending_together_ends_started(shop: Shop) -> None:
    """The later word holds: the start; the consent does not come back by it."""
    await consented(shop)
    await shop.accept(shop.message("STOP"))
    await shop.accept(shop.message("START"))
    await shop.settle()
    assert confirmations(shop.wire.bodies()) == 0
    assert await shop.rows("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL") == [(0,)]
    assert (await consents(shop))["offers"] == "withdrawn"


async def test_a_start_does_not_lift_a_stop_that_came_after_it(shop: Shop) -> None:
    """Between the start's step and the stop's nothing is lifted, not even in the record."""
    await shop.accept(shop.message("START"))
    await shop.accept(shop.message("STOP"))
    await shop.settle()
    assert "stop.lifted" not in await shop.kinds()


async def test_yes_then_stop_before_the_yes_is_stepped(shop: Shop) -> None:
    """A yes that a stop overtook grants nothing: no consent, no welcome, and none after a later START."""
    await shop.tell("signup.form", page="官网")
    await shop.accept(shop.message("Y"))
    await shop.accept(shop.message("STOP"))
    await shop.settle()
    bodies = shop.wire.bodies()
    assert confirmations(bodies) == len(bodies) == 1
    assert (await consents(shop))["offers"] == "refused"
    assert await shop.say("START") != []
    assert (await consents(shop))["offers"] == "refused"
    assert not any(kind in ("consent.given", "consent.confirmed") for kind in await shop.kinds())


async def test_yes_then_the_carriers_marketing_stop_before_the_yes_is_stepped(shop: Shop) -> None:
    """The same where the stop is the carrier's own switch, which ends marketing alone."""
    await shop.say("prefs", channel="whatsapp")
    await shop.accept(shop.message("1", channel="whatsapp"))
    switch = Preference("pref-1", address(PHONE, "whatsapp"), PreferenceValue.STOP, None)
    await shop.accept(Incoming(BUSINESS, "whatsapp", "whatsapp_cloud", switch))
    await shop.settle()
    assert (await consents(shop))["offers"] == "refused"
    resume = Preference("pref-2", address(PHONE, "whatsapp"), PreferenceValue.RESUME, None)
    await shop.accept(Incoming(BUSINESS, "whatsapp", "whatsapp_cloud", resume))
    await shop.settle()
    assert (await consents(shop))["offers"] == "refused"


async def test_a_yes_after_the_carriers_marketing_stop_is_heard(shop: Shop) -> None:
    """Said after the switch it is a new consent, and waits for the switch to be set back."""
    switch = Preference("pref-1", address(PHONE, "whatsapp"), PreferenceValue.STOP, None)
    await shop.accept(Incoming(BUSINESS, "whatsapp", "whatsapp_cloud", switch))
    shop.wait(seconds=1)
    await shop.say("prefs", channel="whatsapp")
    await shop.say("1", channel="whatsapp")
    assert (await consents(shop))["offers"] == "confirmed"
    assert await shop.tell("member.birthday", name="周", coupon="B", until="2026-12-31", balance="1") == []


async def test_a_confirmation_that_waited_is_not_sent_after_start(shop: Shop) -> None:
    """Stopped, then back before the air was clear: nobody is told "stopped" who is not."""
    await shop.accept(shop.event("signup.form", page="官网"))
    await shop.engine.stepper.sweep()
    air = await fly(shop)
    await shop.accept(shop.message("STOP"))
    await shop.engine.stepper.sweep()
    await shop.accept(shop.message("START"))
    await shop.engine.stepper.sweep()
    await land(shop, air)
    shop.wait(seconds=1)
    await shop.settle()
    assert confirmations(shop.wire.bodies()) == 0


async def test_stop_of_marketing_stands_when_it_is_accepted(shop: Shop) -> None:
    """A word that ends marketing alone is in force before its 2xx, too; service goes on."""
    await consented(shop)
    await shop.accept(shop.message("stop promotions"))
    assert await shop.rows("SELECT reading, effect FROM inbox WHERE reading = 'stop_marketing'") == [
        ("stop_marketing", "stopped-marketing")
    ]
    assert (await consents(shop))["offers"] == "withdrawn"
    await shop.settle()
    shop.wire.bodies()
    assert len(await shop.tell("order.shipped", order_no="A1", carrier="SF", tracking="1")) == 1


@pytest.mark.parametrize("reason, scope", [(Reason.OPTED_OUT, "all"), (Reason.OPTED_OUT_MARKETING, "marketing:sms")])
async def test_an_opt_out_code_is_a_stop_of_its_own_extent(shop: Shop, reason: Reason, scope: str) -> None:
    """The carrier's code for "opted out of marketing" ends marketing, not the notices of an order."""
    await consented(shop)
    report = Receipt("p-1", DeliveryStatus.FAILED, None, reason=reason, recipient=address(PHONE))
    await shop.accept(shop.receipt(report))
    assert (await consents(shop))["offers"] == "withdrawn"
    await shop.settle()
    stops = await shop.rows("SELECT scope FROM suppressions WHERE kind = 'stopped' AND lifted_at IS NULL")
    assert stops == [(scope,)]
    notices = await shop.tell("order.shipped", order_no="A1", carrier="SF", tracking="1")
    assert len(notices) == (scope != "all")


async def test_an_unclear_outcome_is_the_end_of_the_call(shop: Shop) -> None:
    """A call that timed out is over for us: the confirmation follows, and the marketing is not sent again."""
    await shop.accept(shop.event("signup.form", page="官网"))
    await shop.engine.stepper.sweep()
    air = InTheAir()

    async def time_out(message: Outgoing) -> Sent:
        await air(message)
        raise Unclear("no answer in time")

    shop.wire.answer = time_out
    await shop.engine.outbox.send_due()
    await air.begun.wait()
    await shop.accept(shop.message("STOP"))
    await shop.engine.stepper.sweep()
    await land(shop, air)
    shop.wait(seconds=1)
    await shop.settle()
    assert [STOPPED in call.body for call in shop.wire.calls] == [False, True]
    assert ("ask", "unknown", "") in await outbox(shop)
