"""A process of its own with a real engine, for tests that kill it: events in by standard input, sends out by HTTP.

``python engine_process.py DATABASE REDIS CARRIER``: reads one JSON object per line, ``{"id", "phone", "text"}`` or
``{"id", "phone", "event"}``; prints ``ready`` once it works and ``kept ID`` once an event is durable.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import aiohttp
import structlog

from bot.channel import Channel, Hook, HookRequest, Medium, Outgoing, Sent
from bot.engine import Engine, Stores
from bot.errors import Unclear
from bot.events import Address, InboundMessage, MessageKind, Scheme
from bot.inbox import BusinessEvent, Incoming
from bot.permit import Seal
from config.business import load_businesses
from config.business_types import Business, Limits
from storage.clock import Clock
from storage.database import Database
from storage.limits import Limiter
from storage.redis import Breaker, Wake, open_redis
from storage.vault import Vault

BUSINESSES = Path(__file__).parents[2] / "config" / "businesses"
SHOP = "bookshop"


class Posting(Channel):
    """Posts every message to the carrier of the test."""

    medium = Medium.SMS

    def __init__(self, seal: Seal, session: aiohttp.ClientSession, url: str) -> None:
        super().__init__(seal)
        self._session = session
        self._url = url

    def open_hook(self, request: HookRequest) -> Hook:
        """Not called."""
        raise AssertionError

    async def _deliver(self, message: Outgoing) -> Sent:
        try:
            async with self._session.post(self._url, json={"id": message.id, "to": message.to.value}) as answer:
                await answer.read()
        except aiohttp.ClientError as error:
            raise Unclear(str(error)) from error
        return Sent(f"p-{message.id}")


def incoming(told: dict[str, str]) -> Incoming:
    """A line of standard input."""
    who = (Address(Scheme.E164, told["phone"]),)
    if "event" in told:
        facts = {"type": told["event"], "facts": {"page": "web"}}
        return Incoming(SHOP, "", "api", BusinessEvent(told["id"], "event", who, facts))
    message = InboundMessage(told["id"], who, None, MessageKind.TEXT, told["text"])
    return Incoming(SHOP, "sms", "simulator", message)


async def lines() -> asyncio.StreamReader:
    """Standard input."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def say(text: str) -> None:
    """One line out, whole even if we die right after."""
    os.write(1, f"{text}\n".encode())


async def main(database: str, redis: str, carrier: str) -> None:
    """Work until killed."""
    breaker, client = Breaker(time.monotonic), open_redis(redis)
    stores = Stores(
        Database(database),
        Vault(b"k" * 32),
        Clock(),
        Limiter(client, breaker),
        breaker,
        Wake(client, breaker, "faults"),
    )
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:

        def make(business: Business, name: str, seal: Seal) -> Channel:
            return Posting(seal, session, carrier)

        engine = Engine.build(stores, make)
        business = load_businesses(BUSINESSES)[SHOP]
        await engine.put_in_force({SHOP: replace(business, quiet_hours=None, limits=Limits())})
        await engine.start(web=True, worker=True)
        say("ready")
        reader, keeping = await lines(), set()
        while line := await reader.readline():
            task = asyncio.create_task(keep(engine, json.loads(line)))
            keeping.add(task)
            task.add_done_callback(keeping.discard)


async def keep(engine: Engine, told: dict[str, str]) -> None:
    """Accept one event and say so."""
    await engine.inbox.accept([incoming(told)])
    say(f"kept {told['id']}")


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(*sys.argv[1:]))
