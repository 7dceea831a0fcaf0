"""The carriers' door: token, raw body, signature, stored, answered. Thousands a second, so nothing else happens here.

A 2xx means stored. Nothing is stored of a call whose signature is wrong, and no provider is called in return.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.channel import Channel, Hook, HookRequest
from bot.errors import BadRequest, BadSignature
from bot.inbox import Incoming
from bot.metrics import Metrics
from config.business_types import ChannelConfig
from webhooks.doors import Doors
from webhooks.problems import UNAVAILABLE
from webhooks.trace import request_id

log = structlog.get_logger()

LARGEST_BODY = 3 * 1024 * 1024
SLOWEST_BODY = 20.0
"""Seconds that a carrier may take to send its body."""
RETRY_AFTER = {"Retry-After": "2"}
UNKNOWN = "unknown"


class Refused(Exception):
    """The call is answered with this status and nothing was stored; ``outcome`` is the word it is counted under."""

    def __init__(self, status: int, outcome: str, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Hooks:
    """The handler of ``/hooks/{business}/{channel}/{token}``."""

    doors: Doors
    metrics: Metrics
    slowest: float = field(default=SLOWEST_BODY)

    async def handle(self, request: web.Request) -> web.Response:
        """One call of a carrier."""
        business, name = request.match_info["business"], request.match_info["channel"]
        found = self._find(business, name, request.match_info["token"])
        if found is None:
            self.metrics.hook(UNKNOWN, UNKNOWN, UNKNOWN, "unknown-token")
            return web.Response(status=404, text="unknown hook")
        config, channel = found
        try:
            hook = await self._open(request, config, channel)
            await self._keep(business, config, hook)
        except Refused as refused:
            self._note(request, refused, config)
            self.metrics.hook(business, name, config.provider, refused.outcome)
            headers = RETRY_AFTER if refused.status == 503 else None
            return web.Response(status=refused.status, text=str(refused), headers=headers)
        self.metrics.hook(business, name, config.provider, "stored", len(hook.events))
        answer = hook.answer
        return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)

    def _find(self, business: str, name: str, given: str) -> tuple[ChannelConfig, Channel] | None:
        """The channel behind the token, compared in constant time; None when any part is unknown."""
        token = self.doors.tokens.get((business, name), "")
        right = hmac.compare_digest(token.encode(), given.encode("utf-8", "replace"))
        house = self.doors.engine.catalogue.houses.get(business)
        config = house.business.channels.get(name) if house is not None else None
        if not right or not token or config is None:
            return None
        try:
            return config, self.doors.engine.channel(business, name)
        except KeyError:  # edited away a moment ago
            return None

    async def _open(self, request: web.Request, config: ChannelConfig, channel: Channel) -> Hook:
        body = await self._body(request)
        url = (config.public_url or self.doors.public_url).rstrip("/") + request.raw_path
        headers: dict[str, tuple[str, ...]] = {name.lower(): (value,) for name, value in request.headers.items()}
        if len(headers) != len(request.headers):  # one came twice
            headers = {name: tuple(request.headers.getall(name)) for name in headers}
        try:
            return channel.open_hook(HookRequest(request.method, url, headers, body))
        except BadSignature as error:
            raise Refused(401 if error.missing else 403, "bad-signature", str(error)) from error
        except BadRequest as error:
            raise Refused(400, "bad-request", str(error)) from error
        except Exception as error:  # our reader failed: the carrier keeps the event and sends it again
            log.exception("hook.unread", channel=config.name)
            raise Refused(503, "failed", "not stored") from error

    async def _body(self, request: web.Request) -> bytes:
        """The bytes as sent. What would have to be unpacked before it can be verified is refused."""
        encoding = request.headers.get("Content-Encoding", "identity")
        if encoding.lower() != "identity" or request.content_type.startswith("multipart/"):
            raise Refused(415, "wrong-type", "send the body as it is: no Content-Encoding, no multipart")
        if (request.content_length or 0) > LARGEST_BODY:
            raise Refused(413, "too-large", f"more than {LARGEST_BODY} bytes")
        try:
            if request.content.is_eof():  # all of it is here already, as nearly always
                return await request.read()
            async with asyncio.timeout(self.slowest):
                return await request.read()
        except web.HTTPRequestEntityTooLarge as error:
            raise Refused(413, "too-large", f"more than {LARGEST_BODY} bytes") from error
        except TimeoutError as error:
            raise Refused(408, "too-slow", "the body did not arrive in time") from error

    async def _keep(self, business: str, config: ChannelConfig, hook: Hook) -> None:
        if not hook.events:
            return
        incoming = [Incoming(business, config.name, config.provider, event) for event in hook.events]
        try:
            await self.doors.engine.inbox.accept(incoming)
        except UNAVAILABLE as error:
            raise Refused(503, "not-stored", "not stored, send it again") from error
        except Exception as error:  # whatever it was, it is not stored, and the carrier must know
            log.exception("hook.not-stored", channel=config.name)
            raise Refused(503, "failed", "not stored, send it again") from error

    def _note(self, request: web.Request, refused: Refused, config: ChannelConfig) -> None:
        """Refusals are worth a line; what was refused is not, for it may hold a person's words."""
        log.warning(
            "hook.refused",
            channel=config.name,
            provider=config.provider,
            outcome=refused.outcome,
            why=str(refused.__cause__ or refused),
            request=request_id(request),
        )
