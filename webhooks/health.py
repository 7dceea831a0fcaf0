"""Whether the process is alive, whether it is ready, and what it counts. For probes and Prometheus, without a key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

from bot.metrics import Metrics
from storage.errors import MigrationPending
from storage.schema import require_newest
from storage.state_counts import count_states
from webhooks.doors import Doors
from webhooks.problems import UNAVAILABLE

COUNTED_EVERY = timedelta(seconds=5)
PATIENCE = 2.0
"""Seconds that a probe waits for the database."""
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(slots=True)
class Health:
    """``monotonic`` gives seconds for how long counts are kept."""

    doors: Doors
    metrics: Metrics
    monotonic: Callable[[], float] = time.monotonic
    _count_again: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def add_routes(self, app: web.Application) -> None:
        """Put the three on their paths."""
        app.router.add_get("/healthz", self.alive)
        app.router.add_get("/readyz", self.ready)
        app.router.add_get("/metrics", self.counted)

    async def alive(self, request: web.Request) -> web.Response:
        """The process answers."""
        return web.json_response({"alive": True})

    async def ready(self, request: web.Request) -> web.Response:
        """503 while the database does not answer or waits for a migration; the rest is told and is not fatal."""
        standing = self.doors.standing()
        database = await self._database() if standing.database_ready else "not ready"
        ready = database == "ready"
        document = {
            "ready": ready,
            "database": database,
            "redis": "up" if standing.redis_up else "down: marketing waits, everything else works",
            "edit_refused": list(standing.problems),
        }
        return web.json_response(document, status=200 if ready else 503)

    async def _database(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                await require_newest(self.doors.engine.stores.database)
        except MigrationPending as error:
            return str(error)
        except (*UNAVAILABLE, TimeoutError):
            return "does not answer"
        return "ready"

    async def counted(self, request: web.Request) -> web.Response:
        """The counters, and the state of the tables as of the last few seconds."""
        standing = self.doors.standing()
        database_up = await self._count()
        self.metrics.standing(redis_up=standing.redis_up, database_up=database_up, edit_refused=bool(standing.problems))
        return web.Response(body=self.metrics.text(), headers={"Content-Type": EXPOSITION})

    async def _count(self) -> bool:
        async with self._turn:
            if self.monotonic() < self._count_again:
                return True
            engine = self.doors.engine
            try:
                async with asyncio.timeout(PATIENCE):
                    counts = await count_states(
                        engine.stores.database, list(engine.catalogue.houses), engine.stores.clock.micros()
                    )
            except (*UNAVAILABLE, TimeoutError):
                return False
            self.metrics.tables(counts)
            self._count_again = self.monotonic() + COUNTED_EVERY.total_seconds()
            return True
