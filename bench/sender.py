"""One process that sends: the outbox worker with its gate, limits and records, or the aiohttp client alone.

Prints ``0`` when it is ready; a line in starts the sending; the answer is the seconds it took and the CPU it used.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import aiohttp
import structlog
import uvloop

from bench.seed import offer, seed
from bench.server import business, maker
from bench.whatsapp import PHONE_NUMBER_ID, SECRET, phone
from bot.engine import Engine, Stores
from bot.outbox import IN_FLIGHT
from config.business_types import Limits, Rate
from storage.clock import Clock
from storage.database import Database
from storage.limits import Limiter
from storage.redis import Breaker, Wake, open_redis
from storage.schema import migrate
from storage.vault import Vault

PLENTY = Limits(business=(Rate(1_000_000, timedelta(seconds=1)),), person=(Rate(1, timedelta(seconds=30)),))


async def client_alone(count: int, sink: str) -> None:
    """The limit of the stack: the same requests, nothing recorded."""
    numbers = iter(range(count))
    url = f"{sink}/v23.0/{PHONE_NUMBER_ID}/messages"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one_after_the_other() -> None:
            for number in numbers:
                body = {
                    "messaging_product": "whatsapp",
                    "recipient_type": "individual",
                    "to": phone(number),
                    "type": "text",
                    "text": {"preview_url": False, "body": "New this week: three novels and a book of maps."},
                    "biz_opaque_callback_data": f"msg_{number}",
                }
                async with session.post(url, json=body, headers={"Authorization": f"Bearer {SECRET}"}) as answer:
                    await answer.read()

        await _timed(lambda: _all(one_after_the_other))


async def _all(work: Callable[[], Awaitable[None]]) -> None:
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


async def askfirst(arguments: argparse.Namespace) -> None:
    """Every message authorised, limited, delivered, recorded."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    database = Database(arguments.database)
    await migrate(database)
    breaker, redis = Breaker(time.monotonic), open_redis(arguments.redis)
    limiter, wake = Limiter(redis, breaker), Wake(None, breaker, "bench")
    stores = Stores(database, Vault(b"b" * 32), Clock(), limiter, breaker, wake)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        engine = Engine.build(stores, maker(session))
        shop = replace(business(arguments.sink), limits=PLENTY)
        await engine.put_in_force({shop.name: shop})
        await engine.recovery.register()
        await seed(engine, arguments.count, offer)
        await _timed(lambda: _drain(engine))
    await redis.aclose()
    await database.close()


async def _drain(engine: Engine) -> None:
    """Send until every message is recorded as taken by the carrier."""
    sending = asyncio.create_task(engine.outbox.run())
    left = 1
    while left:
        await asyncio.sleep(0.02)
        async with engine.stores.database.read() as connection:
            rows = await connection.exec_driver_sql(
                "SELECT 1 FROM outbox WHERE status IN ('queued', 'authorised') LIMIT 1"
            )
            left = len(rows.all())
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def _timed(work: Callable[[], Awaitable[None]]) -> None:
    print(0, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    began, used = time.perf_counter(), time.process_time()
    await work()
    print(time.perf_counter() - began, time.process_time() - used, flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sink", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--database")
    parser.add_argument("--redis")
    arguments = parser.parse_args()
    os.environ.setdefault("BENCH_SECRET", SECRET)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(askfirst(arguments) if arguments.database else client_alone(arguments.count, arguments.sink))


if __name__ == "__main__":
    main()
