"""The script against a plain model of token buckets in fractions, over random histories."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations, count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from storage.limits import Answer, Limit, Limiter, Request, Taken, Wait
from storage.redis import Breaker

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MS = timedelta(milliseconds=1)
LIMITS = (
    Limit("a", ("x",), 2, 1000 * MS),
    Limit("b", ("x",), 7, 3001 * MS),
    Limit("c", ("y", "z"), 3, 10 * MS),
    Limit("c", ("z",), 5, 60_000 * MS),
)
BUSINESSES = count(1)


@dataclass
class Bucket:
    """What is in it, in fractions of a token, at a time of its own that never goes back."""

    level: Fraction
    at: int

    def filled(self, limit: Limit, now: int) -> Bucket:
        if now <= self.at:
            return Bucket(self.level, self.at)
        back = Fraction(limit.count * (now - self.at), limit.milliseconds)
        return Bucket(min(Fraction(limit.count), self.level + back), now)

    def wait(self, limit: Limit, cost: int, now: int) -> int:
        if self.level >= cost:
            return 0
        needed = (cost - self.level) * limit.milliseconds / limit.count
        return min(self.at - now + math.ceil(needed), limit.milliseconds)


@dataclass
class Model:
    """One request after another. A request that waits leaves no trace."""

    buckets: dict[Limit, Bucket] = field(default_factory=dict)

    def take(self, request: Request, now: int, ahead: dict[Limit, int]) -> Answer:
        found = {}
        for limit in request.limits:
            full = Bucket(Fraction(limit.count), now)
            found[limit] = self.buckets.get(limit, full).filled(limit, now)
        wait, slowest = max(
            (
                (wait and wait + ahead.get(limit, 0) * limit.milliseconds // limit.count, limit)
                for limit, bucket in found.items()
                for wait in [bucket.wait(limit, request.cost, now)]
            ),
            key=lambda pair: pair[0],
        )
        if wait:
            ahead[slowest] = ahead.get(slowest, 0) + request.cost  # who waits, waits one behind the other
            return Wait(wait * MS, slowest.name)
        for limit, bucket in found.items():
            self.buckets[limit] = Bucket(bucket.level - request.cost, bucket.at)
        return Taken()

    def refund(self, request: Request) -> None:
        for limit in request.limits:
            bucket = self.buckets[limit]
            bucket.level = min(Fraction(limit.count), bucket.level + request.cost)


@dataclass(frozen=True)
class Step:
    """So many milliseconds later (or earlier), these ask; then some of those who took give back."""

    later: int
    asked: list[tuple[tuple[Limit, ...], int]]
    given_back: int


def steps(earliest: int, refunds: int) -> st.SearchStrategy[list[Step]]:
    some = st.lists(st.sampled_from(LIMITS), min_size=1, max_size=4, unique=True).map(tuple)
    asked = st.lists(st.tuples(some, st.integers(1, 2)), min_size=1, max_size=8)
    later = st.integers(earliest, 1500) | st.sampled_from([0, 1, 143, 500, 5000])
    return st.lists(st.builds(Step, later, asked, st.integers(0, refunds)), max_size=12)


def requests(business: str, step: Step) -> list[Request]:
    return [Request(business, limits, cost) for limits, cost in step.asked]


async def fresh(redis: Redis) -> tuple[Limiter, str]:
    limiter, business = Limiter(redis, Breaker(time.monotonic, timedelta(seconds=10))), f"b{next(BUSINESSES)}"
    await limiter.warm(business, START, None)
    return limiter, business


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(history=steps(-300, 4))
async def test_the_script_answers_as_the_model_does(redis: Redis, history: Sequence[Step]) -> None:
    """Batches, several limits, refunds, clocks that differ: the same answers, to the millisecond."""
    limiter, business = await fresh(redis)
    model, now = Model(), 0
    for step in history:
        now += step.later
        asked = requests(business, step)
        answers = await limiter.take(asked, START + now * MS)
        ahead: dict[Limit, int] = {}
        assert answers == [model.take(request, now, ahead) for request in asked]
        back = [one for one, answer in zip(asked, answers, strict=True) if answer == Taken()][: step.given_back]
        await limiter.refund(back)
        for request in back:
            model.refund(request)


@QUICK
@given(history=steps(0, 0))
async def test_no_window_passes_more_than_the_bucket_and_what_comes_back(redis: Redis, history: Sequence[Step]) -> None:
    """Stated without any bucket: between any two moments at most count + count * time / period."""
    limiter, business = await fresh(redis)
    taken: dict[Limit, list[tuple[int, int]]] = {}
    now = 0
    for step in history:
        now += step.later
        asked = requests(business, step)
        for request, answer in zip(asked, await limiter.take(asked, START + now * MS), strict=True):
            for limit in request.limits if answer == Taken() else ():
                taken.setdefault(limit, []).append((now, request.cost))
    for limit, sends in taken.items():
        for first, last in combinations(range(len(sends) + 1), 2):
            window = sends[first:last]
            passed = window[-1][0] - window[0][0]
            most = limit.count + Fraction(limit.count * passed, limit.milliseconds)
            assert sum(cost for _, cost in window) <= most


@QUICK
@given(history=steps(0, 0), lost_at=st.integers(0, 11))
async def test_a_loss_lets_no_more_pass_than_no_loss(redis: Redis, history: Sequence[Step], lost_at: int) -> None:
    """Flush at any point, warm with the last send: over any window the same promise holds."""
    limiter, business = await fresh(redis)
    taken: dict[Limit, list[tuple[int, int]]] = {}
    now, last_sent_at = 0, None
    for number, step in enumerate(history):
        now += step.later
        moment = START + now * MS
        if number == lost_at:
            await redis.flushall()
            await limiter.warm(business, moment, last_sent_at)
        asked = requests(business, step)
        for request, answer in zip(asked, await limiter.take(asked, moment), strict=True):
            if answer == Taken():
                last_sent_at = moment
                for limit in request.limits:
                    taken.setdefault(limit, []).append((now, request.cost))
    for limit, sends in taken.items():
        for first, last in combinations(range(len(sends) + 1), 2):
            window = sends[first:last]
            most = limit.count + Fraction(limit.count * (window[-1][0] - window[0][0]), limit.milliseconds)
            assert sum(cost for _, cost in window) <= most
