"""What happens to people who are held: everything pending for them is decided and written, together.

Runs inside the transaction of whoever holds them: the inbox, which acts on an event as it stores it, or the stepper,
which takes what was left. A person's events are taken in the order in which they happened, timers among them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.catalogue import Catalogue
from bot.conversation import take_event, take_timer
from bot.judgement import Sent
from bot.recollection import recollect
from bot.turn import Surroundings, Turn
from bot.undelivered import watches
from flows.talk import Visit
from storage import conversations, flow_versions, inbox, messages, recalls, switches, timers
from storage.clock import Clock
from storage.database import Transaction
from storage.dossier import Dossier, save, whose
from storage.inbox import Event
from storage.timers import Timer
from storage.vault import Vault

log = structlog.get_logger()

AGAIN = 60_000_000
"""Microseconds until a timer that failed is tried again. Tried at once it would be all that this person ever does."""
LONGEST_WINDOW = 366 * 24 * 3600 * 1_000_000
_ASKED_BY_BUSINESS = frozenset({"event", "message-request"})


@dataclass(frozen=True, slots=True)
class Acted:
    """What was decided in one transaction; to be announced once it is committed. ``done``: events that are over, a
    failure among them; ``left``: people of whom something is still pending."""

    done: Sequence[Event] = ()
    left: Sequence[tuple[str, str]] = ()
    visits: Sequence[Visit] = ()
    queued: bool = False


@dataclass(slots=True)
class Steps:
    """``live``: whether (business, channel) reaches real people. ``queued``: called after a commit that queued;
    ``moved``: after a commit, with every state entered and every row taken in it, for counts and coverage."""

    vault: Vault
    clock: Clock
    catalogue: Catalogue
    live: Callable[[str, str], bool]
    queued: Callable[[], None]
    moved: Callable[[Sequence[Visit]], None] | None = None
    _waiting: dict[str, list[asyncio.Future[str]]] = field(default_factory=dict)

    def expect(self, event: str) -> asyncio.Future[str]:
        """A future of an event's result, for callers that wait for it. Ask before the event is accepted."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(event, []).append(future)
        return future

    def forget(self, event: str) -> None:
        """Nobody waits for it any more."""
        self._waiting.pop(event, None)

    async def act(self, tx: Transaction, held: Sequence[Dossier], now: int) -> Acted:
        """Decide everything pending for these people and write it, in their transaction."""
        around = await self._surroundings(tx, held, now)
        stepped = [d for d in held if (d.events or d.timers) and self._take(d, around)]
        save(tx, self.vault, stepped, now)
        went = {d.id for d in stepped}
        failed = [d for d in held if d.id not in went and d.events]
        tx.write(inbox.STEPPED, [(d.business, e.id, now, e.result) for d in failed for e in d.stepped if e.stored])
        tx.write(
            timers.UPSERT,
            [(b, p, t.conversation, t.trigger, now + AGAIN) for b, p, t in around.failed_timers],
        )
        return Acted(
            done=[e for d in held for e in d.stepped],
            left=[(d.business, d.id) for d in failed],
            visits=around.visits,
            queued=any(d.queued or d.cancel_queued for d in stepped),
        )

    def announce(self, acted: Acted) -> None:
        """It is committed: tell whoever waits for it."""
        for event in acted.done:
            for future in self._waiting.pop(event.id, ()):
                if not future.done():
                    future.set_result(event.result)
        if self.moved is not None and acted.visits:
            self.moved(acted.visits)
        if acted.queued:
            self.queued()

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
            item.result, item.over = json.dumps({"failed": repr(error)}), True
            for event in person.stepped:
                event.result, event.over = "", False
            person.stepped = [item]
        else:
            for event in person.stepped:
                event.result, event.over = "", False
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
        item.over = True
        person.stepped.append(item)

    async def _surroundings(self, tx: Transaction, held: Sequence[Dossier], now: int) -> Surroundings:
        around = Surroundings(self.catalogue, now, self.vault.random, self.live, self.vault.address_hash)
        if not held:
            return around
        await self._pin(tx, {(d.business, run.flow, run.flow_hash) for d in held for run in d.conversations})
        await self._shown(tx, held, around)
        asked = [d for d in held if any(e.kind in _ASKED_BY_BUSINESS for e in d.events)]
        if asked:
            await self._history(tx, asked, around)
        await self._undelivered(tx, held, around)
        await recollect(tx, held, around)
        stopping = [d for d in held if any(not t.conversation for t in d.timers) or any(_stops(e) for e in d.events)]
        if stopping:
            around.flying = frozenset(row[0] for row in await tx.fetch(messages.FLYING_OF_PEOPLE, **whose(stopping)))
        return around

    async def _shown(self, tx: Transaction, held: Sequence[Dossier], around: Surroundings) -> None:
        """What people were asked, what of it never left, and what is taken back at present."""
        businesses = whose(held)["businesses"]
        questions = [run.question for d in held for run in d.conversations if run.question]
        recalled, *rest = await tx.fetch_all(
            (recalls.BARRING, {"businesses": businesses, "since_at": around.now}),
            *([(messages.STATUSES, {"businesses": businesses, "ids": questions})] if questions else []),
        )
        around.recalls = [recalls.from_row(row) for row in recalled]
        around.shown = {id_: (status, content) for rows in rest for id_, status, content in rows}
        unseen = [id_ for id_, (status, _) in around.shown.items() if status in messages.WITHHELD]
        if unseen:
            found = await tx.fetch(recalls.UNSAID, businesses=businesses, ids=unseen)
            around.unsaid = frozenset(run for (run,) in found)

    async def _undelivered(self, tx: Transaction, held: Sequence[Dossier], around: Surroundings) -> None:
        """The messages whose time to be delivered is over, and the versions of the flows that they are texts of."""
        owners = {id_: d for d in held for timer in d.timers if (id_ := watches(timer)) is not None}
        if not owners:
            return
        rows = await tx.fetch(messages.OF_IDS, businesses=whose(held)["businesses"], ids=list(owners))
        # The second column is the id, after the business.
        around.watched = {row[1]: messages.from_row(row, owners[row[1]].key) for row in rows}
        await self._pin(tx, {(owners[id_].business, each.flow, each.flow_hash) for id_, each in around.watched.items()})

    async def _pin(self, tx: Transaction, wanted: Iterable[tuple[str, str, str]]) -> None:
        """Fetch the source of these (business, flow, hash) where they are not in force any more."""
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
