"""A business takes back what has not left yet, and nothing of it leaves any more until somebody lifts that.

One transaction records the recall, cancels what waits and counts. It holds the business's own chain, which the gate
asks for in every authorisation: each of them comes wholly before the recall or wholly after. Redis is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import tuple_

from bot.errors import BotError
from storage import acts, recalls
from storage.clock import MICROSECOND, Clock, from_micros
from storage.database import Database, Transaction
from storage.ids import RECALL, ordered_id
from storage.ledger import Value
from storage.recall_table import recalls as table
from storage.recalls import Recall, Target
from storage.vault import Vault

LOOK_BACK = timedelta(hours=24)
"""How far back it is counted what is gone, unless somebody says."""


class UnknownTarget(BotError):
    """There is no campaign, channel or business of that name; ``known`` are those that there are."""

    def __init__(self, target: Target, known: Collection[str]) -> None:
        self.target, self.known = target, sorted(known)
        named = target.name or target.business
        super().__init__(f"there is no {target.scope} {named!r}; there are: {', '.join(self.known) or 'none'}")


class NotRecalled(BotError):
    """Nothing to lift; ``known`` is what is recalled."""

    def __init__(self, target: Target, known: Collection[str]) -> None:
        self.target, self.known = target, list(known)
        super().__init__(f"{described(target)} is not recalled; recalled are: {', '.join(self.known) or 'none'}")


def described(target: Target) -> str:
    """In words, for messages to an operator."""
    return f"{target.scope} {target.name or target.business}"


@dataclass(frozen=True, slots=True)
class Decision:
    """``by``: who of the business decides; ``reason``: kept in clear for good, so it names nobody."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Messages of one scope at one moment: stopped in the queue, in the air, and gone (accepted by a carrier or perhaps
    so) since ``since_at``."""

    stopped: int
    flying: int
    gone: int
    since_at: int


@dataclass(frozen=True, slots=True)
class Recalled:
    """``counts`` of this call; ``fresh``: it was not recalled before."""

    counts: Counts
    recall: Recall
    fresh: bool


@dataclass(frozen=True, slots=True)
class RecallFilter:
    """Which recalls; ``in_force``: those that were lifted left out (True) or alone (False); ``before``: the (at, id) of
    the last one seen."""

    in_force: bool | None = None
    before: tuple[int, str] | None = None
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Recalling:
    """Works beside a running service, on its database."""

    database: Database
    vault: Vault
    clock: Clock

    async def require(self, target: Target, configured: Callable[[], Collection[str]]) -> None:
        """Raise ``UnknownTarget`` for a name that neither the queue nor ``configured`` has. The queue is asked first:
        what waits can be recalled also when its flow is gone from the folder, or the folder cannot be read."""
        asked = recalls.NAMES.get(target.scope)
        async with self.database.write() as tx:
            rows = await tx.fetch(asked, business=target.business) if asked is not None else ()
            chains = await tx.fetch(acts.HELD_STILL, businesses=[target.business])
        waiting = {name for (name,) in rows if name} if asked is not None else {name for (name,) in chains}
        wanted = target.name if asked is not None else target.business
        if wanted in waiting:
            return
        known = {*waiting, *configured()}
        if wanted not in known:
            raise UnknownTarget(target, known)

    async def weigh(self, target: Target, back: timedelta = LOOK_BACK) -> Counts:
        """What recalling it now would mean; changes nothing."""
        async with self.database.write() as tx:
            since = self.clock.micros() - back // MICROSECOND
            waiting, flying, gone = await self._tally(tx, target, since)
            return Counts(waiting, flying, gone, since)

    async def recall(self, target: Target, decision: Decision, back: timedelta = LOOK_BACK) -> Recalled:
        """Record it and cancel what waits. What is recalled already stays so under its first decision; what came into
        the queue all the same is swept out."""
        async with self.database.write() as tx:
            chain = await acts.open_chain(tx, self.vault, target.business)
            now = self.clock.micros()
            before = await self._in_force(tx, target)
            counts = await self._cancel(tx, target, now, now - back // MICROSECOND)
            if before is not None:
                return Recalled(counts, before, fresh=False)
            id_ = ordered_id(RECALL, now, self.vault.random)
            record = chain.append("recall.made", now, {**_facts(id_, target, decision), **_numbers(counts)})
            made = Recall(
                target.business,
                id_,
                target.scope,
                target.name,
                decision.by,
                decision.reason,
                now,
                counts.stopped,
                counts.flying,
                counts.gone,
                record,
            )
            tx.write(recalls.INSERT, [made.as_row()])
            acts.save_chain(tx, self.vault, chain)
        return Recalled(counts, made, fresh=True)

    async def lift(self, target: Target, decision: Decision, *, dry_run: bool = False) -> Recall:
        """What is asked for from now on may leave; what was cancelled, or asked for meanwhile, never does. The recall
        as it is then. Raises ``NotRecalled``."""
        async with self.database.write() as tx:
            chain = await acts.open_chain(tx, self.vault, target.business)
            found = await self._in_force(tx, target)
            if found is None:
                standing = await tx.fetch(recalls.STANDING, business=target.business)
                raise NotRecalled(target, [described(recalls.from_row(row).target) for row in standing])
            if dry_run:
                return found
            now = self.clock.micros()
            record = chain.append("recall.lifted", now, _facts(found.id, target, decision))
            tx.write(recalls.LIFT, [(target.business, found.id, now, decision.by, decision.reason, record)])
            acts.save_chain(tx, self.vault, chain)
        return replace(found, lifted_at=now, lifted_by=decision.by, lift_reason=decision.reason, lift_record=record)

    async def recalls(self, business: str, wanted: RecallFilter) -> list[Recall]:
        """The latest first."""
        asked = recalls.OF_BUSINESS
        if wanted.in_force is not None:
            lifted = table.c.lifted_at
            asked = asked.where(lifted.is_(None) if wanted.in_force else lifted.is_not(None))
        if wanted.before is not None:
            asked = asked.where(tuple_(table.c.at, table.c.id) < tuple_(*wanted.before))
        async with self.database.read() as connection:
            rows = await connection.execute(asked.limit(wanted.limit), {"business": business})
            return [recalls.from_row(row) for row in rows]

    async def _in_force(self, tx: Transaction, target: Target) -> Recall | None:
        rows = await tx.fetch(recalls.IN_FORCE, business=target.business, scope=str(target.scope), name=target.name)
        return next((recalls.from_row(row) for row in rows), None)

    async def _cancel(self, tx: Transaction, target: Target, now: int, since: int) -> Counts:
        """What a carrier turned away, or somebody asked for, while this cancelled, is waiting again: it goes too."""
        stopped = 0
        while True:
            asked = {"business": target.business, "name": target.name, "now": now}
            stopped += len(await tx.fetch(recalls.CANCEL[target.scope], **asked))
            waiting, flying, gone = await self._tally(tx, target, since)
            if not waiting:
                return Counts(stopped, flying, gone, since)

    async def _tally(self, tx: Transaction, target: Target, since: int) -> tuple[int, int, int]:
        asked = {"business": target.business, "name": target.name, "since_at": since}
        ((waiting, flying, gone),) = await tx.fetch(recalls.TALLY[target.scope], **asked)
        return int(waiting), int(flying), int(gone)


def _numbers(counts: Counts) -> dict[str, Value]:
    since = from_micros(counts.since_at).isoformat()
    return {"stopped": counts.stopped, "flying": counts.flying, "gone": counts.gone, "since": since}


def _facts(id_: str, target: Target, decision: Decision) -> dict[str, Value]:
    return {
        "recall": id_,
        "scope": str(target.scope),
        "name": target.name,
        "by": decision.by,
        "reason": decision.reason,
    }
