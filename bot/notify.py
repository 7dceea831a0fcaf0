"""A business tells us something, or asks for a message: stored as an event, then its result is waited for.

Decides nothing. What the event does is the step's to say; who waits too long is told that it is pending.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from bot.inbox import BusinessEvent, Inbox, Incoming
from bot.steps import Steps
from storage.database import Database
from storage.tables import inbox as inbox_table

PATIENCE = timedelta(seconds=5)
LOOK_EVERY = timedelta(milliseconds=100)
PROVIDER = "api"

_RESULT = select(inbox_table.c.stepped_at, inbox_table.c.result, inbox_table.c.kind).where(
    inbox_table.c.business == bindparam("business"), inbox_table.c.id == bindparam("id")
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an event. ``pending``: no worker has acted on it yet; ``failed``: acting on it went wrong."""

    id: str
    started: tuple[dict[str, str], ...] = ()
    refused: tuple[dict[str, str], ...] = ()
    messages: tuple[str, ...] = ()
    pending: bool = False
    failed: str = ""


@dataclass(slots=True)
class Notify:
    """``patience``: how long a caller is kept waiting."""

    inbox: Inbox
    steps: Steps
    database: Database
    patience: timedelta = field(default=PATIENCE)

    async def tell(self, business: str, channel: str, event: BusinessEvent) -> Outcome:
        """Store the event and wait for what it does. Raises NotStored or Overloaded when it could not be stored."""
        answer = self.steps.expect(event.event_id)
        try:
            await self.inbox.accept([Incoming(business, channel, PROVIDER, event)])
            return await self._wait(business, event.event_id, answer)
        finally:
            self.steps.forget(event.event_id)

    async def _wait(self, business: str, id_: str, answer: asyncio.Future[str]) -> Outcome:
        """The worker of this process tells us; one of another process is seen by what it wrote."""
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                return await self._look_until(business, id_, answer)
        except TimeoutError:
            return Outcome(id_, pending=True)

    async def _look_until(self, business: str, id_: str, answer: asyncio.Future[str]) -> Outcome:
        while True:
            done, _ = await asyncio.wait({answer}, timeout=LOOK_EVERY.total_seconds())
            if done:
                return outcome(id_, answer.result())
            found = await self.look(business, id_)
            if found is not None and not found.pending:
                return found

    async def look(self, business: str, id_: str) -> Outcome | None:
        """What came of a stored event; None when there is none."""
        async with self.database.read() as connection:
            row = (await connection.execute(_RESULT, {"business": business, "id": id_})).first()
        if row is None or row[2] not in ("event", "message-request"):
            return None
        return outcome(id_, row[1]) if row[0] is not None else Outcome(id_, pending=True)


def outcome(id_: str, result: str) -> Outcome:
    """The result that a step noted."""
    noted: dict[str, Any] = json.loads(result) if result else {}
    return Outcome(
        id_,
        tuple(noted.get("started", ())),
        tuple(noted.get("refused", ())),
        tuple(noted.get("messages", ())),
        failed=noted.get("failed", ""),
    )
