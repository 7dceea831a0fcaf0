"""The entries that people of the business work through, with the message that opened each. Never writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_

from storage import inbox as inbox_rows
from storage import reviews as review_rows
from storage.database import Database
from storage.plain_json import read_json
from storage.reviews import Kind, Review
from storage.tables import inbox, people, reviews
from storage.vault import Vault

_READ = select(*review_rows.OF_BUSINESS.selected_columns, inbox.c.payload, people.c.wrapped_key).select_from(
    reviews.outerjoin(inbox, (inbox.c.business == reviews.c.business) & (inbox.c.id == reviews.c.event)).outerjoin(
        people, (people.c.business == reviews.c.business) & (people.c.id == reviews.c.person)
    )
)


@dataclass(frozen=True, slots=True)
class Case:
    """An entry, and the words that opened it; empty once they are erased."""

    review: Review
    said: str


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which entries; ``waiting``: settled ones left out (True) or alone (False); ``after``: the (opened_at, id) of the
    last one seen."""

    kind: Kind | None = None
    waiting: bool | None = None
    person: str | None = None
    after: tuple[int, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Casebook:
    """Looks at one business at a time."""

    database: Database
    vault: Vault

    async def one(self, business: str, id_: str) -> Case | None:
        """An entry by its id."""
        return next(iter(await self._read(_READ.where(reviews.c.business == business, reviews.c.id == id_))), None)

    async def cases(self, business: str, wanted: CaseFilter) -> list[Case]:
        """The longest waiting first."""
        asked = _READ.where(reviews.c.business == business)
        if wanted.kind is not None:
            asked = asked.where(reviews.c.kind == str(wanted.kind))
        if wanted.person is not None:
            asked = asked.where(reviews.c.person == wanted.person)
        if wanted.waiting is not None:
            settled = reviews.c.settled_at
            asked = asked.where(settled.is_(None) if wanted.waiting else settled.is_not(None))
        if wanted.after is not None:
            asked = asked.where(tuple_(reviews.c.opened_at, reviews.c.id) > tuple_(*wanted.after))
        return await self._read(asked.order_by(reviews.c.opened_at, reviews.c.id).limit(wanted.limit))

    async def _read(self, asked: Any) -> list[Case]:
        async with self.database.read() as connection:
            return [self._case(row) for row in await connection.execute(asked)]

    def _case(self, row: Sequence[Any]) -> Case:
        *columns, payload, wrapped = row
        key = self.vault.open_person_key(columns[1], wrapped) if wrapped else None
        facts = read_json(key.open(payload, inbox_rows.LABEL)) if key is not None and payload else {}
        return Case(review_rows.from_row(columns, key), facts.get("text", ""))
