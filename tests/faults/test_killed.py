"""A process killed at any moment loses nothing it answered for, and does nothing twice."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from aiohttp import web
from redis.asyncio import Redis

from config.business_types import Business
from tests.fixtures.engines import Shop, opened, unhurried
from tests.waiting import until

SCRIPT = Path(__file__).with_name("engine_process.py")
ROOT = Path(__file__).parents[2]
LIVES = 3
"""How often the process is killed."""


@dataclass(slots=True)
class Carrier:
    """Counts what it takes, by our message id."""

    url: str = ""
    taken: Counter[str] = field(default_factory=Counter)

    async def take(self, request: web.Request) -> web.Response:
        """One message."""
        self.taken[(await request.json())["id"]] += 1
        return web.Response()


@asynccontextmanager
async def carrier() -> AsyncIterator[Carrier]:
    """A carrier on loopback."""
    here, app = Carrier(), web.Application()
    app.router.add_post("/", here.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    here.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield here
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Life:
    """One process, from its start to its kill."""

    process: asyncio.subprocess.Process
    kept: set[str] = field(default_factory=set)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Note what it answers for."""
        assert self.process.stdout is not None
        while line := (await self.process.stdout.readline()).decode().split():
            self.ready.set() if line == ["ready"] else self.kept.add(line[1])

    def tell(self, event: dict[str, str]) -> None:
        """One event, into its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(event).encode() + b"\n")


@asynccontextmanager
async def alive(*arguments: str) -> AsyncIterator[Life]:
    """A process that is killed at the end of the block, whatever it does just then."""
    with TemporaryFile() as complaints:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(SCRIPT),
            *arguments,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=complaints,
        )
        async with _alive(process, complaints) as life:
            yield life


@asynccontextmanager
async def _alive(process: asyncio.subprocess.Process, complaints: IO[bytes]) -> AsyncIterator[Life]:
    life = Life(process)
    listening = asyncio.create_task(life.listen())
    try:
        await until(lambda: life.ready.is_set() or process.returncode is not None, 60)
        assert life.ready.is_set(), f"it ended by itself: {_last_words(complaints)}"
        yield life
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await listening


def _last_words(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    return complaints.read().decode(errors="replace")[-2000:]


async def test_killed_at_random_moments(migrated_url: str, redis: Redis, valkey_url: str, bookshop: Business) -> None:
    """People sign up, say yes and stop while the process is killed again and again: every event it said "kept" to is
    there, has been acted on once, no message reached the carrier twice, and every chain verifies."""
    chance, kept, numbers = random.Random(20260302), set[str](), iter(range(10_000))
    phones = [f"+86138000040{n:02}" for n in range(8)]
    async with carrier() as here:
        for _ in range(LIVES):
            async with alive(migrated_url, valkey_url, here.url) as life:
                for _ in range(40):
                    life.tell(anything(chance, phones, next(numbers)))
                enough = chance.randrange(5, 40)
                await until(partial(answered, life, enough))
            kept |= life.kept
        shop = Shop(migrated_url, redis, unhurried(bookshop))
        async with alive(migrated_url, valkey_url, here.url), opened(shop):
            await until(lambda: quiet(shop), 60)
            await look_back(shop, here, kept)


def answered(life: Life, enough: int) -> bool:
    """It has answered for so many events."""
    return len(life.kept) >= enough


def anything(chance: random.Random, phones: list[str], number: int) -> dict[str, str]:
    """An event of one of these people."""
    phone = chance.choice(phones)
    if chance.random() < 0.4:
        return {"id": f"e{number}", "phone": phone, "event": "signup.form"}
    return {"id": f"e{number}", "phone": phone, "text": chance.choice(["Y", "STOP", "START", "HELP", "prefs", "1"])}


async def quiet(shop: Shop) -> bool:
    """Nothing is pending, queued or in the air."""
    pending = await shop.rows("SELECT count(*) FROM inbox WHERE stepped_at IS NULL")
    waiting = await shop.rows("SELECT count(*) FROM outbox WHERE status IN ('queued', 'authorised')")
    again = await shop.rows("SELECT count(*) FROM timers WHERE conversation = ''")
    return [pending, waiting, again] == [[(0,)], [(0,)], [(0,)]]


async def look_back(shop: Shop, here: Carrier, kept: set[str]) -> None:
    """What must hold after all the deaths."""
    assert len(kept) > 20
    stored = await shop.rows("SELECT dedupe, result FROM inbox")
    assert len(stored) >= len(kept)
    assert not [result for _, result in stored if "failed" in result]
    assert max(here.taken.values()) == 1, here.taken.most_common(3)
    ids = {row[0] for row in await shop.rows("SELECT id FROM outbox")}
    assert set(here.taken) <= ids
    causes = "SELECT cause, text, count(*) FROM outbox WHERE cause LIKE 'evt%' GROUP BY cause, text HAVING count(*) > 1"
    assert await shop.rows(causes) == []
    assert await shop.verify_all() > 0
