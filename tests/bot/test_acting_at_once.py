"""Acting on an event as it is stored: one commit where the person is free, and nothing lost where they are not."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.inbox import Incoming
from storage.dossier import lock
from tests.fixtures.engines import BUSINESS, PHONE, Shop

OTHER = "+8613800000002"


@pytest.fixture
async def prompt(shop: Shop) -> Shop:
    """The bookshop, acting at once."""
    shop.act_at_once(True)
    return shop


async def pending(shop: Shop) -> int:
    """Events that nobody has acted on."""
    return int((await shop.rows("SELECT count(*) FROM inbox WHERE stepped_at IS NULL"))[0][0])


async def queued(shop: Shop) -> int:
    """Messages in the outbox."""
    return int((await shop.rows("SELECT count(*) FROM outbox"))[0][0])


async def test_the_answer_is_queued_when_accept_returns(prompt: Shop) -> None:
    """And the event carries what came of it."""
    [id_] = await prompt.accept(prompt.message("HELP"))
    assert (await pending(prompt), await queued(prompt)) == (0, 1)
    [(result,)] = await prompt.rows("SELECT result FROM inbox WHERE id = :id", id=id_)
    assert len(json.loads(result)["messages"]) == 1
    assert len(await prompt.say("hello")) == 1


async def test_the_same_event_ten_times_in_parallel_has_one_effect(prompt: Shop) -> None:
    """In one batch, in several, and once more later."""
    same = prompt.message("HELP", event_id="once")
    await asyncio.gather(*(prompt.accept(same, same) for _ in range(10)))
    await prompt.accept(same)
    assert (await pending(prompt), await queued(prompt)) == (0, 1)
    assert await prompt.rows("SELECT count(*) FROM inbox") == [(1,)]


async def test_what_was_left_before_is_taken_along_in_order(prompt: Shop) -> None:
    """The open question is answered by the later message, whoever of the two is acted on first."""
    await prompt.tell("signup.form", page="web")
    prompt.act_at_once(False)
    await prompt.accept(prompt.message("what is this?"))
    prompt.act_at_once(True)
    await prompt.accept(prompt.message("Y"))
    assert await pending(prompt) == 0
    assert (await prompt.kinds())[-1] == "consent.confirmed"


async def test_a_person_who_is_held_elsewhere_is_left_to_the_stepper(prompt: Shop) -> None:
    """The event is stored without waiting, and acted on once the person is free."""
    if prompt.database.dialect == "sqlite":
        return  # one writer: nobody can be held by another
    await prompt.accept(prompt.message("hello"))
    who = (BUSINESS, await prompt.person())
    async with prompt.database.write() as tx:
        assert await lock(tx, prompt.vault, [who])
        await asyncio.wait_for(prompt.accept(prompt.message("HELP"), prompt.message("HELP", OTHER)), 5)
        assert await pending(prompt) == 1
    await prompt.settle()
    assert await pending(prompt) == 0
    assert len(prompt.wire.calls) == 2


async def test_an_event_that_fails_is_kept_with_its_reason_and_stops_nobody(prompt: Shop) -> None:
    """The second of three fails: its person's first is undone and comes again, the neighbour is answered."""
    await prompt.tell("signup.form", page="web")
    await prompt.change("UPDATE outbox SET content = :junk WHERE status <> 'queued'", junk=b"junk")
    await prompt.accept(prompt.message("what?"), prompt.message("Y"), prompt.message("HELP", OTHER))
    failed = await prompt.rows("SELECT result FROM inbox WHERE result LIKE '%failed%'")
    assert len(failed) == 1
    assert "WrongKey" in failed[0][0]
    assert await pending(prompt) == 1
    other = await prompt.person(OTHER)
    assert await prompt.rows("SELECT count(*) FROM outbox WHERE person = :p", p=other) == [(1,)]
    await prompt.settle()
    assert await pending(prompt) == 0
    assert "consent.confirmed" not in await prompt.kinds()


async def test_a_person_who_cannot_be_opened_is_stored_all_the_same(prompt: Shop) -> None:
    """A conversation that no key opens: stored, the others with it, and the stepper says what is wrong."""
    await prompt.tell("signup.form", page="web")
    await prompt.change("UPDATE conversations SET facts = :junk", junk=b"junk")
    await prompt.accept(prompt.message("Y"), prompt.message("HELP", OTHER))
    assert await pending(prompt) == 2
    await prompt.settle()
    assert await pending(prompt) == 0
    assert await prompt.rows("SELECT count(*) FROM inbox WHERE result LIKE '%WrongKey%'") == [(1,)]


@pytest.mark.parametrize("words", [("STOP", "Y"), ("Y", "STOP")])
async def test_a_stop_in_the_same_call_is_in_force_and_the_last_word_holds(
    words: tuple[str, str], prompt: Shop
) -> None:
    """Whichever comes first, nothing is granted that outlives the stop, and the stop stands when accept returns."""
    await prompt.tell("signup.form", page="web")
    await prompt.accept(*(prompt.message(word) for word in words))
    assert "stop" in await prompt.kinds()
    await prompt.settle()
    assert await prompt.rows("SELECT status FROM consents") in ([("refused",)], [("withdrawn",)])
    assert await prompt.rows("SELECT count(*) FROM suppressions WHERE lifted_at IS NULL") != [(0,)]


async def test_several_people_and_kinds_in_one_call(prompt: Shop) -> None:
    """Sign-ups, a word and a receipt of nobody: each acted on, the receipt left to its own worker."""
    calls: list[Incoming] = [prompt.event("signup.form", PHONE, page="web"), prompt.message("HELP", OTHER)]
    await prompt.accept(*calls)
    assert (await pending(prompt), await queued(prompt)) == (0, 2)
