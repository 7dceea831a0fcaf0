"""Sending by Twilio: the exact request, what each answer means, and Twilio's own client doing the same."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.channel import Button, Found, Medium, Outgoing, Sent, Template
from bot.channels.twilio import Twilio, TwilioAccount
from bot.errors import (
    ChannelError,
    Misconfigured,
    NotPermitted,
    OptedOut,
    Reject,
    Retry,
    Unclear,
    Unreachable,
)
from bot.events import Address, DeliveryStatus, Reason, Scheme
from bot.permit import Seal
from tests.providers.carrier import Carrier, answer, break_off, hang_up, permit

ACCOUNT = TwilioAccount("AC1", ("first", "second"), "+15550001111", status_url="https://bot.example/hooks/s")
PERSON = Address(Scheme.E164, "+14133881111")
SMS = Outgoing("msg_1", PERSON, "退订 + 10% off & more")
CREATED = {"sid": "SM9", "status": "queued", "error_code": None, "error_message": None, "price": None}
PATH = "/2010-04-01/Accounts/AC1/Messages.json"


def channel(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, medium: Medium = Medium.SMS, **changed: Any
) -> Twilio:
    return Twilio(replace(ACCOUNT, base_url=carrier.url, **changed), medium, session, seal)


async def test_the_exact_request(carrier: Carrier, session: aiohttp.ClientSession, seal: Seal) -> None:
    carrier.behaviour = answer(201, CREATED)
    sent = await channel(carrier, session, seal).send(permit(seal, replace(SMS, valid_for=120)))
    assert sent == Sent("SM9", DeliveryStatus.QUEUED)
    request = carrier.only
    assert (request.method, request.path) == ("POST", PATH)
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"AC1:first").decode()
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.form() == {
        "To": "+14133881111",
        "From": "+15550001111",
        "Body": "退订 + 10% off & more",
        "SmartEncoded": "false",
        "StatusCallback": "https://bot.example/hooks/s?m=msg_1",
        "ValidityPeriod": "120",
    }


CHOICES = (Button("y", "Yes"), Button("n", "No"))
SCOPED = Address(Scheme.BSUID, "US.13491208655302741918")


@pytest.mark.parametrize(
    "medium,message,account,expected",
    [
        (Medium.WHATSAPP, SMS, {}, {"To": "whatsapp:+14133881111", "From": "whatsapp:+15550001111"}),
        (Medium.WHATSAPP, SMS, {"sender": "whatsapp:+15550001111"}, {"From": "whatsapp:+15550001111"}),
        (Medium.WHATSAPP, SMS, {"sender": "15550001111"}, {"From": "whatsapp:+15550001111"}),
        (
            Medium.WHATSAPP,
            replace(SMS, to=Address(Scheme.WA_ID, "14133881111")),
            {},
            {"To": "whatsapp:+14133881111"},
        ),
        (Medium.WHATSAPP, replace(SMS, to=SCOPED), {}, {"To": "whatsapp:US.13491208655302741918"}),
        (Medium.WHATSAPP, replace(SMS, body="Well?", buttons=CHOICES), {}, {"Body": "Well?\n1. Yes\n2. No"}),
        (Medium.WHATSAPP, replace(SMS, body="Well?", rows=CHOICES), {}, {"Body": "Well?\n1. Yes\n2. No"}),
        (
            Medium.WHATSAPP,
            replace(SMS, buttons=CHOICES, template=Template("HX1", "en", ('A "b"', "é"))),
            {},
            {"ContentSid": "HX1", "ContentVariables": '{"1": "A \\"b\\"", "2": "é"}', "Body": None},
        ),
        (Medium.SMS, replace(SMS, template=Template("HX1", "en")), {}, {"ContentSid": "HX1", "ContentVariables": None}),
        (Medium.SMS, SMS, {"messaging_service_sid": "MG1"}, {"MessagingServiceSid": "MG1", "From": None}),
        (Medium.SMS, SMS, {"status_url": None}, {"StatusCallback": None}),
        (Medium.SMS, SMS, {"status_url": "https://b/h?x=1"}, {"StatusCallback": "https://b/h?x=1&m=msg_1"}),
        (Medium.SMS, replace(SMS, to=Address(Scheme.SHORT_CODE, "24273")), {}, {"To": "24273"}),
        (Medium.SMS, replace(SMS, valid_for=0), {}, {"ValidityPeriod": "1"}),
        (Medium.SMS, replace(SMS, valid_for=99_999), {}, {"ValidityPeriod": "36000"}),
        (Medium.SMS, SMS, {}, {"ValidityPeriod": None}),
    ],
)
async def test_what_each_message_becomes(
    carrier: Carrier,
    session: aiohttp.ClientSession,
    seal: Seal,
    medium: Medium,
    message: Outgoing,
    account: dict[str, Any],
    expected: dict[str, str | None],
) -> None:
    carrier.behaviour = answer(201, CREATED)
    await channel(carrier, session, seal, medium, **account).send(permit(seal, message))
    form = carrier.only.form()
    assert {name: form.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "medium,message",
    [
        (Medium.SMS, replace(SMS, to=SCOPED)),
        (Medium.SMS, replace(SMS, to=Address(Scheme.WA_ID, "14133881111"))),
        (Medium.SMS, replace(SMS, to=Address(Scheme.ALNUM, "BANK"))),
        (Medium.WHATSAPP, replace(SMS, to=Address(Scheme.SHORT_CODE, "24273"))),
        (Medium.SMS, replace(SMS, body="\ud800")),
    ],
)
async def test_what_twilio_has_no_form_for_is_rejected_without_a_call(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, medium: Medium, message: Outgoing
) -> None:
    with pytest.raises(Reject):
        await channel(carrier, session, seal, medium).send(permit(seal, message))
    assert carrier.requests == []


def refusal(status: int, code: int | None, **headers: str) -> Any:
    body = {"code": code, "message": "no", "more_info": "https://x", "status": status}
    return answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    "behaviour,error,code,reason",
    [
        (refusal(400, 21610), OptedOut, "21610", Reason.OPTED_OUT),
        (refusal(400, 21211), Unreachable, "21211", Reason.INVALID_NUMBER),
        (refusal(400, 63016), Reject, "63016", Reason.WINDOW_CLOSED),
        (refusal(400, 21408), Reject, "21408", Reason.POLICY_OR_REGISTRATION),
        (refusal(400, 12345), Reject, "12345", Reason.UNKNOWN),
        (refusal(401, 20003), Misconfigured, "20003", Reason.ACCOUNT_PROBLEM),
        (refusal(404, 20404), Misconfigured, "20404", Reason.ACCOUNT_PROBLEM),
        (refusal(429, 20429, Retry_After="3"), Retry, "20429", Reason.RATE_LIMITED),
        (answer(429, b"slow down", {"Retry-After": "3"}), Retry, None, Reason.RATE_LIMITED),
        (refusal(500, 20500), Unclear, "20500", Reason.PROVIDER_FAULT),
        (answer(502, b"<html>"), Unclear, None, Reason.PROVIDER_FAULT),
        (answer(201, b"<html>"), Unclear, None, Reason.UNKNOWN),
        (answer(201, b'{"sid":"SM1","sid":'), Unclear, None, Reason.UNKNOWN),
        (answer(201, []), Unclear, None, Reason.UNKNOWN),
        (answer(201, {"status": "queued"}), Unclear, None, Reason.UNKNOWN),
        (answer(201, {"sid": 5}), Unclear, None, Reason.UNKNOWN),
        (answer(201, CREATED | {"status": "failed", "error_code": 21610}), OptedOut, "21610", Reason.OPTED_OUT),
        (answer(302, {}, {"Location": "/x"}), Misconfigured, None, Reason.ACCOUNT_PROBLEM),
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
        await channel(carrier, session, seal).send(permit(seal, SMS))
    assert (type(caught.value), caught.value.code, caught.value.reason) == (error, code, reason)
    assert not isinstance(caught.value, Retry) or caught.value.after == timedelta(seconds=3)
    assert len(carrier.requests) == 1, "one send is one call, whatever comes back"


async def test_silence_past_the_deadline_is_unclear(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    carrier.behaviour = carrier.say_nothing
    with pytest.raises(Unclear):
        await channel(carrier, session, seal, deadline=timedelta(milliseconds=80)).send(permit(seal, SMS))


async def test_a_permit_sends_once(carrier: Carrier, session: aiohttp.ClientSession, seal: Seal) -> None:
    carrier.behaviour = answer(201, CREATED)
    twilio, once = channel(carrier, session, seal), permit(seal, SMS)
    await twilio.send(once)
    with pytest.raises(NotPermitted):
        await twilio.send(once)
    with pytest.raises(NotPermitted):
        await twilio.send(permit(Seal(), SMS))
    assert len(carrier.requests) == 1


async def test_twilio_cannot_be_asked_for_a_message_by_our_id(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    assert await channel(carrier, session, seal).look_up("msg_1") is Found.UNKNOWN


class ToLoopback(TwilioHttpClient):
    """Twilio's own client with the host of its address replaced."""

    def __init__(self, url: str) -> None:
        super().__init__(pool_connections=False)
        self.url = url

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self.url), *args, **more)


def by_twilios_client(url: str, **fields: Any) -> Any:
    return Client("AC1", "first", http_client=ToLoopback(url)).messages.create(**fields)


async def test_twilios_own_client_sends_what_we_send(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    """Same address, login and form; and what answers ours is an answer to it."""
    carrier.behaviour = answer(201, CREATED)
    await channel(carrier, session, seal).send(permit(seal, replace(SMS, valid_for=120)))
    fields = {
        "to": PERSON.value,
        "from_": ACCOUNT.sender,
        "body": SMS.body,
        "smart_encoded": False,
        "status_callback": "https://bot.example/hooks/s?m=msg_1",
        "validity_period": 120,
    }
    theirs = await asyncio.to_thread(by_twilios_client, carrier.url, **fields)
    assert (theirs.sid, theirs.status) == ("SM9", "queued")
    ours, reference = carrier.requests
    assert (ours.method, ours.path) == (reference.method, reference.path)
    assert ours.headers["authorization"] == reference.headers["authorization"]
    assert ours.headers["content-type"] == reference.headers["content-type"]
    assert {k: v.lower() for k, v in ours.form().items()} == {k: v.lower() for k, v in reference.form().items()}


async def test_twilios_own_client_sends_the_same_template(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    carrier.behaviour = answer(201, CREATED)
    template = replace(SMS, template=Template("HX1", "en", ("Ana", "10%")))
    await channel(carrier, session, seal, Medium.WHATSAPP, status_url=None).send(permit(seal, template))
    fields = {
        "to": f"whatsapp:{PERSON.value}",
        "from_": f"whatsapp:{ACCOUNT.sender}",
        "content_sid": "HX1",
        "content_variables": json.dumps({"1": "Ana", "2": "10%"}),
    }
    await asyncio.to_thread(by_twilios_client, carrier.url, **fields)
    ours, reference = carrier.requests
    assert ours.form() == reference.form()


async def test_twilios_own_client_reads_the_same_refusal(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    carrier.behaviour = refusal(400, 21610)
    with pytest.raises(OptedOut):
        await channel(carrier, session, seal).send(permit(seal, SMS))
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(by_twilios_client, carrier.url, to="+1", from_="+2", body="x")
    assert caught.value.code == 21610
