"""The clock, as a parameter. Real time plus an offset that only a sandbox may move forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Whole microseconds since 1970 UTC, as stored."""
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC time of a stored value."""
    return EPOCH + timedelta(microseconds=micros)


@dataclass(slots=True)
class Clock:
    """Now. ``offset`` is zero except in a sandbox whose operator jumped ahead."""

    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + self.offset

    def micros(self) -> int:
        """Now, as stored."""
        return to_micros(self.now())

    def advance(self, by: timedelta) -> None:
        """Jump ahead (sandbox only)."""
        if by < timedelta():
            raise ValueError(f"the clock only moves forward, not by {by}")
        self.offset += by


@dataclass(slots=True)
class StoppedClock(Clock):
    """A clock that stands still until it is advanced: for conversation tests and rehearsals."""

    start: datetime = EPOCH

    def now(self) -> datetime:
        """The start plus all advances."""
        return self.start + self.offset
