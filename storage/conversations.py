"""One run of a flow with one person: where it stands and what it remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select

from storage.plain_json import read_json, write_json
from storage.statements import InsertRows, UpdateRows, among, of_business
from storage.tables import conversations
from storage.vault import PersonKey

LABEL = b"conversation"
UNSAID = "unsaid"
"""The outcome of a conversation whose first words were recalled before they left."""


@dataclass(slots=True)
class Conversation:
    """``asked``: purposes that the last shown text asked for; ``question``: the id of the message that asked."""

    id: str
    flow: str
    flow_hash: str
    channel: str
    medium: str
    language: str
    state: str
    started_at: int
    subject: str = ""
    row_version: int = 0
    misunderstood: int = 0
    test: bool = False
    asked: tuple[str, ...] = ()
    question: str | None = None
    ended_at: int | None = None
    outcome: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def end(self, outcome: str, now: int) -> None:
        """Close it; an earlier end stays."""
        if self.ended_at is None:
            self.ended_at, self.outcome, self.question = now, outcome, None


_PLAIN = (
    "id",
    "flow",
    "flow_hash",
    "channel",
    "medium",
    "language",
    "state",
    "started_at",
    "subject",
    "row_version",
    "misunderstood",
)
_plain = attrgetter(*_PLAIN)
OPEN_OF_PEOPLE = select(
    conversations.c.person,
    *(conversations.c[name] for name in _PLAIN),
    conversations.c.test,
    conversations.c.asked,
    conversations.c.question,
    conversations.c.facts,
).where(
    of_business(conversations.c.business, conversations.c.person, "people"),
    conversations.c.ended_at.is_(None),
)
LAST_STARTS = (
    select(conversations.c.person, conversations.c.flow, func.max(conversations.c.started_at))
    .where(
        of_business(conversations.c.business, conversations.c.person, "people"),
        among(conversations.c.flow, "flows"),
        conversations.c.ended_at.is_not(None),
        conversations.c.outcome != UNSAID,
    )
    .group_by(conversations.c.person, conversations.c.flow)
)
"""When each person last began each flow, of what is over: what is open is in their dossier."""
UPSERT = InsertRows(
    conversations,
    ("business", "person", *_PLAIN, "test", "asked", "question", "ended_at", "outcome", "facts"),
    conflict="replace",
    first=("person", "flow", "flow_hash", "language", "started_at", "subject", "test"),
)


PIN = UpdateRows(conversations, ("business", "id"), ("flow_hash",))
"""To the version that a conversation was moved into: the only thing about its beginning that ever changes."""


def from_row(row: Any, key: PersonKey) -> Conversation:
    """A row of ``OPEN_OF_PEOPLE`` without its first column's person."""
    _, id_, flow, flow_hash, channel, medium, language, state, started_at, subject, version, missed = row[:12]
    test, asked, question, facts = row[12:]
    return Conversation(
        id=id_,
        flow=flow,
        flow_hash=flow_hash,
        channel=channel,
        medium=medium,
        language=language,
        state=state,
        started_at=started_at,
        subject=subject,
        row_version=version,
        misunderstood=missed,
        test=bool(test),
        asked=tuple(asked.split(",")) if asked else (),
        question=question,
        facts=read_json(key.open(facts, LABEL)) if facts else {},
    )


def to_row(business: str, person: str, key: PersonKey, run: Conversation) -> tuple[Any, ...]:
    """A row for ``UPSERT``."""
    facts = key.seal(write_json(run.facts), LABEL) if run.facts else None
    return (
        business,
        person,
        *_plain(run),
        int(run.test),
        ",".join(run.asked),
        run.question,
        run.ended_at,
        run.outcome,
        facts,
    )
