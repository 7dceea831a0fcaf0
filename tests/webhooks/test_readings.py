"""What a person's replies were read as, and what decided: page by page, never in the person's own words."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.webhooks.service import SIGNUP, Service


async def test_readings_say_which_layer_and_which_word_decided(service: Service) -> None:
    """The latest first; what is read is stored before the carrier's 2xx, so nothing has to be waited for."""
    person = (await service.post("/v1/events", SIGNUP))["started"][0]["person"]
    for number, words in enumerate(["暂停30天", "please stop txting me", "what do I owe you?"]):
        service.engine.stores.clock.advance(timedelta(minutes=2))
        await service.says(words, f"r{number}")
    page = await service.get(f"/v1/people/{person}/readings?limit=2")
    rest = await service.get(f"/v1/people/{person}/readings?cursor={page['next']}")
    items = page["items"] + rest["items"]
    assert [(one["reading"], one["by"]) for one in items] == [("other", "none"), ("stop", "phrase"), ("pause", "word")]
    assert items[1]["word"].startswith("en: ")
    assert (items[2]["word"], items[2]["sub"], items[2]["detail"]) == ("暂停", "pause_for", "30")
    assert "txting" not in json.dumps(items)
    assert rest.get("next") is None


async def test_readings_of_nobody_are_not_there(service: Service) -> None:
    await service.get("/v1/people/prs_00/readings", 404)
