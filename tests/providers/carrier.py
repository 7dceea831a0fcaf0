"""A fake carrier on the loopback: records every request as it came, and answers or fails as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channel import HookRequest, Outgoing
from bot.events import Address, Scheme
from bot.permit import Grounds, Permit, Seal

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]

GROUNDS = Grounds("prs_1", "offers", "consent", "prs_1/1", 1, datetime(2026, 1, 1, tzinfo=UTC), "prs_1/2")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as it reached the carrier."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        pairs = parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True)
        assert len(dict(pairs)) == len(pairs), "a field was sent twice"
        return dict(pairs)


def answer(status: int, body: object = None, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with this status and body: bytes as they are, anything else as JSON."""
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def behave(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=octets, headers=headers, content_type="application/json")

    return behave


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Cut the line without a word, after the whole request was read."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def break_off(request: web.Request) -> web.StreamResponse:
    """Cut the line in the middle of the answer."""
    response = web.StreamResponse(status=201, headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"sid": "SM')
    assert request.transport is not None
    request.transport.close()
    return response


@dataclass
class Carrier:
    """``behaviour`` decides what comes back; ``requests`` are all that came."""

    behaviour: Behaviour = field(default_factory=lambda: answer(500))
    requests: list[Recorded] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(Recorded(request.method, request.path_qs, headers, await request.read()))
        return await self.behaviour(request)

    async def say_nothing(self, _: web.Request) -> web.StreamResponse:
        """Keep the line open without an answer until the test ends."""
        await self.released.wait()
        return web.Response()

    async def answer_slowly(self, request: web.Request) -> web.StreamResponse:
        """Begin an answer and never end it while the test runs."""
        response = web.StreamResponse()
        await response.prepare(request)
        await self.released.wait()
        return response

    def server(self) -> TestServer:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.handle)
        return TestServer(app, host="127.0.0.1")

    @property
    def only(self) -> Recorded:
        """The one request there was."""
        assert len(self.requests) == 1
        return self.requests[0]


def permit(seal: Seal, message: Outgoing) -> Permit:
    """What the gate would give for this message."""
    return seal.permit(message, GROUNDS)


def to(scheme: Scheme, value: str) -> Address:
    return Address(scheme, value)


def post(url: str, body: bytes, **headers: str | tuple[str, ...]) -> HookRequest:
    """A webhook call; underscores in a header's name stand for hyphens."""
    named = {name.replace("_", "-"): (one,) if isinstance(one, str) else one for name, one in headers.items()}
    return HookRequest("POST", url, named, body)
