"""The inbound door: an event is kept once, and acted on in the same commit where nobody else holds its person.

``accept`` returns when everything it was given is durable, or raises. A stop word, a carrier's own stop and an
opt-out code are recorded as withdrawal in the transaction that stores the event, so before the carrier's 2xx.
What cannot be acted on at once is left to the stepper; it is never a reason not to store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.catalogue import Catalogue
from bot.events import (
    Address,
    CarrierEvent,
    IdentityChange,
    InboundMessage,
    Preference,
    PreferenceValue,
    ProviderStop,
    Reason,
    Receipt,
    Unread,
)
from bot.group_commit import GroupCommit
from bot.overtaken import extent_said
from bot.steps import Acted, Steps
from bot.withdrawal import Extent, Stop, withdraw
from flows.reading.meaning import OTHER, Layer, Meaning, Reading
from storage import inbox
from storage.clock import Clock, to_micros
from storage.database import Database, Transaction
from storage.dossier import load_standing, lock, open_for_work, save
from storage.errors import NotStored
from storage.ids import EVENT, ordered_id
from storage.inbox import Event
from storage.people import Arrival, Identifier, resolve
from storage.vault import Vault

log = structlog.get_logger()

Who = tuple[str, str]
ABREAST = {"sqlite": 1, "postgresql": 2}
"""Batches at a time: SQLite has one writer; PostgreSQL works on one while we prepare the next."""

OPT_OUTS = {Reason.OPTED_OUT: Extent.EVERYTHING, Reason.OPTED_OUT_MARKETING: Extent.MARKETING}


@dataclass(frozen=True, slots=True)
class BusinessEvent:
    """Something the business tells us through the API. ``kind``: ``event`` or ``message-request``; ``facts`` as the
    step reads them; ``event_id`` is the key of deduplication."""

    event_id: str
    kind: str
    person: tuple[Address, ...]
    facts: dict[str, Any]
    occurred_at: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event and where it came in."""

    business: str
    channel: str
    provider: str
    event: CarrierEvent | BusinessEvent


@dataclass(slots=True)
class _Row:
    """An event on its way into the inbox."""

    id: str
    business: str
    channel: str
    kind: str
    dedupe: str
    received_at: int
    facts: dict[str, Any]
    arrival: Arrival | None = None
    reading: str = ""
    read_by: str = ""
    word: str = ""
    stop: Stop | None = None
    event: Event | None = None

    @property
    def who(self) -> Who:
        """Whom it is about."""
        return self.business, self.arrival.person if self.arrival is not None else ""


@dataclass(slots=True)
class Inbox:
    """``arrived`` is called after a commit with the people who have something pending; ``receipts`` when there are
    receipts to apply. Without ``steps`` everything is left to the stepper."""

    database: Database
    vault: Vault
    clock: Clock
    catalogue: Catalogue
    arrived: Callable[[list[tuple[str, str]]], None]
    receipts: Callable[[], None]
    steps: Steps | None = None
    _commits: GroupCommit[_Row] = field(init=False)
    _last: int = 0

    def __post_init__(self) -> None:
        self._commits = GroupCommit(self._keep, abreast=ABREAST[self.database.dialect])

    async def run(self) -> None:
        """Commit batches until cancelled."""
        await self._commits.run()

    async def accept(self, incoming: Sequence[Incoming]) -> list[str]:
        """Keep these events; their ids. Returns once they are durable and every stop among them is in force."""
        rows = [row for one in incoming for row in self._rows(one)]
        if rows:
            await self._commits.put(rows)
        return [row.id for row in rows]

    def _rows(self, incoming: Incoming) -> list[_Row]:
        rows = self._read(incoming)
        for row in rows:
            if row.arrival is None and row.kind != "receipt":
                row.kind, row.stop = "unread", None  # it names nobody: kept, and nothing more
        return rows

    def _read(self, incoming: Incoming) -> list[_Row]:
        event = incoming.event
        match event:
            case InboundMessage():
                return [self._message(incoming, event)]
            case Receipt():
                return self._receipt(incoming, event)
            case Preference():
                return [self._preference(incoming, event)]
            case IdentityChange():
                return [self._identity(incoming, event)]
            case BusinessEvent():
                return [self._asked(incoming, event)]
            case Unread():
                row = self._row(incoming, "unread", event.event_id, "", None)
                row.facts = {"why": event.why, "raw": event.raw}
                return [row]

    def _row(self, incoming: Incoming, kind: str, id_: str, status: str, at: int | None) -> _Row:
        now = self.clock.micros()
        dedupe = inbox.dedupe_key(incoming.provider, incoming.channel, kind, id_, status)
        self._last = max(now, self._last + 1)  # what one webhook holds keeps its order
        made = ordered_id(EVENT, self._last, self.vault.random)
        return _Row(made, incoming.business, incoming.channel, kind, dedupe, now if at is None else at, {})

    def _arrival(self, business: str, addresses: Sequence[Address], language: str = "") -> Arrival | None:
        if not addresses:
            return None
        identifiers = tuple(
            Identifier(business, a.scheme, a.value, self.vault.address_hash(business, a.scheme, a.value))
            for a in addresses
        )
        return Arrival(identifiers, language)

    def _message(self, incoming: Incoming, event: InboundMessage) -> _Row:
        row = self._row(incoming, "message", event.event_id, "", None)
        row.facts = {"kind": str(event.kind), "text": event.text}
        for name in ("payload", "in_reply_to", "profile_name", "handled", "advertisement"):
            value = getattr(event, name)
            if value is not None:
                row.facts[name] = str(value)
        row.arrival = self._arrival(incoming.business, event.sender)
        house = self.catalogue.houses[incoming.business]
        reading = house.reader.at_once(event.text)
        if event.handled is not None:
            reading = Reading(_HANDLED[event.handled], Layer.CARRIER)
        elif event.payload and reading.by is not Layer.WORD:  # the text is the label of our own button
            pressed = house.reader.read(event.payload)
            reading = pressed if pressed.meaning is Meaning.STOP else OTHER
        row.reading, row.read_by, row.word = str(reading.meaning), str(reading.by), reading.word or ""
        row.facts |= {name: str(value) for name in ("sub", "detail") if (value := getattr(reading, name)) is not None}
        extent = extent_said(reading.meaning, reading.sub or "")
        if extent is not None:
            medium = house.business.channels[incoming.channel].medium
            source = "carrier-word" if event.handled is ProviderStop.STOP else "word"
            row.stop = Stop(source, medium, extent, row.word)
        return row

    def _receipt(self, incoming: Incoming, event: Receipt) -> list[_Row]:
        row = self._row(incoming, "receipt", event.provider_id, f"{event.status}:{event.code or ''}", None)
        row.facts = {
            "provider_id": event.provider_id,
            "status": str(event.status),
            "correlation": event.correlation,
            "code": event.code,
            "reason": str(event.reason) if event.reason else None,
            "at": to_micros(event.at) if event.at is not None else None,
        }
        extent = OPT_OUTS.get(event.reason) if event.reason is not None else None
        if extent is None or not event.recipient:
            return [row]
        stop = self._row(incoming, "stop", event.provider_id, f"{event.status}:{event.code or ''}", None)
        stop.facts = {"code": event.code, "extent": str(extent)}
        stop.arrival = self._arrival(incoming.business, event.recipient)
        medium = self.catalogue.houses[incoming.business].business.channels[incoming.channel].medium
        stop.stop = Stop("receipt", medium, extent, event.code or "", blocked=extent is Extent.EVERYTHING)
        return [row, stop]

    def _preference(self, incoming: Incoming, event: Preference) -> _Row:
        row = self._row(incoming, "preference", event.event_id, str(event.value), None)
        row.facts = {"value": str(event.value), "category": event.category}
        row.arrival = self._arrival(incoming.business, event.person)
        if event.value is PreferenceValue.STOP:
            medium = self.catalogue.houses[incoming.business].business.channels[incoming.channel].medium
            row.stop = Stop("native", medium, Extent.MARKETING)
        return row

    def _identity(self, incoming: Incoming, event: IdentityChange) -> _Row:
        row = self._row(incoming, "identity", event.event_id, "", None)
        row.facts = {
            "type": event.type,
            "old": [{"scheme": str(a.scheme), "value": a.value} for a in event.old],
            "new": [{"scheme": str(a.scheme), "value": a.value} for a in event.new],
        }
        row.arrival = self._arrival(incoming.business, event.old)
        return row

    def _asked(self, incoming: Incoming, event: BusinessEvent) -> _Row:
        row = self._row(incoming, event.kind, event.event_id, "", event.occurred_at)
        row.id = event.event_id if event.event_id.startswith(EVENT) else row.id
        row.facts = event.facts
        row.arrival = self._arrival(incoming.business, event.person, event.language)
        return row

    async def _keep(self, rows: list[_Row]) -> None:
        """One transaction for the whole batch. What fails in acting is stored all the same, and left to the stepper."""
        if self.steps is not None:
            try:
                await self._store(rows, self.steps)
            except NotStored:
                raise
            except Exception as error:  # whose rows they are shows when the stepper takes them one by one
                log.exception("inbox.not-stepped", error=repr(error))
            else:
                return
        await self._store(rows, None)

    async def _store(self, rows: list[_Row], steps: Steps | None) -> None:
        now = self.clock.micros()
        acted = Acted()
        async with self.database.write() as tx:
            await resolve(tx, self.vault, [row.arrival for row in rows if row.arrival is not None], now)
            if steps is not None:
                acted = await self._act(tx, steps, rows, now)
            tx.write(inbox.INSERT_NEW, [_to_row(row, now) for row in rows if row.event is not None])
            tx.write(inbox.INSERT, [_to_row(row, now) for row in rows if row.event is None])
            stops = [row for row in rows if row.stop is not None]
            if stops:
                await self._withdraw(tx, stops, now)
        if steps is not None:
            steps.announce(acted)
        over = {event.id for event in acted.done}
        left = dict.fromkeys(
            [*(row.who for row in rows if row.arrival is not None and row.id not in over), *acted.left]
        )
        if left:
            self.arrived(list(left))
        if any(row.kind == "receipt" for row in rows):
            self.receipts()

    async def _act(self, tx: Transaction, steps: Steps, rows: Sequence[_Row], now: int) -> Acted:
        """Act on what is new for people whom nobody else holds. A stop has its own way (see ``_withdraw``)."""
        free = _without_stops(rows)
        keys = {row.arrival.person: row.arrival.key for row in rows if row.arrival is not None and row.arrival.key}
        opened = await open_for_work(tx, self.vault, list(free), now, keys)
        held = {(person.business, person.id): person for person in opened}
        mine = [row for who, of_one in free.items() if who in held for row in of_one]
        if not mine:
            return Acted()
        known = await tx.fetch(
            inbox.KNOWN, businesses=list({row.business for row in mine}), keys=[row.dedupe for row in mine]
        )
        seen = {(business, key) for business, key in known}
        for row in mine:
            if (row.business, row.dedupe) not in seen:
                seen.add((row.business, row.dedupe))
                row.event = Event(
                    row.id,
                    row.kind,
                    row.channel,
                    row.received_at,
                    row.facts,
                    row.reading,
                    row.read_by,
                    row.word,
                    stored=False,
                )
                held[row.who].events.append(row.event)
        return await steps.act(tx, list(held.values()), now)

    async def _withdraw(self, tx: Transaction, stops: Sequence[_Row], now: int) -> None:
        """Record each stop that had not arrived before, for everyone it may speak for."""
        businesses = list({row.business for row in stops})
        new = {r[0] for r in await tx.fetch(inbox.ARRIVED, businesses=businesses, ids=[row.id for row in stops])}
        fresh = [row for row in stops if row.id in new]
        who = [(row.business, person) for row in fresh for person in _people(row)]
        held = {person.id: person for person in await lock(tx, self.vault, who)}
        await load_standing(tx, list(held.values()))
        effects = []
        for row in fresh:
            purposes = self.catalogue.houses[row.business].business.purposes
            commercial = {name for name, purpose in purposes.items() if purpose.commercial}
            done = [withdraw(held[p], row.stop, row.id, now, commercial) for p in _people(row) if row.stop is not None]
            effects.append((row.business, row.id, done[0]))
        save(tx, self.vault, list(held.values()), now)
        tx.write(inbox.EFFECT, effects)


_HANDLED = {
    ProviderStop.STOP: Meaning.STOP,
    ProviderStop.START: Meaning.START,
    ProviderStop.HELP: Meaning.HELP,
}


def _without_stops(rows: Sequence[_Row]) -> dict[Who, list[_Row]]:
    """What may be acted on at once, by person: not where a stop of theirs is in the batch too."""
    stopped = {(row.business, person) for row in rows if row.stop is not None for person in _people(row)}
    free: dict[Who, list[_Row]] = {}
    for row in rows:
        if row.arrival is not None and row.who not in stopped:
            free.setdefault(row.who, []).append(row)
    return free


def _people(row: _Row) -> tuple[str, ...]:
    return (row.arrival.person, *row.arrival.others) if row.arrival is not None else ()


def _to_row(row: _Row, now: int) -> tuple[Any, ...]:
    key = row.arrival.key if row.arrival is not None else None
    over = row.kind == "unread" or (row.event is not None and row.event.over)
    return (
        row.business,
        row.id,
        row.dedupe,
        row.channel,
        row.kind,
        row.who[1],
        inbox.seal_facts(row.facts, key),
        row.reading,
        row.read_by,
        row.word,
        "",
        row.received_at,
        row.received_at,
        now if over else None,
        row.event.result if row.event is not None else "",
    )
