"""A flow runs by its proof and stays with those who started it; who cannot go on is named before anything changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.editions import Edition
from bot.publishing import Plan, Publisher, Stranded
from config.business_types import Business
from config.errors import BusinessProblems
from flows.load import load_flow
from flows.moving.state_map import StateMap
from storage import acts
from storage.errors import BrokenChain
from storage.ledger import verify
from tests.fixtures.engines import BUSINESS, Shop

FLOW = "optin-confirm"


def edited(business: Business, *changes: tuple[str, str], flow: str = FLOW) -> Business:
    """The business after these replacements in the file of a flow."""
    before = business.flows[flow]
    source = before.source
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return replace(business, flows={**business.flows, flow: load_flow(source, before.file)})


def renamed(business: Business) -> Business:
    """``ask`` is called ``question`` from now on; the words are the same."""
    return edited(business, ("go: ask}", "go: question}"), ("\n  ask:\n    say: ask", "\n  question:\n    say: ask"))


async def publish(shop: Shop, business: Business, moves: StateMap | None = None) -> Plan:
    """As the command does it, beside the engine."""
    publisher = Publisher(shop.database, shop.vault, shop.clock)
    maps = {(BUSINESS, FLOW): moves} if moves is not None else {}
    plan = await publisher.weigh({BUSINESS: business}, maps)
    assert plan.problems == ()
    await publisher.record(plan, "ana")
    await publisher.move(plan)
    return plan


def edition(plan: Plan) -> Edition:
    (found,) = [each for each in plan.editions if each.name == FLOW]
    return found


async def asked(shop: Shop) -> None:
    """A person who was asked and has not answered."""
    (question,) = await shop.tell("signup.form", page="官网")
    assert "Y" in question


async def test_what_is_in_force_is_on_record_with_its_proof(shop: Shop) -> None:
    flow = shop.business.flows[FLOW]
    ((proof, record),) = await shop.rows(f"SELECT proof, record FROM flow_versions WHERE hash = '{flow.hash}'")
    assert json.loads(proof)["flow"] == flow.hash
    async with shop.database.read() as connection:
        entries = await acts.entries(connection, BUSINESS)
        (end,) = await acts.ends(connection)
    assert verify(entries, end, shop.vault) == len(entries)
    proved = json.loads(entries[record].record)
    assert (proved["kind"], proved["facts"]["hash"]) == ("flow.proved", flow.hash)
    assert "consent-held-on-every-path" in proved["facts"]["properties"].split()
    published = [json.loads(each.record)["facts"] for each in entries if each.kind == "flow.published"]
    assert {(each["flow"], each["hash"], each["was"], each["by"]) for each in published} == {
        (flow.name, flow.hash, "", "folder") for flow in shop.business.flows.values()
    }


async def test_the_record_of_a_business_shows_what_was_changed_in_it(shop: Shop) -> None:
    await shop.change("UPDATE ledger SET kind = 'flow.tried' WHERE person = '' AND seq = 9")
    async with shop.database.read() as connection:
        entries = await acts.entries(connection, BUSINESS)
        (end,) = await acts.ends(connection)
    with pytest.raises(BrokenChain, match="record 9"):
        verify(entries, end, shop.vault)


async def test_nothing_is_recorded_twice(shop: Shop) -> None:
    """Starting again, or another process on the same database, publishes nothing."""
    before = await shop.rows("SELECT count(*) FROM ledger")
    await shop.engine.put_in_force({BUSINESS: shop.business})
    await shop.crash()
    assert await shop.rows("SELECT count(*) FROM ledger") == before


async def test_a_flow_that_is_not_proved_is_not_put_in_force(shop: Shop) -> None:
    """Sold to whoever says no: the set in force stays."""
    promo = "  promo: {say: again, needs: offers, end: sold}\n  silent:"
    bad = edited(shop.business, ("{grant: offers, go: welcome}", "{go: promo}"), ("  silent:", promo))
    with pytest.raises(BusinessProblems, match="E301"):
        await shop.engine.put_in_force({BUSINESS: bad})
    running = shop.engine.catalogue.houses[BUSINESS].flows[FLOW]
    assert running.flow.hash == shop.business.flows[FLOW].hash


@pytest.mark.parametrize("damage", ["proof = NULL", "source = replace(source, '72h', '73h')"])
async def test_a_version_without_its_proof_sends_nothing_and_hears_a_stop(shop: Shop, damage: str) -> None:
    """Also one whose text is not the one that was proved. The reply says why in its result; a stop stops."""
    await asked(shop)
    shop.business = edited(shop.business, ("72h", "96h"))
    first = shop.engine.catalogue.houses[BUSINESS].flows[FLOW].flow.hash
    await shop.crash()
    await shop.change(f"UPDATE flow_versions SET {damage} WHERE hash = '{first}'")
    assert await shop.say("Y") == []
    ((result,),) = await shop.rows("SELECT result FROM inbox WHERE kind = 'message'")
    (refused,) = json.loads(result)["refused"]
    assert (refused["flow"], refused["reason"]) == (FLOW, "no-basis")
    assert "proof" in refused["detail"]
    assert "consent.confirmed" not in await shop.kinds()
    (stopped,) = await shop.say("T")
    assert "退订" in stopped


async def test_people_stay_in_the_version_that_they_started(shop: Shop) -> None:
    """The edit changes what a yes is answered with; who was asked before gets the old answer, also after a restart."""
    await asked(shop)
    shop.business = edited(shop.business, ("已确认，", "登记完成，"))
    await shop.crash()
    (answer,) = await shop.say("Y")
    assert "已确认" in answer


async def test_whoever_stands_in_a_state_that_vanished_is_named_and_the_old_set_stays(shop: Shop) -> None:
    await asked(shop)
    with pytest.raises(Stranded) as refused:
        await shop.engine.put_in_force({BUSINESS: renamed(shop.business)})
    (problem,) = refused.value.problems
    assert problem.code == "E701"
    assert problem.sentence.en == (
        "people are in the state `ask` of optin-confirm (1), and this version has no such state"
    )
    assert "flow publish optin-confirm --map ask=STATE (one of: question, welcome, silent)" in problem.cure.en
    (answer,) = await shop.say("Y")
    assert "已确认" in answer
    await shop.engine.put_in_force({BUSINESS: renamed(shop.business)})


async def test_a_map_moves_people_with_their_question_and_their_time(shop: Shop) -> None:
    """Who was asked a day ago has the other two days, is not asked again, and says yes to what they were shown."""
    await asked(shop)
    shop.clock.advance(timedelta(hours=24))
    after = renamed(edited(shop.business, ("已确认，", "登记完成，")))
    plan = await publish(shop, after, StateMap({"ask": "question"}))
    assert [group.people for group in edition(plan).moved] == [1]
    await shop.engine.put_in_force({BUSINESS: after})
    ((state, hash_, version),) = await shop.rows("SELECT state, flow_hash, row_version FROM conversations")
    assert (state, hash_) == ("question", after.flows[FLOW].hash)
    assert shop.wire.bodies() == []
    ((due_at,),) = await shop.rows("SELECT due_at FROM timers WHERE conversation <> ''")
    assert due_at - shop.clock.micros() == timedelta(hours=48) // timedelta(microseconds=1)
    (answer,) = await shop.say("Y")
    assert "登记完成" in answer
    assert [kind for kind in await shop.kinds() if kind.startswith(("conversation", "consent.c"))] == [
        "conversation.moved",
        "consent.confirmed",
    ]
    assert version > 0


async def test_silence_ends_for_those_who_were_moved(shop: Shop) -> None:
    await asked(shop)
    after = renamed(shop.business)
    await publish(shop, after, StateMap({"ask": "question"}))
    await shop.engine.put_in_force({BUSINESS: after})
    shop.clock.advance(timedelta(hours=72))
    await shop.settle()
    assert await shop.rows("SELECT state, outcome FROM conversations") == [("silent", "no-consent")]
    assert await shop.rows("SELECT count(*) FROM timers") == [(0,)]


async def test_a_moved_person_stops_like_anybody(shop: Shop) -> None:
    await asked(shop)
    after = renamed(shop.business)
    await publish(shop, after, StateMap({"ask": "question"}))
    await shop.engine.put_in_force({BUSINESS: after})
    (stopped,) = await shop.say("T")
    assert "退订" in stopped


async def test_the_map_goes_on_for_those_who_come_later(shop: Shop) -> None:
    """Published while another process still starts people in the old version: they are moved when it takes the set."""
    await asked(shop)
    after = renamed(shop.business)
    await publish(shop, after, StateMap({"ask": "question"}))
    await shop.accept(shop.event("signup.form", "+8613900000001", page="官网"))
    await shop.settle()
    assert await shop.rows("SELECT state FROM conversations ORDER BY state") == [("ask",), ("question",)]
    await shop.engine.put_in_force({BUSINESS: after})
    assert await shop.rows("SELECT DISTINCT state FROM conversations") == [("question",)]


async def test_a_conversation_that_is_closed_hears_no_late_answer(shop: Shop) -> None:
    """Nothing is sent, nothing granted; what was still queued in it does not leave."""
    shop.wire.taken.clear()
    await shop.accept(shop.event("signup.form", page="官网"))
    await shop.engine.stepper.sweep()
    after = renamed(shop.business)
    await publish(shop, after, StateMap(closed=frozenset({"ask"})))
    await shop.settle()
    assert shop.wire.bodies() == []
    assert await shop.rows("SELECT status, why FROM outbox") == [("cancelled", "stale")]
    assert await shop.say("Y") == []
    assert await shop.rows("SELECT state, outcome FROM conversations") == [("ask", "retired")]
    assert "conversation.closed" in await shop.kinds()


async def test_a_flow_whose_file_is_gone_keeps_whoever_is_in_it_until_they_are_closed(shop: Shop) -> None:
    await asked(shop)
    without = replace(shop.business, flows={n: f for n, f in shop.business.flows.items() if n != FLOW})
    with pytest.raises(Stranded, match="the file of optin-confirm is gone"):
        await shop.engine.put_in_force({BUSINESS: without})
    await publish(shop, without, StateMap(closed=frozenset({"ask"})))
    await shop.engine.put_in_force({BUSINESS: without})
    assert await shop.rows("SELECT outcome FROM conversations") == [("retired",)]
    assert (await shop.rows("SELECT hash FROM publications WHERE flow = 'optin-confirm' ORDER BY number"))[-1] == ("",)


async def test_a_purpose_cannot_go_while_people_are_asked_for_it(shop: Shop) -> None:
    """Their version would not be proved any more."""
    await asked(shop)
    flows = {
        name: flow for name, flow in shop.business.flows.items() if name not in (FLOW, "repermission", "preferences")
    }
    kept = {name: purpose for name, purpose in shop.business.purposes.items() if name != "offers"}
    without = replace(shop.business, flows=flows, purposes=kept)
    plan = await Publisher(shop.database, shop.vault, shop.clock).weigh(
        {BUSINESS: without}, {(BUSINESS, FLOW): StateMap()}
    )
    assert [each.code for each in plan.problems] == ["E701"]
    changed = replace(without, flows={**flows, FLOW: edited(shop.business, ("offers", "points")).flows[FLOW]})
    (problem,) = (await Publisher(shop.database, shop.vault, shop.clock).weigh({BUSINESS: changed})).problems
    assert "is not proved any more" in problem.sentence.en
