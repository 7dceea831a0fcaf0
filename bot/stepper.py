"""The worker of conversations: takes people who have something pending, decides, and commits them together.

One transaction for many people, each under the lock of their row: state, ledger, outbox and timers, or nothing of it.
A person's events are taken in the order in which they happened, timers among them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import bindparam, select

from bot.catalogue import Catalogue
from bot.conversation import take_event, take_timer
from bot.judgement import Sent
from bot.turn import Surroundings, Turn
from flows.talk import Visit
from storage import conversations, flow_versions, inbox, messages, switches, timers
from storage.clock import Clock
from storage.database import Database, Transaction
from storage.dossier import Dossier, open_for_work, save, whose
from storage.errors import NotStored
from storage.inbox import Event
from storage.tables import inbox as inbox_table
from storage.tables import timers as timers_table
from storage.timers import Timer
from storage.vault import Vault

log = structlog.get_logger()

BATCH = 200
AGAIN = 60_000_000
"""Microseconds until a timer that failed is tried again. Tried at once it would be all that this person ever does."""
LONGEST_WINDOW = 366 * 24 * 3600 * 1_000_000
_ASKED_BY_BUSINESS = frozenset({"event", "message-request"})

PENDING = (
    select(inbox_table.c.business, inbox_table.c.person)
    .where(
        inbox_table.c.stepped_at.is_(None),
        inbox_table.c.kind != "receipt",
        inbox_table.c.due_at <= bindparam("now"),
    )
    .order_by(inbox_table.c.due_at)
    .limit(BATCH)
)
DUE = (
    select(timers_table.c.business, timers_table.c.person)
    .where(timers_table.c.due_at <= bindparam("now"))
    .order_by(timers_table.c.due_at)
    .limit(BATCH)
)

Who = tuple[str, str]


@dataclass(slots=True)
class Stepper:
    """``live``: whether (business, channel) reaches real people. ``queued``: called after a commit that queued;
    ``moved``: after a commit, with every state entered and every row taken in it, for counts and coverage."""

    database: Database
    vault: Vault
    clock: Clock
    catalogue: Catalogue
    live: Callable[[str, str], bool]
    queued: Callable[[], None]
    moved: Callable[[Sequence[Visit]], None] | None = None
    _hints: dict[Who, None] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: dict[str, list[asyncio.Future[str]]] = field(default_factory=dict)

    def hint(self, who: Iterable[Who]) -> None:
        """These people have something pending; look now rather than at the next sweep."""
        self._hints.update(dict.fromkeys(who))
        self._wake.set()

    def expect(self, event: str) -> asyncio.Future[str]:
        """A future of an event's result, for callers that wait for it. Ask before the event is accepted."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(event, []).append(future)
        return future

    def forget(self, event: str) -> None:
        """Nobody waits for it any more."""
        self._waiting.pop(event, None)

    async def run(self, sweep: Callable[[float], Awaitable[None]], every: float = 0.25) -> None:
        """Step until cancelled: hinted people at once, everybody else at the next sweep (``every`` seconds)."""
        while True:
            try:
                more = await self.step(self._take_hints()) if self._hints else await self.sweep()
            except Exception as error:  # noqa: BLE001  # the database is away: what is pending stays pending, and we try again
                log.error("step.failed", error=str(error), cure="it is tried again; see the database's own log")
                await sweep(1.0)
                continue
            if not more and not self._hints:
                self._wake.clear()
                await self._pause(every)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def _take_hints(self) -> list[Who]:
        taken = list(self._hints)[:BATCH]
        for who in taken:
            del self._hints[who]
        return taken

    async def sweep(self) -> int:
        """Find whoever has something pending or a timer due, and step them; how many were found."""
        now = self.clock.micros()
        async with self.database.read() as connection:
            found = [tuple(row) for row in await connection.execute(PENDING, {"now": now})]
            found += [tuple(row) for row in await connection.execute(DUE, {"now": now})]
        who = list(dict.fromkeys((business, person) for business, person in found))
        return await self.step(who) if who else 0

    async def step(self, who: Sequence[Who]) -> int:
        """Act on everything pending for these people (those that no other process holds); how many were taken.

        A person whose rows cannot be read (damaged, or sealed under another key) holds up nobody else.
        """
        try:
            return await self._together(who)
        except NotStored:
            raise
        except Exception as error:  # noqa: BLE001  # whose rows they are shows when they are taken one by one
            if len(who) == 1:
                log.error("person.unreadable", person=who[0][1], error=repr(error))
                return await self._give_up(who[0], error)
        half = len(who) // 2
        return await self.step(who[:half]) + await self.step(who[half:])

    async def _give_up(self, who: Who, error: Exception) -> int:
        """What is pending for a person who cannot be read is over, with the reason; their timers come again."""
        now, result = self.clock.micros(), json.dumps({"failed": repr(error)})
        these = {"businesses": [who[0]], "people": [who[1]]}
        async with self.database.write() as tx:
            events, due = await tx.fetch_all(
                (inbox.PENDING_OF_PEOPLE, these), (timers.DUE_OF_PEOPLE, {**these, "now": now})
            )
            tx.write(inbox.STEPPED, [(who[0], event[1], now, result) for event in events])
            tx.write(timers.UPSERT, [(*who, conversation, trigger, now + AGAIN) for _, conversation, trigger, _ in due])
        return len(events) + len(due)

    async def _together(self, who: Sequence[Who]) -> int:
        now = self.clock.micros()
        queued = False
        done: list[Event] = []
        async with self.database.write() as tx:
            held = await open_for_work(tx, self.vault, who, now)
            around = await self._surroundings(tx, held, now)
            stepped = [d for d in held if (d.events or d.timers) and self._take(d, around)]
            save(tx, self.vault, stepped, now)
            went = {d.id for d in stepped}
            failed = [(d.business, e.id, now, e.result) for d in held if d.id not in went for e in d.stepped]
            tx.write(inbox.STEPPED, failed)
            tx.write(
                timers.UPSERT,
                [(b, p, t.conversation, t.trigger, now + AGAIN) for b, p, t in around.failed_timers],
            )
            queued = any(d.queued or d.cancel_queued for d in stepped)
            done = [e for d in held for e in d.stepped]
        self._tell(done)
        if self.moved is not None and around.visits:
            self.moved(around.visits)
        if queued:
            self.queued()
        return len(held)

    def _take(self, person: Dossier, around: Surroundings) -> bool:
        """Act for one person; False when it failed: then only the event that failed is marked, with the error."""
        visited = len(around.visits)
        work: list[Event | Timer] = sorted([*person.events, *person.timers], key=_when)
        for item in work:
            try:
                self._take_one(person, around, item)
            except Exception as error:  # one person's fault must not stop the others; it is kept on the event
                log.exception("event.failed", person=person.id, error=repr(error))
                del around.visits[visited:]
                self._set_aside(person, around, item, error)
                return False
        return True

    def _set_aside(self, person: Dossier, around: Surroundings, item: Event | Timer, error: Exception) -> None:
        """An event that failed is over; a timer comes again. Nothing else of this person's turn is kept."""
        if isinstance(item, Event):
            item.result = json.dumps({"failed": repr(error)})
            person.stepped = [item]
        else:
            person.stepped = []
            around.failed_timers.append((person.business, person.id, item))

    def _take_one(self, person: Dossier, around: Surroundings, item: Event | Timer) -> None:
        house = self.catalogue.houses.get(person.business)
        if house is None:
            raise LookupError(f"business {person.business!r} is not in force: put its folder back")
        if isinstance(item, Timer):
            take_timer(Turn(around, house, person, item.due_at, item.conversation, spoke=False), item)
            return
        spoke = item.kind == "message"
        turn = Turn(around, house, person, item.received_at, item.id, spoke, item.channel)
        turn.reply = item.facts.get("text", "") if spoke else ""
        take_event(turn, item)
        person.stepped.append(item)

    def _tell(self, done: Sequence[Event]) -> None:
        for event in done:
            for future in self._waiting.pop(event.id, ()):
                if not future.done():
                    future.set_result(event.result)

    async def _surroundings(self, tx: Transaction, held: Sequence[Dossier], now: int) -> Surroundings:
        around = Surroundings(self.catalogue, now, self.vault.random, self.live, self.vault.address_hash)
        if not held:
            return around
        await self._pin(tx, held)
        questions = [run.question for d in held for run in d.conversations if run.question]
        if questions:
            rows = await tx.fetch(messages.STATUSES, businesses=whose(held)["businesses"], ids=questions)
            around.shown = {id_: (status, content) for id_, status, content in rows}
        asked = [d for d in held if any(e.kind in _ASKED_BY_BUSINESS for e in d.events)]
        if asked:
            await self._history(tx, asked, around)
        stopping = [d for d in held if any(not t.conversation for t in d.timers) or any(_stops(e) for e in d.events)]
        if stopping:
            around.flying = frozenset(row[0] for row in await tx.fetch(messages.FLYING_OF_PEOPLE, **whose(stopping)))
        return around

    async def _pin(self, tx: Transaction, held: Sequence[Dossier]) -> None:
        """Fetch the source of older flow versions that somebody here is pinned to."""
        wanted = {(d.business, run.flow, run.flow_hash) for d in held for run in d.conversations}
        missing = self.catalogue.missing(wanted)
        if not missing:
            return
        rows = await tx.fetch(
            flow_versions.SOURCES,
            businesses=list({key[0] for key in missing}),
            hashes=list({key[2] for key in missing}),
        )
        sources = {(business, flow, hash_): source for business, flow, hash_, source in rows}
        for key in missing:
            self.catalogue.pin(key, sources.get(key))

    async def _history(self, tx: Transaction, asked: Sequence[Dossier], around: Surroundings) -> None:
        """What the rules about frequency look at; only where the business asks for a message."""
        these = whose(asked)
        flows = sorted({r.flow.name for h in self.catalogue.houses.values() for r in h.flows.values()})
        names = [switches.PAST_PURCHASE]
        starts, sent, switched = await tx.fetch_all(
            (conversations.LAST_STARTS, {**these, "flows": flows}),
            (messages.RECENT_OF_PEOPLE, {**these, "since_at": around.now - LONGEST_WINDOW}),
            (switches.OF_NAMES, {"businesses": these["businesses"], "names": names}),
        )
        around.starts = {(person, flow): at for person, flow, at in starts}
        around.sent = group_sent(sent)
        around.past_purchase = frozenset(business for business, _, value in switched if value == "on")


def group_sent(rows: Iterable[Sequence[object]]) -> dict[str, list[Sent]]:
    """Rows of ``RECENT_OF_PEOPLE`` by person."""
    grouped: dict[str, list[Sent]] = {}
    for person, purpose, medium, at in rows:
        grouped.setdefault(str(person), []).append(
            Sent(str(purpose) if purpose is not None else None, str(medium), int(str(at)))
        )
    return grouped


def _when(item: Event | Timer) -> tuple[int, str]:
    """When it happened; a timer that was due when a reply came is taken first."""
    return (item.due_at, "") if isinstance(item, Timer) else (item.received_at, item.id)


def _stops(event: Event) -> bool:
    return event.kind == "stop" or event.reading == "stop"
