"""WhatsApp Cloud API (Meta): one business number.

Source: Meta developer documentation; facebook/openapi business-messaging-api v23.0. There is no idempotency key:
a call whose outcome is unknown must never be repeated here.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, quote

import aiohttp

from bot.channel import Channel, Hook, HookAnswer, HookRequest, Medium, Outgoing, Sent
from bot.channels.code_table import Finding
from bot.channels.http import DEADLINE, Call, Reply, call
from bot.channels.reading import Element, code, optional_identifier, optional_mapping, read_object
from bot.channels.whatsapp_body import request_body
from bot.channels.whatsapp_hook import read_hook
from bot.channels.whatsapp_people import named
from bot.channels.whatsapp_reports import CODES, error_words
from bot.errors import BadRequest, BadSignature, ChannelError, Unclear
from bot.permit import Seal

BASE_URL = "https://graph.facebook.com"
GRAPH_VERSION = "v23.0"
HEADER = "x-hub-signature-256"
SIGNATURE_LENGTH = 71
LONGEST_CHALLENGE = 1000


@dataclass(frozen=True, slots=True)
class WhatsAppCloudAccount:
    """One business number. ``app_secrets``: any of them may sign a webhook (rotation)."""

    phone_number_id: str
    access_token: str
    app_secrets: tuple[str, ...]
    verify_token: str
    base_url: str = BASE_URL
    graph_version: str = GRAPH_VERSION
    deadline: timedelta = DEADLINE


class WhatsAppCloud(Channel):
    """The channel of one WhatsApp business number."""

    medium = Medium.WHATSAPP

    def __init__(self, account: WhatsAppCloudAccount, session: aiohttp.ClientSession, seal: Seal) -> None:
        super().__init__(seal)
        self._account = account
        self._session = session

    def open_hook(self, request: HookRequest) -> Hook:
        """Answer the subscription handshake (GET), or verify and read a delivery (POST)."""
        if request.method == "GET":
            return Hook((), HookAnswer(200, _challenge(request, self._account.verify_token)))
        if request.method != "POST":
            raise BadRequest(f"WhatsApp calls with POST or GET, not {request.method}")
        verify(request, self._account.app_secrets)
        return Hook(read_hook(read_object(request.body), self._account.phone_number_id))

    async def _deliver(self, message: Outgoing) -> Sent:
        account = self._account
        path = f"/{quote(account.graph_version, safe='')}/{quote(account.phone_number_id, safe='')}/messages"
        headers = {"Authorization": f"Bearer {account.access_token}", "Content-Type": "application/json"}
        body = json.dumps(request_body(message), separators=(",", ":")).encode()
        url = account.base_url.rstrip("/") + path
        return _taken(await call(self._session, Call("POST", url, headers, body), account.deadline))


def verify(request: HookRequest, secrets: tuple[str, ...]) -> None:
    """BadSignature unless one of the app's secrets signed these very bytes (``sha256=`` and 64 hex digits)."""
    values = request.headers.get(HEADER, ())
    if len(values) != 1:
        raise BadSignature(f"{len(values)} X-Hub-Signature-256 headers; one is needed", missing=not values)
    given = values[0].encode("utf-8", "replace")
    if len(given) != SIGNATURE_LENGTH:
        raise BadSignature(f"X-Hub-Signature-256 is {len(given)} octets long; it has {SIGNATURE_LENGTH}")
    keys = [secret.encode("utf-8", "replace") for secret in secrets if secret]
    if not keys:
        raise BadSignature("no app secret is configured for this channel; set app_secret")
    signed = [b"sha256=" + hmac.digest(key, request.body, "sha256").hex().encode() for key in keys]
    # All are compared before any is looked at: the time taken does not tell which secret matched.
    matches = [hmac.compare_digest(given, one) for one in signed]
    if not any(matches):
        raise BadSignature("X-Hub-Signature-256 does not match; check app_secret")


def _challenge(request: HookRequest, verify_token: str) -> bytes:
    asked = parse_qs(request.url.partition("?")[2], keep_blank_values=True, errors="replace")
    token, challenge = _single(asked, "hub.verify_token"), _single(asked, "hub.challenge")
    if token is None or not verify_token:
        raise BadSignature("the handshake needs one hub.verify_token, and verify_token set", missing=token is None)
    if not hmac.compare_digest(token.encode("utf-8", "replace"), verify_token.encode("utf-8", "replace")):
        raise BadSignature("hub.verify_token is not the one set; check verify_token")
    if _single(asked, "hub.mode") != "subscribe" or not challenge or len(challenge) > LONGEST_CHALLENGE:
        raise BadRequest("the handshake needs hub.mode=subscribe and one hub.challenge")
    return challenge.encode("utf-8", "replace")


def _single(asked: Mapping[str, list[str]], name: str) -> str | None:
    values = asked.get(name, [])
    return values[0] if len(values) == 1 else None


def _taken(reply: Reply) -> Sent:
    answer = reply.answer() or {}
    if not reply.taken or "error" in answer:
        raise _refusal(answer, reply)
    message_id = optional_identifier(_first(answer, "messages"), "id")
    if message_id is None:
        raise Unclear(f"HTTP {reply.status} without a message id; WhatsApp may have taken the message")
    contact = _first(answer, "contacts")
    return Sent(message_id, aliases=named(contact, ("wa_id", "user_id", "parent_user_id")))


def _refusal(answer: Element, reply: Reply) -> ChannelError:
    error = optional_mapping(answer, "error")
    return CODES.error(Finding(code(error, "code"), error_words(error)), reply)


def _first(answer: Element, name: str) -> Element:
    listed = answer.get(name)
    first = listed[0] if isinstance(listed, list) and listed else None
    return first if isinstance(first, dict) else {}
