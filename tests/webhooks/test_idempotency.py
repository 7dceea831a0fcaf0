"""The same request under the same key has one effect, whatever happens between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from storage.api_keys import Mode
from storage.idempotency import Claim, Idempotency, InFlight, OtherRequest, Replay
from tests.webhooks.service import ORDER, SIGNUP, Service

KEY = {"Idempotency_Key": "order-4711"}
Opener = Callable[..., Awaitable[Service]]


async def test_the_same_key_ten_times_in_parallel_has_one_effect(service: Service) -> None:
    headers = service.headers(**KEY)
    answers = await asyncio.gather(
        *(service.client.post("/v1/messages", json=ORDER, headers=headers) for _ in range(10))
    )
    assert {answer.status for answer in answers} <= {201, 409}
    done = {(await answer.json())["id"] for answer in answers if answer.status == 201}
    assert len(done) == 1
    assert await service.count("outbox") == await service.count("inbox") == 1


async def test_the_same_request_again_has_the_same_answer(service: Service) -> None:
    first = await service.client.post("/v1/events", json=SIGNUP, headers=service.headers(**KEY))
    again = await service.client.post("/v1/events", json=SIGNUP, headers=service.headers(**KEY))
    assert (first.status, await first.read()) == (again.status, await again.read())
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert again.content_type == "application/json"
    assert await service.count("inbox") == 1


async def test_a_strict_refusal_is_replayed_as_the_problem_it_was(service: Service) -> None:
    greet = {**ORDER, "flow": "birthday", "text": "greet", "facts": {"coupon": "B8K2", "until": "2026-12-31"}}
    first = await service.post("/v1/messages?strict=true", greet, 403, **KEY)
    again = await service.post("/v1/messages?strict=true", greet, 403, **KEY)
    assert first == again
    assert await service.count("outbox") == 1


@pytest.mark.parametrize("other", [{"body": {**SIGNUP, "facts": {}}}, {"mode": Mode.TEST}])
async def test_another_request_under_the_key_is_refused(service: Service, other: dict[str, object]) -> None:
    await service.post("/v1/events", SIGNUP, **KEY)
    mode = other.get("mode", Mode.LIVE)
    answer = await service.client.post(
        "/v1/events", json=other.get("body", SIGNUP), headers=service.headers(mode=Mode(str(mode)), **KEY)
    )
    assert (answer.status, (await answer.json())["code"]) == (422, "key-used")
    assert await service.count("inbox") == 1


async def test_keys_of_two_businesses_do_not_meet(service: Service) -> None:
    await service.post("/v1/events", SIGNUP, **KEY)
    await service.post("/v1/events", {**SIGNUP, "business": "realshop"}, 202, business="realshop", **KEY)
    assert await service.count("inbox") == 2


async def test_a_request_without_effect_frees_its_key(service: Service) -> None:
    await service.post("/v1/messages", {**ORDER, "flow": "nothing"}, 422, **KEY)
    assert (await service.post("/v1/messages", ORDER, 201, **KEY))["status"] == "queued"


async def test_what_was_not_stored_may_be_asked_again_at_once(service: Service) -> None:
    await service.execute("ALTER TABLE people RENAME TO away")
    await service.post("/v1/events", SIGNUP, 503, **KEY)
    await service.execute("ALTER TABLE away RENAME TO people")
    assert (await service.post("/v1/events", SIGNUP, **KEY))["started"]
    assert await service.count("inbox") == 1


@pytest.mark.parametrize("key", ["", " ", "ü", "x" * 256])
async def test_a_key_that_is_none_is_refused(service: Service, key: str) -> None:
    problem = await service.post("/v1/events", SIGNUP, 400, Idempotency_Key=key)
    assert problem["code"] == "malformed"


async def test_a_claim_is_held_for_a_minute_then_taken_over_with_the_same_event(service: Service) -> None:
    """Whoever died after storing the event and before keeping the answer doubles nothing."""
    stores = service.engine.stores
    claims = Idempotency(stores.database, stores.vault, stores.clock)
    first = await claims.claim("bookshop", "k", "same")
    assert isinstance(first, Claim)
    assert await claims.claim("bookshop", "k", "same") == InFlight()
    assert await claims.claim("bookshop", "k", "other") == OtherRequest()
    service.clock.advance(timedelta(seconds=60))
    second = await claims.claim("bookshop", "k", "same")
    assert isinstance(second, Claim)
    assert second.event == first.event
    await claims.finish(first, 201, b"the dead one's")
    assert await claims.claim("bookshop", "k", "same") == InFlight()
    await claims.finish(second, 201, b"{}")
    assert await claims.claim("bookshop", "k", "same") == Replay(201, b"{}")


async def test_answers_are_kept_for_a_day_and_then_forgotten(service: Service) -> None:
    await service.post("/v1/events", SIGNUP, **KEY)
    stores = service.engine.stores
    claims = Idempotency(stores.database, stores.vault, stores.clock)
    service.clock.advance(timedelta(hours=24))
    assert await claims.purge() == 0
    service.clock.advance(timedelta(seconds=1))
    assert (await claims.purge(), await service.count("idempotency")) == (1, 0)


async def test_a_key_used_a_day_ago_is_free_and_makes_an_event_of_its_own(service: Service) -> None:
    stores = service.engine.stores
    claims = Idempotency(stores.database, stores.vault, stores.clock)
    first = await claims.claim("bookshop", "k", "one")
    assert isinstance(first, Claim)
    await claims.finish(first, 201, b"{}")
    service.clock.advance(timedelta(hours=24))
    later = await claims.claim("bookshop", "k", "one")
    assert isinstance(later, Claim)
    assert later.event != first.event
