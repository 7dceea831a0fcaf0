"""The limit of storing: the bare handler that also keeps the rows which one answered reply leaves, in group commits.

The rows are made up beforehand: as many, in the same tables, with keys and sizes as of real ones. With ``--sealed``
what has to be encrypted and chained in them is worked out too. Nothing is looked up and nothing is decided.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import uvloop
from aiohttp import web
from sqlalchemy import BigInteger, Column, Integer, LargeBinary

from bench.bare import checked, serve
from bench.whatsapp import phone
from bot.group_commit import GroupCommit
from bot.inbox import ABREAST
from bot.serve import spare_the_collector
from storage import consents, conversations, inbox, ledger, messages
from storage.clock import Clock
from storage.database import Database
from storage.dossier import SAVE
from storage.ids import EVENT, MESSAGE, PERSON, ordered_id, random_id
from storage.ledger import Chain
from storage.people import INSERT_PERSON
from storage.schema import migrate
from storage.statements import BatchStatement, InsertRows, UpdateRows
from storage.vault import KEY, Vault

REPLY: tuple[tuple[BatchStatement, str], ...] = (
    (inbox.INSERT_NEW, EVENT),
    (SAVE, ""),
    (ledger.INSERT, ""),
    (consents.UPSERT, ""),
    (conversations.UPSERT, ""),
    (messages.INSERT, MESSAGE),
)
"""What a ``Y`` that grants leaves, and what the ids in it begin with."""
BYTES = {"record": 380, "hash": 32, "chain_head": 32, "chain_seal": 32, "wrapped_key": 60, "content": 180}
"""Of the columns that are not about as long as the others."""


def row(statement: BatchStatement, prefix: str, person: str, clock: Clock) -> tuple[Any, ...]:
    """A made-up row for a statement."""
    match statement:
        case InsertRows(columns=names):
            wanted = names
        case UpdateRows(key=key, columns=names):
            wanted = (*key, *names)
        case _:
            raise TypeError(f"no rows are made for {statement}")
    own = person if not prefix else ordered_id(prefix, clock.micros(), os.urandom)
    return tuple(_value(statement.table.c[name], own, person, clock) for name in wanted)


def _value(column: Column[Any], own: str, person: str, clock: Clock) -> object:
    if column.name in ("person", "id"):
        return person if column.name == "person" else own
    if column.name == "business":
        return "bookshop"
    if column.name == "dedupe":
        return os.urandom(16).hex()
    if column.nullable and column.name not in BYTES and not isinstance(column.type, LargeBinary):
        return None
    if isinstance(column.type, Integer):
        return clock.micros() if isinstance(column.type, BigInteger) else 0
    if isinstance(column.type, LargeBinary):
        return os.urandom(BYTES.get(column.name, 90))
    return "queued" if column.name == "status" else "whatsapp"


@dataclass(frozen=True, slots=True)
class Sealing:
    """The cryptography of one answered reply, and nothing else of it; what it makes is as long as what is stored."""

    vault: Vault
    clock: Clock
    wrapped: Mapping[str, tuple[str, bytes]]

    @classmethod
    def of(cls, people: Mapping[str, str], clock: Clock) -> Sealing:
        """For these people, by phone."""
        vault = Vault(os.urandom(KEY))
        return cls(vault, clock, {phone: (person, vault.new_person_key(person)[0]) for phone, person in people.items()})

    def seal(self, phone: str) -> None:
        """Find the address, open the person's key, encrypt what was said and what is answered, chain the consent."""
        self.vault.address_hash("bookshop", "wa_id", phone)
        person, wrapped = self.wrapped[phone]
        key = self.vault.open_person_key(person, wrapped)
        for text in (b'{"kind":"text","text":"Y"}', b"x" * BYTES["content"]):
            key.seal(text, inbox.LABEL)
        chain = Chain("bookshop", person, 1, bytes(32))
        facts: dict[str, Any] = {"channel": "whatsapp", "purpose": "offers", "state": "confirmed", "text": "x" * 64}
        chain.append("consent.confirmed", self.clock.micros(), facts, (key, {"said": "Y", "shown": "x" * 120}))
        self.vault.chain_seal(person, chain.length, chain.head)


async def people(database: Database, ids: Mapping[str, str], clock: Clock) -> dict[str, list[tuple[Any, ...]]]:
    """These people stored, and by phone the rows that the reply of each will leave, in the order of ``REPLY``."""
    async with database.write() as tx:
        tx.write(INSERT_PERSON, [row(INSERT_PERSON, "", person, clock) for person in ids.values()])
        tx.write(conversations.UPSERT, [row(conversations.UPSERT, "", person, clock) for person in ids.values()])
    return {
        number: [row(statement, prefix, person, clock) for statement, prefix in REPLY] for number, person in ids.items()
    }


async def main(arguments: argparse.Namespace) -> None:
    """Serve until the parent closes our input."""
    database, clock = Database(arguments.database), Clock()
    await migrate(database)
    ids = {phone(number): random_id(PERSON, os.urandom) for number in range(arguments.people)}
    rows = await people(database, ids, clock)
    sealing = Sealing.of(ids, clock) if arguments.sealed else None

    async def store(batch: list[list[tuple[Any, ...]]]) -> None:
        async with database.write() as tx:
            for (statement, _), made in zip(REPLY, zip(*batch, strict=True), strict=True):
                tx.write(statement, made)

    commits = GroupCommit(store, abreast=ABREAST[database.dialect])

    async def handle(request: web.Request) -> web.Response:
        document = await checked(request)
        sender = document["entry"][0]["changes"][0]["value"]["messages"][0]["from"]
        if sealing is not None:
            sealing.seal(sender)
        await commits.put([rows[sender]])
        return web.Response(status=200)

    spare_the_collector()
    storing = asyncio.create_task(commits.run())
    await serve(handle)
    storing.cancel()
    await asyncio.gather(storing, return_exceptions=True)
    await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--sealed", action="store_true", help="encrypt and chain what each reply leaves as well")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(main(parser.parse_args()))
