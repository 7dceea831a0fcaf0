"""Moves people from an older version of a flow into the one in force, each under the lock of their row.

Nothing is said to anybody, nothing is granted or withdrawn: their question, their time and what they gave stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.editions import Edition
from bot.why import Why
from flows.moving.landing import Landing, close, land
from flows.moving.state_map import RETIRED
from storage import conversations, messages, whereabouts
from storage.clock import Clock, from_micros, to_micros
from storage.conversations import Conversation
from storage.database import Database, Transaction
from storage.dossier import Dossier, lock, save, whose
from storage.ledger import Value
from storage.timers import Timer
from storage.vault import Vault

OVER = Why.STALE
"""Why what was still queued in a conversation that was closed does not leave."""


async def move_people(database: Database, vault: Vault, clock: Clock, edition: Edition) -> int:
    """Everybody whom the edition's map names; how many conversations were moved or closed."""
    moved = 0
    wanted = {
        "businesses": [edition.business.name],
        "flows": [edition.name],
        "hashes": sorted({group.hash for group in edition.moved}),
        "states": sorted(edition.moves.named),
    }
    while edition.moved:
        async with database.write() as tx:
            found = await tx.fetch(whereabouts.IN_STATES, **wanted)
            if not found:
                break
            batch = _Batch(edition, clock.micros(), frozenset(str(id_) for _, id_ in found))
            moved += await batch.move(tx, vault, sorted({str(person) for person, _ in found}))
    return moved


@dataclass(frozen=True, slots=True)
class _Batch:
    """``runs``: the ids of the conversations to be moved, as they were seen before their people were locked."""

    edition: Edition
    now: int
    runs: frozenset[str]

    async def move(self, tx: Transaction, vault: Vault, people: Sequence[str]) -> int:
        """Under the locks of these people."""
        held = {
            person.id: person for person in await lock(tx, vault, [(self.edition.business.name, p) for p in people])
        }
        these = whose(held.values())
        rows, timers = await tx.fetch_all((conversations.OPEN_OF_PEOPLE, these), (whereabouts.TIMERS, these))
        running: dict[str, dict[str, datetime]] = {}
        for run, trigger, due_at in timers:
            running.setdefault(str(run), {})[str(trigger)] = from_micros(int(due_at))
        moved = 0
        for row in rows:
            person = held[str(row[0])]
            run = conversations.from_row(row, person.key)
            if run.id in self.runs and run.state in self.edition.moves.named:
                self._move(tx, person, run, running.get(run.id, {}))
                moved += 1
        save(tx, vault, list(held.values()), self.now)
        return moved

    def _move(self, tx: Transaction, person: Dossier, run: Conversation, timers: Mapping[str, datetime]) -> None:
        edition = self.edition
        landing = self._landing(run, timers)
        facts: dict[str, Value] = {"conversation": run.id, "flow": run.flow, "was": run.flow_hash, "from": run.state}
        person.cancel_timers(run)
        if landing.outcome == RETIRED:
            person.record("conversation.closed", self.now, facts)
            tx.write(messages.CANCEL_OF_RUN, [(person.business, person.id, run.id, "cancelled", str(OVER), self.now)])
        else:
            person.record("conversation.moved", self.now, {**facts, "hash": edition.hash, "to": landing.state})
            run.flow_hash = edition.hash
            tx.write(conversations.PIN, [(person.business, run.id, edition.hash)])
        self._settle(person, run, landing)

    def _landing(self, run: Conversation, timers: Mapping[str, datetime]) -> Landing:
        old, new = self.edition.older.get(run.flow_hash), self.edition.flow
        if run.state in self.edition.moves.closed:
            return close(run.state)
        if old is None or new is None:
            raise LookupError(f"{run.flow}@{run.flow_hash}: nobody can be moved out of a version that cannot be read")
        target = new.states[self.edition.moves.to[run.state]]
        return land(old.states[run.state], target, timers, from_micros(self.now))

    def _settle(self, person: Dossier, run: Conversation, landing: Landing) -> None:
        run.state = landing.state
        if not landing.asks:
            run.question = None
        for trigger, due_at in landing.waits.items():
            person.set_timers[run.id, trigger] = Timer(run.id, trigger, to_micros(due_at))
        if landing.hands_over:
            handed = {"conversation": run.id, "flow": run.flow}
            person.record("conversation.handed-over", self.now, handed)
        if landing.outcome is not None:
            run.end(landing.outcome, self.now)
        person.changed(run)
