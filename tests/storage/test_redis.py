"""A dead Redis costs a quarter of a second once, and wakes nobody, but it stops nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from storage.errors import RedisDown
from storage.redis import CHANNELS, Breaker, Wake, open_redis
from storage.valkey import EmbeddedValkey
from tests.waiting import until

LONG = timedelta(seconds=5)
SHORT = timedelta(milliseconds=30)


class Ticks:
    """Monotonic seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest_asyncio.fixture
async def client(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    """Of the server that this test may stop."""
    async with open_redis(valkey.url) as client:
        yield client


async def unasked() -> None:
    """What must not be called."""
    raise AssertionError("Redis is asked although it is down")


def send_signal(server: EmbeddedValkey, number: signal.Signals) -> None:
    """To the running server."""
    assert server.pid is not None
    os.kill(server.pid, number)


async def test_a_hanging_redis_is_down_before_it_answers_and_then_at_once(
    valkey: EmbeddedValkey, client: Redis
) -> None:
    ticks = Ticks()
    breaker = Breaker(ticks)
    await breaker.call(client.ping)
    send_signal(valkey, signal.SIGSTOP)
    with pytest.raises(RedisDown):
        await breaker.call(client.ping)
    assert not breaker.up
    with pytest.raises(RedisDown, match=r"next try is within a second"):
        await breaker.call(unasked)
    send_signal(valkey, signal.SIGCONT)
    ticks.seconds += 1.001
    assert await breaker.call(client.ping) is True
    assert breaker.up


async def test_the_first_connection_to_a_hanging_redis_takes_no_longer(valkey: EmbeddedValkey, client: Redis) -> None:
    """The kernel accepts for a server that hangs, so the greeting is what times out."""
    send_signal(valkey, signal.SIGSTOP)
    with pytest.raises(RedisDown):
        await Breaker(Ticks()).call(client.ping)
    send_signal(valkey, signal.SIGCONT)


async def test_a_killed_redis_is_found_again_without_reconnecting_by_hand(
    valkey: EmbeddedValkey, client: Redis
) -> None:
    ticks = Ticks()
    breaker = Breaker(ticks)
    await breaker.call(client.ping)
    pid = valkey.pid
    send_signal(valkey, signal.SIGKILL)
    await until(lambda: valkey.pid != pid)
    with pytest.raises(RedisDown):
        await breaker.call(client.ping)

    async def back() -> bool:
        ticks.seconds += 2
        try:
            return await breaker.call(client.ping)
        except RedisDown:
            return False

    await until(back)
    assert breaker.up


async def test_one_caller_tries_for_all(redis: Redis) -> None:
    """After the pause a hanging server costs one caller the time-out, not every one of them."""
    ticks = Ticks()
    breaker = Breaker(ticks)
    with pytest.raises(RedisDown):
        await breaker.call(lambda: redis.evalsha("0" * 40, 0))
    ticks.seconds += 1.001
    trial = asyncio.create_task(breaker.call(lambda: asyncio.sleep(0.1, "tried")))
    await asyncio.sleep(0)
    with pytest.raises(RedisDown):
        await breaker.call(redis.ping)
    assert await trial == "tried"
    assert await breaker.call(redis.ping) is True


async def test_a_cancelled_trial_lets_the_next_one_try(redis: Redis) -> None:
    ticks = Ticks()
    breaker = Breaker(ticks)
    with pytest.raises(RedisDown):
        await breaker.call(lambda: redis.evalsha("0" * 40, 0))
    ticks.seconds += 1.001
    trial = asyncio.create_task(breaker.call(lambda: asyncio.sleep(5)))
    await asyncio.sleep(0)
    trial.cancel()
    await asyncio.wait([trial])
    assert await breaker.call(redis.ping) is True


async def test_nobody_listens_at_the_address() -> None:
    async with open_redis("unix:///nowhere/valkey.sock") as client:
        with pytest.raises(RedisDown, match=r"/nowhere/valkey.sock"):
            await Breaker(Ticks()).call(client.ping)


async def listening(stack: AsyncExitStack, client: Redis, *processes: str) -> list[Wake]:
    """A Wake for each process, once all of them listen and have settled."""
    wakes = [await stack.enter_async_context(Wake(client, Breaker(time.monotonic), process)) for process in processes]
    await until(lambda: ears(client, len(wakes)))
    for wake in wakes:
        while await wake.wait("outbox", SHORT):
            pass
    return wakes


async def ears(client: Redis, count: int) -> bool:
    """Whether the server has this many listeners."""
    try:
        async with asyncio.timeout(1):
            return len([one for one in await client.client_list() if one["psub"] == "1"]) == count
    except (OSError, TimeoutError, RedisDown):
        return False


async def test_a_notice_wakes_the_other_process(redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        here, there = await listening(stack, redis, "here", "there")
        here.notify("outbox")
        assert await there.wait("outbox", LONG)
        assert await here.wait("outbox", LONG)


async def test_a_notice_wakes_only_its_topic(redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        here, there = await listening(stack, redis, "here", "there")
        assert not await there.wait("timers", SHORT)
        here.notify("outbox")
        assert await there.wait("outbox", LONG)
        assert not await there.wait("timers", SHORT)


async def test_a_process_is_not_woken_again_by_its_own_notice(redis: Redis) -> None:
    async with AsyncExitStack() as stack:
        here, there = await listening(stack, redis, "here", "there")
        here.notify("outbox")
        assert await here.wait("outbox", LONG)
        assert await there.wait("outbox", LONG)  # by now ours has come back as well, or is about to
        assert not await here.wait("outbox", SHORT)


async def test_a_notice_before_the_wait_counts_and_wakes_once() -> None:
    async with Wake(None, Breaker(Ticks()), "alone") as wake:
        wake.notify("outbox")
        wake.notify("outbox")
        assert await wake.wait("outbox", SHORT)
        assert not await wake.wait("outbox", SHORT)


async def test_all_who_wait_are_woken() -> None:
    async with Wake(None, Breaker(Ticks()), "alone") as wake:
        waiting = [asyncio.create_task(wake.wait("outbox", LONG)) for _ in range(3)]
        await asyncio.sleep(0)
        wake.notify("outbox")
        assert await asyncio.gather(*waiting) == [True, True, True]


async def test_notices_of_one_moment_are_published_once(redis: Redis) -> None:
    """A thousand messages must not cost a thousand publications."""
    async with AsyncExitStack() as stack:
        (here,) = await listening(stack, redis, "here")
        ear = await stack.enter_async_context(redis.pubsub())
        await ear.subscribe(CHANNELS + "outbox", CHANNELS + "last")
        for _ in range(1000):
            here.notify("outbox")
        await asyncio.sleep(0)
        here.notify("last")
        heard: list[str] = []
        while "last" not in heard:
            message = await ear.get_message(ignore_subscribe_messages=True, timeout=5)
            if message is not None:
                heard.append(message["channel"].decode().removeprefix(CHANNELS))
        assert heard.count("outbox") == 1


async def test_a_dead_redis_stops_no_notice_and_no_wait(valkey: EmbeddedValkey, client: Redis) -> None:
    async with AsyncExitStack() as stack:
        (here,) = await listening(stack, client, "here")
        await valkey.stop()
        here.notify("outbox")
        assert await here.wait("outbox", LONG)
        assert not await here.wait("outbox", SHORT)


async def test_listeners_come_back_with_redis_and_look_for_what_they_missed(
    valkey: EmbeddedValkey, client: Redis
) -> None:
    async with AsyncExitStack() as stack:
        here, there = await listening(stack, client, "here", "there")
        await valkey.stop()
        await valkey.start()
        assert await there.wait("outbox", LONG), "woken, as a notice may have been lost"
        await until(lambda: ears(client, 2))
        while await there.wait("outbox", SHORT):
            pass
        here.notify("outbox")
        assert await there.wait("outbox", LONG)
