"""Calendar arithmetic: when a term that begins now is over."""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta
from functools import lru_cache

from config.business_types import Term
from storage.clock import from_micros, to_micros


@lru_cache(maxsize=64)  # a batch has one moment, and a business few terms
def ends_at(term: Term, begin: int) -> int:
    """``end_of`` in microseconds, as stored."""
    return to_micros(end_of(term, from_micros(begin)))


def end_of(term: Term, begin: datetime) -> datetime:
    """The moment the term is over; a month that lacks the day ends on its last."""
    if term.unit in ("day", "week"):
        return begin + timedelta(days=term.count * (7 if term.unit == "week" else 1))
    months = begin.month - 1 + term.count * (12 if term.unit == "year" else 1)
    year, month = begin.year + months // 12, months % 12 + 1
    day = min(begin.day, calendar.monthrange(year, month)[1])
    return begin.replace(year=year, month=month, day=day)
