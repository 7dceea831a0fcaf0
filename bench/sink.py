"""A loopback carrier that takes everything: answers WhatsApp sends with a fresh id, and counts."""

from __future__ import annotations

import asyncio
import itertools
import sys

import uvloop
from aiohttp import web


async def main() -> None:
    """Serve until the parent closes our input; each line in is answered with the count so far."""
    numbers = itertools.count()
    taken = 0

    async def take(request: web.Request) -> web.Response:
        nonlocal taken
        await request.read()
        taken += 1
        body = b'{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"wamid.sink%d"}]}' % next(numbers)
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/{tail:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(taken, flush=True)
    await runner.cleanup()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
