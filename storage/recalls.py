"""Recalls: what a business has taken back, by scope. What each scope covers is said twice, for a message in hand and
for the rows of the outbox; a test keeps the two equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from flows.spec import Basis
from storage.messages import LEFT, UNASKED, Message, Nature, Status
from storage.recall_table import recalls
from storage.statements import InsertRows, UpdateRows, among, of_business
from storage.tables import outbox

RECALLED = "recalled"
"""What a row of the outbox says that was cancelled here."""


class Scope(StrEnum):
    """How much is taken back."""

    BUSINESS = "business"
    """Whatever sells."""
    CAMPAIGN = "campaign"
    """What flows that one campaign starts say unasked."""
    CHANNEL = "channel"
    """What one sender says unasked, and whatever sells there."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is meant. ``name``: of the campaign or channel, empty for the whole business."""

    business: str
    scope: Scope
    name: str = ""

    def covers(self, message: Message) -> bool:
        """Whether a message of this business is meant."""
        unasked = message.nature in UNASKED
        match self.scope:
            case Scope.CAMPAIGN:
                return unasked and message.campaign == self.name
            case Scope.CHANNEL:
                return (unasked or _sells(message)) and message.channel == self.name
        return _sells(message)


def _sells(message: Message) -> bool:
    """Advertising, and the request to former customers that law takes for it."""
    return message.commercial or (message.nature is Nature.REQUEST and message.basis == Basis.PAST_PURCHASE)


@dataclass(frozen=True, slots=True)
class Recall:
    """One row. ``stopped``, ``flying`` and ``gone`` as counted when it was made; ``record``, ``lift_record``: numbers
    of records in the business's own chain, the second 0 while it is in force."""

    business: str
    id: str
    scope: Scope
    name: str
    by: str
    reason: str
    at: int
    stopped: int
    flying: int
    gone: int
    record: int
    lifted_at: int | None = None
    lifted_by: str = ""
    lift_reason: str = ""
    lift_record: int = 0

    @property
    def target(self) -> Target:
        """What it took back."""
        return Target(self.business, self.scope, self.name)

    def bars(self, message: Message) -> bool:
        """Whether a message of this business must not leave: it is meant, and was not asked for since the lift."""
        since = self.lifted_at is None or message.created_at < self.lifted_at
        return since and self.target.covers(message)

    def as_row(self) -> tuple[Any, ...]:
        """For ``INSERT``."""
        return tuple(
            str(value) if name == "scope" else value for name, value in zip(_COLUMNS, self._values(), strict=True)
        )

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in _COLUMNS)


_COLUMNS = tuple(Recall.__slots__)
_ALL = select(*(recalls.c[name] for name in _COLUMNS))
INSERT = InsertRows(recalls, _COLUMNS)
LIFT = UpdateRows(recalls, ("business", "id"), ("lifted_at", "lifted_by", "lift_reason", "lift_record"))
IN_FORCE = _ALL.where(
    recalls.c.business == bindparam("business"),
    recalls.c.scope == bindparam("scope"),
    recalls.c.name == bindparam("name"),
    recalls.c.lifted_at.is_(None),
)
BARRING = _ALL.where(
    among(recalls.c.business, "businesses"),
    or_(recalls.c.lifted_at.is_(None), recalls.c.lifted_at > bindparam("since_at")),
)
"""Whatever bars a message of these businesses that was asked for at ``since_at`` or later."""
OF_BUSINESS = _ALL.where(recalls.c.business == bindparam("business")).order_by(recalls.c.at.desc(), recalls.c.id.desc())

STANDING = OF_BUSINESS.where(recalls.c.lifted_at.is_(None))


def from_row(row: Any) -> Recall:
    """A row of any of these."""
    business, id_, scope, *rest = row
    return Recall(business, id_, Scope(scope), *rest)


# Rows of the outbox ------------------------------------------------------------------------------------------------


def _status(*these: Status) -> ColumnElement[bool]:
    """Written into the statement, so that the index of the rows of that status is used."""
    return or_(*(outbox.c.status == literal_column(f"'{each}'") for each in these))


_UNASKED = or_(*(outbox.c.nature == nature.value for nature in UNASKED))
_SELLS = or_(
    outbox.c.commercial == 1,
    and_(outbox.c.nature == Nature.REQUEST.value, outbox.c.basis == Basis.PAST_PURCHASE.value),
)
_COVERED: Mapping[Scope, ColumnElement[bool]] = {
    Scope.BUSINESS: _SELLS,
    Scope.CAMPAIGN: and_(_UNASKED, outbox.c.campaign == bindparam("name")),
    Scope.CHANNEL: and_(or_(_UNASKED, _SELLS), outbox.c.channel == bindparam("name")),
}
_QUEUED = _status(Status.QUEUED)
_GONE = _status(Status.ACCEPTED, Status.SENT, Status.DELIVERED, Status.READ, Status.UNKNOWN)
"""Nobody knows of the last whether the carrier has it; it counts as gone."""


def _meant(scope: Scope) -> ColumnElement[bool]:
    return and_(outbox.c.business == bindparam("business"), _COVERED[scope])


def _cancel(scope: Scope) -> Update:
    # Locked in the order in which the outbox takes them, so that the two do not wait for each other crosswise.
    queued = (
        select(outbox.c.business, outbox.c.id)
        .where(_QUEUED, _meant(scope))
        .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
        .with_for_update()
    )
    given = {"status": Status.CANCELLED.value, "why": RECALLED, "finished_at": bindparam("now")}
    return update(outbox).where(tuple_(outbox.c.business, outbox.c.id).in_(queued)).values(given)


CANCEL = {scope: _cancel(scope).returning(outbox.c.id) for scope in Scope}


def _number(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(outbox).where(*conditions).scalar_subquery()


TALLY: Mapping[Scope, Select[int, int, int]] = {
    scope: select(
        _number(_QUEUED, _meant(scope)),
        _number(_status(Status.AUTHORISED), _meant(scope)),
        _number(outbox.c.authorised_at >= bindparam("since_at"), _GONE, _meant(scope)),
    )
    for scope in Scope
}
"""How many wait, are in the air, and are gone, all seen at one moment: what lands meanwhile is not counted twice."""
_beside = outbox.alias("beside")
UNSAID = select(outbox.c.conversation).where(
    of_business(outbox.c.business, outbox.c.id, "ids"),
    outbox.c.why == RECALLED,
    ~exists().where(
        _beside.c.business == outbox.c.business,
        _beside.c.person == outbox.c.person,
        _beside.c.conversation == outbox.c.conversation,
        or_(*(_beside.c.status == each for each in LEFT)),
    ),
)
"""The conversations of these messages, where they were recalled and nothing of the conversation ever left."""
NAMES = {
    Scope.CAMPAIGN: select(outbox.c.campaign).where(_QUEUED, outbox.c.business == bindparam("business")).distinct(),
    Scope.CHANNEL: select(outbox.c.channel).where(_QUEUED, outbox.c.business == bindparam("business")).distinct(),
}
"""What the queue names: also campaigns and channels that the folder no longer has."""
