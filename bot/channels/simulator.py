"""The reference provider: JSON over HTTP, signed with time. The simulated carrier speaks it, and so may any gateway.

The wire format is described at ``Simulator``. It must never be trusted less strictly than a real carrier.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import aiohttp

from bot.channel import Button, Channel, Found, Hook, HookAnswer, HookRequest, Medium, Outgoing, Sent
from bot.channels.code_table import CodeTable, Finding
from bot.channels.http import DEADLINE, LONGEST_PAUSE, Call, Reply, call
from bot.channels.reading import Element, code, field, label, optional_identifier, optional_mapping, read_object
from bot.channels.simulator_events import read_events
from bot.errors import BadRequest, BadSignature, ChannelError, Unclear
from bot.permit import Seal

HEADER = "x-sim-signature"
WINDOW = timedelta(minutes=5)
ABSENT = "absent"
ACCEPTED = HookAnswer(200, b'{"stored":true}', "application/json")

CODES = CodeTable.load("simulator")


def wall_clock() -> datetime:
    """The time now. Signatures are about this clock, also where a sandbox moves the clock of the conversations."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SimulatorAccount:
    """One sender. ``secrets``: the first one is our bearer, all of them may sign a webhook (rotation)."""

    base_url: str
    secrets: tuple[str, ...]
    sender: str
    deadline: timedelta = DEADLINE


class Simulator(Channel):
    """The channel of one simulated sender.

    **Webhook**: ``POST`` to the hook URL, JSON (UTF-8) ``{"events": [EVENT, …]}``, with the one header
    ``X-Sim-Signature: t=UNIX,v1=HEX``: UNIX is the time of signing in whole seconds, HEX the lower-case hex
    HMAC-SHA256 under the secret of the octets ``UNIX + "." + raw body``; t may differ from our clock by 5 minutes.
    Answer 200 ``{"stored":true}``; 401/403 signature, 400 unreadable, 503 not stored (send again).

    An EVENT is an object with ``type`` and (``?`` = may be missing or null; ADDRESS is
    ``{"scheme": "e164|wa_id|bsuid|bsuid_parent|short_code|alnum", "value": "+8613800138000"}``; AT is RFC 3339):

    * ``message``: id, from [ADDRESS, …], at?, kind? (``text`` unless said: ``button list form media reaction location
      contact unknown``), text?, payload? (id of the button or row), in_reply_to?, profile_name?,
      handled? (``stop start help``: the carrier acted on the word itself), advertisement?
    * ``receipt``: provider_id, status (``bot.events.DeliveryStatus``), at?, message_id? (our id), code?,
      reason? (``bot.events.Reason``), detail?, to? [ADDRESS, …]
    * ``preference``: id, from [ADDRESS, …], value (``stop resume signup``), at?, category?
    * ``identity``: id, old [ADDRESS, …], new [ADDRESS, …], change, at?

    **Send**: ``POST {base_url}/messages``, ``Authorization: Bearer SECRET``, JSON ``{"id", "to": ADDRESS, "from",
    "medium": "sms|whatsapp", "body", "buttons": [{"id", "label"}], "rows": [{"id", "label"}], "list_label",
    "template": null | {"provider_id", "language", "parameters": []}, "valid_for": null | seconds}``.
    Answer 201 ``{"provider_id"}``; the same ``id`` again is answered with the same ``provider_id`` and sent once.
    Error: 4xx ``{"error": {"code", "message"?, "retry_after"? (seconds)}}``, code one of ``rate_limited rejected
    unreachable opted_out misconfigured``: nothing was sent. **Look-up**: ``GET {base_url}/messages/{id}``, same
    bearer: 200 ``{"provider_id"}`` when it has the message, 404 ``{"error": {"code": "absent"}}``
    when not.
    """

    def __init__(
        self,
        account: SimulatorAccount,
        medium: Medium,
        session: aiohttp.ClientSession,
        seal: Seal,
        clock: Callable[[], datetime] = wall_clock,
    ) -> None:
        super().__init__(seal)
        self.medium = medium
        self._account = account
        self._session = session
        self._clock = clock

    def open_hook(self, request: HookRequest) -> Hook:
        """Verify and read one webhook."""
        if request.method != "POST":
            raise BadRequest(f"the simulator calls with POST, not {request.method}")
        verify(request, self._account.secrets, self._clock())
        return Hook(read_events(read_object(request.body)), ACCEPTED)

    async def _deliver(self, message: Outgoing) -> Sent:
        body = json.dumps(self._request(message), separators=(",", ":")).encode()
        return _taken(await call(self._session, self._call("POST", "/messages", body), self._account.deadline))

    async def look_up(self, message_id: str) -> Found:
        """Whether the carrier has our message."""
        asked = self._call("GET", f"/messages/{quote(message_id, safe='')}")
        try:
            reply = await call(self._session, asked, self._account.deadline)
        except ChannelError:
            # No answer to a question is an answer of its own: we still do not know.
            return Found.UNKNOWN
        return _found(reply)

    def _call(self, method: str, path: str, body: bytes = b"") -> Call:
        headers = {"Authorization": f"Bearer {next(iter(self._account.secrets), '')}"}
        kind = {"Content-Type": "application/json"} if body else {}
        return Call(method, self._account.base_url.rstrip("/") + path, headers | kind, body)

    def _request(self, message: Outgoing) -> Mapping[str, object]:
        template = message.template
        return {
            "id": message.id,
            "to": {"scheme": message.to.scheme, "value": message.to.value},
            "from": self._account.sender,
            "medium": self.medium,
            "body": message.body,
            "buttons": _choices(message.buttons),
            "rows": _choices(message.rows),
            "list_label": message.list_label,
            "template": template
            and {
                "provider_id": template.provider_id,
                "language": template.language,
                "parameters": list(template.parameters),
            },
            "valid_for": message.valid_for,
        }


def verify(request: HookRequest, secrets: tuple[str, ...], now: datetime) -> None:
    """BadSignature unless one of the secrets signed these very bytes within ``WINDOW`` of now."""
    values = request.headers.get(HEADER, ())
    if len(values) != 1:
        raise BadSignature(f"{len(values)} X-Sim-Signature headers; one is needed", missing=not values)
    given = re.fullmatch(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", values[0])
    if given is None:
        raise BadSignature("X-Sim-Signature is not t=UNIX,v1=HEX")
    keys = [secret.encode("utf-8", "replace") for secret in secrets if secret]
    if not keys:
        raise BadSignature("no secret is configured for this channel; set secret or token")
    signed = given[1].encode() + b"." + request.body
    matches = [
        hmac.compare_digest(given[2].encode(), hmac.new(key, signed, hashlib.sha256).hexdigest().encode())
        for key in keys
    ]
    if not any(matches):
        raise BadSignature("X-Sim-Signature does not match; check secret")
    if abs(now.timestamp() - int(given[1])) > WINDOW.total_seconds():
        raise BadSignature(f"X-Sim-Signature is from {given[1]}, more than 5 minutes from now; check the clocks")


def _choices(choices: tuple[Button, ...]) -> list[dict[str, str]]:
    return [{"id": one.id, "label": one.label} for one in choices]


def _taken(reply: Reply) -> Sent:
    answer = reply.answer() or {}
    if not reply.taken or "error" in answer:
        raise _refusal(answer, reply)
    provider_id = optional_identifier(answer, "provider_id")
    if provider_id is None:
        raise Unclear(f"HTTP {reply.status} without a provider_id; the carrier may have taken the message")
    return Sent(provider_id)


def _refusal(answer: Element, reply: Reply) -> ChannelError:
    error = optional_mapping(answer, "error")
    return CODES.error(Finding(code(error, "code"), label(error, "message"), _asked_pause(error)), reply)


def _asked_pause(error: Element) -> timedelta | None:
    seconds = field(error, "retry_after")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return timedelta(seconds=min(max(seconds, 0), LONGEST_PAUSE.total_seconds()))


def _found(reply: Reply) -> Found:
    answer = reply.answer() or {}
    if reply.status == 200 and optional_identifier(answer, "provider_id"):
        return Found.TAKEN
    # Only the carrier's own word counts: a proxy answers 404 as well.
    if reply.status == 404 and code(optional_mapping(answer, "error"), "code") == ABSENT:
        return Found.ABSENT
    return Found.UNKNOWN
