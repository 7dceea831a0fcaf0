"""How fast messages may leave: token buckets in Redis, many requests and many limits in one atomic script call.

These shape rates; what the law caps is counted in SQL by the gate. When Redis loses its memory nothing may burst:
every answer is ``Cold`` until ``warm`` is told of the last send, and the buckets then start empty as of that time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from redis.asyncio import Redis

from storage.redis import Breaker
from storage.script import Run, Script

MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_KEPT = timedelta(days=30)
EXACT = 2**51
"""Lua counts in doubles, exact below 2**53; sums of a few buckets' worth stay below."""
BATCH = 500
"""Requests in one script call: Redis serves nobody else while it runs, about 5 ms for these."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` at once, coming back evenly over ``period`` (whole milliseconds).

    ``key`` says whose bucket it is: ids of ours, never a phone number of a person. Another count or period is another
    bucket. After Redis lost its memory a bucket takes up to ``period`` to fill: long caps belong into SQL.
    """

    name: str
    key: tuple[str, ...]
    count: int
    period: timedelta

    def __post_init__(self) -> None:
        if self.count < 1 or self.period < MILLISECOND or self.period % MILLISECOND:
            raise ValueError(f"{self.name}: {self.count} per {self.period}: give at least 1 per whole milliseconds")
        if self.count * self.milliseconds > EXACT:
            raise ValueError(f"{self.name}: {self.count} per {self.period} is too large to count exactly")

    @property
    def milliseconds(self) -> int:
        """The period."""
        return self.period // MILLISECOND


@dataclass(frozen=True, slots=True)
class Request:
    """One message that wants to leave: it takes ``cost`` from each of its limits, or nothing."""

    business: str
    limits: tuple[Limit, ...]
    cost: int = 1

    def __post_init__(self) -> None:
        if self.cost < 1:
            raise ValueError(f"a request takes at least 1, not {self.cost}")
        for limit in self.limits:
            if self.cost > limit.count:
                raise ValueError(f"{limit.name}: a request of {self.cost} can never pass a limit of {limit.count}")
        if len(set(self.limits)) != len(self.limits):
            raise ValueError(f"a limit is named twice in {self.limits}")


@dataclass(frozen=True, slots=True)
class Taken:
    """It may leave now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing was taken. It could pass ``after`` this long if nobody takes but those that wait before it in the same
    call; ``limit`` is what it waits for."""

    after: timedelta
    limit: str


@dataclass(frozen=True, slots=True)
class Cold:
    """Nothing was taken. Redis does not know what was sent: call ``warm`` for this business, then ask again."""


Answer = Taken | Wait | Cold


def per_person(person: str, purpose: str, count: int, period: timedelta) -> Limit:
    """For one person (our id) and purpose."""
    return Limit("person", (person, purpose), count, period)


def per_sender(sender: str, count: int, period: timedelta = timedelta(seconds=1)) -> Limit:
    """For one of the business's own senders: what its carrier takes."""
    return Limit("sender", (sender,), count, period)


def per_pair(sender: str, person: str, count: int, period: timedelta) -> Limit:
    """From one sender to one person."""
    return Limit("pair", (sender, person), count, period)


def per_business(count: int, period: timedelta = timedelta(seconds=1)) -> Limit:
    """For all that a business sends."""
    return Limit("business", (), count, period)


@dataclass(slots=True)
class Call:
    """One script call: requests of one business, and their places in what the caller gave."""

    business: str
    places: list[int]
    requests: list[Request]
    buckets: dict[Limit, int]

    def take(self, now: int) -> Run:
        """As ``limits.lua`` reads it."""
        asked = {
            "now": now,
            "limits": [(limit.count, limit.milliseconds) for limit in self.buckets],
            "requests": [(one.cost, *(self.buckets[limit] for limit in one.limits)) for one in self.requests],
        }
        return Run([epoch_key(self.business), *self._keys()], [json.dumps(asked, separators=(",", ":"))])

    def refund(self) -> Run:
        """As ``refund.lua`` reads it."""
        back = dict.fromkeys(self.buckets, 0)
        for request in self.requests:
            for limit in request.limits:
                back[limit] += request.cost * limit.milliseconds
        return Run(self._keys(), [str(weight) for weight in back.values()])

    def _keys(self) -> list[str]:
        return [bucket_key(self.business, limit) for limit in self.buckets]

    def answers(self, given: Any) -> Iterable[tuple[int, Answer]]:
        """Place and answer for each request."""
        if given == b"cold":
            return [(place, Cold()) for place in self.places]
        limits = list(self.buckets)
        found = zip(given[::2], given[1::2], strict=True)
        return [
            (place, Wait(wait * MILLISECOND, limits[short - 1].name) if wait else Taken())
            for place, (wait, short) in zip(self.places, found, strict=True)
        ]


class Limiter:
    """Takes and refunds. Holds no counts of its own, so any number of processes may share one Redis."""

    def __init__(self, redis: Redis, breaker: Breaker) -> None:
        self._redis = redis
        self._breaker = breaker
        self._take = Script.load("limits.lua")
        self._refund = Script.load("refund.lua")

    async def take(self, requests: Sequence[Request], now: datetime) -> list[Answer]:
        """An answer for each request, first come first served.

        Raises ``RedisDown``; tokens may then have been taken, and come back with time.
        """
        calls = group(requests)
        moment = to_milliseconds(now)
        given = await self._run(self._take, [call.take(moment) for call in calls])
        found = dict(pair for call, answer in zip(calls, given, strict=True) for pair in call.answers(answer))
        return [found[place] for place in range(len(requests))]

    async def refund(self, requests: Sequence[Request]) -> None:
        """Give back what requests took that then did not leave. Once for each ``Taken``; raises ``RedisDown``."""
        await self._run(self._refund, [call.refund() for call in group(requests) if call.buckets])

    async def _run(self, script: Script, runs: Sequence[Run]) -> list[Any]:
        return await self._breaker.call(partial(script.run, self._redis, runs)) if runs else []

    async def warm(self, business: str, now: datetime, last_sent_at: datetime | None) -> None:
        """End ``Cold``: buckets that Redis does not know count as empty at the last send, and fill from then on.

        ``last_sent_at``, from SQL and read after the ``Cold``: the latest time at which a send of this business may
        have taken; None when it never sent, or not within its longest limit: they then start full. Of several that
        warm at once the first is heard. Raises ``RedisDown``.
        """
        emptied = 0 if last_sent_at is None else to_milliseconds(min(last_sent_at, now))
        await self._breaker.call(
            lambda: self._redis.set(epoch_key(business), emptied, nx=True, px=EPOCH_KEPT // MILLISECOND)
        )


def group(requests: Sequence[Request]) -> list[Call]:
    """By business, in order, at most ``BATCH`` to a call."""
    calls: list[Call] = []
    open_calls: dict[str, Call] = {}
    for place, request in enumerate(requests):
        call = open_calls.get(request.business)
        if call is None or len(call.requests) == BATCH:
            call = open_calls[request.business] = Call(request.business, [], [], {})
            calls.append(call)
        call.places.append(place)
        call.requests.append(request)
        for limit in request.limits:
            call.buckets.setdefault(limit, len(call.buckets) + 1)
    return calls


def epoch_key(business: str) -> str:
    """The braces keep all keys of a business in one slot of a Redis Cluster."""
    return f"{{askfirst:{business}}}:epoch"


def bucket_key(business: str, limit: Limit) -> str:
    """Another count or period is another bucket, so a bucket's unit never changes under it."""
    parts = ":".join(part.replace("%", "%25").replace(":", "%3A") for part in limit.key)
    return f"{{askfirst:{business}}}:{limit.name}:{limit.count}/{limit.milliseconds}:{parts}"


def to_milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 UTC."""
    return (moment - EPOCH) // MILLISECOND
