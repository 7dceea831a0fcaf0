"""What came in: kept once, in order, until it has been acted on.

The key of deduplication is a hash over provider, account, kind, the provider's id and status, so that the same event
has one row for ever. The payload is encrypted under the person's key where it names a person.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from storage.plain_json import read_json, write_json
from storage.statements import InsertRows, UpdateRows, of_business
from storage.tables import inbox
from storage.vault import PersonKey

LABEL = b"inbox"


def dedupe_key(*parts: str) -> str:
    """128 bits, hex, over the parts that make an event the same event."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


@dataclass(slots=True)
class Event:
    """One stored event. ``kind``: message, event, message-request, preference, identity, receipt, unread;
    ``read_by``: the layer that found ``reading``, and ``word`` what it found it by;
    ``effect``: what its own commit already did (``stopped``, ``already-stopped``, ``started``); ``facts``: the rest;
    ``stored``: whether its row stands already, or is only about to be written; ``over``: acted on."""

    id: str
    kind: str
    channel: str
    received_at: int
    facts: dict[str, Any] = field(default_factory=dict)
    reading: str = ""
    read_by: str = ""
    word: str = ""
    effect: str = ""
    result: str = ""
    stored: bool = True
    over: bool = False


INSERT_COLUMNS = (
    "business",
    "id",
    "dedupe",
    "channel",
    "kind",
    "person",
    "payload",
    "reading",
    "read_by",
    "word",
    "effect",
    "received_at",
    "due_at",
    "stepped_at",
    "result",
)
INSERT = InsertRows(inbox, INSERT_COLUMNS, conflict="ignore")
INSERT_NEW = InsertRows(inbox, INSERT_COLUMNS)
KNOWN = select(inbox.c.business, inbox.c.dedupe).where(of_business(inbox.c.business, inbox.c.dedupe, "keys"))
ARRIVED = select(inbox.c.id).where(of_business(inbox.c.business, inbox.c.id, "ids"))
EFFECT = UpdateRows(inbox, ("business", "id"), ("effect",))
PENDING_OF_PEOPLE = (
    select(
        inbox.c.person,
        inbox.c.id,
        inbox.c.kind,
        inbox.c.channel,
        inbox.c.received_at,
        inbox.c.payload,
        inbox.c.reading,
        inbox.c.read_by,
        inbox.c.word,
        inbox.c.effect,
    )
    .where(
        of_business(inbox.c.business, inbox.c.person, "people"),
        inbox.c.stepped_at.is_(None),
        inbox.c.kind != "receipt",
    )
    .order_by(inbox.c.id)
)
HEARD_OF_PEOPLE = select(inbox.c.person, inbox.c.id, inbox.c.channel, inbox.c.received_at, inbox.c.payload).where(
    of_business(inbox.c.business, inbox.c.person, "people"),
    inbox.c.kind == "message",
    inbox.c.received_at >= bindparam("since_at"),
)
"""What these people wrote since then, whether it was acted on or not."""
STEPPED = UpdateRows(inbox, ("business", "id"), ("stepped_at", "result"))
POSTPONE = UpdateRows(inbox, ("business", "id"), ("due_at",))


def from_row(row: Any, key: PersonKey) -> Event:
    """A row of ``PENDING_OF_PEOPLE``."""
    _, id_, kind, channel, received_at, payload, reading, read_by, word, effect = row
    facts = read_json(key.open(payload, LABEL)) if payload else {}
    return Event(id_, kind, channel, received_at, facts, reading, read_by, word, effect)


def seal_facts(facts: dict[str, Any], key: PersonKey | None) -> bytes:
    """The payload column: encrypted when there is a person, plain JSON for what names nobody (receipts)."""
    data = write_json(facts)
    return key.seal(data, LABEL) if key is not None else data
