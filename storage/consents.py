"""Consent per person, purpose and medium, in the states of the W3C Data Privacy Vocabulary.

Delivery failures never touch a consent, and a carrier's own block is kept apart in ``suppressions``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select

from storage.statements import InsertRows, of_business
from storage.tables import consents


class ConsentStatus(StrEnum):
    """https://w3id.org/dpv#ConsentStatus"""

    REQUESTED = "requested"
    GIVEN = "given"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    RENEWED = "renewed"


HELD = frozenset({ConsentStatus.GIVEN, ConsentStatus.CONFIRMED, ConsentStatus.RENEWED})
"""The states in which a consent allows a send."""


class Consent(NamedTuple):
    """``since_at`` is when it was last given after not being held; ``record`` the ledger record behind the state."""

    purpose: str
    medium: str
    status: ConsentStatus
    basis: str
    since_at: int
    expires_at: int | None
    record: int
    flow: str = ""
    flow_hash: str = ""

    def held(self, now: int) -> bool:
        """Whether it allows a send now."""
        return self.status in HELD and not self.past(now)

    def past(self, now: int) -> bool:
        """Whether its term is over."""
        return self.expires_at is not None and self.expires_at <= now


_COLUMNS = ("purpose", "medium", "status", "basis", "since_at", "expires_at", "record", "flow", "flow_hash")

OF_PEOPLE = select(consents.c.person, *(consents.c[name] for name in _COLUMNS)).where(
    of_business(consents.c.business, consents.c.person, "people")
)
UPSERT = InsertRows(consents, ("business", "person", *_COLUMNS), conflict="replace")


def from_row(row: Any) -> tuple[str, Consent]:
    """A row of ``OF_PEOPLE``: the person and the consent."""
    person, purpose, medium, status, basis, since_at, expires_at, record, flow, flow_hash = row
    return person, Consent(purpose, medium, ConsentStatus(status), basis, since_at, expires_at, record, flow, flow_hash)


def to_row(business: str, person: str, consent: Consent) -> tuple[Any, ...]:
    """A row for ``UPSERT``."""
    return (
        business,
        person,
        consent.purpose,
        consent.medium,
        str(consent.status),
        consent.basis,
        consent.since_at,
        consent.expires_at,
        consent.record,
        consent.flow,
        consent.flow_hash,
    )
