"""The API's operations: what a business tells, asks for and reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.events import Address, Scheme
from bot.inbox import BusinessEvent
from bot.notify import Notify
from storage.api_keys import Mode
from tests.waiting import until
from tests.webhooks.service import ORDER, PHONE, SHIPPED, SIGNUP, Json, Service

Opener = Callable[..., Awaitable[Service]]


async def sent(service: Service, number: int) -> None:
    await until(lambda: len(service.sent) >= number)


async def consented(service: Service) -> str:
    """Sign up, be asked, answer Y; the person's id."""
    came = await service.post("/v1/events", SIGNUP)
    await sent(service, 1)

    async def accepted() -> bool:
        return await service.count("outbox", "status = 'accepted'") == 1

    await until(accepted)
    await service.says("Y", "m1")
    await sent(service, 2)
    person: str = came["started"][0]["person"]
    return person


async def test_an_event_starts_its_flow(service: Service) -> None:
    came = await service.post("/v1/events", SIGNUP)
    assert came["id"].startswith("evt_")
    assert [(s["flow"], len(s["version"]), s["person"][:4]) for s in came["started"]] == [("optin-confirm", 64, "prs_")]
    assert came["refused"] == []
    await sent(service, 1)
    assert "官网" in service.sent[0].body
    again = await service.get(f"/v1/events/{came['id']}")
    assert again == came


async def test_an_event_that_may_not_start_its_flow_says_why(service: Service) -> None:
    birthday = {**SIGNUP, "type": "member.birthday", "facts": {"coupon": "B8K2", "until": "2026-12-31"}}
    came = await service.post("/v1/events", birthday)
    assert (came["started"], [(r["flow"], r["reason"]) for r in came["refused"]]) == ([], [("birthday", "no-consent")])
    assert service.sent == []


async def test_an_event_in_a_process_without_workers_is_answered_by_what_another_process_wrote(
    open_service: Opener,
) -> None:
    service = await open_service(worker=False)
    service.engine.inbox.steps = None
    asked = asyncio.create_task(service.post("/v1/events", SIGNUP))

    async def stored() -> bool:
        return await service.count("inbox") == 1

    await until(stored)
    service.engine.steps._waiting.clear()  # nobody in this process will be told
    await service.engine.stepper.sweep()
    assert [s["flow"] for s in (await asked)["started"]] == ["optin-confirm"]


async def test_who_waits_too_long_is_told_that_it_is_pending(open_service: Opener) -> None:
    service = await open_service(worker=False)
    engine = service.engine
    engine.inbox.steps = None
    notify = Notify(engine.inbox, engine.steps, service.database, timedelta(milliseconds=1))
    event = BusinessEvent("evt_1", "event", (Address(Scheme.E164, PHONE),), {"type": "x", "facts": {}})
    outcome = await notify.tell("bookshop", "", event)
    assert (outcome.pending, outcome.started) == (True, ())
    assert await service.get("/v1/events/evt_1") == {
        "id": "evt_1",
        "started": [],
        "refused": [],
        "messages": [],
        "pending": True,
    }
    assert engine.steps._waiting == {}


async def test_a_service_message_is_queued_and_explained_from_permission_to_carrier(service: Service) -> None:
    asked = await service.post("/v1/messages", ORDER, 201)
    assert (asked["status"], asked["reasons"]) == ("queued", [])
    await sent(service, 1)

    async def accepted() -> bool:
        return (await service.get(f"/v1/messages/{asked['id']}"))["status"] == "accepted"

    await until(accepted)
    message = await service.get(f"/v1/messages/{asked['id']}")
    assert message["body"].startswith("Your order A20260102001 was shipped")
    assert (message["provider_id"], message["event"]) == (f"carrier-{asked['id']}", asked["event"])
    why = await service.get(f"/v1/messages/{asked['id']}/why")
    assert (why["basis"], why["proof"], why["reasons"]) == ("contract", "order_no", [])
    assert json.loads(why["authorisation"]["record"])["facts"]["message"] == asked["id"]


async def test_a_refused_message_is_a_thing_with_a_reason_in_two_languages(service: Service) -> None:
    greet = {**ORDER, "flow": "birthday", "text": "greet", "facts": {"coupon": "B8K2", "until": "2026-12-31"}}
    asked = await service.post("/v1/messages", greet, 201)
    assert (asked["status"], [r["code"] for r in asked["reasons"]]) == ("refused", ["no-consent"])
    why = await service.get(f"/v1/messages/{asked['id']}/why")
    assert [(r["code"], sorted(r["meaning"])) for r in why["reasons"]] == [("no-consent", ["en", "zh"])]
    refused = await service.post("/v1/messages?strict=true", greet, 403)
    assert (refused["code"], [e["code"] for e in refused["errors"]]) == ("refused", ["no-consent"])
    assert service.sent == []


async def test_a_message_under_a_consent_names_the_record_of_it(service: Service) -> None:
    """The welcome text may be sent again, for the purpose that the person said yes to, and for no other."""
    person = await consented(service)
    welcome = {**ORDER, "flow": "optin-confirm", "text": "welcome", "purpose": "offers", "facts": {}}
    asked = await service.post("/v1/messages", welcome, 201)
    assert asked["status"] == "queued"
    await sent(service, 3)
    why = await service.get(f"/v1/messages/{asked['id']}/why")
    assert (why["basis"], why["consent"]["kind"]) == ("consent", "consent.confirmed")
    assert why["consent"]["id"].startswith(f"{person}/")
    for change in ({"purpose": "points"}, {"text": "again", "purpose": None}):
        other = await service.post("/v1/messages", {**welcome, **change}, 201)
        assert [r["code"] for r in other["reasons"]] == ["no-consent"]


@pytest.mark.parametrize(
    "change,pointer,cure",
    [
        ({"flow": "order-notice"}, "#/flow", "did you mean order-notices?"),
        ({"text": "shiped"}, "#/text", "did you mean shipped?"),
        ({"purpose": "offer"}, "#/purpose", "did you mean offers?"),
        ({"channel": "telegraph"}, "#/channel", "there are: sms, whatsapp"),
        ({"flow": "repermission", "text": "ask", "channel": "whatsapp"}, "#/channel", "it runs on sms"),
        ({"flow": "optin-confirm", "text": "ask"}, "#/text", "its flow starts with the event signup.form"),
        ({"flow": "repermission", "text": "ask"}, "#/text", "its flow starts with the event campaign.repermission"),
        ({"flow": "birthday", "text": "greet", "purpose": "orders"}, "#/purpose", "leave it out, or say points"),
    ],
)
async def test_a_message_that_cannot_be_is_refused_with_its_cure(
    service: Service, change: Json, pointer: str, cure: str
) -> None:
    problem = await service.post("/v1/messages", {**ORDER, **change}, 422)
    assert problem["errors"][0]["pointer"] == pointer
    assert problem["errors"][0]["cure"].startswith(cure)
    assert await service.count("inbox") == 0


async def test_the_farewell_cannot_be_sent_alone(service: Service) -> None:
    """Else a business could write to somebody who said stop."""
    flow = next(f for f in service.engine.catalogue.houses["bookshop"].flows.values() if f.flow.kind == "farewell")
    text = next(iter(flow.flow.texts))
    problem = await service.post("/v1/messages", {**ORDER, "flow": flow.flow.name, "text": text}, 422)
    assert problem["code"] == "starts-by-event"


async def test_a_test_key_never_reaches_a_live_provider(service: Service) -> None:
    """Neither by a message of its own, nor by moving a conversation that a live key began."""
    order = {**ORDER, "business": "realshop"}
    asked = await service.post("/v1/messages", order, 201, business="realshop", mode=Mode.TEST)
    assert [r["code"] for r in asked["reasons"]] == ["sandbox"]
    shipped = {"business": "realshop", "type": "order.shipped", "person": {"phone": PHONE}, "facts": SHIPPED}
    began = await service.post("/v1/events", shipped, business="realshop")
    assert [s["flow"] for s in began["started"]] == ["order-notices"]
    delivered = {**shipped, "type": "order.delivered"}
    moved = await service.post("/v1/events", delivered, business="realshop", mode=Mode.TEST)
    assert moved["messages"] == []
    assert await service.rows("SELECT state FROM conversations") == [("shipped",)]


async def test_a_test_key_reaches_a_simulated_provider(service: Service) -> None:
    asked = await service.post("/v1/messages", ORDER, 201, mode=Mode.TEST)
    assert asked["status"] == "queued"


async def test_a_person_is_found_by_any_spelling_of_the_number(service: Service) -> None:
    person = await consented(service)
    for query in (
        "?phone=%2B8613800138000",
        "?phone=+8613800138000",
        "?phone=%2B86%20138-0013-8000",
        "?wa_id=8613800138000",
    ):
        answer = await service.client.get(f"/v1/people{query}", headers=service.headers())
        found = await answer.json()
        assert [p["id"] for p in found["items"]] == [person], query
    one = await service.get(f"/v1/people/{person}")
    assert one["identifiers"] == [{"scheme": "e164", "value": PHONE}]
    assert [(c["purpose"], c["status"], c["held"]) for c in one["consents"]] == [("offers", "confirmed", True)]
    assert (await service.get("/v1/people", phone="+8613800138001"))["items"] == []


async def test_people_of_another_business_are_not_here(service: Service) -> None:
    person = await consented(service)
    assert (await service.get(f"/v1/people/{person}", 404, "realshop"))["code"] == "not-found"
    assert (await service.get(f"/v1/consents/{person}/history", 404, "realshop"))["code"] == "not-found"
    assert (await service.get("/v1/people", business="realshop", phone=PHONE))["items"] == []


async def test_a_stop_shows_on_the_person_and_on_the_consent(service: Service) -> None:
    person = await consented(service)
    await service.says("STOP", "m2")
    one = await service.get(f"/v1/people/{person}")
    assert [(s["kind"], s["scope"]) for s in one["suppressed"]] == [("stopped", "all")]
    found = await service.get("/v1/consents", person=person, purpose="offers", status="withdrawn")
    assert [(c["medium"], c["held"]) for c in found["items"]] == [("sms", False)]
    assert (await service.get("/v1/consents", status="confirmed"))["items"] == []


async def test_lists_are_read_page_by_page(service: Service) -> None:
    for last in range(5):
        await service.post("/v1/events", {**SIGNUP, "person": {"phone": f"+861380013800{last}"}})
    for path in ("/v1/people", "/v1/consents"):
        seen, cursor, pages = [], {}, 0
        while True:
            page = await service.get(path, limit="2", **cursor)
            seen += [each.get("id") or each["person"] for each in page["items"]]
            pages += 1
            if "next" not in page:
                break
            cursor = {"cursor": page["next"]}
        assert (len(seen), len(set(seen)), pages) == (5, 5, 3), path


async def test_messages_of_a_person_come_latest_first_page_by_page(service: Service) -> None:
    ids = []
    for number in range(3):
        service.clock.advance(timedelta(seconds=1))
        order = {**ORDER, "facts": {**SHIPPED, "order_no": f"A{number}"}}
        ids.append((await service.post("/v1/messages", order, 201))["id"])
    person = (await service.get("/v1/people", phone=PHONE))["items"][0]["id"]
    first = await service.get(f"/v1/people/{person}/messages", limit="2")
    rest = await service.get(f"/v1/people/{person}/messages", limit="2", cursor=first["next"])
    assert [m["id"] for m in first["items"] + rest["items"]] == ids[::-1]
    assert "next" not in rest


async def test_a_history_is_shown_as_stored_and_verified(service: Service) -> None:
    person = await consented(service)
    history = await service.get(f"/v1/consents/{person}/history")
    assert (history["verified"], history["length"]) == (True, len(history["items"]))
    stored = await service.rows("SELECT record FROM ledger WHERE person <> '' ORDER BY seq")
    assert [item["record"].encode() for item in history["items"]] == [bytes(row[0]) for row in stored]
    assert all("payload" not in item for item in history["items"])
    opened = await service.get(f"/v1/consents/{person}/history", payload="true", limit="2")
    rest = await service.get(f"/v1/consents/{person}/history", payload="true", cursor=opened["next"])
    assert any(item.get("payload", {}).get("reply") == "Y" for item in opened["items"] + rest["items"])
    assert [i["seq"] for i in opened["items"] + rest["items"]] == list(range(history["length"]))


async def test_a_changed_history_says_where_it_breaks_and_opens_nothing(service: Service) -> None:
    person = await consented(service)
    await service.execute("UPDATE ledger SET kind = 'consent.refused' WHERE seq = 1")
    history = await service.get(f"/v1/consents/{person}/history", payload="true")
    assert (history["verified"], history["broken"]["seq"]) == (False, 1)
    assert all("payload" not in item for item in history["items"])


async def test_what_happened_earlier_is_told_with_its_time(service: Service) -> None:
    await service.post("/v1/events", {**SIGNUP, "occurred_at": "2026-03-02T10:00:00+08:00"})
    (received,) = await service.rows("SELECT received_at FROM inbox")
    assert received[0] == 1772416800 * 1_000_000


def keys_of(value: Any) -> set[str]:
    """Every key in a JSON value."""
    if isinstance(value, dict):
        return set(value) | {k for each in value.values() for k in keys_of(each)}
    return {k for each in value for k in keys_of(each)} if isinstance(value, list) else set()


async def test_no_answer_names_a_secret(service: Service) -> None:
    person = await consented(service)
    shown = keys_of(await service.get(f"/v1/people/{person}")) | keys_of(await service.get("/v1/consents"))
    assert not shown & {"wrapped_key", "hash", "chain_seal", "epoch"}
