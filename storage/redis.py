"""The connection to Redis (or Valkey): short patience, a breaker, and early wake-ups across processes.

Redis is an accelerator. It must never hold up an inbound message or a stop, and losing it must never lose anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from storage.cancelling import cancelled
from storage.errors import RedisDown

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

PATIENCE = timedelta(milliseconds=250)
CONNECTIONS = 8
"""Of one process. Redis serves one at a time, and a crowd that all connect at once would outwait the patience."""
DOWN_FOR = timedelta(seconds=1)
SILENCE = timedelta(seconds=15)
"""After this long without a wake-up the listener asks whether the line still holds, and waits as long once more."""
CHANNELS = "askfirst:wake:"


def open_redis(url: str, patience: timedelta = PATIENCE) -> Redis:
    """A client for ``redis:// rediss:// unix://`` that never retries by itself and gives each answer ``patience``.
    Connects at the first command."""
    seconds = patience.total_seconds()
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=seconds,
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
        client_name="askfirst",
    )
    return Redis.from_pool(pool)


class Breaker:
    """Keeps callers from waiting for a dead Redis one after another.

    After a failure every call fails at once for ``DOWN_FOR``; then one call tries for all. Any error answer counts as
    a failure: a Redis that is full, read-only or loading shapes no rates either. ``clock`` gives monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float], patience: timedelta = PATIENCE) -> None:
        self._clock = clock
        self._patience = patience.total_seconds()
        self._down_until: float | None = None
        self._trying = False

    @property
    def up(self) -> bool:
        """Whether the last call succeeded; true before the first."""
        return self._down_until is None

    async def call(self, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """``act``'s answer, within the patience, or ``RedisDown``."""
        if self._down_until is not None and (self._trying or self._clock() < self._down_until):
            raise RedisDown("Redis does not answer; the next try is within a second")
        trial = not self.up
        self._trying = self._trying or trial
        try:
            async with asyncio.timeout(self._patience):
                answer = await act()
        except (RedisError, OSError, TimeoutError) as error:
            self._fail(error)
            raise RedisDown(f"Redis: {str(error) or 'no answer in time'}") from error
        finally:
            self._trying = self._trying and not trial
        if not self.up:
            log.info("redis.up")
        self._down_until = None
        return answer

    def _fail(self, error: Exception) -> None:
        if self.up:
            log.warning("redis.down", error=str(error) or type(error).__name__)
        self._down_until = self._clock() + DOWN_FOR.total_seconds()


class Wake:
    """Lets a worker sleep until there is work: woken at once in this process, through Redis in the others.

    Never raises for a dead Redis: waiters then wake at their time-out, so choose one that is bearable. Topics are a
    few words of the code, never ids. ``process`` is this process's own name; None for ``redis`` is a single process.
    """

    def __init__(self, redis: Redis | None, breaker: Breaker, process: str) -> None:
        self._redis = redis
        self._breaker = breaker
        self._process = process.encode()
        self._events: dict[str, asyncio.Event] = {}
        self._unsaid: set[str] = set()
        self._say = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Wake:
        if self._redis is not None:
            self._tasks = [
                asyncio.create_task(self._tell(self._redis), name="wake-tell"),
                asyncio.create_task(self._listen(self._redis), name="wake-listen"),
            ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await cancelled(self._tasks)
        self._tasks = []

    def notify(self, topic: str) -> None:
        """There is work on this topic. Returns at once; the other processes are told in the background."""
        self._event(topic).set()
        self._unsaid.add(topic)
        self._say.set()

    async def wait(self, topic: str, at_most: timedelta) -> bool:
        """Wait for work; False when ``at_most`` passed instead. A notice given before the wait counts.

        Wakes all who wait here. Who was busy meanwhile looks for work before waiting, as everyone must.
        """
        event = self._event(topic)
        try:
            async with asyncio.timeout(at_most.total_seconds()):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True

    def _event(self, topic: str) -> asyncio.Event:
        return self._events.setdefault(topic, asyncio.Event())

    async def _tell(self, redis: Redis) -> None:
        """Notices that come while one is being published go out together, once per topic."""
        while True:
            await self._say.wait()
            self._say.clear()
            topics, self._unsaid = self._unsaid, set()
            with suppress(RedisDown):  # the others look for themselves soon
                await self._breaker.call(partial(self._publish, redis, topics))

    async def _publish(self, redis: Redis, topics: set[str]) -> None:
        pipeline = redis.pipeline(transaction=False)
        for topic in topics:
            pipeline.publish(CHANNELS + topic, self._process)
        await pipeline.execute()

    async def _listen(self, redis: Redis) -> None:
        while True:
            try:
                async with redis.pubsub() as line:
                    await line.psubscribe(CHANNELS + "*")
                    await self._hear(line)
            except (RedisError, OSError, TimeoutError) as error:
                log.debug("wake.deaf", error=str(error))
            await asyncio.sleep(DOWN_FOR.total_seconds())

    async def _hear(self, line: PubSub) -> None:
        asked = False
        while True:
            message = await line.get_message(timeout=SILENCE.total_seconds())
            if message is None and asked:
                return
            asked = message is None
            if message is None:
                await line.ping()
            elif message["type"] == "psubscribe":
                self._wake_all()
            elif message["type"] == "pmessage" and message["data"] != self._process:
                self._wake_one(message["channel"].decode().removeprefix(CHANNELS))

    def _wake_all(self) -> None:
        """Notices may have been missed while nobody listened."""
        for event in self._events.values():
            event.set()

    def _wake_one(self, topic: str) -> None:
        """A topic that nobody here ever waited for is not kept."""
        if topic in self._events:
            self._events[topic].set()
