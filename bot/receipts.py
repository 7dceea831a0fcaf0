"""Delivery reports: a message's status only ever moves forward, whatever order they arrive in, however often.

A report may come before our own record of the send; it then waits and is looked at again, for at most a week.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import bindparam, select

from storage import inbox, messages
from storage.clock import Clock
from storage.database import Database, Transaction
from storage.messages import Status
from storage.statements import of_business
from storage.tables import inbox as inbox_table
from storage.tables import outbox

log = structlog.get_logger()

RANK = {
    Status.UNKNOWN: 0,
    Status.ACCEPTED: 1,
    Status.SENT: 2,
    Status.FAILED: 3,
    Status.DELIVERED: 4,
    Status.READ: 5,
}
"""Higher wins. ``delivered`` after ``failed`` does happen and is believed; ``failed`` after ``delivered`` is not."""

MEANS = {
    "accepted": Status.ACCEPTED,
    "queued": Status.ACCEPTED,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "failed": Status.FAILED,
    "undelivered": Status.FAILED,
    "expired": Status.FAILED,
    "rejected": Status.FAILED,
    "cancelled": Status.FAILED,
}

BATCH = 500
WEEK = 7 * 24 * 3600 * 1_000_000
SHORTEST, LONGEST = 200_000, 3600 * 1_000_000

PENDING = (
    select(
        inbox_table.c.business,
        inbox_table.c.id,
        inbox_table.c.channel,
        inbox_table.c.payload,
        inbox_table.c.received_at,
    )
    .where(
        inbox_table.c.stepped_at.is_(None),
        inbox_table.c.kind == "receipt",
        inbox_table.c.due_at <= bindparam("now"),
    )
    .order_by(inbox_table.c.due_at)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)
_FOUND = select(outbox.c.business, outbox.c.id, outbox.c.channel, outbox.c.provider_id, outbox.c.status, outbox.c.code)
# Locked, so that no other worker moves the status meanwhile; what somebody else holds is looked at again.
BY_ID = _FOUND.where(of_business(outbox.c.business, outbox.c.id, "ids")).with_for_update(skip_locked=True)
BY_PROVIDER = _FOUND.where(of_business(outbox.c.business, outbox.c.provider_id, "provider_ids")).with_for_update(
    skip_locked=True
)


@dataclass(slots=True)
class _Report:
    business: str
    id: str
    channel: str
    received_at: int
    facts: dict[str, Any]


@dataclass(slots=True)
class Receipts:
    """The worker of delivery reports."""

    database: Database
    clock: Clock
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def arrived(self) -> None:
        """There is something to apply."""
        self._wake.set()

    async def run(self, every: float = 0.5) -> None:
        """Apply until cancelled."""
        while True:
            self._wake.clear()
            try:
                applied = await self.apply()
            except Exception as error:  # noqa: BLE001  # the database is away: the reports stay pending
                log.error("receipts.failed", error=str(error), cure="it is tried again; see the database's own log")
                applied = 0
            if not applied:
                await self._pause(every)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def apply(self) -> int:
        """Apply one batch of due reports; how many moved a message or were done with."""
        now = self.clock.micros()
        async with self.database.write() as tx:
            rows = await tx.fetch(PENDING, now=now)
            reports = [_Report(b, id_, channel, at, json.loads(payload)) for b, id_, channel, payload, at in rows]
            if not reports:
                return 0
            found = await self._find(tx, reports)
            return self._write(tx, reports, found, now)

    async def _find(self, tx: Transaction, reports: Sequence[_Report]) -> dict[str, tuple[Any, ...]]:
        """Our row for each report, by our own id where the carrier gave it back, else by the carrier's id."""
        businesses = list({r.business for r in reports})
        ids = [r.facts["correlation"] for r in reports if r.facts.get("correlation")]
        by_id, by_provider = await tx.fetch_all(
            (BY_ID, {"businesses": businesses, "ids": ids}),
            (
                BY_PROVIDER,
                {
                    "businesses": businesses,
                    "provider_ids": [r.facts["provider_id"] for r in reports],
                },
            ),
        )
        ours = {(row[0], row[1]): tuple(row) for row in by_id}
        theirs = {(row[0], row[2], row[3]): tuple(row) for row in by_provider}
        found: dict[str, tuple[Any, ...]] = {}
        for r in reports:
            row = ours.get((r.business, r.facts.get("correlation") or "")) or theirs.get(
                (r.business, r.channel, r.facts["provider_id"])
            )
            if row is not None:
                found[r.id] = row
        return found

    def _write(self, tx: Transaction, reports: Sequence[_Report], found: dict[str, tuple[Any, ...]], now: int) -> int:
        best: dict[tuple[str, str], tuple[Status, str]] = {}
        done: list[tuple[Any, ...]] = []
        waiting: list[tuple[Any, ...]] = []
        for r in reports:
            row = found.get(r.id)
            if row is None or row[4] in (Status.QUEUED, Status.AUTHORISED):
                age = now - r.received_at
                if age > WEEK:
                    done.append((r.business, r.id, now, "orphan"))
                else:
                    waiting.append((r.business, r.id, now + min(max(age, SHORTEST), LONGEST)))
                continue
            _raise(best, row, r)
            done.append((r.business, r.id, now, "applied"))
        tx.write(messages.ADVANCE, [(*key, str(status), code) for key, (status, code) in best.items()])
        tx.write(inbox.STEPPED, done)
        tx.write(inbox.POSTPONE, waiting)
        return len(done)


def _raise(best: dict[tuple[str, str], tuple[Status, str]], row: tuple[Any, ...], report: _Report) -> None:
    """Move a message's status up, never down. Refused and cancelled rows have no status to move."""
    key = (row[0], row[1])
    present, code = best.get(key, (Status(row[4]), row[5]))
    reported = MEANS.get(report.facts["status"])
    if reported is not None and present in RANK and RANK[reported] > RANK[present]:
        best[key] = (reported, report.facts.get("code") or code)
