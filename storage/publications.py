"""Which version of each flow was put in force when, by whom, and with which map of states. Only ever added to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from storage.statements import InsertRows, among
from storage.tables import publications

COLUMNS = ("business", "flow", "number", "hash", "was", "moves", "by", "at", "record")
INSERT = InsertRows(publications, COLUMNS)
OF_BUSINESSES = (
    select(*(publications.c[name] for name in COLUMNS))
    .where(among(publications.c.business, "businesses"))
    .order_by(publications.c.business, publications.c.flow, publications.c.number)
)


@dataclass(frozen=True, slots=True)
class Publication:
    """``hash`` empty: taken out of force. ``moves``: JSON. ``record``: in the business's own chain."""

    business: str
    flow: str
    number: int
    hash: str
    was: str
    moves: str
    by: str
    at: int
    record: int

    def as_row(self) -> tuple[Any, ...]:
        """For ``INSERT``."""
        return tuple(getattr(self, name) for name in COLUMNS)


def from_row(row: Any) -> Publication:
    """A row of ``OF_BUSINESSES``."""
    return Publication(*row)
