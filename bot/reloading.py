"""Puts edits of the businesses' folders in force while everything runs. What cannot be put in force changes nothing.

A saved file is published when it is sound, proved, and leaves nobody in a state that it does not have; else the set in
force stays, the reason is said, and it is tried again: people finish, or somebody publishes it with a map.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bot.engine import Engine
from bot.hook_tokens import tokens_of
from bot.publishing import Stranded
from config.business_types import Business
from config.errors import BusinessProblems
from config.reload import Watcher

log = structlog.get_logger()

RETRY = 5
"""Looks between two tries of a set that would strand people: who has finished since is asked of the database."""


@dataclass(slots=True)
class Reloader:
    """``tokens`` is kept equal to what is in force; ``problems`` says why the latest edit is not in force."""

    engine: Engine
    tokens: dict[tuple[str, str], str]
    watcher: Watcher
    problems: tuple[str, ...] = field(default=())
    _waiting: bool = False
    _looks: int = 0

    async def begin(self) -> None:
        """Put the first set in force. Where it would strand people, the version that was published last runs in its
        place: whatever was edited meanwhile, stops are heard."""
        engine, businesses = self.engine, self.watcher.businesses
        try:
            await engine.put_in_force(businesses)
        except Stranded as error:
            self._refused(error)
            plan = await engine.publisher.weigh(businesses)
            await self._anyway(await engine.publisher.held_back(businesses, plan))

    async def _anyway(self, held: Mapping[str, Business]) -> None:
        self._waiting = True
        try:
            await self.engine.put_in_force(held, anyway=True)
        except BusinessProblems as error:
            log.error("businesses.not-held-back", problems=str(error), cure="publish the edit with a map of its states")
            await self.engine.put_in_force(self.watcher.businesses, anyway=True)

    async def look(self) -> None:
        """Look once for an edit, and put it in force."""
        self._looks += 1
        try:
            changed = await asyncio.to_thread(self.watcher.poll)
            self._waiting = self._waiting or changed
            if changed or (self._waiting and self._looks % RETRY == 0):
                await self._put_in_force()
            if self.watcher.problems:
                self._refused(BusinessProblems(self.watcher.problems))
            elif not self._waiting:
                self.problems = ()
        except BusinessProblems as error:
            self._refused(error)
        except Exception as error:  # noqa: BLE001  # an edit that cannot be put in force must not end the service
            self.problems = (f"{type(error).__name__}: {error}",)
            log.error("businesses.not-reloaded", error=str(error))

    async def _put_in_force(self) -> None:
        stores, businesses = self.engine.stores, self.watcher.businesses
        found = await tokens_of(businesses, stores.database, stores.vault, stores.clock)
        self.tokens.clear()
        self.tokens.update(found)
        await self.engine.put_in_force(businesses)
        self._waiting = False
        log.info("businesses.reloaded", businesses=sorted(businesses))

    def _refused(self, error: BusinessProblems) -> None:
        problems = tuple(str(problem) for problem in error.problems)
        if problems != self.problems:
            cures = tuple(problem.cure.en for problem in error.problems)
            log.error("businesses.edit-refused", problems=problems, cures=cures, cure="until then the old set runs")
        self.problems = problems
