"""Keys of the API: each belongs to one business and is live or test. Only a keyed hash of it is stored.

The text of a key is shown once, when it is made, and can never be had again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, select

from storage.clock import Clock
from storage.database import Database
from storage.ids import API_KEY, random_id
from storage.statements import InsertRows, UpdateRows
from storage.tables import api_keys
from storage.vault import Vault

REMEMBERED_FOR = timedelta(seconds=3)
"""How long another process's revocation may take to be seen here."""
MOST_REMEMBERED = 1000
RANDOM_BYTES = 24

_INSERT = InsertRows(api_keys, ("business", "id", "hash", "mode", "label", "created_at"))
_REVOKE = UpdateRows(api_keys, ("business", "id"), ("revoked_at",), guard="api_keys.revoked_at IS NULL")
_BY_HASH = select(api_keys.c.business, api_keys.c.id, api_keys.c.mode, api_keys.c.label).where(
    api_keys.c.hash == bindparam("hash"), api_keys.c.revoked_at.is_(None)
)
_OF_BUSINESS = (
    select(api_keys.c.business, api_keys.c.id, api_keys.c.mode, api_keys.c.label)
    .where(api_keys.c.business == bindparam("business"), api_keys.c.revoked_at.is_(None))
    .order_by(api_keys.c.id)
)


class Mode(StrEnum):
    """What a key may reach: a test key never causes a send to a live provider."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Whose key it is; never the key itself."""

    business: str
    id: str
    mode: Mode
    label: str


class NewKey(NamedTuple):
    """A key just made. ``text`` is shown to its owner now and never again."""

    key: ApiKey
    text: str


@dataclass(slots=True)
class ApiKeys:
    """``monotonic`` gives seconds for how long a look-up is remembered."""

    database: Database
    vault: Vault
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[ApiKey | None, float]] = field(default_factory=dict)

    async def new(self, business: str, mode: Mode, label: str = "") -> NewKey:
        """Make a key for a business."""
        key = ApiKey(business, random_id(API_KEY, self.vault.random), Mode(mode), label)
        text = f"sk_{key.mode}_{self.vault.random(RANDOM_BYTES).hex()}"
        row = (business, key.id, self.vault.token_hash(text), str(key.mode), label, self.clock.micros())
        async with self.database.write() as tx:
            tx.write(_INSERT, [row])
        self._known.clear()
        return NewKey(key, text)

    async def revoke(self, business: str, id_: str) -> None:
        """Take a key out of force: at once in this process, within ``REMEMBERED_FOR`` in the others."""
        async with self.database.write() as tx:
            tx.write(_REVOKE, [(business, id_, self.clock.micros())])
        self._known.clear()

    async def of_business(self, business: str) -> list[ApiKey]:
        """The keys in force."""
        async with self.database.read() as connection:
            rows = await connection.execute(_OF_BUSINESS, {"business": business})
            return [ApiKey(row[0], row[1], Mode(row[2]), row[3]) for row in rows]

    async def find(self, text: str) -> ApiKey | None:
        """Whose key this is; None when it is nobody's or revoked."""
        hash_ = self.vault.token_hash(text)
        found, until = self._known.get(hash_, (None, 0.0))
        if self.monotonic() < until:
            return found
        found = await self._look_up(hash_)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[hash_] = (found, self.monotonic() + REMEMBERED_FOR.total_seconds())
        return found

    async def _look_up(self, hash_: str) -> ApiKey | None:
        async with self.database.read() as connection:
            row = (await connection.execute(_BY_HASH, {"hash": hash_})).first()
        return ApiKey(row[0], row[1], Mode(row[2]), row[3]) if row is not None else None
