"""The list of those who must not be written to, by keyed hash: it outlives the person's other data.

``stopped`` is the person's will; ``carrier`` a block that the provider keeps itself and that our records cannot lift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from storage.statements import InsertRows, of_business
from storage.tables import aliases, suppressions

STOPPED = "stopped"
CARRIER = "carrier"
EVERYTHING = "all"
MARKETING = "marketing:"


@dataclass(frozen=True, slots=True)
class Suppression:
    """``scope``: ``all``, a medium's name, or ``marketing:`` and a medium's name."""

    hash: str
    kind: str
    scope: str
    since_at: int

    def covers(self, medium: str, *, commercial: bool) -> bool:
        """Whether a message on this medium falls under it."""
        if self.scope.startswith(MARKETING):
            return commercial and self.scope == MARKETING + medium
        return self.scope in (EVERYTHING, medium)


OF_PEOPLE = (
    select(aliases.c.person, suppressions.c.hash, suppressions.c.kind, suppressions.c.scope, suppressions.c.since_at)
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
    ("business", "hash", "kind", "scope", "person", "source", "since_at", "lifted_at"),
    conflict="replace",
)


def from_row(row: Any) -> tuple[str, Suppression]:
    """A row of ``OF_PEOPLE``: the person and the suppression."""
    person, hash_, kind, scope, since_at = row
    return person, Suppression(hash_, kind, scope, since_at)
