"""The body of a WhatsApp webhook read as events: every entry, every change, every element of every array.

Source: Meta documentation, webhook payload reference. One bad element must never cost its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.channels.reading import Element, Malformed, each, field, items, label, mapping, optional_mapping, text, unread
from bot.channels.whatsapp_messages import read_message
from bot.channels.whatsapp_people import contacts_of
from bot.channels.whatsapp_reports import read_preference, read_status
from bot.events import CarrierEvent

OBJECT = "whatsapp_business_account"
FIELDS = ("messages", "user_preferences")


def read_hook(root: Element, phone_number_id: str) -> tuple[CarrierEvent, ...]:
    """The events of one verified body. What is addressed to another number of the account is kept and not acted on."""
    try:
        if text(root, "object") != OBJECT:
            return (unread(f"object:{label(root, 'object')}", root),)
        entries = items(root, "entry")
    except Malformed as error:
        return (unread(f"malformed: {error}", root),)
    return tuple(event for entry in entries for event in _entry(entry, phone_number_id))


def _entry(entry: object, phone_number_id: str) -> list[CarrierEvent]:
    if not isinstance(entry, dict):
        return [unread("malformed: an entry is no object", entry)]
    try:
        changes = items(entry, "changes")
    except Malformed as error:
        return [unread(f"malformed: {error}", entry)]
    return [event for change in changes for event in _change(change, phone_number_id)]


def _change(change: object, phone_number_id: str) -> list[CarrierEvent]:
    if not isinstance(change, dict):
        return [unread("malformed: a change is no object", change)]
    try:
        name = text(change, "field")
        if name not in FIELDS:
            return [unread(f"field:{name}", change)]
        value = mapping(change, "value")
        ours = field(optional_mapping(value, "metadata"), "phone_number_id")
    except Malformed as error:
        return [unread(f"malformed: {error}", change)]
    if not isinstance(ours, str) or ours != phone_number_id:
        return [unread(f"phone_number_id:{ours if isinstance(ours, str) else 'missing'}", change)]
    return _value(value) or [unread(f"empty: {name} with no element", change)]


def _value(value: Element) -> list[CarrierEvent]:
    contacts = contacts_of(value)
    return [
        *_array(value, "messages", lambda element: read_message(element, contacts)),
        *_array(value, "statuses", read_status),
        *_array(value, "user_preferences", lambda element: read_preference(element, contacts)),
        *_array(value, "errors", lambda element: unread("errors: about the account, not one message", element)),
    ]


def _array(value: Element, name: str, read: Callable[[Element], CarrierEvent]) -> list[CarrierEvent]:
    if name not in value:
        return []
    try:
        return each(items(value, name), read)
    except Malformed as error:
        return [unread(f"malformed: {error}", value)]
