"""After a crash: what a dead process had in the air is resolved, once its death is proven.

A silent process is never assumed dead. What it authorised stays in the air until the kernel of its host says that it
is gone; until then nobody whose message it holds is told "stopped".
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from bot.channel import Found
from bot.gate import Claim
from bot.outbox import Outbox, Outcome
from storage import processes
from storage.clock import Clock
from storage.database import Database
from storage.messages import Nature
from storage.processes import Process

log = structlog.get_logger()

EVERY = 2.0
TRIES = 5
"""Rounds in which a carrier that does not answer is asked about a dead process's sends, before nobody knows."""


@dataclass(slots=True)
class Recovery:
    """Registers this process, and looks after those that ended without saying so."""

    database: Database
    clock: Clock
    outbox: Outbox
    process: Process
    _tries: dict[str, int] = field(default_factory=dict)

    async def register(self) -> None:
        """From now on our authorised sends are known as ours."""
        p = self.process
        async with self.database.write() as tx:
            tx.write(processes.INSERT, [(p.id, p.host, p.pid, p.born, self.clock.micros())])

    async def sign_off(self) -> None:
        """We ended in order: nothing of ours is in the air."""
        async with self.database.write() as tx:
            tx.write(processes.END, [(self.process.id, self.clock.micros())])

    async def run(self) -> None:
        """Look every two seconds until cancelled."""
        while True:
            try:
                await self.recover()
            except Exception as error:  # noqa: BLE001  # the database is away: looked at again
                log.error("recovery.failed", error=str(error), cure="it is tried again")
            await asyncio.sleep(EVERY)

    async def recover(self) -> int:
        """Resolve what dead processes had in the air; how many messages."""
        async with self.database.read() as connection:
            rows = (await connection.execute(processes.ALIVE)).all()
        dead = [p for p in (Process(*row) for row in rows) if p.id != self.process.id and p.dead()]
        return sum([await self._resolve(p) for p in dead])

    async def _resolve(self, dead: Process) -> int:
        async with self.database.read() as connection:
            rows = (await connection.execute(processes.FLYING, {"process": dead.id})).all()
        claims = [
            Claim(business, id_, person, channel, Nature(nature), None, bool(commercial), basis)
            for business, id_, person, channel, nature, commercial, basis in rows
        ]
        outcomes = await self._outcomes(dead, claims)
        if claims:
            log.warning("process.died", process=dead.id, pid=dead.pid, in_the_air=len(claims), settled=len(outcomes))
            await self.outbox.record(outcomes, dead.id)
        over = len(outcomes) == len(claims)
        if over:
            self._tries.pop(dead.id, None)
        async with self.database.write() as tx:
            tx.write(processes.RELEASE, [(dead.id, None)])
            tx.write(processes.END, [(dead.id, self.clock.micros())] if over else [])
        return len(outcomes)

    async def _outcomes(self, dead: Process, claims: Sequence[Claim]) -> list[Outcome]:
        """What became of each; one whose carrier cannot be asked now is asked again, for some rounds."""
        tries = self._tries[dead.id] = self._tries.get(dead.id, 0) + 1
        found = [(claim, await self.outbox.look_up(claim)) for claim in claims]
        known = [(claim, f or Found.UNKNOWN) for claim, f in found if f is not None or tries >= TRIES]
        return [self.outbox.settle(claim, f) for claim, f in known]
