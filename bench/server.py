"""One askfirst process for the benchmarks: the real doors and the real path, a WhatsApp channel, seeded people.

Answers webhooks and steps conversations; with ``--send`` it also sends what was queued to a loopback sink.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import structlog
import uvloop
from aiohttp import web

from bench.seed import seed
from bench.whatsapp import PHONE_NUMBER_ID, SECRET
from bot.channel import Channel
from bot.channels.open import open_channel
from bot.engine import ChannelMaker, Engine, Stores
from bot.permit import Seal
from bot.serve import spare_the_collector
from config.business import load_businesses
from config.business_types import Business, ChannelConfig, Limits, Rate
from storage.clock import Clock
from storage.database import Database
from storage.limits import Limiter
from storage.redis import Breaker, Wake, open_redis
from storage.schema import migrate
from storage.vault import Vault
from webhooks.app import make_app
from webhooks.doors import Doors, Standing

TOKEN = "bench-token"
EXAMPLE = Path(__file__).resolve().parent.parent / "config" / "businesses"


def whatsapp_channel(sink: str) -> ChannelConfig:
    """A WhatsApp sender whose API is a loopback sink."""
    credentials = {
        "phone_number_id": PHONE_NUMBER_ID,
        "access_token": "env:BENCH_TOKEN",
        "app_secret": "env:BENCH_SECRET",
        "verify_token": "env:BENCH_TOKEN",
    }
    return ChannelConfig(
        "whatsapp",
        "whatsapp_cloud",
        "whatsapp",
        PHONE_NUMBER_ID,
        base_url=sink,
        token=TOKEN,
        credentials=credentials,
        rate=Rate(1_000_000, timedelta(seconds=1)),
    )


def business(sink: str) -> Business:
    """The example business on that channel, without the pacing that a benchmark of sending would only wait for."""
    example = load_businesses(EXAMPLE)["bookshop"]
    return replace(example, channels={"whatsapp": whatsapp_channel(sink)}, limits=Limits(), quiet_hours=None)


def maker(session: aiohttp.ClientSession) -> ChannelMaker:
    """Opens the channel."""

    def make(owner: Business, name: str, seal: Seal) -> Channel:
        return open_channel(owner.channels[name], lambda _: SECRET, session, seal, "http://127.0.0.1/hook")

    return make


async def main(arguments: argparse.Namespace) -> None:
    """Serve until the parent closes our input."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    database = Database(arguments.database)
    await migrate(database)
    vault, clock, breaker = Vault(b"b" * 32), Clock(), Breaker(time.monotonic)
    redis = open_redis(arguments.redis)
    stores = Stores(database, vault, clock, Limiter(redis, breaker), breaker, Wake(None, breaker, "bench"))
    async with aiohttp.ClientSession() as session:
        engine = Engine.build(stores, maker(session))
        shop = business(arguments.sink)
        await engine.put_in_force({shop.name: shop})
        await seed(engine, arguments.people)
        async with (
            database.engine.begin() as connection
        ):  # as a database that has run for a minute would know its tables
            await connection.exec_driver_sql("ANALYZE")
        tasks = [asyncio.create_task(engine.inbox.run()), asyncio.create_task(engine.stepper.run(asyncio.sleep))]
        if arguments.send:
            await engine.recovery.register()
            tasks += [asyncio.create_task(engine.outbox.run()), asyncio.create_task(engine.receipts.run())]
        doors = Doors(engine, {(shop.name, "whatsapp"): TOKEN}, False, "http://127.0.0.1", Standing)
        runner = web.AppRunner(make_app(doors), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        spare_the_collector()
        print(runner.addresses[0][1], flush=True)
        await _obey(engine)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await runner.cleanup()
    await redis.aclose()
    await database.close()


async def _stepped(engine: Engine) -> None:
    """Wait until nothing is pending."""
    for _ in range(6000):
        async with engine.stores.database.read() as connection:
            pending = await connection.exec_driver_sql("SELECT 1 FROM inbox WHERE stepped_at IS NULL LIMIT 1")
            if pending.first() is None:
                return
        await asyncio.sleep(0.01)


async def _obey(engine: Engine) -> None:
    """A line in: wait until everything is stepped, say how many messages are queued or sent. End of input: end."""
    while True:
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        await _stepped(engine)
        async with engine.stores.database.read() as connection:
            queued = (await connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE nature = 'reply'")).scalar()
        print(queued, time.process_time(), flush=True)


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--redis", required=True)
    parser.add_argument("--sink", default="http://127.0.0.1:9")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--send", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("BENCH_SECRET", SECRET)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(main(parse()))
