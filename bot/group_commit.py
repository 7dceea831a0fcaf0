"""Serve whoever waits: everything that callers hand in while transactions run goes into the next one, together.

No timers: an idle system answers at once, a busy one makes larger batches. What does not store is told to its caller.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Overloaded(Exception):
    """More callers wait than the bound allows; nothing of this call was stored."""


class GroupCommit(Generic[Item]):
    """``store`` takes a batch and returns once it is durable. ``limit``: items per batch; ``bound``: waiting items;
    ``abreast``: batches at a time."""

    def __init__(
        self,
        store: Callable[[list[Item]], Awaitable[None]],
        *,
        limit: int = 256,
        bound: int = 20_000,
        abreast: int = 1,
    ) -> None:
        self._store = store
        self._abreast = abreast
        self._limit = limit
        self._bound = bound
        self._waiting: deque[tuple[list[Item], asyncio.Future[None]]] = deque()
        self._size = 0
        self._wake = asyncio.Event()

    async def put(self, items: list[Item]) -> None:
        """Return when the items are durable; raise what the store raised, or Overloaded."""
        if self._size + len(items) > self._bound:
            raise Overloaded(f"{self._size} items wait to be stored already")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((items, future))
        self._size += len(items)
        self._wake.set()
        await future

    async def run(self) -> None:
        """Store batch after batch until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._abreast):
                group.create_task(self._serve_on())

    async def _serve_on(self) -> None:
        while True:
            while not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            await self._serve(self._take())

    def _take(self) -> list[tuple[list[Item], asyncio.Future[None]]]:
        batch = [self._waiting.popleft()]
        size = len(batch[0][0])
        while self._waiting and size + len(self._waiting[0][0]) <= self._limit:
            size += len(self._waiting[0][0])
            batch.append(self._waiting.popleft())
        self._size -= size
        return batch

    async def _serve(self, batch: list[tuple[list[Item], asyncio.Future[None]]]) -> None:
        try:
            await self._store([item for items, _ in batch for item in items])
        except Exception as error:  # noqa: BLE001  # told to the callers, whoever they are
            if len(batch) > 1:  # one caller's bad item must not fail its neighbours
                for one in batch:
                    await self._serve([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for _, future in batch:
            if not future.done():
                future.set_result(None)
