"""Who is where: how many open conversations stand in which state of which version, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from storage.statements import among, of_business
from storage.tables import conversations, timers

_C = conversations.c
_KEY = (_C.business, _C.flow, _C.flow_hash, _C.state)
COUNTS = (
    select(*_KEY, func.count(), func.min(_C.started_at))
    .where(among(_C.business, "businesses"), _C.ended_at.is_(None))
    .group_by(*_KEY)
    .order_by(*_KEY)
)
IN_STATES = (
    select(_C.person, _C.id)
    .where(
        of_business(_C.business, _C.flow, "flows"),
        among(_C.flow_hash, "hashes"),
        among(_C.state, "states"),
        _C.ended_at.is_(None),
    )
    .order_by(_C.person)
    .limit(200)
)
TIMERS = select(timers.c.conversation, timers.c.trigger, timers.c.due_at).where(
    of_business(timers.c.business, timers.c.person, "people")
)


@dataclass(frozen=True, slots=True)
class Group:
    """``people``: open conversations there; ``since_at``: when the first of them began, in microseconds."""

    business: str
    flow: str
    hash: str
    state: str
    people: int
    since_at: int


def from_row(row: Any) -> Group:
    """A row of ``COUNTS``."""
    return Group(*row)
