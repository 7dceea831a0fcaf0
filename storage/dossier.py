"""A dossier: everything about one person that a decision needs, loaded under the lock of their row, and saved at once.

Whoever holds a dossier holds the person: no other process can step, stop or authorise for them until the transaction
ends. Many dossiers are loaded and saved together, one statement per table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from storage import consents, conversations, inbox, ledger, messages, reviews, suppressions, timers
from storage.consents import Consent
from storage.conversations import Conversation
from storage.database import Question, Rows, Transaction
from storage.inbox import Event
from storage.ledger import Chain, Value
from storage.messages import Message
from storage.people import ALIAS, CLOSE_ALIAS, FACTS, INSERT_ALIAS, seal_facts
from storage.plain_json import read_json, write_json
from storage.reviews import Review, Settlement
from storage.statements import UpdateRows, of_business
from storage.suppressions import Suppression
from storage.tables import aliases, people
from storage.timers import Timer
from storage.vault import PersonKey, Vault

_PERSON = select(
    people.c.business,
    people.c.id,
    people.c.epoch,
    people.c.chain_length,
    people.c.chain_head,
    people.c.wrapped_key,
    people.c.language,
    people.c.place,
    people.c.facts,
    people.c.heard,
    people.c.chain_seal,
    people.c.own_cap,
).where(of_business(people.c.business, people.c.id, "people"))
_ORDERED = _PERSON.order_by(people.c.business, people.c.id)
LOCK = _ORDERED.with_for_update()
LOCK_FREE = _ORDERED.with_for_update(skip_locked=True)
LOOK = _ORDERED

ALIASES = select(aliases.c.person, aliases.c.hash, aliases.c.scheme, aliases.c.value).where(
    of_business(aliases.c.business, aliases.c.person, "people"), aliases.c.until_at.is_(None)
)
SAVE = UpdateRows(
    people,
    ("business", "id"),
    ("epoch", "chain_length", "chain_head", "chain_seal", "language", "facts", "heard", "own_cap"),
)


@dataclass(frozen=True, slots=True)
class Alias:
    """One present identifier of the person."""

    hash: str
    scheme: str
    value: str


@dataclass(slots=True)
class Dossier:
    """One person, and what is to be changed about them."""

    business: str
    id: str
    epoch: int
    chain: Chain
    key: PersonKey
    language: str
    place: str
    facts: dict[str, str]
    heard: dict[str, int]
    seal: bytes
    own_cap: int = 0
    aliases: list[Alias] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    consents: dict[tuple[str, str], Consent] = field(default_factory=dict)
    conversations: list[Conversation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    changed_consents: dict[tuple[str, str], Consent] = field(default_factory=dict)
    changed_conversations: dict[str, Conversation] = field(default_factory=dict)
    queued: list[Message] = field(default_factory=list)
    stepped: list[Event] = field(default_factory=list)
    set_timers: dict[tuple[str, str], Timer] = field(default_factory=dict)
    cancelled_timers: set[str] = field(default_factory=set)
    changed_suppressions: dict[tuple[str, str, str], tuple[Suppression, str, int | None]] = field(default_factory=dict)
    closed_aliases: list[str] = field(default_factory=list)
    added_aliases: list[Alias] = field(default_factory=list)
    opened_reviews: list[Review] = field(default_factory=list)
    settled_reviews: list[tuple[Settlement, int]] = field(default_factory=list)
    cancel_queued: str = ""
    cancel_commercial: str = ""
    touched: bool = False

    def record(
        self, kind: str, at: int, facts: Mapping[str, Value], personal: Mapping[str, Value] | None = None
    ) -> int:
        """Append to the person's ledger; the record's sequence number. ``personal`` is kept encrypted beside it."""
        self.touched = True
        return self.chain.append(kind, at, facts, (self.key, personal) if personal is not None else None)

    def put_consent(self, consent: Consent) -> None:
        """The new present state of one consent."""
        self.consents[consent.purpose, consent.medium] = consent
        self.changed_consents[consent.purpose, consent.medium] = consent

    def suppress(self, suppression: Suppression, source: str) -> None:
        """Put one in force."""
        key = (suppression.hash, suppression.kind, suppression.scope)
        self.suppressions = [s for s in self.suppressions if (s.hash, s.kind, s.scope) != key]
        self.suppressions.append(suppression)
        self.changed_suppressions[key] = (suppression, source, None)

    def lift(self, suppression: Suppression, source: str, at: int) -> None:
        """Take one out of force."""
        key = (suppression.hash, suppression.kind, suppression.scope)
        self.suppressions.remove(suppression)
        self.changed_suppressions[key] = (suppression, source, at)

    def changed(self, run: Conversation) -> None:
        """Mark a conversation for saving; counts its version up once per save."""
        if run.id not in self.changed_conversations:
            run.row_version += 1
            self.changed_conversations[run.id] = run

    def cancel_timers(self, run: Conversation) -> None:
        """Forget every timer of the conversation, also those set a moment ago."""
        self.cancelled_timers.add(run.id)
        if self.set_timers:
            self.set_timers = {k: t for k, t in self.set_timers.items() if t.conversation != run.id}

    def held_back(self, medium: str, now: int, *, commercial: bool, notice: bool = False) -> frozenset[str]:
        """The kinds of suppression that stand against a message on this medium."""
        return frozenset(
            s.kind
            for s in self.suppressions
            if s.covers(medium, commercial=commercial, notice=notice) and not s.over(now)
        )


async def lock(tx: Transaction, vault: Vault, who: Sequence[tuple[str, str]], *, wait: bool = True) -> list[Dossier]:
    """Lock these people's rows, in one fixed order, and open their dossiers (without anything that hangs on them).

    With ``wait=False`` people whom another process holds are left out.
    """
    if not who:
        return []
    rows = await tx.fetch(
        LOCK if wait else LOCK_FREE,
        businesses=sorted({business for business, _ in who}),
        people=sorted({person for _, person in who}),
    )
    return [from_row(row, vault) for row in rows]


def from_row(row: Any, vault: Vault, key: PersonKey | None = None) -> Dossier:
    """A row of ``LOCK`` or ``LOOK``; with their ``key``, if it is open already."""
    business, id_, epoch, length, head, wrapped, language, place, facts, heard, seal, own_cap = row
    key = key or vault.open_person_key(id_, wrapped)
    return Dossier(
        business,
        id_,
        epoch,
        Chain(business, id_, length, head),
        key,
        language,
        place,
        read_json(key.open(facts, FACTS)) if facts else {},
        read_json(heard) if heard else {},
        seal,
        own_cap,
    )


def whose(dossiers: Iterable[Dossier]) -> dict[str, list[str]]:
    """The array parameters of every ``…_OF_PEOPLE`` statement."""
    held = list(dossiers)
    return {"businesses": list({d.business for d in held}), "people": [d.id for d in held]}


async def load_standing(tx: Transaction, dossiers: Sequence[Dossier]) -> None:
    """Add identifiers, suppressions and consents."""
    if dossiers:
        _add_standing({d.id: d for d in dossiers}, await tx.fetch_all(*_standing(whose(dossiers))))


async def open_for_work(
    tx: Transaction, vault: Vault, who: Sequence[tuple[str, str]], now: int, keys: Mapping[str, PersonKey] | None = None
) -> list[Dossier]:
    """Lock those of these people whom no other process holds, and load all that a step needs, in one trip. ``keys``:
    those that are open already, by person."""
    if not who:
        return []
    these = {"businesses": sorted({b for b, _ in who}), "people": sorted({p for _, p in who})}
    rows, *found = await tx.fetch_all(
        (LOCK_FREE, these),
        *_standing(these),
        (conversations.OPEN_OF_PEOPLE, these),
        (inbox.PENDING_OF_PEOPLE, these),
        (timers.DUE_OF_PEOPLE, {**these, "now": now}),
    )
    held = {row[1]: from_row(row, vault, (keys or {}).get(row[1])) for row in rows}
    _add_standing(held, found[:3])
    _add_work(held, found[3:])
    return list(held.values())


def _standing(these: Mapping[str, list[str]]) -> list[Question]:
    return [(ALIASES, these), (suppressions.OF_PEOPLE, these), (consents.OF_PEOPLE, these)]


def _add_standing(held: Mapping[str, Dossier], found: Sequence[Rows]) -> None:
    for person, hash_, scheme, value in found[0]:
        if person in held:
            holder = held[person]
            holder.aliases.append(Alias(hash_, scheme, holder.key.open(value, ALIAS).decode()))
    for person, suppression in map(suppressions.from_row, found[1]):
        if person in held:
            held[person].suppressions.append(suppression)
    for person, consent in map(consents.from_row, found[2]):
        if person in held:
            held[person].consents[consent.purpose, consent.medium] = consent


def _add_work(held: Mapping[str, Dossier], found: Sequence[Rows]) -> None:
    for row in found[0]:
        if row[0] in held:
            held[row[0]].conversations.append(conversations.from_row(row, held[row[0]].key))
    for row in found[1]:
        if row[0] in held:
            held[row[0]].events.append(inbox.from_row(row, held[row[0]].key))
    for person, timer in map(timers.from_row, found[2]):
        if person in held:
            held[person].timers.append(timer)


def save(tx: Transaction, vault: Vault, dossiers: Sequence[Dossier], now: int) -> None:
    """Write every change of every dossier, one statement per table."""
    tx.write(SAVE, [_person_row(d, vault) for d in dossiers if d.touched or d.chain.fresh])
    tx.write(ledger.INSERT, [row for d in dossiers for row in ledger.rows(d.chain)])
    tx.write(
        consents.UPSERT,
        [consents.to_row(d.business, d.id, c) for d in dossiers for c in d.changed_consents.values()],
    )
    tx.write(
        conversations.UPSERT,
        [
            conversations.to_row(d.business, d.id, d.key, run)
            for d in dossiers
            for run in d.changed_conversations.values()
        ],
    )
    _save_aliases(tx, dossiers, now)
    _save_suppressions(tx, dossiers)
    _save_timers(tx, dossiers)
    tx.write(
        messages.CANCEL_QUEUED,
        [(d.business, d.id, "cancelled", d.cancel_queued, now) for d in dossiers if d.cancel_queued],
    )
    tx.write(
        messages.CANCEL_COMMERCIAL,
        [(d.business, d.id, "cancelled", d.cancel_commercial, now) for d in dossiers if d.cancel_commercial],
    )
    _save_reviews(tx, dossiers)
    tx.write(messages.INSERT, [messages.to_row(d.business, d.key, m) for d in dossiers for m in d.queued])
    tx.write(inbox.STEPPED, [(d.business, e.id, now, e.result) for d in dossiers for e in d.stepped if e.stored])


def _person_row(d: Dossier, vault: Vault) -> tuple[Any, ...]:
    seal = vault.chain_seal(d.id, d.chain.length, d.chain.head)
    heard = write_json(d.heard).decode() if d.heard else ""
    return (
        d.business,
        d.id,
        d.epoch,
        d.chain.length,
        d.chain.head,
        seal,
        d.language,
        seal_facts(d.facts, d.key),
        heard,
        d.own_cap,
    )


def _save_aliases(tx: Transaction, dossiers: Sequence[Dossier], now: int) -> None:
    tx.write(CLOSE_ALIAS, [(d.business, hash_, now) for d in dossiers for hash_ in d.closed_aliases])
    tx.write(
        INSERT_ALIAS,
        [
            (d.business, a.hash, now, d.id, a.scheme, d.key.seal(a.value.encode(), ALIAS))
            for d in dossiers
            for a in d.added_aliases
        ],
    )


def _save_suppressions(tx: Transaction, dossiers: Sequence[Dossier]) -> None:
    tx.write(
        suppressions.UPSERT,
        [
            (d.business, *key, d.id, source, changed.since_at, changed.until_at, lifted_at)
            for d in dossiers
            for key, (changed, source, lifted_at) in d.changed_suppressions.items()
        ],
    )


def _save_reviews(tx: Transaction, dossiers: Sequence[Dossier]) -> None:
    """What is settled first: the same step may open the next of its kind."""
    tx.write(
        reviews.SETTLE_OPEN,
        [(d.business, d.id, str(s.kind), at, s.by, str(s.outcome)) for d in dossiers for s, at in d.settled_reviews],
    )
    tx.write(reviews.OPEN, [reviews.to_row(d.business, review) for d in dossiers for review in d.opened_reviews])


def _save_timers(tx: Transaction, dossiers: Sequence[Dossier]) -> None:
    tx.write(timers.CANCEL, [(d.business, d.id, run) for d in dossiers for run in d.cancelled_timers])
    tx.write(timers.DELETE, [(d.business, d.id, t.conversation, t.trigger) for d in dossiers for t in d.timers])
    tx.write(
        timers.UPSERT,
        [(d.business, d.id, t.conversation, t.trigger, t.due_at) for d in dossiers for t in d.set_timers.values()],
    )
