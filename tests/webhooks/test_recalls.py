"""Recalls over the API: made, repeated, lifted, listed; names that are not there; who may not."""

from __future__ import annotations

import pytest

from storage.api_keys import Mode
from tests.webhooks.service import ORDER, SIGNUP, Service

REPERMISSION = "/v1/campaigns/repermission"
WHY = {"reason": "the price was wrong", "by": "ana"}


async def test_recalled_repeated_lifted_and_listed(service: Service) -> None:
    """The first decision stands until it is lifted; the list shows both ends."""
    made = await service.post(f"{REPERMISSION}/recall", WHY, 201)
    assert (made["new"], made["stopped"], made["in_the_air"], made["gone"]) == (True, 0, 0, 0)
    assert (made["recall"]["scope"], made["recall"]["name"], made["recall"]["by"]) == (
        "campaign",
        "repermission",
        "ana",
    )
    again = await service.post(f"{REPERMISSION}/recall", {"reason": "again"}, 200)
    assert (again["new"], again["recall"]) == (False, made["recall"])
    assert (await service.get("/v1/campaigns/recalls", in_force="true"))["items"] == [made["recall"]]
    counted = await (await service.client.get("/metrics")).text()
    assert 'askfirst_recalls_in_force{business="bookshop",scope="campaign"} 1.0' in counted
    lifted = await service.post(f"{REPERMISSION}/lift", {"reason": "mended"}, 200)
    assert lifted["lifted_by"].startswith("key_")
    assert lifted["lift_record"] == made["recall"]["record"] + 1
    assert (await service.get("/v1/campaigns/recalls", in_force="true"))["items"] == []
    assert (await service.get("/v1/campaigns/recalls"))["items"] == [lifted]
    assert (await service.get("/v1/campaigns/recalls", business="realshop"))["items"] == []


async def test_asked_for_while_recalled_it_is_answered_with_the_reason(service: Service) -> None:
    """The event is stored, the flow refused, the row says why and what to do."""
    await service.post(f"{REPERMISSION}/recall", WHY, 201)
    event = {**SIGNUP, "type": "campaign.repermission", "facts": {"last_order": "A1"}}
    answer = await service.post("/v1/events", event)
    assert [(each["flow"], each["reason"]) for each in answer["refused"]] == [("repermission", "recalled")]
    why = await service.get(f"/v1/messages/{answer['messages'][0]}/why")
    assert why["reasons"][0]["code"] == "recalled"


@pytest.mark.parametrize("path, scope", [("/v1/campaigns", "business"), ("/v1/channels/sms", "channel")])
async def test_the_other_scopes(service: Service, path: str, scope: str) -> None:
    """Each is recalled and lifted at its own place, and lets the notice of an order wait or go as it says."""
    made = await service.post(f"{path}/recall", WHY, 201)
    assert made["recall"]["scope"] == scope
    asked = await service.post("/v1/messages", ORDER, 201)
    assert asked["status"] == ("refused" if scope == "channel" else "queued")
    await service.post(f"{path}/lift", WHY, 200)
    assert await service.count("recalls", "lifted_at IS NULL") == 0


async def test_a_name_that_is_not_there_names_those_that_are(service: Service) -> None:
    campaign = await service.post("/v1/campaigns/sping/recall", WHY, 404)
    assert campaign["detail"] == "no such campaign; there are: repermission"
    channel = await service.post("/v1/channels/fax/recall", WHY, 404)
    assert channel["detail"] == "no such channel; there are: sms, whatsapp"
    nothing = await service.post(f"{REPERMISSION}/lift", WHY, 404)
    assert nothing["detail"] == "this is not recalled; recalled are: none"
    await service.post("/v1/campaigns/a%00b/lift", WHY, 404)


async def test_without_a_reason_nothing_is_recalled(service: Service) -> None:
    await service.post(f"{REPERMISSION}/recall", {"by": "ana"}, 422)
    assert await service.count("recalls") == 0


async def test_the_same_request_twice_is_one_recall(service: Service) -> None:
    """By its Idempotency-Key, with the same answer."""
    first = await service.post(f"{REPERMISSION}/recall", WHY, 201, Idempotency_Key="r1")
    assert await service.post(f"{REPERMISSION}/recall", WHY, 201, Idempotency_Key="r1") == first


async def test_a_test_key_decides_nothing_about_real_people(service: Service) -> None:
    """Neither takes back nor lifts where a carrier is real; on simulated ones it may."""
    for verb in ("recall", "lift"):
        headers = service.headers("realshop", Mode.TEST)
        answer = await service.client.post(f"{REPERMISSION}/{verb}", json=WHY, headers=headers)
        assert (answer.status, (await answer.json())["code"]) == (403, "live-key-needed")
    headers = service.headers("bookshop", Mode.TEST)
    assert (await service.client.post(f"{REPERMISSION}/recall", json=WHY, headers=headers)).status == 201


async def test_a_page_at_a_time(service: Service) -> None:
    """The latest first, none twice."""
    for path in ("/v1/campaigns", "/v1/channels/sms", "/v1/channels/whatsapp"):
        await service.post(f"{path}/recall", WHY, 201)
    first = await service.get("/v1/campaigns/recalls", limit="2")
    rest = await service.get("/v1/campaigns/recalls", limit="2", cursor=first["next"])
    ids = [each["id"] for page in (first, rest) for each in page["items"]]
    assert len(set(ids)) == len(ids) == 3
    assert "next" not in rest


async def test_a_stop_over_the_hook_of_a_recalled_channel_is_heard(service: Service) -> None:
    """The door of a person's no is not the business's to close."""
    await service.post("/v1/events", SIGNUP)
    await service.post("/v1/channels/sms/recall", WHY, 201)
    await service.says("please stop texting me", "m1")
    assert await service.count("suppressions", "kind = 'stopped' AND scope = 'all'") == 1
