"""The exact text of every flow version that ever ran, so that people stay pinned to the one they started."""

from __future__ import annotations

from sqlalchemy import select

from storage.statements import InsertRows, of_business
from storage.tables import flow_versions

INSERT = InsertRows(flow_versions, ("business", "flow", "hash", "source", "first_seen_at"), conflict="ignore")
SOURCES = select(flow_versions.c.business, flow_versions.c.flow, flow_versions.c.hash, flow_versions.c.source).where(
    of_business(flow_versions.c.business, flow_versions.c.hash, "hashes")
)
