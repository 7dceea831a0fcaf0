"""The worker that sends: claim, pace, authorise, hand to the carrier once, record the outcome.

A claim promises nothing and may lapse; the authorisation is the gate's. After an unclear outcome marketing is never
sent again, and anything else only when the carrier says that it never saw the message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import bindparam, or_, select, tuple_, update

from bot.channel import Channel, Found, Sent
from bot.errors import ChannelError, Misconfigured, OptedOut, Retry, Unclear
from bot.events import DeliveryStatus, IdentityChange, Receipt
from bot.gate import Claim, Cleared, Decided, Gate
from bot.group_commit import GroupCommit, Overloaded
from bot.inbox import Inbox, Incoming
from bot.pacing import Pacing
from bot.why import Why
from flows.spec import Basis
from storage import messages
from storage.clock import Clock
from storage.database import Database
from storage.errors import NotStored
from storage.messages import PRIORITY, Nature, Status
from storage.tables import outbox
from storage.vault import Vault

log = structlog.get_logger()

BATCH = 100
IN_FLIGHT = 200
LEASE = 30_000_000
PAUSE = 1_000_000
"""Microseconds before a message that its carrier never saw is tried again."""
DOWN_FOR = timedelta(seconds=60)
PERMIT_VALID = 15.0
"""Seconds. A process that was stopped for longer than this between authorisation and call does not send."""

REPEATABLE = frozenset({Nature.FAREWELL, Nature.ANSWER, Nature.REPLY, Nature.SERVICE})

_candidates = (
    select(outbox.c.business, outbox.c.id)
    .where(
        outbox.c.status == Status.QUEUED.value,
        outbox.c.due_at <= bindparam("now"),
        or_(outbox.c.claimed_until_at.is_(None), outbox.c.claimed_until_at < bindparam("now")),
        outbox.c.priority <= bindparam("priority"),
    )
    .order_by(outbox.c.priority, outbox.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
CLAIM = (
    update(outbox)
    .where(tuple_(outbox.c.business, outbox.c.id).in_(_candidates))
    .values(claimed_by=bindparam("process"), claimed_until_at=bindparam("until"))
    .returning(
        outbox.c.business,
        outbox.c.id,
        outbox.c.person,
        outbox.c.channel,
        outbox.c.nature,
        outbox.c.purpose,
        outbox.c.commercial,
        outbox.c.basis,
        outbox.c.priority,
        outbox.c.due_at,
    )
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one provider call ended. ``again_at`` set: queue it again, due then."""

    claim: Claim
    status: Status
    provider_id: str | None = None
    code: str = ""
    why: str = ""
    again_at: int | None = None


@dataclass(slots=True)
class Outbox:
    """``channels`` opens the channel of (business, name); ``receipts`` is called when outcomes were recorded;
    ``pause``: seconds until an outcome that could not be stored is tried again."""

    database: Database
    vault: Vault
    clock: Clock
    gate: Gate
    pacing: Pacing
    inbox: Inbox
    channels: Callable[[str, str], Channel]
    receipts: Callable[[], None]
    redis_up: Callable[[], bool] = lambda: True
    pause: float = 1.0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _flying: set[asyncio.Task[None]] = field(default_factory=set)
    _down_until: dict[tuple[str, str], int] = field(default_factory=dict)
    _outcomes: GroupCommit[Outcome] = field(init=False)

    def __post_init__(self) -> None:
        self._outcomes = GroupCommit(self._record)

    def queued(self) -> None:
        """Something was queued: look now."""
        self._wake.set()

    async def run(self, every: float = 0.25) -> None:
        """Send until cancelled, then let what is in the air land."""
        recorder = asyncio.create_task(self.record_outcomes(), name="outbox-outcomes")
        try:
            while True:
                self._wake.clear()
                if not await self._turn():
                    await self._pause(every)
        finally:
            if self._flying:
                await asyncio.wait(set(self._flying), timeout=PERMIT_VALID)
            recorder.cancel()

    async def record_outcomes(self) -> None:
        """Record how calls ended, until cancelled. A part of ``run``, for whoever drives the outbox by hand."""
        await self._outcomes.run()

    async def _turn(self) -> int:
        """One round; how many messages moved on."""
        try:
            return await self.send_due()
        except Exception as error:  # noqa: BLE001  # the database is away: the claims lapse, and we try again
            log.error("outbox.failed", error=str(error), cure="it is tried again; see the database's own log")
            return 0

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def send_due(self) -> int:
        """Claim what is due, pace it, authorise it and start its calls; how many left or were refused."""
        room = min(BATCH, IN_FLIGHT - len(self._flying))
        claims = await self._claim(room) if room > 0 else []
        if not claims:
            return 0
        paced = await self.pacing.take(claims)
        await self._put_off(paced.wait)
        if not paced.go:
            return 0
        decided = await self._authorise(paced.go)
        stayed = [c for c, _ in decided.refused] + [c for c, _ in decided.later] + decided.held
        await self.pacing.give_back(stayed)
        await self._put_off([(claim, timedelta(milliseconds=20), False) for claim in decided.held])
        begun = time.monotonic()
        for cleared in decided.cleared:
            task = asyncio.create_task(self._dispatch(cleared, begun), name=f"send-{cleared.claim.id}")
            self._flying.add(task)
            task.add_done_callback(self._landed)
        return len(decided.cleared) + len(decided.refused)

    async def _authorise(self, claims: Sequence[Claim]) -> Decided:
        try:
            return await self.gate.authorise(claims)
        except NotStored:  # perhaps two processes waited for each other: nobody waits for the claims to lapse
            await self._put_off([(claim, timedelta(milliseconds=100), False) for claim in claims])
            raise

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("send.unrecorded", task=task.get_name(), error=repr(task.exception()))

    @property
    def flying(self) -> int:
        """Provider calls that have not ended."""
        return len(self._flying)

    async def settled(self) -> None:
        """Wait until nothing is in the air."""
        while self._flying:
            await asyncio.wait(set(self._flying))

    async def _claim(self, most: int) -> list[Claim]:
        now = self.clock.micros()
        priority = max(PRIORITY.values()) if self.redis_up() else PRIORITY[Nature.SERVICE]
        async with self.database.write() as tx:
            rows = await tx.fetch(
                CLAIM, now=now, priority=priority, most=most, process=self.gate.process, until=now + LEASE
            )
        rows = sorted(rows, key=lambda row: (row[8], row[9], row[1]))
        return [
            Claim(b, id_, person, channel, Nature(nature), purpose, bool(commercial), basis)
            for b, id_, person, channel, nature, purpose, commercial, basis, *_ in rows
        ]

    async def _put_off(self, waits: Sequence[tuple[Claim, timedelta, bool]]) -> None:
        """Give the claims back, due when their limit allows."""
        if not waits:
            return
        now = self.clock.micros()
        rows = [(c.business, c.id, now + after // timedelta(microseconds=1), "", "", None) for c, after, _ in waits]
        async with self.database.write() as tx:
            tx.write(messages.POSTPONE, rows)

    async def _dispatch(self, cleared: Cleared, begun: float) -> None:
        """One provider call, and its outcome recorded. Until that is done the message counts as in the air."""
        try:
            outcome = await self._call(cleared, begun)
        except Exception as error:  # a fault of ours or of the channel's: nobody knows whether it left
            log.exception("send.failed", message=cleared.claim.id, error=repr(error))
            outcome = Outcome(cleared.claim, Status.UNKNOWN)
        await self._surely(lambda: self._outcomes.put([outcome]))

    async def _surely(self, keep: Callable[[], Awaitable[object]]) -> None:
        """What has happened must be kept: while the database is away, try again until it is stored."""
        while True:
            try:
                await keep()
            except (NotStored, Overloaded) as error:
                log.error("send.not-stored", error=str(error), cure="it is tried again; see the database's own log")
                await asyncio.sleep(self.pause)
            else:
                return

    async def _call(self, cleared: Cleared, begun: float) -> Outcome:
        claim = cleared.claim
        where = (claim.business, claim.channel)
        now = self.clock.micros()
        channel = self._channel(where)
        if channel is None or time.monotonic() - begun > PERMIT_VALID or self._down_until.get(where, 0) > now:
            self.gate.seal.void(cleared.permit)
            return Outcome(
                claim, Status.QUEUED, why=Why.CHANNEL_DOWN, again_at=max(now, self._down_until.get(where, 0))
            )
        try:
            sent = await channel.send(cleared.permit)
        except Retry as error:
            return self._again(claim, error, error.after)
        except Misconfigured as error:
            self._down_until[where] = now + DOWN_FOR // timedelta(microseconds=1)
            log.error("channel.down", business=claim.business, channel=claim.channel, error=str(error))
            return Outcome(claim, Status.QUEUED, why=Why.CHANNEL_DOWN, again_at=self._down_until[where])
        except Unclear as error:
            return await self._unclear(claim, error)
        except OptedOut as error:
            await self._opted_out(cleared, error)
            return Outcome(claim, Status.FAILED, code=error.code or "")
        except ChannelError as error:
            return Outcome(claim, Status.FAILED, code=error.code or str(error.reason))
        await self._learn(cleared, sent)
        return Outcome(claim, _taken(sent.status), sent.provider_id)

    def _channel(self, where: tuple[str, str]) -> Channel | None:
        """None where the business took the channel away between authorisation and call."""
        try:
            return self.channels(*where)
        except LookupError:
            return None

    def _again(self, claim: Claim, error: ChannelError, after: timedelta) -> Outcome:
        at = self.clock.micros() + after // timedelta(microseconds=1)
        return Outcome(claim, Status.QUEUED, code=error.code or "", again_at=at)

    async def _unclear(self, claim: Claim, error: ChannelError) -> Outcome:
        log.warning("send.unclear", message=claim.id, error=str(error))
        return await self.resolve(claim, error.code or "")

    async def resolve(self, claim: Claim, code: str = "") -> Outcome:
        """What to do about a send whose outcome nobody knows: ask the carrier, and never repeat marketing."""
        return self.settle(claim, await self.look_up(claim) or Found.UNKNOWN, code)

    async def look_up(self, claim: Claim) -> Found | None:
        """Ask the carrier; None when it could not be asked."""
        try:
            return await self.channels(claim.business, claim.channel).look_up(claim.id)
        except (ChannelError, LookupError) as error:
            log.warning("send.look-up-failed", message=claim.id, error=str(error))
            return None

    def settle(self, claim: Claim, found: Found, code: str = "") -> Outcome:
        """The outcome that a look-up proves, or does not."""
        if found is Found.TAKEN:
            return Outcome(claim, Status.ACCEPTED, code=code)
        if found is Found.ABSENT and _repeatable(claim):
            return Outcome(claim, Status.QUEUED, code=code, again_at=self.clock.micros() + PAUSE)
        return Outcome(claim, Status.UNKNOWN, code=code)

    async def _opted_out(self, cleared: Cleared, error: OptedOut) -> None:
        """The carrier's answer is a stop: recorded through the same door as every stop, before the outcome."""
        receipt = Receipt(
            f"send:{cleared.claim.id}",
            DeliveryStatus.FAILED,
            None,
            code=error.code,
            reason=error.reason,
            recipient=(cleared.permit.message.to,),
        )
        await self._surely(lambda: self.inbox.accept([self._incoming(cleared, receipt)]))

    async def _learn(self, cleared: Cleared, sent: Sent) -> None:
        """The carrier named identifiers that we did not know for this person."""
        claim = cleared.claim
        hashes = {a: self.vault.address_hash(claim.business, a.scheme, a.value) for a in sent.aliases}
        new = tuple(address for address, hash_ in hashes.items() if hash_ not in cleared.known)
        if new:
            learned = IdentityChange(f"learned:{claim.id}", (cleared.permit.message.to,), new, "learned", None)
            await self._surely(lambda: self.inbox.accept([self._incoming(cleared, learned)]))

    def _incoming(self, cleared: Cleared, event: Receipt | IdentityChange) -> Incoming:
        return Incoming(cleared.claim.business, cleared.claim.channel, "outbox", event)

    async def _record(self, outcomes: list[Outcome]) -> None:
        await self.record(outcomes, self.gate.process)

    async def record(self, outcomes: Sequence[Outcome], holder: str) -> None:
        """Record how the calls of a process ended: ourselves, or one that is proven dead."""
        now = self.clock.micros()
        again = [o for o in outcomes if o.again_at is not None]
        async with self.database.write() as tx:
            tx.write(
                messages.FINISH,
                [
                    (o.claim.business, o.claim.id, holder, str(o.status), o.why, now, o.provider_id, o.code)
                    for o in outcomes
                    if o.again_at is None
                ],
            )
            tx.write(
                messages.REQUEUE,
                [(o.claim.business, o.claim.id, holder, "queued", o.again_at, o.why, None, None) for o in again],
            )
            if again:
                give_up = [(o.claim.business, o.claim.id, "failed", o.code, now) for o in again if not o.why]
                tx.write(messages.GIVE_UP, give_up)
        await self.pacing.give_back([o.claim for o in again])
        self.receipts()


def _repeatable(claim: Claim) -> bool:
    """Whether a message that its carrier never saw may be sent after all: never marketing, nor a request to somebody
    who did not ask for it."""
    requested = claim.nature is Nature.REQUEST and claim.basis == Basis.REQUESTED
    return not claim.commercial and (requested or claim.nature in REPEATABLE)


def _taken(status: DeliveryStatus) -> Status:
    return Status.SENT if status is DeliveryStatus.SENT else Status.ACCEPTED
