"""How much lies where, for the operator's eyes. Each count reads an index, none a whole table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from storage.database import Database
from storage.ids import MESSAGE
from storage.recall_table import recalls
from storage.tables import inbox, outbox

WINDOW = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)

_MESSAGES = (
    select(outbox.c.business, outbox.c.channel, outbox.c.status, outbox.c.why, func.count())
    .where(outbox.c.business == bindparam("business"), outbox.c.id >= bindparam("since"))
    .group_by(outbox.c.business, outbox.c.channel, outbox.c.status, outbox.c.why)
)
_QUEUED = (
    select(outbox.c.business, outbox.c.channel, outbox.c.why, func.count())
    .where(outbox.c.status == "queued")
    .group_by(outbox.c.business, outbox.c.channel, outbox.c.why)
)
_RECALLS = (
    select(recalls.c.business, recalls.c.scope, func.count())
    .where(recalls.c.business == bindparam("business"), recalls.c.lifted_at.is_(None))
    .group_by(recalls.c.business, recalls.c.scope)
)
_PENDING = select(func.count(), func.min(inbox.c.due_at)).where(inbox.c.stepped_at.is_(None))


@dataclass(frozen=True, slots=True)
class StateCounts:
    """``messages``: (business, channel, status, why, number) of the last hour; ``queued``: (business, channel, why,
    number); ``recalls`` in force: (business, scope, number); ``pending`` events of the inbox and the age of the oldest
    in seconds."""

    messages: tuple[tuple[str, str, str, str, int], ...]
    queued: tuple[tuple[str, str, str, int], ...]
    recalls: tuple[tuple[str, str, int], ...]
    pending: int
    oldest_seconds: float


async def count_states(database: Database, businesses: Sequence[str], now: int) -> StateCounts:
    """Count for these businesses. ``now`` in microseconds. Message ids begin with their time, so an hour is a range."""
    since = f"{MESSAGE}{max(0, now - WINDOW // MICROSECOND):014x}"
    async with database.read() as connection:
        messages = [
            tuple(row)
            for business in businesses
            for row in await connection.execute(_MESSAGES, {"business": business, "since": since})
        ]
        queued = [tuple(row) for row in await connection.execute(_QUEUED)]
        standing = [
            tuple(row) for business in businesses for row in await connection.execute(_RECALLS, {"business": business})
        ]
        pending, oldest = (await connection.execute(_PENDING)).one()
    age = max(0.0, (now - oldest) / 1_000_000) if oldest is not None else 0.0
    return StateCounts(tuple(messages), tuple(queued), tuple(standing), pending, age)
