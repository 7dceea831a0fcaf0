"""The inbound door: kept once or not at all, and nobody's bad event is anybody else's."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.events import InboundMessage, Unread
from bot.group_commit import GroupCommit, Overloaded
from bot.inbox import Inbox, Incoming
from storage.errors import NotStored
from tests.fixtures.engines import BUSINESS, PHONE, Shop, address, opened


async def count_of(shop: Shop, table: str) -> int:
    """Of what belongs to persons; the ledger also holds what the business itself did."""
    own = " WHERE person <> ''" if table == "ledger" else ""
    return int((await shop.rows(f"SELECT count(*) FROM {table}{own}"))[0][0])


async def test_the_same_event_many_times_in_parallel_has_one_effect(shop: Shop) -> None:
    """One row, one answer, one record: twenty deliveries at once, each a call of its own, then again later."""
    await asyncio.gather(*(shop.accept(shop.message("HELP", event_id="same")) for _ in range(20)))
    await shop.settle()
    await shop.accept(*(shop.message("HELP", event_id="same") for _ in range(3)))
    await shop.settle()
    assert await count_of(shop, "inbox") == 1
    assert len(shop.wire.calls) == 1
    assert await count_of(shop, "people") == 1


async def test_the_same_events_through_two_processes_in_any_order(shop: Shop) -> None:
    """Two web processes are given the same webhooks of new people, forwards and backwards: one row and person each."""
    async with opened(Shop(shop.url, shop.redis, shop.business, shop.clock)) as other:
        phones = [f"+86138000010{number:02}" for number in range(20)]
        messages = [shop.message("STOP", phone, event_id=f"e-{phone}") for phone in phones]
        both = [one.accept(message) for one, these in ((shop, messages), (other, messages[::-1])) for message in these]
        await asyncio.gather(*both)
    await shop.settle()
    assert await count_of(shop, "inbox") == 20
    assert await count_of(shop, "people") == 20
    assert await shop.rows("SELECT count(*) FROM ledger WHERE kind = 'stop'") == [(20,)]
    assert len(shop.wire.calls) == 20
    await shop.verify_all()


async def test_a_new_number_named_first_and_second_by_two_processes_is_one_person(shop: Shop) -> None:
    """Events that name a phone and a WhatsApp id together, met by two processes at the same moment."""
    async with opened(Shop(shop.url, shop.redis, shop.business, shop.clock)) as other:
        phones = [f"+86138000020{number:02}" for number in range(10)]
        asks = [
            one.accept(one.message("hello", phone, channel=channel, event_id=f"{channel}-{phone}"))
            for phone in phones
            for one, channel in ((shop, "sms"), (other, "whatsapp"))
        ]
        await asyncio.gather(*asks)
    assert await count_of(shop, "people") == 10
    owned = "SELECT count(*) FROM inbox WHERE person NOT IN (SELECT id FROM people)"
    assert await shop.rows(owned) == [(0,)]


async def test_events_that_differ_in_any_part_are_different_events(shop: Shop) -> None:
    """Provider, channel and the provider's id make an event what it is."""
    await shop.accept(
        shop.message("hello", event_id="a"),
        shop.message("hello", event_id="b"),
        shop.message("hello", event_id="a", channel="whatsapp"),
    )
    assert await count_of(shop, "inbox") == 3


async def test_a_poison_item_fails_alone(shop: Shop) -> None:
    """What cannot be stored is told to its own caller; those who shared the batch are kept."""
    good = [shop.accept(shop.message("hello", f"+861380000030{n}")) for n in range(5)]
    bad = shop.accept(Incoming(BUSINESS, "sms", "simulator", Unread("poison", "odd", {"raw": object()})))
    results = await asyncio.gather(*good, bad, return_exceptions=True)
    assert [isinstance(result, list) for result in results] == [True] * 5 + [False]
    assert isinstance(results[-1], TypeError)
    assert await count_of(shop, "inbox") == 5


async def test_text_that_is_not_quite_unicode_is_kept(shop: Shop) -> None:
    """JSON may carry half a surrogate pair: the message is stored and stepped like any other."""
    await shop.say("hello \ud800")
    assert await shop.rows("SELECT kind, result FROM inbox") == [("message", "{}")]


async def test_an_element_that_names_nobody_is_kept(shop: Shop) -> None:
    """Nothing that a carrier tells us is lost, and nothing is done about it."""
    await shop.accept(Incoming(BUSINESS, "sms", "simulator", Unread("odd-1", "unknown type", {"a": 1})))
    assert await shop.rows("SELECT kind, person, stepped_at IS NULL FROM inbox") in (
        [("unread", "", 0)],
        [("unread", "", False)],
    )


async def test_a_database_that_fails_keeps_nothing(shop: Shop) -> None:
    """NotStored, and not a trace of the call: no person, no alias, no event. It is stored once the database is back."""
    await shop.change("ALTER TABLE suppressions RENAME TO away")
    with pytest.raises(NotStored):
        await shop.accept(shop.message("STOP"))
    await shop.change("ALTER TABLE away RENAME TO suppressions")
    assert [await count_of(shop, table) for table in ("people", "aliases", "inbox", "ledger")] == [0, 0, 0, 0]
    await shop.accept(shop.message("STOP"))
    assert [await count_of(shop, table) for table in ("people", "aliases", "inbox", "ledger")] == [1, 1, 1, 1]


async def test_more_than_the_bound_is_refused_at_once(shop: Shop) -> None:
    """A queue that is full says so, stores nothing of the call, and those who wait are stored."""
    inbox = shop.engine.inbox
    small = Inbox(inbox.database, inbox.vault, inbox.clock, inbox.catalogue, inbox.arrived, inbox.receipts)
    small._commits = GroupCommit(small._keep, bound=3)
    waiting = asyncio.gather(*(small.accept([shop.message("hello", event_id=f"w{n}")]) for n in range(3)))
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await small.accept([shop.message("hello", event_id="late")])
    running = asyncio.create_task(small.run())
    await waiting
    running.cancel()
    assert await count_of(shop, "inbox") == 3


async def test_one_persons_failing_step_is_kept_on_the_event_and_stops_nobody(shop: Shop) -> None:
    """A payload that cannot be opened any more: its event says so, everybody else is answered, the next event too."""
    await shop.accept(shop.message("HELP"), shop.message("HELP", "+8613800000002"))
    await shop.change("UPDATE inbox SET payload = :junk WHERE person = :p", junk=b"junk", p=await shop.person())
    await shop.settle()
    assert len(shop.wire.calls) == 1
    failed = await shop.rows(
        "SELECT result FROM inbox WHERE person = :p AND stepped_at IS NOT NULL", p=await shop.person()
    )
    assert len(failed) == 1
    assert "WrongKey" in failed[0][0]
    assert len(await shop.say("HELP")) == 1 + 1


async def test_a_damaged_message_is_refused_and_stops_nobody(shop: Shop) -> None:
    """An outbox row that cannot be opened any more is refused with a code; the others leave."""
    await shop.accept(shop.message("HELP"), shop.message("HELP", "+8613800000002"))
    await shop.engine.stepper.sweep()
    await shop.change("UPDATE outbox SET content = :junk WHERE person = :p", junk=b"junk", p=await shop.person())
    await shop.settle()
    assert len(shop.wire.calls) == 1
    assert await shop.rows("SELECT status, why FROM outbox WHERE person = :p", p=await shop.person()) == [
        ("refused", "content-refused")
    ]


async def test_a_person_whose_key_is_damaged_stops_nobody(shop: Shop) -> None:
    """Their events are set aside with the reason; nobody else waits, and the worker does not spin."""
    await shop.accept(shop.message("HELP"), shop.message("HELP", "+8613800000002"))
    await shop.change("UPDATE people SET wrapped_key = :junk WHERE id = :p", junk=b"x" * 60, p=await shop.person())
    await shop.settle()
    assert len(shop.wire.calls) == 1
    assert await shop.rows("SELECT count(*) FROM inbox WHERE stepped_at IS NULL") == [(0,)]
    assert await shop.engine.stepper.sweep() == 0


async def test_a_business_that_is_not_in_force_is_said_on_the_event(shop: Shop) -> None:
    """Its folder was taken away between the event and its step."""
    await shop.accept(shop.message("HELP"))
    await shop.engine.put_in_force({})
    await shop.settle()
    assert "not in force" in (await shop.rows("SELECT result FROM inbox"))[0][0]


async def test_a_timer_that_fails_comes_again_and_holds_up_nobody(shop: Shop) -> None:
    """A due timer of a business that is not in force: tried again later, and not in a hot loop."""
    await shop.tell("signup.form", page="官网")
    shop.wait(hours=73)
    await shop.engine.put_in_force({})
    await shop.engine.stepper.sweep()
    assert await shop.engine.stepper.sweep() == 0
    await shop.engine.put_in_force({BUSINESS: shop.business})
    shop.clock.advance(timedelta(hours=2))
    await shop.settle()
    assert await shop.rows("SELECT outcome FROM conversations") == [("no-consent",)]


async def test_what_one_webhook_holds_keeps_its_order(shop: Shop) -> None:
    """STOP then START in one delivery is not START then STOP."""
    await shop.accept(shop.message("STOP"), shop.message("START"))
    await shop.settle()
    assert await shop.rows("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL") == [(0,)]
    await shop.accept(shop.message("START"), shop.message("STOP"))
    await shop.settle()
    assert await shop.rows("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL") == [(1,)]


async def test_identifiers_named_together_are_one_person(shop: Shop) -> None:
    """Whoever writes under one of them later is that person, and their stop stands for all of them."""
    both = (*address(PHONE), *address("+8613800000002"))
    first = shop.message("hello")

    assert isinstance(first.event, InboundMessage)
    await shop.accept(replace(first, event=replace(first.event, sender=both)), shop.message("STOP", "+8613800000002"))
    assert await count_of(shop, "people") == 1
    assert await shop.rows("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL") == [(2,)]
