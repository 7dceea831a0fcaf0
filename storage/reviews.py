"""What a person of the business has to look at: one open entry per person and kind, settled once.

The message behind it stays in the inbox; an entry only says which one it was and what in it decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from storage.statements import InsertRows, UpdateRows, of_business
from storage.tables import reviews
from storage.vault import PersonKey

LABEL = b"review"


class Kind(StrEnum):
    """Why somebody has to look."""

    DOUBT = "doubt"
    """What was said may have been a stop; the person was asked."""
    COMPLAINT = "complaint"
    WRONG_NUMBER = "wrong-number"
    HUMAN = "human"
    """The person wants to speak to somebody."""


class Outcome(StrEnum):
    """How an entry was settled."""

    STOP = "stop"
    RESUME = "resume"
    """What the entry held back goes on; no consent comes back by it."""
    DONE = "done"
    """Seen to; what was held back stays so."""


@dataclass(frozen=True, slots=True)
class Review:
    """One entry. ``event``: the id of the message that opened it; ``note``: what the business wrote down."""

    id: str
    person: str
    kind: Kind
    event: str
    channel: str
    word: str
    opened_at: int
    settled_at: int | None = None
    settled_by: str = ""
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the open entry of a kind ends. ``by``: ``person``, ``time``, or whoever of the business settled it."""

    kind: Kind
    outcome: Outcome
    by: str


_COLUMNS = (
    "id",
    "person",
    "kind",
    "event",
    "channel",
    "word",
    "opened_at",
    "settled_at",
    "settled_by",
    "outcome",
    "note",
)
OPEN = InsertRows(
    reviews, ("business", "id", "person", "kind", "event", "channel", "word", "opened_at"), conflict="ignore"
)
SETTLE_OPEN = UpdateRows(
    reviews,
    ("business", "person", "kind"),
    ("settled_at", "settled_by", "outcome"),
    guard="settled_at IS NULL",
)
"""By person and kind: there is one that is open, or none."""
SETTLE = UpdateRows(
    reviews,
    ("business", "id"),
    ("settled_at", "settled_by", "outcome", "note"),
    guard="settled_at IS NULL",
)
WAITING = select(reviews.c.id).where(
    of_business(reviews.c.business, reviews.c.id, "ids"), reviews.c.settled_at.is_(None)
)
OF_BUSINESS = select(*(reviews.c[name] for name in _COLUMNS))


def to_row(business: str, review: Review) -> tuple[Any, ...]:
    """A row for ``OPEN``."""
    return (
        business,
        review.id,
        review.person,
        str(review.kind),
        review.event,
        review.channel,
        review.word,
        review.opened_at,
    )


def from_row(row: Any, key: PersonKey | None) -> Review:
    """A row of ``OF_BUSINESS``; without the key the note stays closed."""
    *plain, note = row
    id_, person, kind, event, channel, word, opened_at, settled_at, settled_by, outcome = plain
    opened = key.open(note, LABEL).decode() if note and key is not None else ""
    return Review(id_, person, Kind(kind), event, channel, word, opened_at, settled_at, settled_by, outcome, opened)
