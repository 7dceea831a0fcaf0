"""Every error of the API: one shape, its place, its cure, and no effect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from storage.api_keys import ApiKeys
from tests.webhooks.service import NOON, ORDER, SIGNUP, Json, Service

Opener = Callable[..., Awaitable[Service]]


def signup(**person: object) -> Json:
    return {**SIGNUP, "person": person}


@pytest.mark.parametrize(
    "body,pointer,cure",
    [
        ({**SIGNUP, "fcats": {}}, "#/fcats", "did you mean facts?"),
        (signup(phone="+8613800138000", langauge="en"), "#/person/langauge", "did you mean language?"),
        ({**SIGNUP, "zzzz": 1}, "#/zzzz", "leave it out"),
        ({"business": "bookshop", "person": {"phone": "+8613800138000"}}, "#/type", "add it"),
        (signup(phone="13800138000"), "#/person/phone", ""),
        (signup(phone="+86"), "#/person/phone", ""),
        (signup(phone="+999999999999"), "#/person/phone", ""),
        (signup(phone=8613800138000), "#/person/phone", "write it as text in quotes"),
        (signup(wa_id="+8613800138000"), "#/person/wa_id", ""),
        (signup(), "#/person", ""),
        (signup(phone="+8613800138000", wa_id="8613800138000"), "#/person", ""),
        ({**SIGNUP, "type": "sign up"}, "#/type", ""),
        ({**SIGNUP, "facts": {"page": {"a": 1}}}, "#/facts/page", "write it as text in quotes"),
        ({**SIGNUP, "facts": {"no good": "x"}}, "#/facts/no good", ""),
        ({**SIGNUP, "facts": {"a/b": "x"}}, "#/facts/a~1b", ""),
        ({**SIGNUP, "occurred_at": "2026-03-02T04:00:00"}, "#/occurred_at", "end it with Z or an offset (RFC 3339)"),
        (
            {**SIGNUP, "occurred_at": (NOON + timedelta(hours=1)).isoformat()},
            "#/occurred_at",
            "tell an event when it has",
        ),
        ({**SIGNUP, "channel": "smss"}, "#/channel", "did you mean sms?"),
        ([SIGNUP], "#/", ""),
    ],
)
async def test_what_is_wrong_in_a_body_is_named_with_its_cure(
    service: Service, body: object, pointer: str, cure: str
) -> None:
    problem = await service.post("/v1/events", body, 422)
    fault = problem["errors"][0]
    assert (fault["pointer"], fault.get("cure", "")[: len(cure) or None]) == (pointer, cure)
    assert "13800138000" not in str(problem)
    assert await service.count("inbox") == 0


async def test_all_faults_are_told_at_once(service: Service) -> None:
    problem = await service.post("/v1/events", {"business": "bookshop", "persom": {}}, 422)
    assert {fault["pointer"] for fault in problem["errors"]} == {"#/type", "#/person", "#/persom"}


@pytest.mark.parametrize("phone", ["+8613800138000", "+86 138 0013 8000", "+8611111111111", "+447700900123"])
async def test_a_possible_number_is_taken_also_when_nobody_has_it(service: Service, phone: str) -> None:
    assert (await service.post("/v1/events", signup(phone=phone)))["started"]


async def test_whole_numbers_are_facts_as_their_digits(service: Service) -> None:
    order = {**ORDER, "facts": {"order_no": 4711, "carrier": "顺丰", "tracking": "SF1"}}
    asked = await service.post("/v1/messages", order, 201)
    assert "4711" in (await service.get(f"/v1/messages/{asked['id']}"))["body"]


Call = Callable[[Service], Awaitable[Any]]
JSON = {"Content-Type": "application/json"}


def raw(data: bytes | str, **headers: str) -> Call:
    return lambda s: s.client.post("/v1/events", data=data, headers={**s.headers(), **JSON, **headers})


@pytest.mark.parametrize(
    "status,code,call",
    [
        (400, "malformed", raw(b"{")),
        (400, "malformed", raw(b"\xff\xfe{}")),
        (400, "malformed", raw(b"[" * 100_000)),
        (400, "malformed", raw(b'{"business": 1, "business": 2}')),
        (400, "malformed", raw(b'{"business": NaN}')),
        (400, "malformed", raw(b"")),
        (401, "not-authenticated", lambda s: s.client.post("/v1/events", json=SIGNUP)),
        (
            401,
            "not-authenticated",
            lambda s: s.client.get("/v1/people", headers={"Authorization": "Bearer sk_live_00"}),
        ),
        (401, "not-authenticated", lambda s: s.client.get("/v1/people", headers={"Authorization": "Basic eDp5"})),
        (404, "not-found", lambda s: s.client.get("/v1/nothing", headers=s.headers())),
        (404, "not-found", lambda s: s.client.get("/v1/people/prs_00", headers=s.headers())),
        (404, "not-found", lambda s: s.client.get("/v1/people/x%00y", headers=s.headers())),
        (404, "not-found", lambda s: s.client.get("/v1/messages/msg_00/why", headers=s.headers())),
        (404, "not-found", lambda s: s.client.get("/v1/events/evt_00", headers=s.headers())),
        (405, "method-not-allowed", lambda s: s.client.delete("/v1/messages", headers=s.headers())),
        (413, "too-large", raw(b" " * (256 * 1024 + 1))),
        (415, "wrong-content-type", raw(b"{}", **{"Content-Type": "text/plain"})),
        (415, "wrong-content-type", raw(b"{}", **{"Content-Encoding": "gzip"})),
        (422, "invalid", lambda s: s.client.get("/v1/people?cursor=xx", headers=s.headers())),
        (422, "invalid", lambda s: s.client.get("/v1/consents?cursor=WyJhIl0", headers=s.headers())),
        (422, "invalid", lambda s: s.client.get("/v1/people?limit=0", headers=s.headers())),
        (422, "invalid", lambda s: s.client.get("/v1/people?limit=1&limit=2", headers=s.headers())),
        (422, "invalid", lambda s: s.client.get("/v1/consents?statsu=given", headers=s.headers())),
        (422, "invalid", lambda s: s.client.post("/v1/messages?strict=maybe", json=ORDER, headers=s.headers())),
    ],
)
async def test_each_error_has_its_status_and_code(service: Service, status: int, code: str, call: Call) -> None:
    answer = await call(service)
    problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, problem["status"], problem["code"]) == (status, status, code)
    assert problem["instance"] == answer.headers["X-Request-Id"]
    assert await service.count("inbox") == 0


async def test_a_key_speaks_for_its_own_business(service: Service) -> None:
    for path, body in (("/v1/events", SIGNUP), ("/v1/messages", ORDER)):
        problem = await service.post(path, {**body, "business": "realshop"}, 403)
        assert problem["code"] == "other-business"
    assert await service.count("inbox") == 0


async def test_a_revoked_key_is_refused(service: Service) -> None:
    """At once where it was revoked, and within three seconds where the key was looked up before."""
    stores = service.engine.stores
    now = [0.0]
    here = ApiKeys(stores.database, stores.vault, stores.clock)
    there = ApiKeys(stores.database, stores.vault, stores.clock, lambda: now[0])
    key, text = await here.new("bookshop", "test", "till")
    assert text.startswith("sk_test_")
    assert (await here.find(text), await there.find(text)) == (key, key)
    await here.revoke("bookshop", key.id)
    assert (await here.find(text), await there.find(text)) == (None, key)
    now[0] = 3.0
    assert await there.find(text) is None
    assert key not in await here.of_business("bookshop")


async def test_a_key_is_stored_as_a_hash_only(service: Service) -> None:
    stored = str(await service.rows("SELECT * FROM api_keys"))
    assert not any(text in stored or text[8:] in stored for text in service.keys.values())


async def test_a_sane_request_id_is_kept_and_another_is_not(service: Service) -> None:
    for given, kept in (("order-4711-a", True), ("short", False), ("x" * 65, False), ('a"b<c>d(e)f', False)):
        answer = await service.client.get("/healthz", headers={"X-Request-Id": given})
        assert (answer.headers["X-Request-Id"] == given) is kept


async def test_a_database_that_does_not_answer_is_503(service: Service) -> None:
    await service.execute("ALTER TABLE people RENAME TO away")
    told = await service.post("/v1/events", SIGNUP, 503)
    read = await service.get("/v1/people", 503)
    assert (told["code"], read["code"]) == ("unavailable", "unavailable")
    assert await service.count("inbox") == 0


async def test_an_event_that_fails_is_told_as_ours(service: Service) -> None:
    came = await service.post("/v1/events", SIGNUP)
    await service.execute("""UPDATE inbox SET result = '{"failed": "KeyError()"}'""")
    problem = await service.get(f"/v1/events/{came['id']}", 500)
    assert (problem["code"], came["id"] in problem["detail"]) == ("event-failed", True)
    assert "KeyError" not in problem["detail"]
