"""The list of those who must not be written to, by keyed hash: it outlives the person's other data.

``stopped`` is the person's will; ``carrier`` a block that the provider keeps itself and that our records cannot lift.
The others hold back for now: ``paused`` for the days that the person named, ``doubtful`` until the person or the
business says what was meant, ``complaint`` until the business has settled it, ``wrong-number`` until the business has
found out whose number it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from storage.statements import InsertRows, of_business
from storage.tables import aliases, suppressions

STOPPED = "stopped"
CARRIER = "carrier"
PAUSED = "paused"
DOUBTFUL = "doubtful"
COMPLAINT = "complaint"
WRONG_NUMBER = "wrong-number"

EVERYTHING = "all"
NOTICES = "notices"
MARKETING = "marketing:"


@dataclass(frozen=True, slots=True)
class Suppression:
    """``scope``: ``all``, a medium's name, ``notices`` (what is sent unasked and does not sell), or ``marketing:`` and
    a medium's name. ``until_at``: when it ends by itself, None for never."""

    hash: str
    kind: str
    scope: str
    since_at: int
    until_at: int | None = None

    def covers(self, medium: str, *, commercial: bool, notice: bool = False) -> bool:
        """Whether a message on this medium falls under it."""
        if self.scope.startswith(MARKETING):
            return commercial and self.scope == MARKETING + medium
        if self.scope == NOTICES:
            return notice
        return self.scope in (EVERYTHING, medium)

    def over(self, now: int) -> bool:
        """Whether it has ended by itself."""
        return self.until_at is not None and self.until_at <= now


OF_PEOPLE = (
    select(
        aliases.c.person,
        suppressions.c.hash,
        suppressions.c.kind,
        suppressions.c.scope,
        suppressions.c.since_at,
        suppressions.c.until_at,
    )
    .select_from(
        suppressions.join(
            aliases, and_(aliases.c.business == suppressions.c.business, aliases.c.hash == suppressions.c.hash)
        )
    )
    .where(
        of_business(aliases.c.business, aliases.c.person, "people"),
        aliases.c.until_at.is_(None),
        suppressions.c.lifted_at.is_(None),
    )
)
UPSERT = InsertRows(
    suppressions,
    ("business", "hash", "kind", "scope", "person", "source", "since_at", "until_at", "lifted_at"),
    conflict="replace",
)


def from_row(row: Any) -> tuple[str, Suppression]:
    """A row of ``OF_PEOPLE``: the person and the suppression."""
    person, hash_, kind, scope, since_at, until_at = row
    return person, Suppression(hash_, kind, scope, since_at, until_at)
