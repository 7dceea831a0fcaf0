"""The worker of conversations: takes people who have something pending, and acts for them under the lock of their row.

One transaction for many people: state, ledger, outbox and timers, or nothing of it. Most events are acted on as they
are stored; here come those whose person was held by somebody else just then, those that failed, and every timer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import bindparam, select

from bot.steps import AGAIN, Steps
from storage import inbox, timers
from storage.clock import Clock
from storage.database import Database
from storage.dossier import open_for_work
from storage.errors import NotStored
from storage.tables import inbox as inbox_table
from storage.tables import timers as timers_table
from storage.vault import Vault

log = structlog.get_logger()

BATCH = 200

PENDING = (
    select(inbox_table.c.business, inbox_table.c.person)
    .where(
        inbox_table.c.stepped_at.is_(None),
        inbox_table.c.kind != "receipt",
        inbox_table.c.due_at <= bindparam("now"),
    )
    .order_by(inbox_table.c.due_at)
    .limit(BATCH)
)
DUE = (
    select(timers_table.c.business, timers_table.c.person)
    .where(timers_table.c.due_at <= bindparam("now"))
    .order_by(timers_table.c.due_at)
    .limit(BATCH)
)

Who = tuple[str, str]


@dataclass(slots=True)
class Stepper:
    """Finds and takes people; what is done for them is ``steps``'."""

    database: Database
    vault: Vault
    clock: Clock
    steps: Steps
    _hints: dict[Who, None] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def hint(self, who: Iterable[Who]) -> None:
        """These people have something pending; look now rather than at the next sweep."""
        self._hints.update(dict.fromkeys(who))
        self._wake.set()

    async def run(self, sweep: Callable[[float], Awaitable[None]], every: float = 0.25) -> None:
        """Step until cancelled: hinted people at once, everybody else at the next sweep (``every`` seconds)."""
        while True:
            try:
                more = await self.step(self._take_hints()) if self._hints else await self.sweep()
            except Exception as error:  # noqa: BLE001  # the database is away: what is pending stays pending, and we try again
                log.error("step.failed", error=str(error), cure="it is tried again; see the database's own log")
                await sweep(1.0)
                continue
            if not more and not self._hints:
                self._wake.clear()
                await self._pause(every)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def _take_hints(self) -> list[Who]:
        taken = list(self._hints)[:BATCH]
        for who in taken:
            del self._hints[who]
        return taken

    async def sweep(self) -> int:
        """Find whoever has something pending or a timer due, and step them; how many were found."""
        now = self.clock.micros()
        async with self.database.read() as connection:
            found = [tuple(row) for row in await connection.execute(PENDING, {"now": now})]
            found += [tuple(row) for row in await connection.execute(DUE, {"now": now})]
        who = list(dict.fromkeys((business, person) for business, person in found))
        return await self.step(who) if who else 0

    async def step(self, who: Sequence[Who]) -> int:
        """Act on everything pending for these people (those that no other process holds); how many were taken.

        A person whose rows cannot be read (damaged, or sealed under another key) holds up nobody else.
        """
        try:
            return await self._together(who)
        except NotStored:
            raise
        except Exception as error:  # noqa: BLE001  # whose rows they are shows when they are taken one by one
            if len(who) == 1:
                log.error("person.unreadable", person=who[0][1], error=repr(error))
                return await self._give_up(who[0], error)
        half = len(who) // 2
        return await self.step(who[:half]) + await self.step(who[half:])

    async def _give_up(self, who: Who, error: Exception) -> int:
        """What is pending for a person who cannot be read is over, with the reason; their timers come again."""
        now, result = self.clock.micros(), json.dumps({"failed": repr(error)})
        these = {"businesses": [who[0]], "people": [who[1]]}
        async with self.database.write() as tx:
            events, due = await tx.fetch_all(
                (inbox.PENDING_OF_PEOPLE, these), (timers.DUE_OF_PEOPLE, {**these, "now": now})
            )
            tx.write(inbox.STEPPED, [(who[0], event[1], now, result) for event in events])
            tx.write(timers.UPSERT, [(*who, conversation, trigger, now + AGAIN) for _, conversation, trigger, _ in due])
        return len(events) + len(due)

    async def _together(self, who: Sequence[Who]) -> int:
        now = self.clock.micros()
        async with self.database.write() as tx:
            held = await open_for_work(tx, self.vault, who, now)
            acted = await self.steps.act(tx, held, now)
        self.steps.announce(acted)
        return len(held)
