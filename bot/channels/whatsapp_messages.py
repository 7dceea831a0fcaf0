"""One element of ``messages[]`` read as an event: what a person wrote or tapped, or that their identity changed.

Source: Meta documentation, messages webhook reference. An edit or a deletion never undoes what was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.channels.reading import (
    Element,
    Malformed,
    field,
    fingerprint,
    label,
    mapping,
    moment,
    optional_identifier,
    optional_mapping,
    text,
    unread,
)
from bot.channels.whatsapp_people import Contacts, named, profile_name, scoped, with_contact
from bot.events import Address, CarrierEvent, IdentityChange, InboundMessage, MessageKind

_SENDER = ("from", "from_user_id", "from_parent_user_id")


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says, apart from who wrote it."""

    kind: MessageKind
    text: str = ""
    payload: str | None = None
    in_reply_to: str | None = None


class _Ignored(Malformed):
    """The element is readable, but of a kind that we do not act on."""


def read_message(element: Element, contacts: Contacts) -> CarrierEvent:
    """One message. Raises Malformed when the sender or the content cannot be read."""
    if field(element, "group_id") is not None:
        return unread("group: only messages of one person are acted on", element)
    kind = text(element, "type")
    try:
        return _system(element) if kind == "system" else _written(element, kind, contacts)
    except _Ignored as error:
        return unread(str(error), element)


def _written(element: Element, kind: str, contacts: Contacts) -> InboundMessage:
    content = _content(element, kind)
    ids = named(element, _SENDER)
    if not ids:
        raise Malformed("from, from_user_id and from_parent_user_id name nobody")
    return InboundMessage(
        event_id=_event_id(element),
        sender=with_contact(ids, contacts),
        received_at=moment(field(element, "timestamp")),
        kind=content.kind,
        text=content.text,
        payload=content.payload,
        in_reply_to=content.in_reply_to or optional_identifier(optional_mapping(element, "context"), "id"),
        profile_name=profile_name(ids, contacts),
        advertisement=_advertisement(optional_mapping(element, "referral")),
    )


def _event_id(element: Element) -> str:
    return optional_identifier(element, "id") or fingerprint(element)


def _advertisement(referral: Element) -> str | None:
    """What ad the person tapped on. It proves who wrote first and is no consent to anything."""
    if not referral:
        return None
    known = (label(referral, name) for name in ("source_id", "source_url", "ctwa_clid"))
    return next((name for name in known if name), "unnamed")


def _content(element: Element, kind: str) -> Content:
    if kind == "contacts":
        return Content(MessageKind.CONTACT)
    reader = _CONTENTS.get(kind)
    if reader is None:
        raise _Ignored(f"type:{kind}")
    return reader(mapping(element, kind))


def _text(body: Element) -> Content:
    return Content(MessageKind.TEXT, text(body, "body"))


def _button(body: Element) -> Content:
    return Content(MessageKind.BUTTON, label(body, "text"), optional_identifier(body, "payload"))


def _interactive(body: Element) -> Content:
    kind = text(body, "type")
    if kind == "nfm_reply":
        # response_json is kept as the text it is: its fields are the form's own.
        return Content(MessageKind.FORM, payload=text(mapping(body, kind), "response_json"))
    if kind not in _REPLIES:
        raise _Ignored(f"type:interactive/{kind}")
    reply = mapping(body, kind)
    return Content(_REPLIES[kind], label(reply, "title"), optional_identifier(reply, "id"))


def _media(body: Element) -> Content:
    return Content(MessageKind.MEDIA, label(body, "caption"))


def _location(body: Element) -> Content:
    return Content(MessageKind.LOCATION, label(body, "name"))


def _reaction(body: Element) -> Content:
    return Content(MessageKind.REACTION, label(body, "emoji"), in_reply_to=optional_identifier(body, "message_id"))


def _order(body: Element) -> Content:
    return Content(MessageKind.UNKNOWN, label(body, "text"))


_REPLIES: Mapping[str, MessageKind] = {"button_reply": MessageKind.BUTTON, "list_reply": MessageKind.LIST}

_CONTENTS: Mapping[str, Callable[[Element], Content]] = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    "image": _media,
    "audio": _media,
    "video": _media,
    "document": _media,
    "sticker": _media,
    "location": _location,
    "reaction": _reaction,
    "order": _order,
}


def _system(element: Element) -> IdentityChange:
    body = mapping(element, "system")
    kind = text(body, "type")
    change = _CHANGES.get(kind)
    if change is None:
        raise _Ignored(f"type:system/{kind}")
    old, new = change(element, body)
    if not old or not new:
        raise Malformed(f"{kind} names no {'new' if old else 'old'} identifier")
    at = moment(field(element, "timestamp"))
    return IdentityChange(_event_id(element), old, new, kind, at)


_Change = tuple[tuple[Address, ...], tuple[Address, ...]]


def _number(element: Element, body: Element) -> _Change:
    """``from`` is the old number, ``system.wa_id`` (``new_wa_id`` in older payloads) the new one."""
    new = named(body, ("wa_id", "new_wa_id", "user_id", "parent_user_id"))
    return named(element, ("from",)) + _previous(body), new


def _scoped_id(element: Element, body: Element) -> _Change:
    """The phone in ``from`` stands on neither side: Meta does not say whether it is the old or the new one."""
    new = named(body, ("user_id", "parent_user_id")) or named(element, ("from_user_id", "from_parent_user_id"))
    return _previous(body), new


def _previous(body: Element) -> tuple[Address, ...]:
    found = scoped(optional_identifier(body, "previous_user_id") or "")
    return (found,) if found else ()


_CHANGES: Mapping[str, Callable[[Element, Element], _Change]] = {
    "user_changed_number": _number,
    "customer_changed_number": _number,
    "user_changed_user_id": _scoped_id,
}
