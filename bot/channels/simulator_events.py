"""The simulator's events read one to one as ours. The format is described at ``bot.channels.simulator.Simulator``.

An event of an unknown type or with an unreadable field becomes Unread; the others of the same body live on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from bot.channels.reading import (
    Element,
    Malformed,
    code,
    each,
    field,
    identifier,
    items,
    label,
    optional_identifier,
    text,
    unread,
)
from bot.events import (
    Address,
    CarrierEvent,
    DeliveryStatus,
    IdentityChange,
    InboundMessage,
    MessageKind,
    Preference,
    PreferenceValue,
    ProviderStop,
    Reason,
    Receipt,
    Scheme,
)

Word = TypeVar("Word", bound=StrEnum)


def read_events(root: Element) -> tuple[CarrierEvent, ...]:
    """Every event of a verified body."""
    try:
        return tuple(each(items(root, "events"), _event))
    except Malformed as error:
        return (unread(f"malformed: {error}", root),)


def _event(element: Element) -> CarrierEvent:
    kind = text(element, "type")
    reader = _READERS.get(kind)
    return reader(element) if reader else unread(f"type:{kind}", element)


def _message(element: Element) -> InboundMessage:
    return InboundMessage(
        event_id=identifier(element, "id"),
        sender=_people(element, "from"),
        received_at=_time(element),
        kind=_word(element, "kind", MessageKind) or MessageKind.TEXT,
        text=text(element, "text") if field(element, "text") is not None else "",
        payload=optional_identifier(element, "payload"),
        in_reply_to=optional_identifier(element, "in_reply_to"),
        profile_name=label(element, "profile_name") or None,
        handled=_word(element, "handled", ProviderStop),
        advertisement=optional_identifier(element, "advertisement"),
    )


def _receipt(element: Element) -> Receipt:
    return Receipt(
        provider_id=identifier(element, "provider_id"),
        status=_needed(element, "status", DeliveryStatus),
        at=_time(element),
        correlation=optional_identifier(element, "message_id"),
        code=code(element, "code"),
        reason=_word(element, "reason", Reason),
        detail=label(element, "detail"),
        recipient=_people(element, "to") if field(element, "to") is not None else (),
    )


def _preference(element: Element) -> Preference:
    return Preference(
        event_id=identifier(element, "id"),
        person=_people(element, "from"),
        value=_needed(element, "value", PreferenceValue),
        at=_time(element),
        category=label(element, "category") or "marketing_messages",
    )


def _identity(element: Element) -> IdentityChange:
    old, new = _people(element, "old"), _people(element, "new")
    return IdentityChange(identifier(element, "id"), old, new, label(element, "change"), _time(element))


_READERS: Mapping[str, Callable[[Element], CarrierEvent]] = {
    "message": _message,
    "receipt": _receipt,
    "preference": _preference,
    "identity": _identity,
}


def _people(element: Element, name: str) -> tuple[Address, ...]:
    found = tuple(_address(one) for one in items(element, name))
    if not found:
        raise Malformed(f"{name} names nobody")
    return found


def _address(element: object) -> Address:
    if not isinstance(element, dict):
        raise Malformed(f"an address is an object, not {type(element).__name__}")
    return Address(_needed(element, "scheme", Scheme), identifier(element, "value"))


def _needed(element: Element, name: str, words: type[Word]) -> Word:
    found = _word(element, name, words)
    if found is None:
        raise Malformed(f"{name} is missing")
    return found


def _word(element: Element, name: str, words: type[Word]) -> Word | None:
    value = field(element, name)
    if value is None:
        return None
    known = {word.value: word for word in words}
    if not isinstance(value, str) or value not in known:
        raise Malformed(f"{name} is none of {' '.join(known)}")
    return known[value]


def _time(element: Element) -> datetime | None:
    try:
        read = datetime.fromisoformat(label(element, "at"))
    except ValueError:
        # A missing or unreadable time must not cost a stop.
        return None
    return read.astimezone(UTC) if read.tzinfo else None
