"""People: a random id of our own, found by the keyed hash of any of their identifiers.

A person may have no phone number. Identifiers are dated aliases; the person's consents hang on the id.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from storage import suppressions
from storage.database import Transaction
from storage.ids import PERSON, random_id
from storage.ledger import START
from storage.plain_json import write_json
from storage.statements import InsertRows, UpdateRows, of_business
from storage.tables import aliases, people
from storage.vault import PersonKey, Vault

FACTS = b"person"
ALIAS = b"alias"

CURRENT = (
    select(aliases.c.hash, aliases.c.person, people.c.wrapped_key)
    .select_from(
        aliases.outerjoin(people, and_(people.c.business == aliases.c.business, people.c.id == aliases.c.person))
    )
    .where(of_business(aliases.c.business, aliases.c.hash, "hashes"), aliases.c.until_at.is_(None))
)
INSERT_ALIAS = InsertRows(aliases, ("business", "hash", "since_at", "person", "scheme", "value"), conflict="ignore")
CLOSE_ALIAS = UpdateRows(aliases, ("business", "hash"), ("until_at",), guard="aliases.until_at IS NULL")
INSERT_PERSON = InsertRows(
    people,
    (
        "business",
        "id",
        "epoch",
        "chain_length",
        "chain_head",
        "chain_seal",
        "wrapped_key",
        "language",
        "place",
        "facts",
        "created_at",
    ),
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One address of somebody, with the keyed hash it is found by."""

    business: str
    scheme: str
    value: str
    hash: str


@dataclass(slots=True)
class Arrival:
    """Somebody an event came from: all identifiers it named, and what we first learn of them.

    ``others``: further people whom we knew under one of the identifiers; a stop of this event counts for them too.
    """

    identifiers: tuple[Identifier, ...]
    language: str = ""
    place: str = ""
    person: str = ""
    key: PersonKey | None = None
    others: tuple[str, ...] = ()


async def resolve(tx: Transaction, vault: Vault, arrivals: list[Arrival], now: int) -> None:
    """Find or make the person of each arrival, and open their key.

    Identifiers that an event names together belong to one person; the first known one decides who it is, and the
    unknown ones become aliases of theirs. Two processes that meet the same new number agree on one person.
    """
    if not arrivals:
        return
    known = await _known(tx, arrivals)
    fresh = _make_missing(vault, arrivals, known, now)
    if fresh:
        await _insert(tx, arrivals, fresh, known)
    keys: dict[str, PersonKey] = {}
    for arrival in arrivals:
        if arrival.person not in keys:
            wrapped = known[arrival.identifiers[0].hash].wrapped
            keys[arrival.person] = vault.open_person_key(arrival.person, wrapped)
        arrival.key = keys[arrival.person]
    await _add_aliases(tx, arrivals, known, now)


class _Known(NamedTuple):
    person: str
    wrapped: bytes
    stored: bool


async def _known(tx: Transaction, arrivals: Iterable[Arrival]) -> dict[str, _Known]:
    every = [identifier for arrival in arrivals for identifier in arrival.identifiers]
    businesses = list({identifier.business for identifier in every})
    hashes = list({identifier.hash for identifier in every})
    rows = await tx.fetch(CURRENT, businesses=businesses, hashes=hashes)
    return {hash_: _Known(person, wrapped, True) for hash_, person, wrapped in rows}


def _make_missing(
    vault: Vault, arrivals: list[Arrival], known: dict[str, _Known], now: int
) -> dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Give each arrival its person; for those who are new, the rows of their first alias and of themselves, by id."""
    fresh: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {}
    for arrival in arrivals:
        found = list(dict.fromkeys(known[i.hash].person for i in arrival.identifiers if i.hash in known))
        if not found:
            found = [random_id(PERSON, vault.random)]
            first = arrival.identifiers[0]
            wrapped, key = vault.new_person_key(found[0])
            known[first.hash] = _Known(found[0], wrapped, False)
            person = _person_row(vault, arrival, found[0], wrapped, now)
            fresh[found[0]] = (_alias_row(first, found[0], key, now), person)
        arrival.person, arrival.others = found[0], tuple(found[1:])
        owner = next(known[i.hash] for i in arrival.identifiers if i.hash in known)
        for identifier in arrival.identifiers:
            known.setdefault(identifier.hash, owner._replace(stored=False))
    return fresh


def _person_row(vault: Vault, arrival: Arrival, person: str, wrapped: bytes, now: int) -> tuple[Any, ...]:
    business = arrival.identifiers[0].business
    seal = vault.chain_seal(person, 0, START)
    return (business, person, 0, 0, START, seal, wrapped, arrival.language, arrival.place, None, now)


def _alias_row(identifier: Identifier, person: str, key: PersonKey, now: int) -> tuple[Any, ...]:
    value = key.seal(identifier.value.encode(), ALIAS)
    return (identifier.business, identifier.hash, now, person, identifier.scheme, value)


async def _insert(
    tx: Transaction,
    arrivals: list[Arrival],
    fresh: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]],
    known: dict[str, _Known],
) -> None:
    """Write the new people under their first identifier.

    On PostgreSQL another process may have made the same number's person a moment earlier: theirs stands, ours goes.
    """
    # In one order everywhere, so that two processes that meet the same new numbers do not wait for each other.
    tx.write(INSERT_ALIAS, sorted((alias for alias, _ in fresh.values()), key=lambda row: row[:2]))
    for alias, person in fresh.values():
        known[alias[1]] = _Known(person[1], known[alias[1]].wrapped, True)
    if tx.dialect == "postgresql":
        stored = await _known(tx, [a for a in arrivals if a.person in fresh])
        theirs = {id_: stored[alias[1]] for id_, (alias, _) in fresh.items() if stored[alias[1]].person != id_}
        for arrival in arrivals:
            if arrival.person in theirs:
                arrival.person = theirs[arrival.person].person
        for hash_, found in known.items():
            if found.person in theirs:
                known[hash_] = theirs[found.person]._replace(stored=hash_ in stored)
        fresh = {id_: rows for id_, rows in fresh.items() if id_ not in theirs}
    tx.write(INSERT_PERSON, [person for _, person in fresh.values()])


async def _add_aliases(tx: Transaction, arrivals: list[Arrival], known: dict[str, _Known], now: int) -> None:
    """Identifiers that we did not know become aliases; a stop that stands for the person reaches them at once."""
    made: dict[str, tuple[Any, ...]] = {}
    for arrival in arrivals:
        for identifier in arrival.identifiers:
            found = known.get(identifier.hash)
            if (found is None or not found.stored) and identifier.hash not in made and arrival.key is not None:
                made[identifier.hash] = _alias_row(identifier, arrival.person, arrival.key, now)
    if made:
        tx.write(INSERT_ALIAS, list(made.values()))
        await carry_stops(tx, [(row[0], row[1], row[3]) for row in made.values()])


async def carry_stops(tx: Transaction, added: list[tuple[str, str, str]]) -> None:
    """Copy what is suppressed for a person to their new identifiers: ``added`` is (business, hash, person)."""
    rows = await tx.fetch(
        suppressions.OF_PEOPLE,
        businesses=list({business for business, _, _ in added}),
        people=list({person for _, _, person in added}),
    )
    standing = [suppressions.from_row(row) for row in rows]
    tx.write(
        suppressions.UPSERT,
        [
            (business, hash_, s.kind, s.scope, person, "alias", s.since_at, s.until_at, None)
            for business, hash_, person in added
            for owner, s in standing
            if owner == person and s.hash != hash_
        ],
    )


def seal_facts(facts: dict[str, str], key: PersonKey) -> bytes | None:
    """The person's own facts as stored."""
    return key.seal(write_json(facts), FACTS) if facts else None
