"""Work that goes on after an answer: tracked, its failures told, ended with the application."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field

import structlog

from storage.cancelling import cancelled

log = structlog.get_logger()


@dataclass(slots=True)
class Errands:
    """``closing`` is set when the application ends, for whoever waits for something else meanwhile."""

    closing: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Start it; it is kept until it ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("simulator.errand-failed", error=repr(task.exception()))

    @property
    def under_way(self) -> int:
        """How many have not ended."""
        return len(self._tasks)

    async def settled(self) -> None:
        """Wait until none is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def end(self) -> None:
        """Cancel what is under way and wait for it: the table says where to go on."""
        await cancelled(set(self._tasks))
