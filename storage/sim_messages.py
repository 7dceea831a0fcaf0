"""What the simulated carrier and its phones hold: every message, both ways, with how far it got.

A carrier of its own as far as we are concerned: it outlives our crash, and nothing of the product reads it. Invented
people only, so nothing in it is encrypted.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select

from storage.statements import InsertRows, UpdateRows
from storage.tables import sim_messages

KEPT = 300
"""The latest messages of a phone that are shown."""


class Direction(StrEnum):
    """Seen from us: ``out`` goes to the phone, ``in`` comes from it."""

    OUT = "out"
    IN = "in"


class Progress(StrEnum):
    """Out: taken, sent, delivered, read, undelivered. In: written, then heard (our hook kept it) or unheard."""

    TAKEN = "taken"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    WRITTEN = "written"
    HEARD = "heard"
    UNHEARD = "unheard"


UNDER_WAY = (Progress.TAKEN, Progress.SENT, Progress.WRITTEN)
"""What a carrier that starts again has to go on with."""

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Content:
    """``buttons`` and ``rows``: (id, label). ``copies``: how often our side sent this id; more than 1 is shown.
    ``payload``: the id of the button or row that was tapped. ``kind``: text, button or list."""

    text: str
    buttons: Choices = ()
    rows: Choices = ()
    list_label: str = ""
    template: str = ""
    provider_id: str = ""
    copies: int = 1
    kind: str = "text"
    payload: str = ""

    def json(self) -> str:
        """As stored."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def read(cls, stored: str) -> Content:
        """Back from ``json``."""
        data: dict[str, Any] = json.loads(stored)
        for name in ("buttons", "rows"):
            data[name] = tuple((id_, label) for id_, label in data[name])
        return cls(**data)


@dataclass(frozen=True, slots=True)
class SimMessage:
    """One message. ``id``: ours when it goes out, the carrier's when it comes in; ``at`` by the sandbox's clock."""

    business: str
    channel: str
    id: str
    phone: str
    direction: Direction
    content: Content
    status: Progress
    at: int


_COLUMNS = ("business", "channel", "id", "phone", "direction", "content", "status", "at")
_EVERY = select(*(sim_messages.c[name] for name in _COLUMNS))

PUT_NEW = InsertRows(sim_messages, _COLUMNS, conflict="ignore")
MOVE = UpdateRows(sim_messages, ("business", "channel", "id"), ("status",))
REWRITE = UpdateRows(sim_messages, ("business", "channel", "id"), ("content",))
ONE = _EVERY.where(
    sim_messages.c.business == bindparam("business"),
    sim_messages.c.channel == bindparam("channel"),
    sim_messages.c.id == bindparam("id"),
).with_for_update()
OF_PHONE = (
    _EVERY.where(sim_messages.c.business == bindparam("business"), sim_messages.c.phone == bindparam("phone"))
    .order_by(sim_messages.c.at.desc(), sim_messages.c.id.desc())
    .limit(KEPT)
)
UNFINISHED = _EVERY.where(sim_messages.c.status.in_([str(one) for one in UNDER_WAY])).order_by(sim_messages.c.at)


def to_row(message: SimMessage) -> tuple[Any, ...]:
    """A row for ``PUT_NEW``."""
    return (
        message.business,
        message.channel,
        message.id,
        message.phone,
        str(message.direction),
        message.content.json(),
        str(message.status),
        message.at,
    )


def from_row(row: Any) -> SimMessage:
    """A row of ``ONE``, ``OF_PHONE`` or ``UNFINISHED``."""
    business, channel, id_, phone, direction, content, status, at = row
    return SimMessage(business, channel, id_, phone, Direction(direction), Content.read(content), Progress(status), at)
