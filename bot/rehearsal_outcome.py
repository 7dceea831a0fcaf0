"""What a rehearsal left behind, read from its database as anybody would read it: nothing is remembered on the side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, literal_column, null, select, union_all
from sqlalchemy.sql import Executable

from bot.rehearsal_cast import Cast
from bot.why import Why
from flows.spec import Kind
from flows.talk import Outcome, Visit
from storage.consents import HELD
from storage.database import Database
from storage.messages import LEFT, Status
from storage.suppressions import EVERYTHING, MARKETING, STOPPED
from storage.tables import consents, conversations, inbox, outbox, suppressions, timers

MARKETING_ALONE = "marketing"
"""In ``blocked``: commercial messages alone."""

DUE = [
    select(func.min(timers.c.due_at)).where(timers.c.due_at > bindparam("now")),
    select(func.min(inbox.c.due_at)).where(inbox.c.stepped_at.is_(None), inbox.c.due_at > bindparam("now")),
    select(func.min(outbox.c.due_at)).where(outbox.c.status == Status.QUEUED.value, outbox.c.due_at > bindparam("now")),
]
NEXT_DUE = union_all(*DUE)
PACED = select(func.max(outbox.c.due_at)).where(
    outbox.c.status == Status.QUEUED.value,
    outbox.c.why != Why.QUIET_HOURS.value,
    outbox.c.due_at > bindparam("now"),
    outbox.c.due_at <= bindparam("until"),
)
NAMES = select(outbox.c.id, outbox.c.flow, outbox.c.text).where(outbox.c.id.in_(bindparam("ids", expanding=True)))
LATEST = (
    select(conversations.c.state)
    .where(conversations.c.flow == bindparam("flow"))
    # A rehearsal's clock stands, so that several may start at one instant; a rehearsal is always on SQLite.
    .order_by(conversations.c.started_at.desc(), literal_column("rowid").desc())
    .limit(1)
)
CONSENTS = select(consents.c.purpose).where(
    consents.c.status.in_([str(status) for status in HELD]),
    (consents.c.expires_at == null()) | (consents.c.expires_at > bindparam("now")),
)
BLOCKS = select(suppressions.c.scope).where(suppressions.c.kind == STOPPED, suppressions.c.lifted_at.is_(None))
NOT_SENT = select(outbox.c.why).where(outbox.c.status.in_([Status.REFUSED.value, Status.CANCELLED.value]))
SENT = select(outbox.c.flow).where(outbox.c.status.in_([*LEFT, Status.FAILED.value]))
RESULTS = select(inbox.c.result).where(inbox.c.result != "")


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The database of one rehearsal, which holds one person of one business."""

    database: Database
    who: Cast

    async def next_due(self, now: int, until: int) -> int | None:
        """When anything falls due next, after now and not after ``until``."""
        found = [at for (at,) in await self._rows(NEXT_DUE, now=now) if at is not None]
        return min((at for at in found if at <= until), default=None)

    async def paced_until(self, now: int, until: int) -> int | None:
        """When the last message goes that only its pace holds back until then."""
        ((at,),) = await self._rows(PACED, now=now, until=until)
        return int(at) if at is not None else None

    async def names(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """The flow and the text of each message."""
        return {id_: (flow, text) for id_, flow, text in await self._rows(NAMES, ids=list(ids))}

    async def failures(self) -> list[str]:
        """What went wrong inside the path while acting on an event."""
        return [result["failed"] for result in await self._results() if "failed" in result]

    async def outcome(self, now: int, messages: int, visits: Iterable[Visit]) -> Outcome:
        """What is true now; ``messages`` is how many left."""
        refused = {why for (why,) in await self._rows(NOT_SENT)}
        refused |= {each["reason"] for result in await self._results() for each in result.get("refused", ())}
        return Outcome(
            state=await self._state(),
            granted=tuple(sorted({purpose for (purpose,) in await self._rows(CONSENTS, now=now)})),
            blocked=_blocked({scope for (scope,) in await self._rows(BLOCKS)}),
            messages=messages,
            refused=tuple(sorted(refused)),
            visits=tuple(visits),
        )

    async def _state(self) -> str | None:
        """Of the latest conversation; a farewell holds none, it has been said or not."""
        flow = self.who.flow
        found = await self._rows(LATEST, flow=flow.name)
        if found:
            return str(found[0][0])
        said = flow.kind is Kind.FAREWELL and (flow.name,) in [tuple(row) for row in await self._rows(SENT)]
        return flow.start.go if said else None

    async def _results(self) -> list[dict[str, Any]]:
        return [json.loads(result) for (result,) in await self._rows(RESULTS) if result.startswith("{")]

    async def _rows(self, statement: Executable, **given: Any) -> Sequence[Any]:
        async with self.database.read() as connection:
            return (await connection.execute(statement, given)).all()


def _blocked(scopes: set[str]) -> tuple[str, ...]:
    if EVERYTHING in scopes:
        return (EVERYTHING,)
    return tuple(sorted({MARKETING_ALONE if scope.startswith(MARKETING) else scope for scope in scopes}))
