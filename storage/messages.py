"""The outbox: every message that was asked for, whether it left or not, with the reason. The table is the queue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from storage.plain_json import read_json, write_json
from storage.statements import InsertRows, UpdateRows, among, of_business
from storage.tables import outbox
from storage.vault import PersonKey

LABEL = b"outbox"


class Nature(StrEnum):
    """What kind of send it is; decides which rules of the gate apply."""

    ANSWER = "answer"
    """To a word that everybody has (HELP, STATUS): it goes to who stopped as well, and never sells."""
    REPLY = "reply"
    REQUEST = "request"
    SERVICE = "service"
    COMMERCIAL = "commercial"
    FAREWELL = "farewell"


PRIORITY = {
    Nature.FAREWELL: 0,
    Nature.ANSWER: 1,
    Nature.REPLY: 1,
    Nature.SERVICE: 2,
    Nature.REQUEST: 3,
    Nature.COMMERCIAL: 4,
}
"""Who goes first when many wait: an answer is not kept waiting by a campaign."""


class Status(StrEnum):
    """``unknown``: authorised, and nobody can say whether the carrier got it."""

    QUEUED = "queued"
    AUTHORISED = "authorised"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    CANCELLED = "cancelled"


LEFT = ("authorised", "accepted", "sent", "delivered", "read", "unknown")
"""The states of a message that was, or may have been, handed to a carrier."""
WITHHELD = ("refused", "cancelled")
"""The states of one that never will be."""


class Content(NamedTuple):
    """What the person will see: personal, so encrypted at rest."""

    body: str
    buttons: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    template: str | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    def seal(self, key: PersonKey) -> bytes:
        """Encrypted JSON."""
        return key.seal(write_json([*self]), LABEL)

    @classmethod
    def open(cls, sealed: bytes, key: PersonKey) -> Content:
        """Back from ``seal``."""
        body, buttons, rows, template, parameters = read_json(key.open(sealed, LABEL))
        return cls(body, _pairs(buttons), _pairs(rows), template, _pairs(parameters))


def words_in(sealed: bytes, key: PersonKey) -> str:
    """The body alone of a ``Content`` that was sealed."""
    body: str = read_json(key.open(sealed, LABEL))[0]
    return body


def _pairs(items: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple([(first, second) for first, second in items])


@dataclass(slots=True)
class Message:
    """One row of the outbox. ``purpose`` is the consent it needs, None when it needs none; ``proof`` the fact that its
    basis rests on; ``campaign`` the one that starts its flow, empty when none does; ``why`` a code of the closed list
    while refused or waiting."""

    id: str
    person: str
    channel: str
    medium: str
    flow: str
    flow_hash: str
    text: str
    language: str
    nature: Nature
    basis: str
    epoch: int
    content: Content
    created_at: int
    due_at: int
    conversation: str = ""
    cause: str = ""
    campaign: str = ""
    purpose: str | None = None
    commercial: bool = False
    test: bool = False
    proof: str = ""
    stale_at: int | None = None
    status: Status = Status.QUEUED
    why: str = ""
    attempts: int = 0
    finished_at: int | None = None


_COLUMNS = (
    "id",
    "person",
    "channel",
    "medium",
    "flow",
    "flow_hash",
    "text",
    "language",
    "nature",
    "basis",
    "epoch",
    "created_at",
    "due_at",
    "conversation",
    "cause",
    "campaign",
    "purpose",
    "proof",
    "stale_at",
    "status",
    "why",
    "attempts",
    "finished_at",
)
_plain = attrgetter(*(f"{name}.value" if name in ("nature", "status") else name for name in _COLUMNS))
INSERT = InsertRows(outbox, ("business", *_COLUMNS, "commercial", "test", "priority", "content"))


def to_row(business: str, key: PersonKey, message: Message) -> tuple[Any, ...]:
    """A row for ``INSERT``."""
    return (
        business,
        *_plain(message),
        int(message.commercial),
        int(message.test),
        PRIORITY[message.nature],
        message.content.seal(key),
    )


OF_IDS = select(
    outbox.c.business, *(outbox.c[name] for name in _COLUMNS), outbox.c.commercial, outbox.c.test, outbox.c.content
).where(of_business(outbox.c.business, outbox.c.id, "ids"))


def from_row(row: Any, key: PersonKey) -> Message:
    """A row of ``OF_IDS``."""
    values = dict(zip(_COLUMNS, row[1:-3], strict=True))
    values["nature"] = Nature(values["nature"])
    values["status"] = Status(values["status"])
    return Message(**values, commercial=bool(row[-3]), test=bool(row[-2]), content=Content.open(row[-1], key))


STATUSES = select(outbox.c.id, outbox.c.status, outbox.c.content).where(
    of_business(outbox.c.business, outbox.c.id, "ids")
)
FLYING_OF_PEOPLE = select(outbox.c.person, outbox.c.id).where(
    of_business(outbox.c.business, outbox.c.person, "people"),
    outbox.c.status == Status.AUTHORISED.value,
)
CANCEL_QUEUED = UpdateRows(
    outbox,
    ("business", "person"),
    ("status", "why", "finished_at"),
    guard="outbox.status = 'queued' AND outbox.nature <> 'farewell'",
)
CANCEL_OF_RUN = UpdateRows(
    outbox,
    ("business", "person", "conversation"),
    ("status", "why", "finished_at"),
    guard="outbox.status = 'queued'",
)
CANCEL_COMMERCIAL = UpdateRows(
    outbox,
    ("business", "person"),
    ("status", "why", "finished_at"),
    guard="outbox.status = 'queued' AND outbox.commercial = 1",
)
AUTHORISE = UpdateRows(
    outbox,
    ("business", "id"),
    ("status", "why", "claimed_by", "authorised_at", "attempts", "record"),
    guard="outbox.status = 'queued'",
)
REFUSE = UpdateRows(
    outbox,
    ("business", "id"),
    ("status", "why", "finished_at"),
    guard="outbox.status = 'queued'",
)
POSTPONE = UpdateRows(
    outbox,
    ("business", "id"),
    ("due_at", "why", "claimed_by", "claimed_until_at"),
    guard="outbox.status = 'queued'",
)
REQUEUE = UpdateRows(
    outbox,
    ("business", "id", "claimed_by"),
    ("status", "due_at", "why", "claimed_until_at", "authorised_at"),
    guard="outbox.status = 'authorised'",
)
"""Nothing was sent, so it counts towards no cap. As ``FINISH``, only for the process that authorised it: whoever comes
late must not end another's call."""
FINISH = UpdateRows(
    outbox,
    ("business", "id", "claimed_by"),
    ("status", "why", "finished_at", "provider_id", "code"),
    guard="outbox.status = 'authorised'",
)
MOST_ATTEMPTS = 5
GIVE_UP = UpdateRows(
    outbox,
    ("business", "id"),
    ("status", "code", "finished_at"),
    guard=f"outbox.status = 'queued' AND outbox.attempts >= {MOST_ATTEMPTS}",
)
"""A message that its carrier turned away for now so many times is not tried again."""
ADVANCE = UpdateRows(outbox, ("business", "id"), ("status", "code"))
RECENT_OF_PEOPLE = select(outbox.c.person, outbox.c.purpose, outbox.c.medium, outbox.c.authorised_at).where(
    of_business(outbox.c.business, outbox.c.person, "people"),
    outbox.c.nature != Nature.ANSWER.value,
    outbox.c.nature != Nature.REPLY.value,
    outbox.c.nature != Nature.FAREWELL.value,
    outbox.c.status != Status.QUEUED.value,
    outbox.c.status != Status.REFUSED.value,
    outbox.c.status != Status.CANCELLED.value,
    outbox.c.authorised_at.is_not(None),
    outbox.c.created_at >= bindparam("since_at"),
)
"""What was sent to these people of our own accord, for the caps that law and business set: a person's own messages
are at most a few dozen in the longest window. What its carrier turned away for now did not leave and does not count."""
UNASKED = (Nature.SERVICE, Nature.REQUEST, Nature.COMMERCIAL)
LAST_UNASKED_OF_PEOPLE = (
    select(
        outbox.c.person,
        outbox.c.flow,
        outbox.c.text,
        outbox.c.purpose,
        outbox.c.medium,
        outbox.c.basis,
        outbox.c.authorised_at,
        outbox.c.record,
    )
    .where(
        of_business(outbox.c.business, outbox.c.person, "people"),
        among(outbox.c.nature, "natures"),
        among(outbox.c.status, "statuses"),
        outbox.c.authorised_at.is_not(None),
    )
    .order_by(outbox.c.authorised_at)
)
SOLD_TO_PEOPLE = (
    select(outbox.c.person, outbox.c.channel, outbox.c.content)
    .where(
        of_business(outbox.c.business, outbox.c.person, "people"),
        outbox.c.commercial == 1,
        among(outbox.c.status, "statuses"),
        outbox.c.created_at >= bindparam("since_at"),
    )
    .order_by(outbox.c.authorised_at)
)
"""Oldest first, as the one above."""
