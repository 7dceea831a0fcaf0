"""What is known, looked at without locking anybody: people, their consents, messages and ledger. Never writes.

Several looks at one person are not one moment; what must fit together (a chain and its end) is bounded by the first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import consents as consent_rows
from storage.consents import Consent, ConsentStatus
from storage.database import Database
from storage.dossier import Alias
from storage.errors import BrokenChain
from storage.ledger import Entry, Head, verify
from storage.messages import words_in
from storage.people import ALIAS, FACTS
from storage.suppressions import Suppression
from storage.tables import aliases, consents, ledger, outbox, people, suppressions
from storage.vault import PersonKey, Vault

_PERSON = (
    people.c.id,
    people.c.wrapped_key,
    people.c.language,
    people.c.place,
    people.c.facts,
    people.c.created_at,
)
_CONSENT = (
    consents.c.person,
    *(consents.c[name] for name in ("purpose", "medium", "status", "basis", "since_at", "expires_at", "record")),
    consents.c.flow,
    consents.c.flow_hash,
)
_ENTRY = (ledger.c.seq, ledger.c.kind, ledger.c.at, ledger.c.record, ledger.c.hash, ledger.c.payload)

_BY_HASH = select(aliases.c.person).where(
    aliases.c.business == bindparam("business"), aliases.c.hash == bindparam("hash"), aliases.c.until_at.is_(None)
)
_ALIASES = select(aliases.c.hash, aliases.c.scheme, aliases.c.value).where(
    aliases.c.business == bindparam("business"),
    aliases.c.person == bindparam("person"),
    aliases.c.until_at.is_(None),
)
_SUPPRESSIONS = (
    select(
        suppressions.c.hash, suppressions.c.kind, suppressions.c.scope, suppressions.c.since_at, suppressions.c.until_at
    )
    .join(aliases, (aliases.c.business == suppressions.c.business) & (aliases.c.hash == suppressions.c.hash))
    .where(
        aliases.c.business == bindparam("business"),
        aliases.c.person == bindparam("person"),
        aliases.c.until_at.is_(None),
        suppressions.c.lifted_at.is_(None),
    )
)
_HEAD = select(people.c.chain_length, people.c.chain_head, people.c.chain_seal, people.c.wrapped_key).where(
    people.c.business == bindparam("business"), people.c.id == bindparam("person")
)


@dataclass(frozen=True, slots=True)
class Known:
    """A person as we know them. Erased: no identifiers, no facts."""

    id: str
    language: str
    place: str
    created_at: int
    facts: dict[str, str]
    aliases: tuple[Alias, ...]
    suppressions: tuple[Suppression, ...]
    consents: tuple[Consent, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A person's whole ledger. ``broken`` is why it does not verify, None when it does; ``key`` opens payloads."""

    length: int
    entries: tuple[Entry, ...]
    broken: BrokenChain | None
    key: PersonKey | None


@dataclass(slots=True)
class Stored:
    """A message as its row stands; ``row`` has the outbox's columns, ``body`` what the person sees."""

    row: Any
    body: str


@dataclass(slots=True)
class ConsentFilter:
    """Which consents of a business; ``after`` is the (person, purpose, medium) of the last one seen."""

    person: str | None = None
    purpose: str | None = None
    status: ConsentStatus | None = None
    after: tuple[str, str, str] | None = None
    limit: int = 50


@dataclass(slots=True)
class Inquiry:
    """Looks at one business at a time."""

    database: Database
    vault: Vault
    _columns: tuple[Any, ...] = field(default=tuple(outbox.c))

    async def find_person(self, business: str, scheme: str, value: str) -> str | None:
        """The id of whoever has this identifier now."""
        hash_ = self.vault.address_hash(business, scheme, value)
        async with self.database.read() as connection:
            found: str | None = await connection.scalar(_BY_HASH, {"business": business, "hash": hash_})
        return found

    async def people(self, business: str, ids: Sequence[str]) -> list[Known]:
        """These people, in this order, those that there are."""
        async with self.database.read() as connection:
            found = [await self._person(connection, business, id_) for id_ in ids]
        return [known for known in found if known is not None]

    async def people_after(self, business: str, after: str, limit: int) -> list[str]:
        """The ids of the next people, in the order of their ids."""
        asked = select(people.c.id).where(people.c.business == business, people.c.id > after)
        async with self.database.read() as connection:
            return list(await connection.scalars(asked.order_by(people.c.id).limit(limit)))

    async def _person(self, connection: AsyncConnection, business: str, id_: str) -> Known | None:
        row = (
            await connection.execute(select(*_PERSON).where(people.c.business == business, people.c.id == id_))
        ).first()
        if row is None:
            return None
        these = {"business": business, "person": id_}
        key = self.vault.open_person_key(id_, row.wrapped_key) if row.wrapped_key else None
        return Known(
            id_,
            row.language,
            row.place,
            row.created_at,
            json.loads(key.open(row.facts, FACTS)) if key is not None and row.facts else {},
            tuple(_alias(alias, key) for alias in await connection.execute(_ALIASES, these) if key is not None),
            tuple(Suppression(*each) for each in await connection.execute(_SUPPRESSIONS, these)),
            tuple(c for _, c in await _consents(connection, business, ConsentFilter(person=id_, limit=1000))),
        )

    async def consents(self, business: str, wanted: ConsentFilter) -> list[tuple[str, Consent]]:
        """The person and the state of each, in the order of the key."""
        async with self.database.read() as connection:
            return await _consents(connection, business, wanted)

    async def history(self, business: str, person: str) -> History | None:
        """A person's whole ledger, verified; None when there is no such person."""
        async with self.database.read() as connection:
            head = (await connection.execute(_HEAD, {"business": business, "person": person})).first()
            if head is None:
                return None
            asked = select(*_ENTRY).where(ledger.c.business == business, ledger.c.person == person)
            rows = await connection.execute(asked.where(ledger.c.seq < head.chain_length).order_by(ledger.c.seq))
            entries = tuple(Entry(*row) for row in rows)
        end = Head(business, person, head.chain_length, bytes(head.chain_head), bytes(head.chain_seal))
        key = self.vault.open_person_key(person, head.wrapped_key) if head.wrapped_key else None
        try:
            verify(entries, end, self.vault, key)
        except BrokenChain as error:
            return History(end.length, entries, error, key)
        return History(end.length, entries, None, key)

    async def record(self, business: str, person: str, seq: int) -> Entry | None:
        """One ledger record."""
        asked = select(*_ENTRY).where(ledger.c.business == business, ledger.c.person == person, ledger.c.seq == seq)
        async with self.database.read() as connection:
            row = (await connection.execute(asked)).first()
        return Entry(*row) if row is not None else None

    async def message(self, business: str, id_: str) -> Stored | None:
        """One message."""
        asked = select(*self._columns, people.c.wrapped_key).where(outbox.c.business == business, outbox.c.id == id_)
        return next(iter(await self._messages(asked)), None)

    async def messages_of(self, business: str, person: str, before: tuple[int, str] | None, limit: int) -> list[Stored]:
        """A person's messages, the latest first; ``before`` is the (created_at, id) of the last one seen."""
        asked = select(*self._columns, people.c.wrapped_key).where(
            outbox.c.business == business, outbox.c.person == person
        )
        if before is not None:
            asked = asked.where(tuple_(outbox.c.created_at, outbox.c.id) < tuple_(*before))
        return await self._messages(asked.order_by(outbox.c.created_at.desc(), outbox.c.id.desc()).limit(limit))

    async def _messages(self, asked: Any) -> list[Stored]:
        owned = asked.select_from(
            outbox.outerjoin(people, (people.c.business == outbox.c.business) & (people.c.id == outbox.c.person))
        )
        async with self.database.read() as connection:
            return [self._stored(row) for row in await connection.execute(owned)]

    def _stored(self, row: Any) -> Stored:
        if not row.wrapped_key or not row.content:
            return Stored(row, "")
        return Stored(row, words_in(row.content, self.vault.open_person_key(row.person, row.wrapped_key)))


def _alias(row: Any, key: PersonKey) -> Alias:
    return Alias(row[0], row[1], key.open(row[2], ALIAS).decode())


async def _consents(connection: AsyncConnection, business: str, wanted: ConsentFilter) -> list[tuple[str, Consent]]:
    key = (consents.c.person, consents.c.purpose, consents.c.medium)
    asked = select(*_CONSENT).where(consents.c.business == business)
    if wanted.person is not None:
        asked = asked.where(consents.c.person == wanted.person)
    if wanted.purpose is not None:
        asked = asked.where(consents.c.purpose == wanted.purpose)
    if wanted.status is not None:
        asked = asked.where(consents.c.status == str(wanted.status))
    if wanted.after is not None:
        asked = asked.where(tuple_(*key) > tuple_(*wanted.after))
    rows = await connection.execute(asked.order_by(*key).limit(wanted.limit))
    return [consent_rows.from_row(row) for row in rows]
