"""Everything we hold about one phone, read in one go: rows as they are stored, personal parts opened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, Table, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Stores
from bot.events import Scheme
from storage import consents, inbox, messages, sim_messages, suppressions
from storage.consents import Consent
from storage.ledger import Entry, Head
from storage.messages import words_in
from storage.sim_messages import SimMessage
from storage.tables import aliases, conversations, ledger, outbox, people, timers
from storage.tables import consents as consents_table
from storage.tables import inbox as inbox_table
from storage.tables import suppressions as suppressions_table
from storage.vault import PersonKey

MOST = 200
"""Rows of a kind that are read, the latest ones. A simulated person has a handful."""
REPORTS = select(
    exists().where(
        inbox_table.c.business == bindparam("business"),
        inbox_table.c.kind == "receipt",
        inbox_table.c.stepped_at.is_(None),
        inbox_table.c.due_at <= bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of the inbox: ``facts`` as they came, ``read_by`` and ``word`` what decided ``reading``,
    ``result`` what came of it."""

    id: str
    kind: str
    channel: str
    at: int
    facts: dict[str, Any]
    reading: str
    read_by: str
    word: str
    pending: bool
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One row of the outbox."""

    id: str
    conversation: str
    cause: str
    channel: str
    flow: str
    text: str
    status: str
    why: str
    at: int
    due_at: int
    left_at: int | None
    finished_at: int | None
    body: str


@dataclass(slots=True)
class Records:
    """``person`` is empty while nobody of that number is known; ``chain`` is whole, ``end`` its sealed end;
    ``reports`` says that delivery reports of the business are due and not applied yet, whoever they are about."""

    phone: list[SimMessage]
    reports: bool
    person: str = ""
    language: str = ""
    runs: list[RowMapping] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    timers: list[RowMapping] = field(default_factory=list)
    suppressions: list[RowMapping] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    chain: list[Entry] = field(default_factory=list)
    end: Head | None = None


async def read_records(stores: Stores, business: str, phone: str) -> Records:
    """What there is, oldest first."""
    async with stores.database.read() as connection:
        rows = await connection.execute(sim_messages.OF_PHONE, {"business": business, "phone": phone})
        reports = await connection.scalar(REPORTS, {"business": business, "now": stores.clock.micros()})
        records = Records([sim_messages.from_row(row) for row in reversed(rows.all())], bool(reports))
        who = await person_of(connection, stores, business, phone)
        if who is not None:
            await _fill(connection, stores, records, who)
    return records


async def person_of(connection: AsyncConnection, stores: Stores, business: str, phone: str) -> RowMapping | None:
    """The row of whoever has this number now."""
    hash_ = stores.vault.address_hash(business, Scheme.E164, phone)
    named = select(aliases.c.person).where(
        aliases.c.business == business, aliases.c.hash == hash_, aliases.c.until_at.is_(None)
    )
    wanted = select(people).where(people.c.business == business, people.c.id == named.scalar_subquery())
    return (await connection.execute(wanted)).mappings().first()


async def _fill(connection: AsyncConnection, stores: Stores, records: Records, who: RowMapping) -> None:
    async def every(table: Table, order: str) -> list[RowMapping]:
        wanted = (
            select(table)
            .where(table.c.business == who["business"], table.c.person == who["id"])
            .order_by(table.c[order].desc())
            .limit(MOST)
        )
        return list(reversed((await connection.execute(wanted)).mappings().all()))

    key = stores.vault.open_person_key(who["id"], who["wrapped_key"])
    records.person, records.language = who["id"], who["language"]
    records.runs = await every(conversations, "started_at")
    records.consents = [_consent(row) for row in await every(consents_table, "purpose")]
    records.timers = await every(timers, "due_at")
    records.suppressions = [row for row in await every(suppressions_table, "since_at") if row["lifted_at"] is None]
    records.heard = [_heard(row, key) for row in await every(inbox_table, "id") if row["kind"] != "receipt"]
    records.said = [_said(row, key) for row in await every(outbox, "id")]
    records.chain = await _chain(connection, who)
    records.end = Head(who["business"], who["id"], who["chain_length"], who["chain_head"], who["chain_seal"])


async def _chain(connection: AsyncConnection, who: RowMapping) -> list[Entry]:
    wanted = (
        select(ledger.c.seq, ledger.c.kind, ledger.c.at, ledger.c.record, ledger.c.hash, ledger.c.payload)
        .where(ledger.c.business == who["business"], ledger.c.person == who["id"])
        .order_by(ledger.c.seq)
    )
    return [Entry(*row) for row in await connection.execute(wanted)]


def _consent(row: RowMapping) -> Consent:
    columns = consents.OF_PEOPLE.selected_columns.keys()
    return consents.from_row([row[name] for name in columns])[1]


def _heard(row: RowMapping, key: PersonKey) -> Heard:
    facts = json.loads(key.open(row["payload"], inbox.LABEL)) if row["payload"] else {}
    result = json.loads(row["result"]) if row["result"].startswith("{") else {}
    pending = row["stepped_at"] is None
    return Heard(
        row["id"],
        row["kind"],
        row["channel"],
        row["received_at"],
        facts,
        row["reading"],
        row["read_by"],
        row["word"],
        pending,
        result,
    )


def _said(row: RowMapping, key: PersonKey) -> Said:
    return Said(
        id=row["id"],
        conversation=row["conversation"],
        cause=row["cause"],
        channel=row["channel"],
        flow=row["flow"],
        text=row["text"],
        status=row["status"],
        why=row["why"],
        at=row["created_at"],
        due_at=row["due_at"],
        left_at=row["authorised_at"],
        finished_at=row["finished_at"],
        body=words_in(row["content"], key) if row["content"] else "",
    )


def sent_or_soon(said: Sequence[Said]) -> list[Said]:
    """Those that were, or may have been, handed to the carrier, and those that only their pace holds back, in the
    order in which they left."""
    gone = [
        one
        for one in said
        if one.status in messages.LEFT or (one.status == "failed" and one.left_at) or (_queued(one) and not one.why)
    ]
    return sorted(gone, key=lambda one: (one.left_at or one.at, one.id))


def _queued(one: Said) -> bool:
    return one.status == messages.Status.QUEUED


def scopes(rows: Sequence[RowMapping]) -> list[str]:
    """The scopes of the person's own stops in force."""
    return sorted({row["scope"] for row in rows if row["kind"] == suppressions.STOPPED})
