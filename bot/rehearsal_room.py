"""Where rehearsals take place: a folder of our own, a real Valkey, and a fresh database for every conversation test.

Nothing of it outlives the room, and nothing in it can reach the stores of a running installation.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType

from redis.asyncio import Redis

from bot.channel import Medium
from bot.engine import Engine, Stores
from bot.proving import Prover
from bot.rehearsal import Rehearsal
from bot.rehearsal_cast import CannotPlay, Cast, cast, enter
from bot.rehearsal_channel import Departure, RehearsalChannel
from config.business_types import Business
from flows.talk import Talk, Verdict, play
from storage.cancelling import cancelled
from storage.clock import StoppedClock
from storage.database import Database
from storage.limits import Limiter
from storage.redis import Breaker, Wake
from storage.schema import migrate
from storage.valkey import EmbeddedValkey
from storage.vault import KEY, Vault

PATIENCE = timedelta(seconds=10)
"""With our own Valkey, far longer than in production: a rehearsal on a busy machine must not end in another way."""

TEMPLATE = "template.db"


class RehearsalRoom:
    """Open with ``async with``; then play any number of tests, one after the other."""

    def __init__(self) -> None:
        self._open = AsyncExitStack()
        self._folder = Path()
        self._played = 0
        self._redis: Redis | None = None
        self._prover = Prover()

    async def __aenter__(self) -> RehearsalRoom:
        self._folder = Path(tempfile.mkdtemp(prefix="askfirst-rehearsal-"))
        self._open.callback(shutil.rmtree, self._folder)
        url = await self._open.enter_async_context(EmbeddedValkey(self._folder))
        seconds = PATIENCE.total_seconds()
        self._redis = Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds)
        self._open.push_async_callback(self._redis.aclose)
        await self._make_template()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def play(self, business: Business, talk: Talk) -> Verdict:
        """Play one test; what cannot be played at all is a test that failed."""
        try:
            async with self.stage(cast(business, talk)) as stage:
                return await play(talk, stage)
        except CannotPlay as error:
            return Verdict(talk, False, f"{talk.flow}: {talk.name}\n! {error}", frozenset())

    @asynccontextmanager
    async def stage(self, who: Cast) -> AsyncIterator[Rehearsal]:
        """A stage with this person on it, before the first step."""
        if self._redis is None:
            raise RuntimeError("the room is not open: use it in `async with`")
        await self._redis.flushall()
        async with self._database() as database:
            stores = _stores(database, self._redis, StoppedClock(start=who.begins_at))
            departures: list[Departure] = []
            engine = Engine.build(
                stores,
                lambda business, name, seal: RehearsalChannel(
                    seal, name, Medium(business.channels[name].medium), departures
                ),
                self._prover,
            )
            rehearsal = Rehearsal(who, engine, departures)
            engine.steps.moved = rehearsal.visits.extend
            await engine.put_in_force({who.business.name: who.business})
            await enter(who, database, stores.vault, stores.clock.micros())
            async with _running(engine.inbox.run(), engine.outbox.record_outcomes()):
                yield rehearsal

    async def _make_template(self) -> None:
        """An empty database at the newest revision, migrated once and copied for every test."""
        database = Database(f"sqlite+aiosqlite:///{self._folder / TEMPLATE}")
        await migrate(database)
        await database.close()

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        self._played += 1
        file = self._folder / f"{self._played}.db"
        shutil.copyfile(self._folder / TEMPLATE, file)
        database = Database(f"sqlite+aiosqlite:///{file}")
        try:
            yield database
        finally:
            await database.close()
            for left in self._folder.glob(f"{file.name}*"):
                left.unlink()


def _stores(database: Database, redis: Redis, clock: StoppedClock) -> Stores:
    breaker = Breaker(time.monotonic, PATIENCE)
    vault = Vault(os.urandom(KEY))
    return Stores(database, vault, clock, Limiter(redis, breaker), breaker, Wake(None, breaker, "rehearsal"))


@asynccontextmanager
async def _running(*parts: Coroutine[None, None, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield
    finally:
        await cancelled(tasks)
