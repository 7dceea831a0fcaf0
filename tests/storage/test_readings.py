"""The reading of a message is kept with it, and the one that the open question made of it counts."""

from __future__ import annotations

from storage.readings import Readings, ReadMessage
from tests.fixtures.engines import BUSINESS, Shop


async def read(shop: Shop) -> list[ReadMessage]:
    readings = Readings(shop.database, shop.vault)
    return await readings.of_person(BUSINESS, await shop.person(), None, 10)


async def test_a_refusal_shows_what_the_question_made_of_it(shop: Shop) -> None:
    """On arrival "no" meant nothing: after the question for a consent it refuses."""
    await shop.tell("signup.form", page="官网")
    await shop.say("不了谢谢")
    (refused,) = await read(shop)
    assert (refused.meaning, refused.by) == ("stop", "phrase")
    assert refused.word.startswith("zh: ")
    assert refused.stepped_at is not None


async def test_a_stop_put_together_shows_what_both_halves_said(shop: Shop) -> None:
    await shop.say("今天又收到了，你们打")
    await shop.say("错电话了")
    joined, first = await read(shop)
    assert (joined.meaning, joined.sub, first.by) == ("stop", "wrong_number", "none")


async def test_what_was_sealed_is_gone_with_the_persons_key(shop: Shop) -> None:
    """The reading stays, as evidence; what is sealed beside it cannot be opened any more."""
    await shop.say("PAUSE 30")
    await shop.change("UPDATE people SET wrapped_key = :nothing", nothing=b"")
    (kept,) = await read(shop)
    assert (kept.meaning, kept.by, kept.word, kept.detail) == ("pause", "word", "PAUSE", "")
