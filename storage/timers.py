"""Timers, kept in SQL so that they outlive a restart. One per conversation and trigger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from storage.statements import DeleteRows, InsertRows, of_business
from storage.tables import timers


@dataclass(frozen=True, slots=True)
class Timer:
    """``trigger`` names the row of the card that fires at ``due_at``."""

    conversation: str
    trigger: str
    due_at: int


UPSERT = InsertRows(timers, ("business", "person", "conversation", "trigger", "due_at"), conflict="replace")
DELETE = DeleteRows(timers, ("business", "person", "conversation", "trigger"))
CANCEL = DeleteRows(timers, ("business", "person", "conversation"))
DUE_OF_PEOPLE = (
    select(timers.c.person, timers.c.conversation, timers.c.trigger, timers.c.due_at)
    .where(
        of_business(timers.c.business, timers.c.person, "people"),
        timers.c.due_at <= bindparam("now"),
    )
    .order_by(timers.c.due_at)
)


def from_row(row: Any) -> tuple[str, Timer]:
    """A row of ``DUE_OF_PEOPLE``."""
    person, conversation, trigger, due_at = row
    return person, Timer(conversation, trigger, due_at)
