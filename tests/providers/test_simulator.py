"""The reference provider: signed with time, one to one with our events, and it can be asked what it has."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Button, Found, HookRequest, Medium, Outgoing, Sent, Template
from bot.channels.reading import read_object
from bot.channels.simulator import ACCEPTED, Simulator, SimulatorAccount, verify
from bot.channels.simulator_events import read_events
from bot.errors import (
    BadRequest,
    BadSignature,
    ChannelError,
    Misconfigured,
    OptedOut,
    Reject,
    Retry,
    Unclear,
    Unreachable,
)
from bot.events import (
    Address,
    CarrierEvent,
    DeliveryStatus,
    IdentityChange,
    InboundMessage,
    MessageKind,
    Preference,
    PreferenceValue,
    ProviderStop,
    Reason,
    Receipt,
    Scheme,
    Unread,
)
from bot.permit import Seal
from tests.providers.carrier import Carrier, answer, hang_up, permit, post

HOOK = "https://bot.example/hooks/shop/sms/t0ken"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SIGNED_AT = int(NOW.timestamp())
PERSON = Address(Scheme.E164, "+8613800138000")
FROM = [{"scheme": "e164", "value": "+8613800138000"}]
AT = datetime(2026, 3, 1, 11, 59, tzinfo=UTC)
SAID_AT = "2026-03-01T19:59:00+08:00"
BODY = b'{"events": []}'


def signature(body: bytes, at: int = SIGNED_AT, secret: bytes = b"secret") -> str:
    """The documented formula, written down a second time."""
    return f"t={at},v1={hmac.new(secret, str(at).encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def signed(body: bytes, value: str | tuple[str, ...] | None = None) -> HookRequest:
    return post(HOOK, body, x_sim_signature=signature(body) if value is None else value)


def read(*events: object) -> tuple[CarrierEvent, ...]:
    return read_events(read_object(json.dumps({"events": events}).encode()))


def test_the_documented_signature_opens() -> None:
    """A fixed vector, so that another implementation can be held against it."""
    fixed = "t=1772366400,v1=c624bb4d4ffb3480bf5f7aefffd6c4b01723d0fbcfb05007c84d4e0a0ccd3cf2"
    verify(signed(BODY, fixed), ("secret",), datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize("away", [timedelta(0), timedelta(minutes=5), timedelta(minutes=-5)])
def test_within_five_minutes_it_is_accepted(away: timedelta) -> None:
    verify(signed(BODY), ("secret",), NOW + away)


@pytest.mark.parametrize("away", [timedelta(minutes=5, seconds=1), timedelta(minutes=-5, seconds=-1)])
def test_older_or_newer_is_refused(away: timedelta) -> None:
    with pytest.raises(BadSignature, match="clocks"):
        verify(signed(BODY), ("secret",), NOW + away)


@pytest.mark.parametrize(
    "value,missing",
    [
        ((), True),
        ((signature(BODY), signature(BODY)), False),
        ("", False),
        (signature(BODY).replace("v1", "v0"), False),
        (signature(BODY) + f",v1={'0' * 64}", False),
        (signature(BODY)[:-1], False),
        (signature(BODY).upper(), False),
        (signature(BODY, secret=b"other"), False),
        (signature(BODY).replace(f"t={SIGNED_AT}", f"t={SIGNED_AT + 1}"), False),
        (signature(BODY).replace("t=", "t=٣"), False),
        (f"t={'9' * 400},v1={'0' * 64}", False),
        ("\udc80", False),
    ],
)
def test_anything_else_is_refused(value: str | tuple[str, ...], missing: bool) -> None:
    with pytest.raises(BadSignature) as caught:
        verify(signed(BODY, value), ("secret",), NOW)
    assert caught.value.missing is missing


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_an_empty_secret_opens_nothing(secrets: tuple[str, ...]) -> None:
    with pytest.raises(BadSignature, match="secret"):
        verify(signed(BODY, signature(BODY, secret=b"")), secrets, NOW)


def test_during_rotation_either_secret_opens() -> None:
    verify(signed(BODY), ("new", "secret"), NOW)
    verify(signed(BODY), ("secret", "old"), NOW)


@settings(deadline=None)
@given(st.integers(0, len(BODY) * 8 - 1))
def test_one_flipped_bit_of_the_body_is_refused(bit: int) -> None:
    body = bytearray(BODY)
    body[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignature):
        verify(signed(bytes(body), signature(BODY)), ("secret",), NOW)


@settings(deadline=None)
@given(st.integers(0, len(signature(BODY)) * 8 - 1))
def test_one_flipped_bit_of_the_signature_is_refused(bit: int) -> None:
    flipped = bytearray(signature(BODY).encode())
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignature):
        verify(signed(BODY, flipped.decode("latin-1")), ("secret",), NOW)


@pytest.mark.parametrize(
    "element,expected",
    [
        (
            {"type": "message", "id": "in_1", "from": FROM, "at": SAID_AT, "text": "TD"},
            InboundMessage("in_1", (PERSON,), AT, MessageKind.TEXT, "TD"),
        ),
        (
            {
                "type": "message",
                "id": "in_2",
                "from": [{"scheme": "wa_id", "value": "8613800138000"}, {"scheme": "bsuid", "value": "CN.1"}],
                "at": None,
                "kind": "button",
                "text": "Yes",
                "payload": "y",
                "in_reply_to": "out_1",
                "profile_name": "Ana",
                "handled": "stop",
                "advertisement": "ad-7",
            },
            InboundMessage(
                "in_2",
                (Address(Scheme.WA_ID, "8613800138000"), Address(Scheme.BSUID, "CN.1")),
                None,
                MessageKind.BUTTON,
                "Yes",
                "y",
                "out_1",
                "Ana",
                ProviderStop.STOP,
                "ad-7",
            ),
        ),
        (
            {"type": "message", "id": "in_3", "from": FROM, "at": "yesterday"},
            InboundMessage("in_3", (PERSON,), None, MessageKind.TEXT),
        ),
        (
            {"type": "receipt", "provider_id": "out_1", "status": "delivered", "at": "2026-03-01T11:59:00Z"},
            Receipt("out_1", DeliveryStatus.DELIVERED, AT),
        ),
        (
            {
                "type": "receipt",
                "provider_id": "out_1",
                "status": "failed",
                "message_id": "msg_1",
                "code": 21,
                "reason": "opted_out",
                "detail": "blocked",
                "to": FROM,
            },
            Receipt("out_1", DeliveryStatus.FAILED, None, "msg_1", "21", Reason.OPTED_OUT, "blocked", (PERSON,)),
        ),
        (
            {"type": "preference", "id": "pref_1", "from": FROM, "value": "stop", "at": SAID_AT},
            Preference("pref_1", (PERSON,), PreferenceValue.STOP, AT),
        ),
        (
            {
                "type": "identity",
                "id": "id_1",
                "old": FROM,
                "new": [{"scheme": "e164", "value": "+8613900139000"}],
                "change": "number",
                "at": SAID_AT,
            },
            IdentityChange("id_1", (PERSON,), (Address(Scheme.E164, "+8613900139000"),), "number", AT),
        ),
    ],
)
def test_each_event_of_ours_has_its_form(element: dict[str, Any], expected: CarrierEvent) -> None:
    assert read(element) == (expected,)


@pytest.mark.parametrize(
    "element,why",
    [
        (5, "malformed: an element is a int"),
        ({}, "malformed: type is missing"),
        ({"type": "brand-new"}, "type:brand-new"),
        ({"type": "message", "from": FROM}, "malformed: id is missing"),
        ({"type": "message", "id": "1"}, "malformed: from names nobody"),
        ({"type": "message", "id": "1", "from": [5]}, "malformed: an address is an object"),
        ({"type": "message", "id": "1", "from": [{"scheme": "x", "value": "1"}]}, "malformed: scheme is none of"),
        ({"type": "message", "id": "1", "from": FROM, "kind": "x"}, "malformed: kind is none of"),
        ({"type": "message", "id": "1", "from": FROM, "text": 5}, "malformed: text is a int"),
        ({"type": "receipt", "provider_id": "1"}, "malformed: status is missing"),
        ({"type": "preference", "id": "1", "from": FROM, "value": "x"}, "malformed: value is none of"),
        ({"type": "identity", "id": "1", "old": FROM}, "malformed: new names nobody"),
    ],
)
def test_what_cannot_be_read_is_kept_and_its_neighbours_live(element: object, why: str) -> None:
    good = {"type": "message", "id": "in_1", "from": FROM, "text": "TD"}
    before, broken, after = read(good, element, good)
    assert isinstance(broken, Unread)
    assert broken.why.startswith(why)
    assert isinstance(before, InboundMessage)
    assert before == after


async def test_the_whole_way_through_the_channel(session: aiohttp.ClientSession, seal: Seal) -> None:
    account = SimulatorAccount("http://127.0.0.1:1", ("secret",), "10690000")
    channel = Simulator(account, Medium.SMS, session, seal, clock=lambda: NOW)
    body = json.dumps({"events": [{"type": "message", "id": "1", "from": FROM, "text": "退订"}]}).encode()
    hook = channel.open_hook(signed(body))
    assert hook.events == (InboundMessage("1", (PERSON,), None, MessageKind.TEXT, "退订"),)
    assert hook.answer == ACCEPTED
    with pytest.raises(BadSignature):
        channel.open_hook(signed(body, signature(body, SIGNED_AT - 301)))
    with pytest.raises(BadRequest):
        channel.open_hook(signed(b"[]"))
    with pytest.raises(BadRequest):
        channel.open_hook(replace(signed(body), method="GET"))


TEXT = Outgoing("msg_1", PERSON, "您好")


def channel_to(carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, **changed: Any) -> Simulator:
    account = replace(SimulatorAccount(carrier.url, ("first", "second"), "10690000"), **changed)
    return Simulator(account, Medium.SMS, session, seal)


async def test_the_exact_request(carrier: Carrier, session: aiohttp.ClientSession, seal: Seal) -> None:
    carrier.behaviour = answer(201, {"provider_id": "out_1"})
    assert await channel_to(carrier, session, seal).send(permit(seal, TEXT)) == Sent("out_1")
    request = carrier.only
    assert (request.method, request.path) == ("POST", "/messages")
    assert request.headers["authorization"] == "Bearer first"
    assert request.headers["content-type"] == "application/json"
    assert request.json() == {
        "id": "msg_1",
        "to": {"scheme": "e164", "value": "+8613800138000"},
        "from": "10690000",
        "medium": "sms",
        "body": "您好",
        "buttons": [],
        "rows": [],
        "list_label": "",
        "template": None,
        "valid_for": None,
    }


async def test_choices_and_templates_stay_what_they_are(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    carrier.behaviour = answer(201, {"provider_id": "out_1"})
    message = replace(
        TEXT,
        buttons=(Button("y", "Yes"),),
        rows=(Button("b", "Bills"),),
        list_label="Choose",
        template=Template("t1", "zh_CN", ("Ana",)),
        valid_for=120,
    )
    await channel_to(carrier, session, seal).send(permit(seal, message))
    body = carrier.only.json()
    assert isinstance(body, dict)
    assert body["buttons"] == [{"id": "y", "label": "Yes"}]
    assert body["rows"] == [{"id": "b", "label": "Bills"}]
    assert (body["list_label"], body["valid_for"]) == ("Choose", 120)
    assert body["template"] == {"provider_id": "t1", "language": "zh_CN", "parameters": ["Ana"]}


def refusal(status: int, code: str, **more: object) -> Any:
    return answer(status, {"error": {"code": code, **more}})


@pytest.mark.parametrize(
    "behaviour,error,reason",
    [
        (refusal(429, "rate_limited", retry_after=3), Retry, Reason.RATE_LIMITED),
        (refusal(422, "rejected"), Reject, Reason.CONTENT_BLOCKED),
        (refusal(422, "unreachable"), Unreachable, Reason.UNREACHABLE_PERMANENT),
        (refusal(403, "opted_out"), OptedOut, Reason.OPTED_OUT),
        (refusal(401, "misconfigured"), Misconfigured, Reason.ACCOUNT_PROBLEM),
        (refusal(400, "brand_new"), Reject, Reason.UNKNOWN),
        (answer(500, b"oops"), Unclear, Reason.PROVIDER_FAULT),
        (answer(201, {"provider_id": None}), Unclear, Reason.UNKNOWN),
        (answer(201, b"{"), Unclear, Reason.UNKNOWN),
        (hang_up, Unclear, Reason.PROVIDER_FAULT),
    ],
)
async def test_every_failure_says_what_to_do(
    carrier: Carrier,
    session: aiohttp.ClientSession,
    seal: Seal,
    behaviour: Any,
    error: type[ChannelError],
    reason: Reason,
) -> None:
    carrier.behaviour = behaviour
    with pytest.raises(ChannelError) as caught:
        await channel_to(carrier, session, seal).send(permit(seal, TEXT))
    assert (type(caught.value), caught.value.reason) == (error, reason)
    assert not isinstance(caught.value, Retry) or caught.value.after == timedelta(seconds=3)
    assert len(carrier.requests) == 1


@pytest.mark.parametrize("asked", [-1, 0, True, "soon", None, 1e300])
async def test_an_odd_pause_is_still_a_pause(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, asked: object
) -> None:
    carrier.behaviour = refusal(429, "rate_limited", retry_after=asked)
    with pytest.raises(Retry) as caught:
        await channel_to(carrier, session, seal).send(permit(seal, TEXT))
    assert timedelta(0) < caught.value.after <= timedelta(days=1)


@pytest.mark.parametrize(
    "behaviour,found",
    [
        (answer(200, {"provider_id": "out_1"}), Found.TAKEN),
        (refusal(404, "absent"), Found.ABSENT),
        (answer(404, b"not found"), Found.UNKNOWN),
        (refusal(404, "brand_new"), Found.UNKNOWN),
        (answer(200, {}), Found.UNKNOWN),
        (answer(500, {"provider_id": "out_1"}), Found.UNKNOWN),
        (hang_up, Found.UNKNOWN),
    ],
)
async def test_the_carrier_can_be_asked_whether_it_has_a_message(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, behaviour: Any, found: Found
) -> None:
    carrier.behaviour = behaviour
    assert await channel_to(carrier, session, seal).look_up("msg/1") is found
    assert (carrier.requests[0].method, carrier.requests[0].path) == ("GET", "/messages/msg%2F1")
    assert carrier.requests[0].headers["authorization"] == "Bearer first"
