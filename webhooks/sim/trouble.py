"""How the simulated carrier misbehaves, per channel; kept as a switch, so that a restart does not mend it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from storage import switches
from storage.clock import Clock
from storage.database import Database

SWITCH = "sim-trouble:"
LONGEST_DELAY = 60.0


class Failure(StrEnum):
    """How a send goes wrong. The first five are refusals: nothing was sent. ``hang`` takes the message and never
    answers; ``close`` cuts the line before taking it, ``close_taken`` after; ``undelivered`` takes it and reports
    later that it did not arrive."""

    RATE_LIMITED = "rate_limited"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"
    MISCONFIGURED = "misconfigured"
    HANG = "hang"
    CLOSE = "close"
    CLOSE_TAKEN = "close_taken"
    UNDELIVERED = "undelivered"


REFUSALS = {
    Failure.RATE_LIMITED: 429,
    Failure.REJECTED: 400,
    Failure.UNREACHABLE: 400,
    Failure.OPTED_OUT: 400,
    Failure.MISCONFIGURED: 403,
}
"""The HTTP status of each refusal."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """``delay``: seconds before each webhook; ``duplicate``: each webhook twice; ``reorder``: receipts backwards;
    ``lose_receipts``: no receipts at all."""

    delay: float = 0.0
    duplicate: bool = False
    reorder: bool = False
    lose_receipts: bool = False
    fail: Failure | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.delay <= LONGEST_DELAY:
            raise ValueError(f"delay is 0 to {LONGEST_DELAY:.0f} seconds, not {self.delay}")


async def read_trouble(database: Database, business: str, channel: str) -> Trouble:
    """What is switched on now."""
    async with database.write() as tx:
        rows = await tx.fetch(switches.OF_NAMES, businesses=[business], names=[SWITCH + channel])
    if not rows:
        return Trouble()
    data = json.loads(rows[0][2])
    return Trouble(**{**data, "fail": Failure(data["fail"]) if data["fail"] else None})


async def switch_trouble(database: Database, clock: Clock, where: tuple[str, str], trouble: Trouble) -> None:
    """Put it in force for (business, channel)."""
    business, channel = where
    row = (business, SWITCH + channel, json.dumps(asdict(trouble)), "sandbox", "simulator", clock.micros())
    async with database.write() as tx:
        tx.write(switches.PUT, [row])
