"""What a business itself did (a flow proved, a version published), as a chain of its own in the ledger.

It stands where a person's chain stands, under a name that no person has, and is sealed and verified like theirs.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import ledger
from storage.database import Transaction
from storage.ledger import START, Chain, Entry, Head
from storage.statements import InsertRows, among
from storage.tables import business_chains
from storage.tables import ledger as ledger_table
from storage.vault import Vault

ITSELF = ""
"""Stands where the id of a person stands."""

_BEGIN = InsertRows(business_chains, ("business", "length", "head", "seal"), conflict="ignore")
_END = InsertRows(business_chains, ("business", "length", "head", "seal"), conflict="replace")
_HELD = (
    select(business_chains.c.business, business_chains.c.length, business_chains.c.head)
    .where(among(business_chains.c.business, "businesses"))
    .with_for_update()
)

HELD_STILL = (
    select(business_chains.c.business)
    .where(among(business_chains.c.business, "businesses"))
    .order_by(business_chains.c.business)
    .with_for_update(read=True)
)
"""Whoever asks this lets nobody open these chains until its transaction ends, and waits for who has one open: what a
business itself decides meanwhile comes wholly before or wholly after. Many may ask it side by side."""


async def open_chain(tx: Transaction, vault: Vault, business: str) -> Chain:
    """The business's chain, held by this transaction alone until it ends."""
    tx.write(_BEGIN, [(business, 0, START, vault.chain_seal(ITSELF, 0, START))])
    ((_, length, head),) = await tx.fetch(_HELD, businesses=[business])
    return Chain(business, ITSELF, length, bytes(head))


def save_chain(tx: Transaction, vault: Vault, chain: Chain) -> None:
    """Write what was appended, and the new end."""
    tx.write(ledger.INSERT, ledger.rows(chain))
    seal = vault.chain_seal(ITSELF, chain.length, chain.head)
    tx.write(_END, [(chain.business, chain.length, chain.head, seal)])


async def ends(connection: AsyncConnection) -> list[Head]:
    """Where each business's chain ends."""
    columns = business_chains.c
    rows = await connection.execute(select(columns.business, columns.length, columns.head, columns.seal))
    return [Head(business, ITSELF, length, bytes(head), bytes(seal)) for business, length, head, seal in rows]


async def entries(connection: AsyncConnection, business: str) -> list[Entry]:
    """Everything that a business did, in order."""
    columns = ledger_table.c
    asked = select(columns.seq, columns.kind, columns.at, columns.record, columns.hash, columns.payload)
    mine = asked.where(columns.business == business, columns.person == ITSELF).order_by(columns.seq)
    return [Entry(*row) for row in await connection.execute(mine)]
