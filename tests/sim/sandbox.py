"""A whole sandbox on the loopback: stores, engine with web and worker, hooks and the simulator, over real HTTP."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.channel import Channel
from bot.channels.open import open_channel
from bot.engine import Engine, Stores
from bot.permit import Seal
from config.business import Business, load_businesses
from storage.clock import Clock
from storage.database import Database
from storage.limits import Limiter
from storage.redis import Breaker, Wake, open_redis
from storage.vault import Vault
from tests.fixtures.engines import PROVER
from tests.waiting import PATIENT, until
from webhooks.app import make_app
from webhooks.doors import Doors, Standing
from webhooks.sim.carrier import Carrier
from webhooks.sim.routes import CARRIER

EXAMPLES = Path(__file__).parents[2] / "config" / "businesses"
BUSINESS = "bookshop"
PHONE = "+8613800138000"
TOKENS = {(BUSINESS, "sms"): "sms-token", (BUSINESS, "whatsapp"): "whatsapp-token"}
POST = {"X-Askfirst-Sandbox": "1"}

Json = dict[str, Any]


@cache
def businesses() -> dict[str, Business]:
    """The examples, read once: nothing changes them."""
    return load_businesses(EXAMPLES)


def noon_ahead(hour: int = 4) -> timedelta:
    """How far to the next noon in China (04:00 UTC), so that no quiet hours hold anything."""
    now = datetime.now(UTC)
    return (now.replace(hour=hour, minute=0, second=0, microsecond=0) - now) % timedelta(days=1)


@dataclass(slots=True, repr=False)
class Sandbox:
    """What a test plays with."""

    url: str
    engine: Engine
    carrier: Carrier
    session: aiohttp.ClientSession

    async def get(self, path: str, **query: str) -> Json:
        async with self.session.get(f"{self.url}/sim/api/{path}", params=query) as got:
            assert got.status == 200, await got.text()
            data: Json = await got.json()
            return data

    async def post(self, path: str, status: int = 202, **body: object) -> Json:
        async with self.session.post(f"{self.url}/sim/api/{path}", json=body, headers=POST) as got:
            assert got.status == status, await got.text()
            data: Json = await got.json()
            return data

    async def person(self, phone: str = PHONE) -> Json:
        return await self.get("person", business=BUSINESS, phone=phone)

    async def says(self, text: str, channel: str = "sms") -> None:
        await self.post("inbound", business=BUSINESS, channel=channel, phone=PHONE, text=text)
        await self.quiet()

    async def taps(self, label: str) -> None:
        """The newest button or row of this label."""
        offered = [
            (id_, shown, kind == "rows")
            for bubble in reversed((await self.person())["chat"])
            for kind in ("buttons", "rows")
            for id_, shown in bubble[kind]
        ]
        id_, _, row = next(one for one in offered if one[1] == label)
        tap = {"id": id_, "label": label, "row": row}
        await self.post("inbound", business=BUSINESS, channel="whatsapp", phone=PHONE, tap=tap)
        await self.quiet()

    async def reports(self, type_: str, channel: str = "sms", language: str = "zh-CN", **facts: str) -> Json:
        body: Json = {"business": BUSINESS, "phone": PHONE, "type": type_, "facts": facts}
        came = await self.post("event", **body, language=language, channel=channel)
        await self.quiet()
        return came

    async def jumps(self, by: str) -> None:
        await self.post("clock", 200, advance=by)
        await self.quiet()

    async def trouble(self, **switched: object) -> None:
        await self.post("trouble", 200, business=BUSINESS, channel="sms", **switched)

    async def quiet(self) -> None:
        """Until the carrier has brought everything and nothing of the person's is due."""

        async def still() -> bool:
            if self.carrier.errands.under_way or self.engine.outbox.flying:
                return False
            return not (await self.person())["busy"] and not self.carrier.errands.under_way

        await until(still)

    async def bubbles(self) -> list[str]:
        """What the phone shows: ``> `` was written on it."""
        return [("> " if b["mine"] else "") + b["text"] for b in (await self.person())["chat"]]

    async def texts(self) -> list[tuple[str, str]]:
        """Of every row of the outbox, oldest first: its text's name and status."""
        return [(m["text"], m["status"]) for m in reversed((await self.person())["messages"])]


def make_channel(session: aiohttp.ClientSession, url: str) -> Callable[[Business, str, Seal], Channel]:
    def make(business: Business, name: str, seal: Seal) -> Channel:
        base = f"{url}/sim/carrier/{business.name}/{name}"
        config = replace(business.channels[name], base_url=base, token=TOKENS[business.name, name])
        return open_channel(config, lambda reference: reference, session, seal, "")

    return make


@asynccontextmanager
async def running(
    database_url: str, redis_url: str, port: int = 0, clock: Clock | None = None
) -> AsyncIterator[Sandbox]:
    """Everything started on a migrated database; ended in order. ``clock``: of the run before, so that time goes on."""
    database, redis, breaker = Database(database_url), open_redis(redis_url, PATIENT), Breaker(time.monotonic, PATIENT)
    clock = clock or Clock(noon_ahead())
    stores = Stores(database, Vault(b"k" * 32), clock, Limiter(redis, breaker), breaker, Wake(redis, breaker, "sim"))
    async with aiohttp.ClientSession() as session:
        bound = socket.create_server(("127.0.0.1", port))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        engine = Engine.build(stores, make_channel(session, url), PROVER)
        app = make_app(Doors(engine, TOKENS, True, url, Standing))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await engine.put_in_force(businesses())
        await engine.start(web=True, worker=True)
        await runner.setup()
        await web.SockSite(runner, bound).start()
        try:
            yield Sandbox(url, engine, app[CARRIER], session)
        finally:
            await runner.cleanup()
            await engine.stop()
    await redis.aclose()
    await database.close()
