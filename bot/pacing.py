"""How fast messages may leave: asks Redis for a whole batch at once, and a small SQL count where Redis is gone.

With Redis gone marketing waits; answers, stop confirmations and service go on, slowly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from bot.catalogue import Catalogue
from bot.gate import Claim
from bot.judgement import BY_SQL
from config.business_types import ChannelConfig
from storage.clock import Clock, from_micros
from storage.database import Database
from storage.errors import RedisDown
from storage.limits import Limit, Limiter, Request, Taken, Wait, per_business, per_person, per_sender
from storage.messages import Nature
from storage.statements import among
from storage.tables import outbox

SENDER_RATE = {"whatsapp_cloud": 80, "twilio": 100}
"""Messages a second per sender where the business sets none; the providers' own published defaults."""

WITHOUT_REDIS = 20
"""Messages a second per business while Redis is gone."""

ESSENTIAL = frozenset({Nature.FAREWELL, Nature.ANSWER, Nature.REPLY, Nature.SERVICE})
_UNPACED = frozenset({Nature.FAREWELL, Nature.ANSWER, Nature.REPLY})
_SECOND = 1_000_000

SENT_SINCE = (
    select(outbox.c.business, func.count())
    .where(among(outbox.c.business, "businesses"), outbox.c.authorised_at > bindparam("since_at"))
    .group_by(outbox.c.business)
)
LAST_SENT = select(func.max(outbox.c.authorised_at)).where(outbox.c.business == bindparam("business"))


@dataclass(slots=True)
class Paced:
    """``go`` may leave now; ``wait`` with how long, and whether the limit is the person's own."""

    go: list[Claim] = field(default_factory=list)
    wait: list[tuple[Claim, timedelta, bool]] = field(default_factory=list)


@dataclass(slots=True)
class Pacing:
    """Takes from the limits for claims, and gives back for those that then did not leave."""

    database: Database
    clock: Clock
    catalogue: Catalogue
    limiter: Limiter

    async def take(self, claims: Sequence[Claim]) -> Paced:
        """Ask for all of them in one call."""
        requests = [self._request(claim) for claim in claims]
        try:
            answers = await self._ask(requests)
        except RedisDown:
            return await self._without_redis(claims)
        paced = Paced()
        for claim, answer in zip(claims, answers, strict=True):
            if isinstance(answer, Taken):
                paced.go.append(claim)
            elif isinstance(answer, Wait):
                paced.wait.append((claim, answer.after, answer.limit == "person"))
            else:
                paced.wait.append((claim, timedelta(milliseconds=50), False))
        return paced

    async def give_back(self, claims: Sequence[Claim]) -> None:
        """These did not leave after all. Lost tokens come back with time, so a dead Redis is no harm."""
        if not claims:
            return
        try:
            await self.limiter.refund([self._request(claim) for claim in claims])
        except RedisDown:
            return

    async def _ask(self, requests: Sequence[Request]) -> list[object]:
        now = self.clock.now()
        answers: list[object] = list(await self.limiter.take(requests, now))
        cold = {r.business for r, a in zip(requests, answers, strict=True) if not isinstance(a, Taken | Wait)}
        for business in cold:
            async with self.database.read() as connection:
                last = (await connection.execute(LAST_SENT, {"business": business})).scalar()
            await self.limiter.warm(business, now, from_micros(last) if last is not None else None)
        if cold:
            again = [place for place, r in enumerate(requests) if not isinstance(answers[place], Taken | Wait)]
            for place, answer in zip(again, await self.limiter.take([requests[p] for p in again], now), strict=True):
                answers[place] = answer
        return answers

    def _request(self, claim: Claim) -> Request:
        house = self.catalogue.houses.get(claim.business)
        if house is None:
            return Request(claim.business, ())
        business = house.business
        limits: list[Limit] = []
        channel = business.channels.get(claim.channel)
        if claim.nature not in _UNPACED:
            limits += [
                per_person(claim.person, claim.purpose or claim.nature, rate.count, rate.period)
                for rate in business.limits.person
                if rate.period < BY_SQL
            ]
        if channel is not None:
            limits += _of_sender(channel)
        limits += [per_business(rate.count, rate.period) for rate in business.limits.business if rate.period < BY_SQL]
        return Request(claim.business, tuple(limits))

    async def _without_redis(self, claims: Sequence[Claim]) -> Paced:
        """Count the last second in SQL; only what people wait for goes."""
        since = self.clock.micros() - _SECOND
        businesses = list({claim.business for claim in claims})
        async with self.database.write() as tx:
            sent = {b: int(n) for b, n in await tx.fetch(SENT_SINCE, businesses=businesses, since_at=since)}
        paced = Paced()
        for claim in claims:
            used = sent.get(claim.business, 0)
            if claim.nature in ESSENTIAL and used < WITHOUT_REDIS:
                sent[claim.business] = used + 1
                paced.go.append(claim)
            else:
                paced.wait.append((claim, timedelta(seconds=1), True))
        return paced


def _of_sender(channel: ChannelConfig) -> list[Limit]:
    """What the carrier takes from one sender."""
    if channel.rate is not None:
        return [per_sender(channel.sender, channel.rate.count, channel.rate.period)]
    count = SENDER_RATE.get(channel.provider)
    return [per_sender(channel.sender, count)] if count is not None else []
