"""All the working parts, put together once: what web, workers, rehearsals and commands run on.

Holds no rules. Who needs a part takes it from here; what a part needs it was given here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.catalogue import Catalogue
from bot.channel import Channel
from bot.gate import Gate
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.pacing import Pacing
from bot.permit import Seal
from bot.proving import Prover
from bot.publishing import Plan, Publisher, Stranded
from bot.receipts import Receipts
from bot.recovery import Recovery
from bot.stepper import Stepper
from bot.steps import Steps
from config.business_types import Business
from storage.cancelling import cancelled
from storage.clock import Clock
from storage.database import Database
from storage.ids import PROCESS, random_id
from storage.limits import Limiter
from storage.processes import Process
from storage.redis import Breaker, Wake
from storage.vault import Vault

log = structlog.get_logger()

SIMULATOR = "simulator"
STEP, SEND, RECEIPTS = "step", "send", "receipts"
_WAIT = timedelta(seconds=5)
"""Seconds until a part that should end is told again."""


@dataclass(slots=True)
class Stores:
    """What the engine stands on."""

    database: Database
    vault: Vault
    clock: Clock
    limiter: Limiter
    breaker: Breaker
    wake: Wake


ChannelMaker = Callable[[Business, str, Seal], Channel]


@dataclass(slots=True, repr=False)  # in words it would be every flow and every word list
class Engine:
    """Build with ``Engine.build``. ``make_channel`` opens one channel of a business."""

    stores: Stores
    catalogue: Catalogue
    seal: Seal
    make_channel: ChannelMaker
    process: Process
    inbox: Inbox
    steps: Steps
    stepper: Stepper
    gate: Gate
    outbox: Outbox
    receipts: Receipts
    recovery: Recovery
    publisher: Publisher
    _channels: dict[tuple[str, str], Channel] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    def build(cls, stores: Stores, make_channel: ChannelMaker, prover: Prover | None = None) -> Engine:
        """Every part, connected; nothing runs yet. ``prover``: one that remembers what it proved for other engines."""
        database, vault, clock, wake = stores.database, stores.vault, stores.clock, stores.wake
        catalogue, seal = Catalogue(prover=prover or Prover()), Seal()
        process = Process.this(random_id(PROCESS, vault.random))
        receipts = Receipts(database, clock)
        live = cls._live(catalogue)
        signals = _Signals(wake, receipts)
        steps = Steps(vault, clock, catalogue, live, signals.queued)
        inbox = Inbox(database, vault, clock, catalogue, signals.arrived, signals.reported, steps)
        stepper = Stepper(database, vault, clock, steps)
        gate = Gate(database, vault, clock, catalogue, seal, process.id, live)
        pacing = Pacing(database, clock, catalogue, stores.limiter)
        channels: dict[tuple[str, str], Channel] = {}
        outbox = Outbox(
            database,
            vault,
            clock,
            gate,
            pacing,
            inbox,
            lambda business, name: channels[business, name],
            signals.reported,
            lambda: stores.breaker.up,
        )
        signals.stepper, signals.outbox = stepper, outbox
        recovery = Recovery(database, clock, outbox, process)
        return cls(
            stores,
            catalogue,
            seal,
            make_channel,
            process,
            inbox,
            steps,
            stepper,
            gate,
            outbox,
            receipts,
            recovery,
            Publisher(database, vault, clock, catalogue.prover),
            channels,
        )

    @staticmethod
    def _live(catalogue: Catalogue) -> Callable[[str, str], bool]:
        def live(business: str, channel: str) -> bool:
            house = catalogue.houses.get(business)
            known = house.business.channels.get(channel) if house is not None else None
            return known is None or known.provider != SIMULATOR

        return live

    def channel(self, business: str, name: str) -> Channel:
        """An open channel; KeyError when there is none of that name."""
        return self._channels[business, name]

    async def put_in_force(self, businesses: Mapping[str, Business], *, anyway: bool = False) -> Plan:
        """Replace everything in force by this set, as a whole, once its versions and their proofs are on record; then
        move whoever a published map names.

        Raises ``BusinessProblems`` when a flow is not proved, ``Stranded`` when people could not go on, unless
        ``anyway``: then they stay where they are, and the plan says why.
        """
        opened = {
            (name, channel): self.make_channel(business, channel, self.seal)
            for name, business in businesses.items()
            for channel in business.channels
        }
        plan = await self.publisher.weigh(businesses)
        if plan.problems and not anyway:
            raise Stranded(plan.problems)
        await self.publisher.record(plan)
        self.catalogue.replace(businesses, plan.proofs)
        self._channels.clear()
        self._channels.update(opened)
        await self.publisher.move(plan)
        return plan

    async def start(self, *, web: bool, worker: bool) -> None:
        """Run the parts of a role in the background until ``stop``."""
        await self._open.enter_async_context(self.stores.wake)
        parts: list[tuple[str, asyncio.Task[None]]] = [("inbox", asyncio.create_task(self.inbox.run()))]
        if worker:
            await self.recovery.register()
            parts += [
                ("stepper", asyncio.create_task(self.stepper.run(asyncio.sleep))),
                ("outbox", asyncio.create_task(self.outbox.run())),
                ("receipts", asyncio.create_task(self.receipts.run())),
                ("recovery", asyncio.create_task(self.recovery.run())),
                (STEP, asyncio.create_task(self._listen(STEP, lambda: self.stepper.hint(())))),
                (SEND, asyncio.create_task(self._listen(SEND, self.outbox.queued))),
                (RECEIPTS, asyncio.create_task(self._listen(RECEIPTS, self.receipts.arrived))),
            ]
        log.info("engine.started", process=self.process.id, web=web, worker=worker)
        self._tasks = [task for _, task in parts]

    async def _listen(self, topic: str, act: Callable[[], None]) -> None:
        while True:
            if await self.stores.wake.wait(topic, _WAIT):
                act()

    async def failed(self) -> BaseException | None:
        """Return when a part has ended by itself, with its error: the process should end then."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = next(iter(done))
        return None if task.cancelled() else task.exception()

    async def stop(self) -> None:
        """End in order: nothing new is taken, what is in the air lands."""
        for tasks in (self._tasks[1:], self._tasks[:1]):  # the inbox last: what lands may have to be kept there
            await cancelled(tasks)
        if len(self._tasks) > 1 and not self.outbox.flying:
            await self.recovery.sign_off()
        self._tasks = []
        await self._open.aclose()


@dataclass(slots=True)
class _Signals:
    """Wakes the parts of this process at once and those of others through Redis."""

    wake: Wake
    receipts: Receipts
    stepper: Stepper | None = None
    outbox: Outbox | None = None

    def arrived(self, who: list[tuple[str, str]]) -> None:
        if self.stepper is not None:
            self.stepper.hint(who)
        self.wake.notify(STEP)

    def queued(self) -> None:
        if self.outbox is not None:
            self.outbox.queued()
        self.wake.notify(SEND)

    def reported(self) -> None:
        self.receipts.arrived()
        self.wake.notify(RECEIPTS)
