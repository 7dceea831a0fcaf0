"""Limits on a real Valkey: exact, all or nothing, and no burst after a loss."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from storage.errors import RedisDown
from storage.limits import (
    BATCH,
    Cold,
    Limit,
    Limiter,
    Request,
    Taken,
    Wait,
    per_business,
    per_pair,
    per_person,
    per_sender,
)
from storage.redis import Breaker, open_redis
from storage.valkey import EmbeddedValkey
from tests.waiting import PATIENT, until

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
MS = timedelta(milliseconds=1)
TWO = per_person("prs_a", "offers", 2, HOUR)


def limiter(redis: Redis) -> Limiter:
    """A patient one, as a busy machine is no failure here."""
    return Limiter(redis, Breaker(time.monotonic, PATIENT))


async def warmed(redis: Redis, *businesses: str) -> Limiter:
    """A limiter for businesses that never sent."""
    limits = limiter(redis)
    for business in businesses or ("shop",):
        await limits.warm(business, NOON, None)
    return limits


def ask(*limits: Limit, cost: int = 1, business: str = "shop") -> Request:
    return Request(business, limits, cost)


async def test_a_new_business_is_not_delayed(redis: Redis) -> None:
    """All that a bucket holds passes at once, and no more."""
    limits = await warmed(redis)
    assert await limits.take([ask(TWO)] * 3, NOON) == [Taken(), Taken(), Wait(HOUR / 2, "person")]


async def test_tokens_come_back_evenly_to_the_millisecond(redis: Redis) -> None:
    limits = await warmed(redis)
    three = per_sender("10690", 3)
    assert await limits.take([ask(three)] * 4, NOON) == [Taken(), Taken(), Taken(), Wait(334 * MS, "sender")]
    assert await limits.take([ask(three)], NOON + 333 * MS) == [Wait(1 * MS, "sender")]
    assert await limits.take([ask(three)], NOON + 334 * MS) == [Taken()]


async def test_a_refused_request_takes_from_none_of_its_buckets(redis: Redis) -> None:
    limits = await warmed(redis)
    one, wide = per_sender("10690", 1), per_business(2)
    answers = await limits.take([ask(wide, one), ask(wide, one), ask(wide), ask(wide)], NOON)
    assert answers == [Taken(), Wait(SECOND, "sender"), Taken(), Wait(SECOND / 2, "business")]


async def test_the_wait_is_that_of_the_slowest_limit(redis: Redis) -> None:
    limits = await warmed(redis)
    both = ask(per_sender("10690", 1), per_pair("10690", "prs_a", 1, 6 * SECOND), per_business(1))
    assert await limits.take([both, both], NOON) == [Taken(), Wait(6 * SECOND, "pair")]


async def test_requests_of_a_batch_see_each_other_and_keep_their_order(redis: Redis) -> None:
    """A large one that does not fit does not hold up the small one behind it; who waits, waits one behind the other."""
    limits = await warmed(redis)
    five = per_business(5)
    answers = await limits.take([ask(five, cost=3), ask(five, cost=3), ask(five, cost=2), ask(five)], NOON)
    assert answers == [Taken(), Wait(SECOND / 5, "business"), Taken(), Wait(SECOND / 5 * 4, "business")]


async def test_a_request_without_limits_passes_and_no_requests_need_no_redis(redis: Redis) -> None:
    limits = await warmed(redis)
    assert await limits.take([ask()], NOON) == [Taken()]
    await limits.refund([ask()])
    assert await limits.take([], NOON) == []


async def test_businesses_share_a_batch_but_no_bucket(redis: Redis) -> None:
    limits = await warmed(redis, "shop", "cafe")
    batch = [
        ask(TWO),
        ask(TWO, business="cafe"),
        ask(TWO),
        ask(TWO),
        ask(TWO, business="cafe"),
        ask(TWO, business="new"),
    ]
    assert await limits.take(batch, NOON) == [Taken(), Taken(), Taken(), Wait(HOUR / 2, "person"), Taken(), Cold()]


async def test_a_batch_larger_than_one_call_is_answered_in_order(redis: Redis) -> None:
    limits = await warmed(redis)
    each = [ask(per_person(f"prs_{number}", "offers", 1, HOUR), per_business(BATCH + 7)) for number in range(2 * BATCH)]
    answers = await limits.take(each, NOON)
    assert answers[: BATCH + 7] == [Taken()] * (BATCH + 7)
    assert {type(answer) for answer in answers[BATCH + 7 :]} == {Wait}


async def test_many_limits_on_one_request_fit_lua(redis: Redis) -> None:
    """Lua's stack holds 8000 values."""
    limits = await warmed(redis)
    many = [per_person(f"prs_{number}", "offers", 1, HOUR) for number in range(9000)]
    assert await limits.take([ask(*many), ask(many[-1])], NOON) == [Taken(), Wait(HOUR, "person")]


@pytest.mark.parametrize("parts", [("a:b", "c"), ("a", "b:c"), ("a%3Ab", "c")])
async def test_keys_with_colons_stay_apart(redis: Redis, parts: tuple[str, str]) -> None:
    limits = await warmed(redis)
    others = {("a:b", "c"), ("a", "b:c"), ("a%3Ab", "c")} - {parts}
    await limits.take([ask(Limit("person", other, 1, HOUR)) for other in sorted(others)], NOON)
    assert await limits.take([ask(Limit("person", parts, 1, HOUR))], NOON) == [Taken()]


# Refunds


async def test_a_refund_gives_back_what_was_taken(redis: Redis) -> None:
    limits = await warmed(redis)
    await limits.take([ask(TWO, cost=2)], NOON)
    await limits.refund([ask(TWO)])
    assert await limits.take([ask(TWO), ask(TWO)], NOON) == [Taken(), Wait(HOUR / 2, "person")]


async def test_refunds_never_fill_a_bucket_beyond_its_size(redis: Redis) -> None:
    limits = await warmed(redis)
    await limits.take([ask(TWO)], NOON)
    await limits.refund([ask(TWO)] * 5)
    assert await limits.take([ask(TWO)] * 3, NOON) == [Taken(), Taken(), Wait(HOUR / 2, "person")]


async def test_a_refund_keeps_the_time_of_forgetting(redis: Redis) -> None:
    """A bucket without one would stay for ever."""
    limits = await warmed(redis)
    await limits.take([ask(TWO)], NOON)
    await limits.refund([ask(TWO)])
    assert await redis.pttl("{askfirst:shop}:person:2/3600000:prs_a:offers") > 1_800_000


# The clock


async def test_a_jump_ahead_fills_no_more_than_the_bucket(redis: Redis) -> None:
    limits = await warmed(redis)
    await limits.take([ask(TWO)] * 2, NOON)
    assert await limits.take([ask(TWO)] * 3, NOON + timedelta(days=400)) == [
        Taken(), Taken(), Wait(HOUR / 2, "person"),
    ]  # fmt: skip


async def test_a_clock_that_is_behind_gains_and_loses_nothing(redis: Redis) -> None:
    """Two hosts whose clocks differ share a bucket; its own time never goes backwards."""
    limits = await warmed(redis)
    assert await limits.take([ask(TWO)] * 2, NOON) == [Taken(), Taken()]
    assert await limits.take([ask(TWO)], NOON - 2 * SECOND) == [Wait(HOUR / 2 + 2 * SECOND, "person")]
    assert await limits.take([ask(TWO)], NOON + HOUR / 2 - MS) == [Wait(MS, "person")]
    assert await limits.take([ask(TWO)], NOON + HOUR / 2) == [Taken()]


async def test_a_clock_set_back_by_years_waits_no_longer_than_the_period(redis: Redis) -> None:
    limits = await warmed(redis)
    await limits.take([ask(TWO)] * 2, NOON)
    assert await limits.take([ask(TWO)], NOON - timedelta(days=900)) == [Wait(HOUR, "person")]


async def test_every_key_goes_away_by_itself(redis: Redis) -> None:
    limits = await warmed(redis)
    await limits.take([ask(TWO, per_business(5), per_sender("10690", 80))], NOON)
    keys = await redis.keys("*")
    left = {key: await redis.pttl(key) for key in keys}
    assert len(left) == 4
    assert all(0 < milliseconds <= 30 * 24 * 3_600_000 for milliseconds in left.values())
    person = left[b"{askfirst:shop}:person:2/3600000:prs_a:offers"]
    assert 1_800_000 < person <= 1_860_000, "about when it is full again"


async def test_all_keys_of_a_business_lie_in_one_slot(redis: Redis) -> None:
    """A script may touch one slot of a cluster only: the part in braces decides."""
    limits = await warmed(redis)
    await limits.take([ask(TWO, per_business(5))], NOON)
    assert {key.partition(b"}")[0] for key in await redis.keys("*") if isinstance(key, bytes)} == {b"{askfirst:shop"}


# Loss


async def test_nothing_passes_while_cold(redis: Redis) -> None:
    limits = limiter(redis)
    assert await limits.take([ask(TWO), ask()], NOON) == [Cold(), Cold()]
    assert await redis.keys("*") == []


async def test_a_flush_gives_nobody_a_second_bucket(redis: Redis) -> None:
    """Buckets start empty as of the last send and fill from then on."""
    limits = await warmed(redis)
    assert await limits.take([ask(TWO)] * 2, NOON) == [Taken(), Taken()]
    await redis.flushall()
    later = NOON + 10 * SECOND
    assert await limits.take([ask(TWO)], later) == [Cold()]
    await limits.warm("shop", later, NOON)
    assert await limits.take([ask(TWO)], later) == [Wait(HOUR / 2 - 10 * SECOND, "person")]
    assert await limits.take([ask(TWO)] * 2, NOON + HOUR / 2) == [Taken(), Wait(HOUR / 2, "person")]


async def test_buckets_are_full_a_period_after_the_last_send(redis: Redis) -> None:
    """Also those that nobody asked for meanwhile."""
    limits = limiter(redis)
    await limits.warm("shop", NOON + HOUR, NOON)
    assert await limits.take([ask(TWO)] * 2, NOON + HOUR) == [Taken(), Taken()]


async def test_a_last_send_in_the_future_counts_as_now(redis: Redis) -> None:
    """Another host's clock may be ahead."""
    limits = limiter(redis)
    await limits.warm("shop", NOON, NOON + HOUR)
    assert await limits.take([ask(TWO)], NOON) == [Wait(HOUR / 2, "person")]


async def test_of_two_that_warm_the_first_is_heard(redis: Redis) -> None:
    """What was taken since is in the buckets already."""
    limits = limiter(redis)
    await limits.warm("shop", NOON, None)
    await limits.warm("shop", NOON, NOON)
    assert await limits.take([ask(TWO)], NOON) == [Taken()]


async def test_a_refund_after_a_flush_makes_no_bucket(redis: Redis) -> None:
    limits = await warmed(redis)
    await limits.take([ask(TWO)], NOON)
    await redis.flushall()
    await limits.refund([ask(TWO)])
    assert await redis.keys("*") == []


async def test_a_server_that_lost_the_script_is_given_it_again(redis: Redis) -> None:
    """As after a failover to a replica that never ran it."""
    limits = await warmed(redis, "shop", "cafe")
    await limits.take([ask(TWO)], NOON)
    await redis.script_flush()
    assert await limits.take([ask(TWO), ask(TWO, business="cafe")], NOON) == [Taken(), Taken()]
    await redis.script_flush()
    await limits.refund([ask(TWO)])
    assert await limits.take([ask(TWO)], NOON) == [Taken()]


async def test_counts_survive_a_killed_server(valkey: EmbeddedValkey) -> None:
    """The append-only file brings back buckets and epoch; nothing bursts and nobody need warm."""
    async with open_redis(valkey.url) as redis:
        limits = await warmed(redis)
        assert await limits.take([ask(TWO)] * 2, NOON) == [Taken(), Taken()]
        await redis.waitaof(1, 0, 200)
        await restart(valkey)
        assert await take_again(limits) == [Wait(HOUR / 2, "person")]


async def test_a_killed_server_without_its_file_is_cold(valkey: EmbeddedValkey) -> None:
    async with open_redis(valkey.url) as redis:
        limits = await warmed(redis)
        assert await limits.take([ask(TWO)] * 2, NOON) == [Taken(), Taken()]
        for part in (valkey.folder / "appendonlydir").iterdir():
            part.unlink()
        await restart(valkey)
        assert await take_again(limits) == [Cold()]


async def restart(valkey: EmbeddedValkey) -> None:
    """Kill it and wait for the new process."""
    old = valkey.pid
    assert old is not None
    os.kill(old, signal.SIGKILL)
    await until(lambda: valkey.pid not in (None, old))


async def take_again(limits: Limiter) -> list[Taken | Wait | Cold]:
    """The first answer of the server that comes back."""
    answers: list[Taken | Wait | Cold] = []

    async def answered() -> bool:
        try:
            answers.extend(await limits.take([ask(TWO)], NOON))
        except RedisDown:
            return False
        return True

    await until(answered)
    return answers


async def test_a_hanging_server_is_down_and_nothing_was_given(valkey: EmbeddedValkey) -> None:
    async with open_redis(valkey.url) as redis:
        await warmed(redis)
        limits = Limiter(redis, Breaker(time.monotonic))
        assert valkey.pid is not None
        os.kill(valkey.pid, signal.SIGSTOP)
        with pytest.raises(RedisDown):
            await limits.take([ask(TWO)], NOON)
        os.kill(valkey.pid, signal.SIGCONT)


# Sharing


async def test_two_processes_together_take_no_more_than_one(valkey_url: str, redis: Redis) -> None:
    """Each its own connection, many calls at once."""
    hundred = per_business(100, HOUR)
    await warmed(redis)
    async with open_redis(valkey_url, PATIENT) as one, open_redis(valkey_url, PATIENT) as two:
        takers = [limiter(one), limiter(two)]
        calls = [takers[number % 2].take([ask(hundred)] * 5, NOON) for number in range(60)]
        answers = [answer for batch in await asyncio.gather(*calls) for answer in batch]
    assert sum(answer == Taken() for answer in answers) == 100
    assert sum(isinstance(answer, Wait) for answer in answers) == 200


# What cannot be a limit


@pytest.mark.parametrize(
    "count, period",
    [(0, HOUR), (-1, HOUR), (1, timedelta()), (1, timedelta(microseconds=1500)), (10**9, timedelta(days=365))],
)
def test_a_limit_that_cannot_be_counted_is_refused(count: int, period: timedelta) -> None:
    with pytest.raises(ValueError, match=r"business: "):
        per_business(count, period)


def test_a_request_that_could_never_pass_is_refused() -> None:
    with pytest.raises(ValueError, match=r"3 can never pass a limit of 2"):
        ask(TWO, cost=3)


def test_a_request_without_cost_or_with_a_limit_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at least 1"):
        ask(TWO, cost=0)
    with pytest.raises(ValueError, match=r"twice"):
        ask(TWO, TWO)
