"""Decisions that stay: who switched what, when and why."""

from __future__ import annotations

from sqlalchemy import select

from storage.statements import InsertRows, of_business
from storage.tables import switches

PAST_PURCHASE = "past-purchase"
HOOK_TOKEN = "hook-token:"  # noqa: S105  # a name, not a secret
CLOCK = "clock"
EVERY_BUSINESS = ""

PUT = InsertRows(switches, ("business", "name", "value", "by", "reason", "at"), conflict="replace")
PUT_NEW = InsertRows(switches, ("business", "name", "value", "by", "reason", "at"), conflict="ignore")
OF_NAMES = select(switches.c.business, switches.c.name, switches.c.value).where(
    of_business(switches.c.business, switches.c.name, "names")
)
