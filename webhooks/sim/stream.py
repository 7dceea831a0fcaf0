"""Server-sent events: a ping whenever something about a person has changed. What changed is asked for apart."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Table, select

from bot.engine import Stores
from storage.tables import conversations, inbox, outbox, people, sim_messages, timers
from webhooks.sim.api import Api
from webhooks.sim.errands import Errands
from webhooks.sim.records import person_of
from webhooks.sim.sandbox import Refused

EVERY = 0.3
"""Seconds between two looks."""
MOST = 16
QUIET = 50
"""Looks without a change until a line is sent all the same, so that a lost client is noticed."""

_WATCHED: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (conversations, ("id", "row_version", "ended_at")),
    (inbox, ("id", "stepped_at")),
    (outbox, ("id", "status", "why", "due_at")),
    (timers, ("conversation", "trigger", "due_at")),
)


@dataclass(slots=True)
class Stream:
    """At most ``MOST`` clients at a time."""

    api: Api
    errands: Errands
    clients: int = 0

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """``GET /sim/api/stream?business&phone``"""
        business, phone = self.api.who(request)
        if self.clients >= MOST:
            raise Refused(503, f"{MOST} pages are open already: close one")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        self.clients += 1
        try:
            await response.prepare(request)
            await self._ping(response, business, phone)
        except ConnectionResetError:  # the page was closed
            return response
        finally:
            self.clients -= 1
        return response

    async def _ping(self, response: web.StreamResponse, business: str, phone: str) -> None:
        known, quiet = "", 0
        while not self.errands.closing.is_set():
            seen = await fingerprint(self.api.engine.stores, business, phone)
            quiet += 1
            if seen != known or quiet >= QUIET:
                await response.write(f"data: {seen}\n\n".encode())
                known, quiet = seen, 0
            await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(EVERY):
                await self.errands.closing.wait()
        except TimeoutError:
            return


async def fingerprint(stores: Stores, business: str, phone: str) -> str:
    """Changes whenever the view of this person does, apart from the time."""
    wanted = select(sim_messages.c.id, sim_messages.c.status, sim_messages.c.content).where(
        sim_messages.c.business == business, sim_messages.c.phone == phone
    )
    async with stores.database.read() as connection:
        seen = [stores.clock.offset, (await connection.execute(wanted.order_by(sim_messages.c.id))).all()]
        who = await person_of(connection, stores, business, phone)
        if who is not None:
            seen.append(who[people.c.chain_length.name])
            for table, columns in _WATCHED:
                rows = select(*(table.c[name] for name in columns)).where(
                    table.c.business == business, table.c.person == who["id"]
                )
                seen.append((await connection.execute(rows.order_by(table.c[columns[0]]))).all())
    return hashlib.blake2b(repr(seen).encode(), digest_size=8).hexdigest()
