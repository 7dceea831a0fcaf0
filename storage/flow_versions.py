"""The exact text of every flow version that ever ran, so that people stay pinned to the one they started, and the
proof without which none of it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from storage.statements import InsertRows, among, of_business
from storage.tables import flow_versions

PUT = InsertRows(
    flow_versions,
    ("business", "flow", "hash", "source", "proof", "record", "first_seen_at"),
    conflict="replace",
    first=("source", "first_seen_at"),
)
_OWN = of_business(flow_versions.c.business, flow_versions.c.hash, "hashes")
SOURCES = select(flow_versions.c.business, flow_versions.c.flow, flow_versions.c.hash, flow_versions.c.source).where(
    _OWN, flow_versions.c.proof.is_not(None)
)
"""Of versions whose proof is on record; what was never proved is not there."""

OF_HASHES = select(
    flow_versions.c.business,
    flow_versions.c.flow,
    flow_versions.c.hash,
    flow_versions.c.source,
    flow_versions.c.proof,
    flow_versions.c.first_seen_at,
).where(_OWN)
OF_FLOWS = select(*OF_HASHES.selected_columns).where(
    among(flow_versions.c.business, "businesses"), among(flow_versions.c.flow, "flows")
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it is kept. ``proof``: JSON, None when there is none on record."""

    business: str
    flow: str
    hash: str
    source: str
    proof: str | None
    first_seen_at: int


def from_row(row: Any) -> Version:
    """A row of ``OF_HASHES`` or ``OF_FLOWS``."""
    return Version(*row)
