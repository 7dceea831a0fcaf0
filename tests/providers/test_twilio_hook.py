"""Twilio's webhooks: raw request in, event out, and the answer that Twilio expects."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlencode

import aiohttp
import pytest
from twilio.request_validator import RequestValidator

from bot.channel import Hook, HookRequest, Medium
from bot.channels.twilio import ACCEPTED, NOTED, Twilio, TwilioAccount
from bot.errors import BadRequest, BadSignature
from bot.events import (
    Address,
    CarrierEvent,
    DeliveryStatus,
    InboundMessage,
    MessageKind,
    ProviderStop,
    Reason,
    Receipt,
    Scheme,
    Unread,
)
from bot.permit import Seal
from tests.providers.carrier import post

HOOK = "https://bot.example/hooks/shop/sms/t0ken"
PERSON = Address(Scheme.E164, "+14133881111")
SMS = (
    "ToCountry=US&ToState=District+Of+Columbia&SmsMessageSid=SMe287d7109a5a925f182f0e07fe5b223b&NumMedia=0&ToCity="
    "&FromZip=01022&SmsSid=SMe287d7109a5a925f182f0e07fe5b223b&FromState=MA&SmsStatus=received&FromCity=CHICOPEE"
    "&Body=Msg&FromCountry=US&To=%2B12028831111&ToZip=&NumSegments=1&MessageSid=SMe287d7109a5a925f182f0e07fe5b223b"
    "&AccountSid=acctid&From=%2B14133881111&ApiVersion=2010-04-01"
)
WHATSAPP = {
    "MessageSid": "SM2",
    "SmsStatus": "received",
    "From": "whatsapp:+14133881111",
    "To": "whatsapp:+15550001111",
    "WaId": "14133881111",
    "ProfileName": "Ana",
    "Body": "Yes",
    "NumMedia": "0",
}
WHATSAPP_PERSON = (PERSON, Address(Scheme.WA_ID, "14133881111"))
SCOPED = "US.13491208655302741918"


@pytest.fixture
def sms(session: aiohttp.ClientSession, seal: Seal) -> Twilio:
    return Twilio(TwilioAccount("AC1", ("token",), "+12028831111"), Medium.SMS, session, seal)


@pytest.fixture
def whatsapp(session: aiohttp.ClientSession, seal: Seal) -> Twilio:
    return Twilio(TwilioAccount("AC1", ("token",), "+15550001111"), Medium.WHATSAPP, session, seal)


def signed(fields: dict[str, str], url: str = HOOK) -> HookRequest:
    signature = RequestValidator("token").compute_signature(url, fields)
    return post(
        url,
        urlencode(fields).encode(),
        x_twilio_signature=signature,
        content_type="application/x-www-form-urlencoded; charset=UTF-8",
    )


def opened(channel: Twilio, request: HookRequest) -> CarrierEvent:
    (event,) = channel.open_hook(request).events
    return event


async def test_an_sms_as_documented(sms: Twilio) -> None:
    fields = dict(pair.split("=") for pair in SMS.replace("%2B", "+").replace("+Of+", " Of ").split("&"))
    hook = sms.open_hook(signed(fields))
    assert hook == Hook(
        (InboundMessage("SMe287d7109a5a925f182f0e07fe5b223b", (PERSON,), None, MessageKind.TEXT, "Msg"),),
        ACCEPTED,
    )


async def test_the_answer_to_a_message_says_nothing_to_the_person(sms: Twilio) -> None:
    assert ACCEPTED.content_type == "text/xml"
    assert ACCEPTED.body == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert (NOTED.status, NOTED.body) == (204, b"")


@pytest.mark.parametrize(
    "fields,expected",
    [
        ({}, InboundMessage("SM2", WHATSAPP_PERSON, None, MessageKind.TEXT, "Yes", profile_name="Ana")),
        (
            {"ButtonPayload": "optin.yes", "ButtonText": "Yes!", "OriginalRepliedMessageSid": "SM1"},
            InboundMessage(
                "SM2", WHATSAPP_PERSON, None, MessageKind.BUTTON, "Yes!", "optin.yes", "SM1", profile_name="Ana"
            ),
        ),
        (
            {"ListId": "pref.bills", "ListTitle": "Bills"},
            InboundMessage("SM2", WHATSAPP_PERSON, None, MessageKind.LIST, "Bills", "pref.bills", profile_name="Ana"),
        ),
        (
            {"OptOutType": "STOP", "Body": "STOP"},
            InboundMessage(
                "SM2",
                WHATSAPP_PERSON,
                None,
                MessageKind.TEXT,
                "STOP",
                profile_name="Ana",
                handled=ProviderStop.STOP,
            ),
        ),
        (
            {"ExternalUserId": f"whatsapp:{SCOPED}"},
            InboundMessage(
                "SM2",
                (*WHATSAPP_PERSON, Address(Scheme.BSUID, SCOPED)),
                None,
                MessageKind.TEXT,
                "Yes",
                profile_name="Ana",
            ),
        ),
        (
            {"ReferralSourceId": "ad-7", "ReferralSourceUrl": "https://fb.example/7", "ReferralSourceType": "ad"},
            InboundMessage(
                "SM2", WHATSAPP_PERSON, None, MessageKind.TEXT, "Yes", profile_name="Ana", advertisement="ad-7"
            ),
        ),
        (
            {"NumMedia": "1", "MediaUrl0": "https://x", "Body": ""},
            InboundMessage("SM2", WHATSAPP_PERSON, None, MessageKind.MEDIA, profile_name="Ana"),
        ),
        (
            {"Latitude": "1.0", "Longitude": "2.0", "Body": ""},
            InboundMessage("SM2", WHATSAPP_PERSON, None, MessageKind.LOCATION, profile_name="Ana"),
        ),
        (
            {"From": "+14133881111"},
            InboundMessage("SM2", WHATSAPP_PERSON, None, MessageKind.TEXT, "Yes", profile_name="Ana"),
        ),
        (
            {"From": f"whatsapp:{SCOPED}", "WaId": "", "ProfileName": ""},
            InboundMessage("SM2", (Address(Scheme.BSUID, SCOPED),), None, MessageKind.TEXT, "Yes"),
        ),
    ],
    ids=["text", "button", "list", "stop", "bsuid", "ad", "media", "location", "no prefix", "no phone"],
)
async def test_whatsapp_messages(whatsapp: Twilio, fields: dict[str, str], expected: InboundMessage) -> None:
    assert opened(whatsapp, signed(WHATSAPP | fields)) == expected


@pytest.mark.parametrize(
    "value,address",
    [
        ("+8613800138000", Address(Scheme.E164, "+8613800138000")),
        ("24273", Address(Scheme.SHORT_CODE, "24273")),
        ("106900001234", Address(Scheme.SHORT_CODE, "106900001234")),
        ("BANK", Address(Scheme.ALNUM, "BANK")),
    ],
)
async def test_who_may_send_an_sms(sms: Twilio, value: str, address: Address) -> None:
    event = opened(sms, signed({"MessageSid": "SM1", "Body": "x", "From": value}))
    assert isinstance(event, InboundMessage)
    assert event.sender == (address,)


@pytest.mark.parametrize("word,handled", [("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("MAYBE", None)])
async def test_what_twilio_has_answered_already(sms: Twilio, word: str, handled: str | None) -> None:
    event = opened(sms, signed({"MessageSid": "SM1", "Body": "x", "From": "+14133881111", "OptOutType": word}))
    assert isinstance(event, InboundMessage)
    assert event.handled == handled


@pytest.mark.parametrize(
    "fields,expected",
    [
        (
            {"MessageStatus": "delivered", "To": "+12028831111"},
            Receipt("SM9", DeliveryStatus.DELIVERED, None, "msg_1", recipient=(Address(Scheme.E164, "+12028831111"),)),
        ),
        (
            {"MessageStatus": "failed", "ErrorCode": "21610", "To": "+12028831111"},
            Receipt(
                "SM9",
                DeliveryStatus.FAILED,
                None,
                "msg_1",
                "21610",
                Reason.OPTED_OUT,
                recipient=(Address(Scheme.E164, "+12028831111"),),
            ),
        ),
        (
            {"MessageStatus": "undelivered", "ErrorCode": "63033", "ChannelStatusMessage": "blocked"},
            Receipt("SM9", DeliveryStatus.UNDELIVERED, None, "msg_1", "63033", Reason.BLOCKED_BY_USER, "blocked"),
        ),
        (
            {"MessageStatus": "undelivered", "ErrorCode": "63014"},
            Receipt("SM9", DeliveryStatus.UNDELIVERED, None, "msg_1", "63014", Reason.BLOCKED_BY_USER),
        ),
        (
            {"MessageStatus": "failed", "ErrorCode": "99999"},
            Receipt("SM9", DeliveryStatus.FAILED, None, "msg_1", "99999", Reason.UNKNOWN),
        ),
        (
            {"MessageStatus": "brand-new", "ErrorCode": "21610"},
            Receipt("SM9", DeliveryStatus.UNKNOWN, None, "msg_1", "21610", Reason.OPTED_OUT),
        ),
        ({"MessageStatus": "read"}, Receipt("SM9", DeliveryStatus.READ, None, "msg_1")),
        ({"MessageStatus": "sending"}, Receipt("SM9", DeliveryStatus.QUEUED, None, "msg_1")),
        ({"MessageStatus": "canceled"}, Receipt("SM9", DeliveryStatus.CANCELLED, None, "msg_1")),
        ({"SmsStatus": "sent"}, Receipt("SM9", DeliveryStatus.SENT, None, "msg_1")),
    ],
)
async def test_status_callbacks(sms: Twilio, fields: dict[str, str], expected: Receipt) -> None:
    hook = sms.open_hook(signed({"MessageSid": "SM9", **fields}, f"{HOOK}?m=msg_1"))
    assert hook == Hook((expected,), NOTED)


@pytest.mark.parametrize(
    "query,correlation",
    [("?m=msg_1", "msg_1"), ("", None), ("?m=", None), ("?m=a&m=b", None), ("?m=a%20b", None), ("?n=a", None)],
)
async def test_our_id_comes_back_in_the_callback_url(sms: Twilio, query: str, correlation: str | None) -> None:
    event = opened(sms, signed({"MessageSid": "SM9", "MessageStatus": "sent"}, HOOK + query))
    assert isinstance(event, Receipt)
    assert event.correlation == correlation


@pytest.mark.parametrize(
    "fields,why",
    [
        ({"MessageSid": "SM9", "MessageStatus": "brand-new"}, "status:brand-new"),
        ({"MessageStatus": "sent"}, "malformed: MessageSid is missing"),
        ({"Body": "STOP", "From": "+14133881111"}, "malformed: MessageSid is missing"),
        ({"MessageSid": "SM1", "Body": "STOP"}, "malformed: From is missing"),
        ({"MessageSid": "SM1", "Body": "STOP", "From": ""}, "malformed: From"),
        ({"Hello": "world"}, "status:missing"),
    ],
)
async def test_what_cannot_be_read_is_kept_as_it_came(sms: Twilio, fields: dict[str, str], why: str) -> None:
    hook = sms.open_hook(signed(fields))
    (event,) = hook.events
    assert isinstance(event, Unread)
    assert event.why.startswith(why)
    assert event.raw == fields
    assert sms.open_hook(signed(fields)) == hook, "the id of the event is the same when it is delivered again"


async def test_two_values_of_one_name_are_not_chosen_between(sms: Twilio) -> None:
    url, body = HOOK, "MessageSid=SM1&From=%2B14133881111&Body=YES&Body=STOP"
    signature = RequestValidator("token").compute_signature(url + "BodySTOPBodyYESFrom+14133881111MessageSidSM1", {})
    event = opened(sms, post(url, body.encode(), x_twilio_signature=signature))
    assert isinstance(event, Unread)
    assert event.why == "malformed: Body comes with two values"


async def test_text_that_no_database_keeps_is_replaced(sms: Twilio) -> None:
    event = opened(sms, signed({"MessageSid": "SM1", "From": "+14133881111", "Body": "a\x00b"}))
    assert isinstance(event, InboundMessage)
    assert event.text == "a\ufffdb"


async def test_by_configuration_twilio_calls_with_get(sms: Twilio) -> None:
    url = f"{HOOK}?{SMS}"
    signature = RequestValidator("token").compute_signature(url, {})
    event = opened(sms, HookRequest("GET", url, {"x-twilio-signature": (signature,)}, b""))
    assert isinstance(event, InboundMessage)
    assert (event.text, event.sender) == ("Msg", (PERSON,))


def signed_json(body: bytes, hashed: bytes) -> HookRequest:
    url = f"{HOOK}?bodySHA256={hashlib.sha256(hashed).hexdigest()}"
    signature = RequestValidator("token").compute_signature(url, {})
    return post(url, body, x_twilio_signature=signature, content_type="application/json")


async def test_a_json_body_is_bound_by_its_hash(sms: Twilio) -> None:
    body = json.dumps({"MessageSid": "SM1", "From": "+14133881111", "Body": "退订"}).encode()
    event = opened(sms, signed_json(body, body))
    assert isinstance(event, InboundMessage)
    assert event.text == "退订"
    with pytest.raises(BadSignature):
        sms.open_hook(signed_json(body.replace(b"SM1", b"SM2"), body))
    with pytest.raises(BadRequest):
        sms.open_hook(signed_json(b"{", b"{"))


async def test_a_form_with_a_json_content_type_is_refused(sms: Twilio) -> None:
    """Else a body could be exchanged under a signature that covers the address alone."""
    request = signed({})
    forged = post(
        HOOK,
        b'{"MessageSid":"SM1","From":"+1413388","Body":"YES"}',
        x_twilio_signature=request.headers["x-twilio-signature"],
        content_type="application/json",
    )
    with pytest.raises(BadSignature):
        sms.open_hook(forged)


async def test_other_methods_are_refused(sms: Twilio) -> None:
    with pytest.raises(BadRequest):
        sms.open_hook(HookRequest("PUT", HOOK, {}, b""))


async def test_nothing_is_read_without_a_signature(sms: Twilio) -> None:
    with pytest.raises(BadSignature) as caught:
        sms.open_hook(post(HOOK, SMS.encode(), content_type="application/x-www-form-urlencoded"))
    assert caught.value.missing
