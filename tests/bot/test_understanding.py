"""What the open question makes of a reply, under the person's lock; what does not depend on it, at once."""

from __future__ import annotations

import json

import pytest

from tests.fixtures.engines import Shop


async def reading(shop: Shop) -> tuple[str, str, str]:
    """Of the last event: what was read on arrival, by which layer, and by what."""
    [row] = (await shop.rows("SELECT reading, read_by, word FROM inbox ORDER BY id DESC LIMIT 1"))[:1]
    return row[0], row[1], row[2]


async def result(shop: Shop) -> dict[str, object]:
    """What came of the last event."""
    [(stored,)] = await shop.rows("SELECT result FROM inbox ORDER BY id DESC LIMIT 1")
    found: dict[str, object] = json.loads(stored) if stored else {}
    return found


@pytest.mark.parametrize("text", ["please stop texting me", "别再发了"])
async def test_a_stop_in_a_phrase_is_in_force_when_accept_returns(shop: Shop, text: str) -> None:
    """With the frame that decided, and without the person's words."""
    await shop.accept(shop.message(text))
    assert (await reading(shop))[:2] == ("stop", "phrase")
    assert (await reading(shop))[2].split(": ")[0] in ("en", "zh")
    assert await shop.rows("SELECT count(*) FROM suppressions WHERE kind = 'stopped'") != [(0,)]


@pytest.mark.parametrize("text", ["stop Bookshop", "unsubscribe from bookshop texts"])
async def test_a_stop_may_name_the_business(shop: Shop, text: str) -> None:
    await shop.accept(shop.message(text))
    assert (await reading(shop))[0] == "stop"


async def test_a_word_says_that_it_is_one(shop: Shop) -> None:
    await shop.accept(shop.message("“s t o p”"))
    assert await reading(shop) == ("stop", "word", "STOP")


@pytest.mark.parametrize("text", ["no thanks", "不用了谢谢", "nah I'm good"])
async def test_a_no_to_the_question_for_a_consent_ends_it_and_is_not_asked_again(shop: Shop, text: str) -> None:
    await shop.tell("signup.form", page="web")
    asked = await shop.rows("SELECT count(*) FROM outbox")
    await shop.say(text)
    assert (await reading(shop))[0] != "stop"
    assert (await result(shop))["reading"]["meaning"] == "stop"  # type: ignore[index]  # JSON
    assert await shop.rows("SELECT count(*) FROM outbox") == asked
    assert "consent.confirmed" not in await shop.kinds()


async def test_the_same_no_without_a_question_is_no_stop(shop: Shop) -> None:
    await shop.say("no thanks")
    assert "reading" not in await result(shop)
    assert await shop.rows("SELECT count(*) FROM suppressions") == [(0,)]


async def test_only_bills_ends_what_is_commercial(shop: Shop) -> None:
    await shop.say("only send me bills please")
    assert (await reading(shop))[:2] == ("bills_only", "phrase")
    stopped = await shop.rows("SELECT scope FROM suppressions WHERE kind = 'stopped' ORDER BY scope")
    assert stopped == [("marketing:sms",), ("marketing:whatsapp",)]
