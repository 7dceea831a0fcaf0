"""The same request twice has one effect: an Idempotency-Key is claimed before the act and keeps its answer for a day.

A claim names the event that the act will store. Whoever takes over the claim of a process that died stores the same
event again, which the inbox keeps once: so a crash between effect and answer doubles nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import bindparam, select

from storage.clock import Clock
from storage.database import Database, Transaction
from storage.ids import EVENT, ordered_id
from storage.statements import DeleteRows, InsertRows, UpdateRows
from storage.tables import idempotency
from storage.vault import Vault

KEPT = timedelta(hours=24)
IN_FLIGHT = timedelta(seconds=60)
"""A request that takes longer than this belongs to a process that died."""
MICROSECOND = timedelta(microseconds=1)
PURGE_BATCH = 2000

_COLUMNS = ("business", "key", "request", "status", "answer", "created_at")
_CLAIM = InsertRows(idempotency, _COLUMNS, conflict="ignore")
_TAKE_OVER = InsertRows(idempotency, _COLUMNS, conflict="replace")
_FINISH = UpdateRows(idempotency, ("business", "key", "created_at"), ("status", "answer"), "idempotency.status = 0")
_RELEASE = DeleteRows(idempotency, ("business", "key", "created_at"))
_HELD = (
    select(idempotency.c.request, idempotency.c.status, idempotency.c.answer, idempotency.c.created_at)
    .where(idempotency.c.business == bindparam("business"), idempotency.c.key == bindparam("key"))
    .with_for_update()
)
_OLD = (
    select(idempotency.c.business, idempotency.c.key, idempotency.c.created_at)
    .where(idempotency.c.created_at < bindparam("before"))
    .limit(PURGE_BATCH)
)


@dataclass(frozen=True, slots=True)
class Claim:
    """This request is ours to act on. ``event``: the id of the event it stores."""

    business: str
    key: str
    request: str
    claimed_at: int
    event: str


@dataclass(frozen=True, slots=True)
class Replay:
    """It was done before, with this answer."""

    status: int
    answer: bytes


@dataclass(frozen=True, slots=True)
class OtherRequest:
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class InFlight:
    """The same request is being answered right now."""


Taken = Claim | Replay | OtherRequest | InFlight


def request_hash(*parts: bytes) -> str:
    """What makes two requests the same request."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


@dataclass(slots=True)
class Idempotency:
    """The claims of all businesses."""

    database: Database
    vault: Vault
    clock: Clock

    async def claim(self, business: str, key: str, request: str) -> Taken:
        """Claim a key for a request, or learn what became of it."""
        now = self.clock.micros()
        event = ordered_id(EVENT, now, self.vault.random)
        async with self.database.write() as tx:
            tx.write(_CLAIM, [(business, key, request, 0, event.encode(), now)])
            held, status, answer, since = (await tx.fetch(_HELD, business=business, key=key))[0]
            if bytes(answer) == event.encode():
                return Claim(business, key, request, now, event)
            if now - since >= (IN_FLIGHT if status == 0 else KEPT) // MICROSECOND:
                if held == request and status == 0:
                    event = bytes(answer).decode()
                return _put(tx, Claim(business, key, request, now, event))
        if held != request:
            return OtherRequest()
        return InFlight() if status == 0 else Replay(status, bytes(answer))

    async def finish(self, claim: Claim, status: int, answer: bytes) -> None:
        """Keep the answer for whoever asks again."""
        async with self.database.write() as tx:
            tx.write(_FINISH, [(claim.business, claim.key, claim.claimed_at, status, answer)])

    async def release(self, claim: Claim) -> None:
        """Nothing was done: the key is free again."""
        async with self.database.write() as tx:
            tx.write(_RELEASE, [(claim.business, claim.key, claim.claimed_at)])

    async def abandon(self, claim: Claim) -> None:
        """Nobody knows yet what came of it: whoever asks again takes it over at once, with the same event."""
        async with self.database.write() as tx:
            _put(tx, replace(claim, claimed_at=claim.claimed_at - IN_FLIGHT // MICROSECOND))

    async def purge(self) -> int:
        """Forget a batch of answers older than a day; how many went."""
        before = self.clock.micros() - KEPT // MICROSECOND
        async with self.database.read() as connection:
            rows = [tuple(row) for row in await connection.execute(_OLD, {"before": before})]
        async with self.database.write() as tx:
            tx.write(_RELEASE, rows)
        return len(rows)


def _put(tx: Transaction, claim: Claim) -> Claim:
    row = (claim.business, claim.key, claim.request, 0, claim.event.encode(), claim.claimed_at)
    tx.write(_TAKE_OVER, [row])
    return claim
