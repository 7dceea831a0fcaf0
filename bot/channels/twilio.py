"""Twilio Programmable Messaging, for SMS and for WhatsApp.

It must never answer a person inside a webhook's answer: that would pass by the outbox and its gate.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

import aiohttp

from bot.channel import Channel, Hook, HookAnswer, HookRequest, Medium, Outgoing, Sent
from bot.channels.code_table import Finding
from bot.channels.http import DEADLINE, Call, Reply, call
from bot.channels.reading import Element, code, label, optional_identifier, read_object
from bot.channels.twilio_events import CODES, PREFIX, STATUSES, read_event
from bot.channels.twilio_signature import Parameters, parameters, verify, verify_body
from bot.errors import BadRequest, Reject, Unclear
from bot.events import DeliveryStatus, Reason, Receipt, Scheme
from bot.permit import Seal

BASE_URL = "https://api.twilio.com"
CORRELATION = "m"
"""The parameter of our status callback's URL that brings our message id back; Twilio signs it."""

ACCEPTED = HookAnswer(200, b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml")
NOTED = HookAnswer(204)
FORM = "application/x-www-form-urlencoded"
LONGEST_VALIDITY = 36_000


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """One sender at Twilio. ``auth_tokens``: the first signs our calls, all of them may sign a webhook (rotation).
    ``sender`` a number, short code or name; unused where ``messaging_service_sid`` is set."""

    account_sid: str
    auth_tokens: tuple[str, ...]
    sender: str
    base_url: str = BASE_URL
    messaging_service_sid: str | None = None
    status_url: str | None = None
    deadline: timedelta = DEADLINE


class Twilio(Channel):
    """The channel of one Twilio sender."""

    def __init__(self, account: TwilioAccount, medium: Medium, session: aiohttp.ClientSession, seal: Seal) -> None:
        super().__init__(seal)
        self.medium = medium
        self._account = account
        self._session = session

    def open_hook(self, request: HookRequest) -> Hook:
        """Verify and read one webhook: a form (POST), a query (GET) or JSON with ``bodySHA256``."""
        form = self._verified(request)
        event = read_event(form, _correlation(request.url), self.medium)
        return Hook((event,), NOTED if isinstance(event, Receipt) else ACCEPTED)

    def _verified(self, request: HookRequest) -> Parameters:
        tokens = self._account.auth_tokens
        if request.method == "GET":
            verify(request, (), tokens)
            return parameters(request.url.partition("?")[2])
        if request.method != "POST":
            raise BadRequest(f"Twilio calls with POST or GET, not {request.method}")
        if request.body and not (request.header("content-type") or FORM).lower().startswith(FORM):
            verify(request, (), tokens)
            verify_body(request)
            return _flat(read_object(request.body))
        form = parameters(request.body.decode("utf-8", "replace"))
        verify(request, form, tokens)
        return form

    async def _deliver(self, message: Outgoing) -> Sent:
        account = self._account
        path = f"/2010-04-01/Accounts/{quote(account.account_sid, safe='')}/Messages.json"
        fields = self._fields(message)
        reply = await call(
            self._session,
            Call("POST", account.base_url.rstrip("/") + path, self._headers(), _encoded(fields)),
            account.deadline,
        )
        return _taken(reply)

    def _headers(self) -> dict[str, str]:
        account = self._account
        login = f"{account.account_sid}:{next(iter(account.auth_tokens), '')}"
        basic = base64.b64encode(login.encode("utf-8", "replace")).decode()
        return {"Authorization": f"Basic {basic}", "Content-Type": FORM, "Accept": "application/json"}

    def _fields(self, message: Outgoing) -> dict[str, str]:
        fields = {"To": self._to(message), **self._from(), **_wording(message)}
        if self._account.status_url:
            joint = "&" if "?" in self._account.status_url else "?"
            own = quote(message.id, safe="")
            fields["StatusCallback"] = f"{self._account.status_url}{joint}{CORRELATION}={own}"
        if message.valid_for is not None:
            fields["ValidityPeriod"] = str(min(max(message.valid_for, 1), LONGEST_VALIDITY))
        return fields

    def _from(self) -> dict[str, str]:
        if self._account.messaging_service_sid:
            return {"MessagingServiceSid": self._account.messaging_service_sid}
        sender = self._account.sender
        if self.medium is Medium.SMS:
            return {"From": sender}
        return {"From": PREFIX + _plus(sender.removeprefix(PREFIX))}

    def _to(self, message: Outgoing) -> str:
        scheme, value = message.to.scheme, message.to.value
        if self.medium is Medium.WHATSAPP:
            if scheme in (Scheme.E164, Scheme.WA_ID):
                return PREFIX + _plus(value)
            if scheme is Scheme.BSUID:
                return PREFIX + value
        elif scheme in (Scheme.E164, Scheme.SHORT_CODE):
            return value
        raise Reject(f"Twilio cannot send {self.medium} to a {scheme} address", reason=Reason.INVALID_NUMBER)


def _wording(message: Outgoing) -> dict[str, str]:
    if message.template is None:
        # Our own count of segments holds only if Twilio changes no character.
        return {"Body": _with_choices(message), "SmartEncoded": "false"}
    fields = {"ContentSid": message.template.provider_id}
    if message.template.parameters:
        numbered = {str(number): value for number, value in enumerate(message.template.parameters, start=1)}
        fields["ContentVariables"] = json.dumps(numbered, ensure_ascii=False)
    return fields


def _with_choices(message: Outgoing) -> str:
    """Twilio has no inline buttons or lists: the choices become numbered lines under the text."""
    choices = message.buttons or message.rows
    lines = (f"{number}. {choice.label}" for number, choice in enumerate(choices, start=1))
    return "\n".join((message.body, *lines))


def _encoded(fields: dict[str, str]) -> bytes:
    try:
        return urlencode(fields).encode()
    except UnicodeEncodeError as error:
        raise Reject(
            f"the message holds a character that has no UTF-8: {error}", reason=Reason.CONTENT_BLOCKED
        ) from None


def _taken(reply: Reply) -> Sent:
    answer = reply.answer() or {}
    failure = code(answer, "error_code") if reply.taken else code(answer, "code")
    if not reply.taken or failure:
        words = label(answer, "error_message") or label(answer, "message")
        raise CODES.error(Finding(failure, words), reply)
    sid = optional_identifier(answer, "sid")
    if sid is None:
        raise Unclear(f"HTTP {reply.status} without a sid; Twilio may have taken the message")
    return Sent(sid, STATUSES.get(label(answer, "status"), DeliveryStatus.ACCEPTED))


def _plus(number: str) -> str:
    return number if number.startswith("+") else f"+{number}"


def _correlation(url: str) -> str | None:
    """Our message id out of the signed callback URL; None unless it stands there once and looks like one."""
    values = [value for name, value in parameters(url.partition("?")[2]) if name == CORRELATION]
    return values[0] if len(values) == 1 and re.fullmatch(r"[\w-]{1,128}", values[0]) else None


def _flat(body: Element) -> Parameters:
    return tuple((name, value) for name, value in body.items() if isinstance(value, str))
