"""A signed webhook from the simulated carrier to one of our hooks: sent again, a bounded number of times, on 5xx."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import structlog

from bot.sim_chat import sign

log = structlog.get_logger()

Event = Mapping[str, object]

PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
"""Seconds between the tries of one webhook."""
DEADLINE = aiohttp.ClientTimeout(total=10)
AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a channel's webhooks go, and the secret they are signed with."""

    url: str
    secret: str


@dataclass(slots=True)
class Poster:
    """``session`` is the application's, set while it runs; ``pause`` sleeps between tries."""

    session: aiohttp.ClientSession | None = None
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def post(self, hook: Hook, events: Sequence[Event]) -> bool:
        """Whether our side kept them. 5xx, no answer and a lost line are tried again; 4xx is final."""
        body = json.dumps({"events": list(events)}, ensure_ascii=False).encode()
        for pause in (*PAUSES, None):
            status = await self._once(hook, body)
            if status is not None and status < 500:
                return status < 300
            if pause is not None:
                await self.pause(pause)
        log.warning("simulator.webhook-given-up", url=hook.url.rpartition("/")[0], tries=len(PAUSES) + 1)
        return False

    async def _once(self, hook: Hook, body: bytes) -> int | None:
        """The status of the answer; None when there was none."""
        if self.session is None:
            raise RuntimeError("the simulated carrier posts only while its application runs")
        headers = {"Content-Type": "application/json", **sign(hook.secret, body, datetime.now(UTC))}
        try:
            async with (
                self._room,
                self.session.post(hook.url, data=body, headers=headers, timeout=DEADLINE, allow_redirects=False) as got,
            ):
                await got.read()
                return got.status
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("simulator.webhook-unanswered", error=type(error).__name__)
            return None
