"""The limit of the stack: an aiohttp handler that checks the HMAC, parses the JSON, and answers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop
from aiohttp import web

from bench.whatsapp import PATH, SECRET


async def checked(request: web.Request) -> Any:
    """The document of a request whose signature is right; else 403."""
    body = await request.read()
    expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers["X-Hub-Signature-256"]):
        raise web.HTTPForbidden
    return json.loads(body)


async def handle(request: web.Request) -> web.Response:
    """Nothing but the signature and the parse."""
    await checked(request)
    return web.Response(status=200)


async def serve(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> None:
    """Answer on a free port until the parent closes our input."""
    app = web.Application()
    app.router.add_post(PATH, handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(serve(handle))
