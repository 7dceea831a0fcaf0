"""Only the app's own signature over the raw bytes opens a WhatsApp hook; the handshake gives back the challenge."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channel import Hook, HookAnswer, HookRequest
from bot.channels.whatsapp_cloud import WhatsAppCloud, WhatsAppCloudAccount, verify
from bot.errors import BadRequest, BadSignature
from bot.events import Address, InboundMessage, MessageKind, Scheme
from bot.permit import Seal
from tests.providers.carrier import post

HOOK = "https://bot.example/hooks/shop/wa/t0ken"
SECRET = "1222e786b144d0e85b9f365372d93676"
BODY = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"264937493375603","changes":[{"value":{"messaging_product":'
    b'"whatsapp","metadata":{"display_phone_number":"15550953877","phone_number_id":"277321005464405"},"contacts":'
    b'[{"profile":{"name":"PyWa Tests"},"wa_id":"972544401243"}],"messages":[{"from":"972544401243","id":'
    b'"wamid.HBgMOTcyNTQ0NDAxMjQzFQIAEhggM0RFQTNCMEEwRTY3QzUwODYzMDc4NjQ4QzM4ODAxM0YA","timestamp":"1730231903",'
    b'"text":{"body":"Hey there! I am using PyWa."},"type":"text"}]},"field":"messages"}]}]}'
)
SIGNATURE = "sha256=54edfa1d7259e0eb13c677cc7d73d1b5c86cfa12433d19156e058ab9251bc441"


@pytest.fixture
def channel(session: aiohttp.ClientSession, seal: Seal) -> WhatsAppCloud:
    return WhatsAppCloud(WhatsAppCloudAccount("277321005464405", "token", (SECRET,), "verify me"), session, seal)


def signed(body: bytes, signature: str | tuple[str, ...]) -> HookRequest:
    return post(HOOK, body, x_hub_signature_256=signature)


async def test_a_published_delivery_is_opened(channel: WhatsAppCloud) -> None:
    (event,) = channel.open_hook(signed(BODY, SIGNATURE)).events
    assert isinstance(event, InboundMessage)
    assert (event.sender, event.kind) == ((Address(Scheme.WA_ID, "972544401243"),), MessageKind.TEXT)
    assert (event.text, event.profile_name) == ("Hey there! I am using PyWa.", "PyWa Tests")


@pytest.mark.parametrize(
    "body,signature",
    [
        ('{"text":"退订 TD"}'.encode(), "503f6f14265e9a9aa68c892d27a521581d9bca9e43486e04caeb0c4f49b0e838"),
        (b'{"text":"\\u9000\\u8ba2 TD"}', "aef9df066b6c459d85cf64b4b953561e2cc16f46129098907f1d32ea13a4c0a1"),
    ],
)
def test_the_bytes_are_signed_and_not_what_they_mean(body: bytes, signature: str) -> None:
    verify(signed(body, f"sha256={signature}"), ("app_secret",))


@pytest.mark.parametrize(
    "signature,missing",
    [
        ((), True),
        ((SIGNATURE, SIGNATURE), False),
        ("", False),
        (SIGNATURE.upper(), False),
        (SIGNATURE.replace("sha256", "sha512"), False),
        (SIGNATURE[7:], False),
        (SIGNATURE[:-1], False),
        (SIGNATURE + "0", False),
        (SIGNATURE + " ", False),
        (f"{SIGNATURE},{SIGNATURE}", False),
        ("é" * 71, False),
        ("\udc80" * 71, False),
    ],
)
def test_anything_but_the_one_signature_is_refused(signature: str | tuple[str, ...], missing: bool) -> None:
    with pytest.raises(BadSignature) as caught:
        verify(signed(BODY, signature), (SECRET,))
    assert caught.value.missing is missing


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_an_empty_secret_opens_nothing(secrets: tuple[str, ...]) -> None:
    made = "sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    with pytest.raises(BadSignature, match="app_secret"):
        verify(signed(BODY, made), secrets)


def test_during_rotation_either_secret_opens() -> None:
    verify(signed(BODY, SIGNATURE), ("new", SECRET))
    verify(signed(BODY, SIGNATURE), (SECRET, "old"))


@settings(deadline=None)
@given(st.integers(0, len(BODY) * 8 - 1))
def test_one_flipped_bit_of_the_body_is_refused(bit: int) -> None:
    body = bytearray(BODY)
    body[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignature):
        verify(signed(bytes(body), SIGNATURE), (SECRET,))


@settings(deadline=None)
@given(st.integers(0, 71 * 8 - 1))
def test_one_flipped_bit_of_the_signature_is_refused(bit: int) -> None:
    flipped = bytearray(SIGNATURE.encode())
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignature):
        verify(signed(BODY, flipped.decode("latin-1")), (SECRET,))


def handshake(*pairs: tuple[str, str]) -> HookRequest:
    return HookRequest("GET", f"{HOOK}?{urlencode(pairs)}", {}, b"")


MODE, CHALLENGE, TOKEN = ("hub.mode", "subscribe"), ("hub.challenge", "1158201444"), ("hub.verify_token", "verify me")


async def test_the_handshake_gives_back_the_challenge(channel: WhatsAppCloud) -> None:
    hook = channel.open_hook(handshake(MODE, CHALLENGE, TOKEN))
    assert hook == Hook((), HookAnswer(200, b"1158201444", "text/plain"))


@pytest.mark.parametrize(
    "pairs,missing",
    [
        ((MODE, CHALLENGE), True),
        ((MODE, CHALLENGE, TOKEN, TOKEN), True),
        ((MODE, CHALLENGE, ("hub.verify_token", "")), False),
        ((MODE, CHALLENGE, ("hub.verify_token", "verify m")), False),
        ((MODE, CHALLENGE, ("hub.verify_token", "退订")), False),
    ],
)
async def test_a_handshake_with_another_token_is_refused(
    channel: WhatsAppCloud, pairs: tuple[tuple[str, str], ...], missing: bool
) -> None:
    with pytest.raises(BadSignature) as caught:
        channel.open_hook(handshake(*pairs))
    assert caught.value.missing is missing


async def test_an_empty_verify_token_matches_nothing(session: aiohttp.ClientSession, seal: Seal) -> None:
    unset = WhatsAppCloud(WhatsAppCloudAccount("1", "token", (SECRET,), ""), session, seal)
    with pytest.raises(BadSignature):
        unset.open_hook(handshake(MODE, CHALLENGE, ("hub.verify_token", "")))


@pytest.mark.parametrize("pairs", [(TOKEN, CHALLENGE), (TOKEN, MODE), (TOKEN, CHALLENGE, ("hub.mode", "x"))])
async def test_a_handshake_without_its_parts_is_a_bad_request(
    channel: WhatsAppCloud, pairs: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(BadRequest):
        channel.open_hook(handshake(*pairs))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a":NaN}', b'{"a":' + b"[" * 9999 + b"]" * 9999 + b"}"])
async def test_a_signed_body_that_is_no_object_is_a_bad_request(channel: WhatsAppCloud, body: bytes) -> None:
    made = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    with pytest.raises(BadRequest):
        channel.open_hook(signed(body, made))


async def test_other_methods_are_refused(channel: WhatsAppCloud) -> None:
    with pytest.raises(BadRequest):
        channel.open_hook(HookRequest("DELETE", HOOK, {}, b""))
