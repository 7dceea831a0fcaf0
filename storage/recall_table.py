"""The table of recalls; see ``recalls``. A part of ``tables``."""

from __future__ import annotations

from sqlalchemy import Index, Table, text

from storage import columns
from storage.columns import key, number, time, time_or_none, words

recalls = Table(
    "recalls",
    columns.metadata,
    key("business"),
    key("id"),
    words("scope"),
    words("name"),
    words("by"),
    words("reason"),
    time("at"),
    number("stopped"),
    number("flying"),
    number("gone"),
    number("record"),
    time_or_none("lifted_at"),
    words("lifted_by"),
    words("lift_reason"),
    number("lift_record"),
    Index(
        "uq_recalls_in_force",
        "business",
        "scope",
        "name",
        unique=True,
        sqlite_where=text("lifted_at IS NULL"),
        postgresql_where=text("lifted_at IS NULL"),
    ),
    Index("ix_recalls_lifted", "business", "lifted_at"),
)
"""Who took what back, why, and what came of it; in force while ``lifted_at`` is null. ``name``: the campaign or
channel. ``stopped``, ``flying``, ``gone``: messages as counted in the transaction of the recall. ``record``,
``lift_record``: in the business's own chain."""
