"""Spans of time and counts as people write them in YAML: ``30m``, ``72h``, ``7d``, ``12 months``. No clock here."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=3660)
"""Ten years: longer is a slip of the pen."""

_SHORT = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LONG = {
    "s": timedelta(seconds=1),
    "second": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "minute": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_DURATION = re.compile(r"([0-9]{1,7})([mhd])")
_PERIOD = re.compile(r"(?:([0-9]{1,7}) ?)?([a-z]+?)s?")
_COUNT = re.compile(r"[0-9]{1,9}")


def duration(text: str) -> timedelta | None:
    """``30m``, ``72h`` or ``7d``, longer than nothing and at most ten years; None for anything else."""
    match = _DURATION.fullmatch(text)
    return _within(int(match[1]), _SHORT[match[2]]) if match else None


def period(text: str) -> timedelta | None:
    """``year``, ``90 days``, ``30 s``: a month counts as 30 days, a year as 365; None for anything else."""
    match = _PERIOD.fullmatch(text)
    unit = _LONG.get(text if text in _LONG else match[2]) if match else None
    if match is None or unit is None:
        return None
    return _within(int(match[1] or "1"), unit)


def count(text: str) -> int | None:
    """A whole number written in ASCII digits; None for anything else."""
    return int(text) if _COUNT.fullmatch(text) else None


def _within(number: int, unit: timedelta) -> timedelta | None:
    if number < 1 or number > LONGEST / unit:
        return None
    return number * unit
