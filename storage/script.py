"""Lua scripts in Redis, called by their hash and sent whole to a server that does not know them (yet or any more)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError


@dataclass(frozen=True, slots=True)
class Run:
    """One call: the keys (of one slot, for a cluster) and the other words."""

    keys: Sequence[str]
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Script:
    """A script and the name Redis knows it by."""

    text: str
    sha: str

    @classmethod
    def load(cls, name: str) -> Script:
        """From the file beside this one."""
        text = files("storage").joinpath(name).read_text()
        return cls(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())

    async def run(self, redis: Redis, runs: Sequence[Run]) -> list[Any]:
        """Each run's answer, all in one trip. Raises the first ``RedisError``; other runs may have happened."""
        given = await send(redis, ("EVALSHA", self.sha), runs)
        unknown = [at for at, answer in enumerate(given) if isinstance(answer, NoScriptError)]
        if unknown:  # EVAL makes it known as well
            again = await send(redis, ("EVAL", self.text), [runs[at] for at in unknown])
            for at, answer in zip(unknown, again, strict=True):
                given[at] = answer
        for answer in given:
            if isinstance(answer, Exception):
                raise answer
        return given


async def send(redis: Redis, command: tuple[str, str], runs: Sequence[Run]) -> list[Any]:
    """A pipeline of runs; errors are among the answers."""
    pipeline = redis.pipeline(transaction=False)
    for run in runs:
        pipeline.execute_command(*command, len(run.keys), *run.keys, *run.words)
    return await pipeline.execute(raise_on_error=False)
