"""What was read in a person's messages, looked at without locking anybody. Never their own words; never writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_

from storage.database import Database
from storage.inbox import LABEL
from storage.tables import inbox, people
from storage.vault import Vault

_COLUMNS = (
    *(inbox.c[name] for name in ("id", "channel", "received_at", "payload", "reading", "read_by", "word")),
    *(inbox.c.stepped_at, inbox.c.result, people.c.wrapped_key),
)
_OF_PERSON = (people.c.business == inbox.c.business) & (people.c.id == inbox.c.person)


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """One message. ``meaning``, ``by``, ``word``, ``sub``, ``detail``: what it was taken for in the end, after the
    question that was open; empty where there is none. ``sub`` and ``detail`` are gone once the person is erased."""

    id: str
    channel: str
    received_at: int
    stepped_at: int | None
    meaning: str
    by: str
    word: str
    sub: str
    detail: str


@dataclass(frozen=True, slots=True)
class Readings:
    """Looks at one business at a time."""

    database: Database
    vault: Vault

    async def of_person(
        self, business: str, person: str, before: tuple[int, str] | None, limit: int
    ) -> list[ReadMessage]:
        """The latest first; ``before`` is the (received_at, id) of the last one seen."""
        asked = (
            select(*_COLUMNS)
            .select_from(inbox.outerjoin(people, _OF_PERSON))
            .where(inbox.c.business == business, inbox.c.person == person, inbox.c.kind == "message")
        )
        if before is not None:
            asked = asked.where(tuple_(inbox.c.received_at, inbox.c.id) < tuple_(*before))
        latest = asked.order_by(inbox.c.received_at.desc(), inbox.c.id.desc()).limit(limit)
        async with self.database.read() as connection:
            return [self._read(person, row) for row in await connection.execute(latest)]

    def _read(self, person: str, row: Any) -> ReadMessage:
        facts: dict[str, Any] = {}
        if row.wrapped_key and row.payload:
            facts = json.loads(self.vault.open_person_key(person, row.wrapped_key).open(row.payload, LABEL))
        noted = json.loads(row.result) if row.result.startswith("{") else {}
        arrived = {"meaning": row.reading, "by": row.read_by, "word": row.word} | {
            name: str(facts.get(name, "")) for name in ("sub", "detail")
        }
        found = {"sub": "", "detail": ""} | (noted.get("reading") or arrived)
        return ReadMessage(row.id, row.channel, row.received_at, row.stepped_at, **found)
