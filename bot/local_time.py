"""What time it is where a person is. One number may lie in several time zones: the strictest counts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as number_zones

from config.business_types import QuietHours

_UNKNOWN = "Etc/Unknown"


@lru_cache(maxsize=4096)
def zones_of(number: str | None, place: str) -> tuple[ZoneInfo, ...]:
    """The zones of an E.164 number, else of a country (ISO 3166), else UTC."""
    names: tuple[str, ...] = ()
    if number:
        try:
            names = number_zones.time_zones_for_number(phonenumbers.parse(number))
        except phonenumbers.NumberParseException:
            names = ()
    names = tuple(name for name in names if name != _UNKNOWN) or _zones_of_place(place) or ("UTC",)
    return tuple(zone for zone in map(_zone, names) if zone is not None)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None


@lru_cache(maxsize=256)
def _zones_of_place(place: str) -> tuple[str, ...]:
    """From the time-zone database's own table of countries."""
    table = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return tuple(fields[2] for fields in lines if fields[0] == place)


def quiet_until(now: datetime, hours: QuietHours, zones: tuple[ZoneInfo, ...]) -> datetime | None:
    """When the quiet hours end in every zone; None when it is not quiet in any."""
    ends = [end for zone in zones if (end := _end_of_quiet(now.astimezone(zone), hours)) is not None]
    return max(ends) if ends else None


def _end_of_quiet(local: datetime, hours: QuietHours) -> datetime | None:
    clock = local.time()
    if not _within(clock, hours.start, hours.end):
        return None
    day = local.date() if clock < hours.end else local.date() + timedelta(days=1)
    return datetime.combine(day, hours.end, tzinfo=local.tzinfo)


def _within(clock: time, start: time, end: time) -> bool:
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end
