"""Sending by WhatsApp Cloud API: the exact request, and what each answer means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.channel import Button, Found, Outgoing, Sent, Template
from bot.channels.whatsapp_cloud import WhatsAppCloud, WhatsAppCloudAccount
from bot.errors import ChannelError, Misconfigured, OptedOut, Reject, Retry, Unclear, Unreachable
from bot.events import Address, DeliveryStatus, Reason, Scheme
from bot.permit import Seal
from tests.providers.carrier import Carrier, answer, break_off, hang_up, permit

ACCOUNT = WhatsAppCloudAccount("106540352242922", "EAAtoken", ("secret",), "verify")
PERSON = Address(Scheme.WA_ID, "16505551234")
TEXT = Outgoing("msg_1", PERSON, "您好 & welcome")
TAKEN = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": "16505551234", "wa_id": "5216505551234", "user_id": "US.1"}],
    "messages": [{"id": "wamid.9", "message_status": "accepted"}],
}
CHOICES = tuple(Button(f"id.{number}", f"Choice {number}") for number in range(11))


def channel(carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, **changed: Any) -> WhatsAppCloud:
    return WhatsAppCloud(replace(ACCOUNT, base_url=carrier.url, **changed), session, seal)


async def test_the_exact_request(carrier: Carrier, session: aiohttp.ClientSession, seal: Seal) -> None:
    carrier.behaviour = answer(200, TAKEN)
    sent = await channel(carrier, session, seal).send(permit(seal, TEXT))
    aliases = (Address(Scheme.WA_ID, "5216505551234"), Address(Scheme.BSUID, "US.1"))
    assert sent == Sent("wamid.9", DeliveryStatus.ACCEPTED, aliases)
    request = carrier.only
    assert (request.method, request.path) == ("POST", "/v23.0/106540352242922/messages")
    assert request.headers["authorization"] == "Bearer EAAtoken"
    assert request.headers["content-type"] == "application/json"
    assert request.json() == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "16505551234",
        "type": "text",
        "text": {"preview_url": False, "body": "您好 & welcome"},
        "biz_opaque_callback_data": "msg_1",
    }


def reply_button(number: int) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": f"id.{number}", "title": f"Choice {number}"}}


def row(number: int) -> dict[str, Any]:
    return {"id": f"id.{number}", "title": f"Choice {number}"}


@pytest.mark.parametrize(
    "message,expected",
    [
        (replace(TEXT, to=Address(Scheme.E164, "+16505551234")), {"to": "16505551234", "recipient": None}),
        (replace(TEXT, to=Address(Scheme.BSUID, "US.1")), {"recipient": "US.1", "to": None}),
        (
            replace(TEXT, buttons=CHOICES[:3]),
            {
                "type": "interactive",
                "interactive": {
                    "type": "button",
                    "body": {"text": TEXT.body},
                    "action": {"buttons": [reply_button(0), reply_button(1), reply_button(2)]},
                },
                "text": None,
            },
        ),
        (
            replace(TEXT, rows=CHOICES[:10], list_label="Choose"),
            {
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": {"text": TEXT.body},
                    "action": {"button": "Choose", "sections": [{"rows": [row(number) for number in range(10)]}]},
                },
            },
        ),
        (
            replace(TEXT, template=Template("optin_confirm", "en-US", ("Ana", "4")), buttons=CHOICES[:1]),
            {
                "type": "template",
                "template": {
                    "name": "optin_confirm",
                    "language": {"code": "en_US"},
                    "components": [
                        {
                            "type": "body",
                            "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "4"}],
                        },
                        {
                            "type": "button",
                            "sub_type": "quick_reply",
                            "index": "0",
                            "parameters": [{"type": "payload", "payload": "id.0"}],
                        },
                    ],
                },
                "interactive": None,
            },
        ),
        (
            replace(TEXT, template=Template("plain", "zh_CN")),
            {"type": "template", "template": {"name": "plain", "language": {"code": "zh_CN"}}},
        ),
    ],
    ids=["e164", "bsuid", "buttons", "list", "template", "plain template"],
)
async def test_what_each_message_becomes(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, message: Outgoing, expected: dict[str, Any]
) -> None:
    carrier.behaviour = answer(200, TAKEN)
    await channel(carrier, session, seal).send(permit(seal, message))
    body = carrier.only.json()
    assert isinstance(body, dict)
    assert {name: body.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "message",
    [
        replace(TEXT, buttons=CHOICES[:4]),
        replace(TEXT, rows=CHOICES),
        replace(TEXT, to=Address(Scheme.SHORT_CODE, "24273")),
        replace(TEXT, to=Address(Scheme.ALNUM, "BANK")),
    ],
)
async def test_what_whatsapp_has_no_form_for_is_rejected_without_a_call(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, message: Outgoing
) -> None:
    with pytest.raises(Reject):
        await channel(carrier, session, seal).send(permit(seal, message))
    assert carrier.requests == []


async def test_the_version_is_configuration(carrier: Carrier, session: aiohttp.ClientSession, seal: Seal) -> None:
    carrier.behaviour = answer(200, TAKEN)
    await channel(carrier, session, seal, graph_version="v25.0").send(permit(seal, TEXT))
    assert carrier.only.path.startswith("/v25.0/")


def refusal(status: int, code: object, **headers: str) -> Any:
    error = {"message": "(#1) no", "type": "OAuthException", "code": code, "error_data": {"details": "why"}}
    return answer(status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    "behaviour,error,code,reason",
    [
        (refusal(400, 131050), OptedOut, "131050", Reason.OPTED_OUT_MARKETING),
        (refusal(400, 131047), Reject, "131047", Reason.WINDOW_CLOSED),
        (refusal(400, 131026), Unreachable, "131026", Reason.UNREACHABLE_PERMANENT),
        (refusal(400, 131062), Unreachable, "131062", Reason.INVALID_NUMBER),
        (refusal(404, 132001), Reject, "132001", Reason.TEMPLATE_PROBLEM),
        (refusal(400, 100), Reject, "100", Reason.UNKNOWN),
        (refusal(401, 190), Misconfigured, "190", Reason.ACCOUNT_PROBLEM),
        (refusal(403, 10), Misconfigured, "10", Reason.ACCOUNT_PROBLEM),
        (refusal(429, 130429, Retry_After="3"), Retry, "130429", Reason.RATE_LIMITED),
        (refusal(400, 131056, Retry_After="3"), Retry, "131056", Reason.RATE_LIMITED),
        (refusal(503, 131016, Retry_After="3"), Retry, "131016", Reason.PROVIDER_FAULT),
        (refusal(500, 131000), Unclear, "131000", Reason.PROVIDER_FAULT),
        (refusal(500, 99), Unclear, "99", Reason.PROVIDER_FAULT),
        (refusal(500, [1]), Unclear, None, Reason.PROVIDER_FAULT),
        (answer(500, {"error": "broken"}), Unclear, None, Reason.PROVIDER_FAULT),
        (answer(502, b"<html>"), Unclear, None, Reason.PROVIDER_FAULT),
        (answer(200, b"<html>"), Unclear, None, Reason.UNKNOWN),
        (answer(200, {"messages": []}), Unclear, None, Reason.UNKNOWN),
        (answer(200, {"messages": [{"id": ""}]}), Unclear, None, Reason.UNKNOWN),
        (answer(200, {"messages": {"id": "x"}}), Unclear, None, Reason.UNKNOWN),
        (refusal(200, 131050), OptedOut, "131050", Reason.OPTED_OUT_MARKETING),
        (hang_up, Unclear, None, Reason.PROVIDER_FAULT),
        (break_off, Unclear, None, Reason.PROVIDER_FAULT),
    ],
)
async def test_every_failure_says_what_to_do(
    carrier: Carrier,
    session: aiohttp.ClientSession,
    seal: Seal,
    behaviour: Any,
    error: type[ChannelError],
    code: str | None,
    reason: Reason,
) -> None:
    carrier.behaviour = behaviour
    with pytest.raises(ChannelError) as caught:
        await channel(carrier, session, seal).send(permit(seal, TEXT))
    assert (type(caught.value), caught.value.code, caught.value.reason) == (error, code, reason)
    assert not isinstance(caught.value, Retry) or caught.value.after == timedelta(seconds=3)
    assert len(carrier.requests) == 1


async def test_silence_past_the_deadline_is_unclear(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    carrier.behaviour = carrier.say_nothing
    with pytest.raises(Unclear):
        await channel(carrier, session, seal, deadline=timedelta(milliseconds=80)).send(permit(seal, TEXT))


async def test_whatsapp_cannot_be_asked_for_a_message_by_our_id(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    assert await channel(carrier, session, seal).look_up("msg_1") is Found.UNKNOWN
