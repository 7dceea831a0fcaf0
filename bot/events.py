"""What carriers tell us, in our words: the provider-independent events that hooks parse into.

An event says what the carrier said and nothing more; what it means for a person is decided later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Scheme(StrEnum):
    """What kind of identifier an address is."""

    E164 = "e164"
    WA_ID = "wa_id"
    BSUID = "bsuid"
    BSUID_PARENT = "bsuid_parent"
    SHORT_CODE = "short_code"
    ALNUM = "alnum"


@dataclass(frozen=True, slots=True)
class Address:
    """One identifier of a person or sender. E.164 values carry the ``+``; wa_id values are digits only."""

    scheme: Scheme
    value: str


class MessageKind(StrEnum):
    """The shape of an inbound message."""

    TEXT = "text"
    BUTTON = "button"
    LIST = "list"
    FORM = "form"
    MEDIA = "media"
    REACTION = "reaction"
    LOCATION = "location"
    CONTACT = "contact"
    UNKNOWN = "unknown"


class ProviderStop(StrEnum):
    """A consent keyword that the carrier itself recognised and has already answered."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A person wrote or tapped. ``event_id`` is the carrier's message id, the key of deduplication;
    ``payload`` the id of the button or row; ``handled`` set when the carrier already acted on a keyword."""

    event_id: str
    sender: tuple[Address, ...]
    received_at: datetime | None
    kind: MessageKind
    text: str = ""
    payload: str | None = None
    in_reply_to: str | None = None
    profile_name: str | None = None
    handled: ProviderStop | None = None
    advertisement: str | None = None


class DeliveryStatus(StrEnum):
    """How far a message got. See ``RANK`` in receipts for the order."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a carrier did not deliver, in classes that say what to do about it."""

    OPTED_OUT = "opted_out"
    OPTED_OUT_MARKETING = "opted_out_marketing"
    BLOCKED_BY_USER = "blocked_by_user"
    INVALID_NUMBER = "invalid_number"
    UNREACHABLE_TEMPORARY = "unreachable_temporary"
    UNREACHABLE_PERMANENT = "unreachable_permanent"
    CONTENT_BLOCKED = "content_blocked"
    POLICY_OR_REGISTRATION = "policy_or_registration"
    RATE_LIMITED = "rate_limited"
    FREQUENCY_CAPPED = "frequency_capped"
    WINDOW_CLOSED = "window_closed"
    QUIET_HOURS = "quiet_hours"
    TEMPLATE_PROBLEM = "template_problem"
    ACCOUNT_PROBLEM = "account_problem"
    PAYMENT = "payment"
    PROVIDER_FAULT = "provider_fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A carrier reports on a message of ours. ``correlation`` is our own message id when it came back;
    ``recipient`` the person it was for, when the carrier says so. An opt-out shows in ``reason``."""

    provider_id: str
    status: DeliveryStatus
    at: datetime | None
    correlation: str | None = None
    code: str | None = None
    reason: Reason | None = None
    detail: str = ""
    recipient: tuple[Address, ...] = ()


class PreferenceValue(StrEnum):
    """What a person set in the carrier's own app."""

    STOP = "stop"
    RESUME = "resume"
    SIGNUP = "signup"


@dataclass(frozen=True, slots=True)
class Preference:
    """A person used the carrier's own marketing switch."""

    event_id: str
    person: tuple[Address, ...]
    value: PreferenceValue
    at: datetime | None
    category: str = "marketing_messages"


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """A person's identifiers changed. A stop follows them to the new ones, a consent does not."""

    event_id: str
    old: tuple[Address, ...]
    new: tuple[Address, ...]
    type: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Unread:
    """An element that we could not read or do not act on: stored as it came, so nothing is lost."""

    event_id: str
    why: str
    raw: dict[str, object] = field(default_factory=dict)


CarrierEvent = InboundMessage | Receipt | Preference | IdentityChange | Unread
