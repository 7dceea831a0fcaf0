"""The limit of the stack: an aiohttp handler that checks the HMAC, parses the JSON, and answers."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys

import uvloop
from aiohttp import web

from bench.whatsapp import PATH, SECRET


async def handle(request: web.Request) -> web.Response:
    """Nothing but the signature and the parse."""
    body = await request.read()
    expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers["X-Hub-Signature-256"]):
        return web.Response(status=403)
    json.loads(body)
    return web.Response(status=200)


async def main() -> None:
    """Serve until the parent closes our input."""
    app = web.Application()
    app.router.add_post(PATH, handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
