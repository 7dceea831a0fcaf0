"""Who a WhatsApp element is about: phone-based id, business-scoped id, parent id; any of them may be missing.

Source: Meta documentation "Business-scoped user IDs". A person with a user name may have no number at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.channels.reading import (
    Element,
    Malformed,
    field,
    label,
    optional_identifier,
    optional_mapping,
)
from bot.events import Address, Scheme

Contacts = Mapping[str, Element]
"""The contacts of one change by each of their identifiers."""

_SCOPED = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
_PARENT = re.compile(r"[A-Z]{2}\.ENT\.[A-Za-z0-9]{1,128}")


def scoped(value: str) -> Address | None:
    """The business-scoped id, or its parent form, that a value spells; None for anything else."""
    if _PARENT.fullmatch(value):
        return Address(Scheme.BSUID_PARENT, value)
    return Address(Scheme.BSUID, value) if _SCOPED.fullmatch(value) else None


def address(value: str) -> Address | None:
    """The address that a value spells by its form alone, as ``from`` may hold a number or a business-scoped id."""
    digits = value.removeprefix("+")
    return Address(Scheme.WA_ID, digits) if re.fullmatch(r"[0-9]{3,20}", digits) else scoped(value)


def named(source: Element, names: Iterable[str]) -> tuple[Address, ...]:
    """The addresses in these fields of an element, in this order, each once; unreadable ones are left out."""
    values = (optional_identifier(source, name) for name in names)
    found = (address(value) for value in values if value)
    return tuple(dict.fromkeys(one for one in found if one))


def contacts_of(value: Element) -> Contacts:
    """The contacts of a change. They only add names and further ids, so what cannot be read is left out."""
    listed = field(value, "contacts")
    found: dict[str, Element] = {}
    for contact in listed if isinstance(listed, list) else []:
        for one in _contact_addresses(contact):
            found[one.value] = contact
    return found


def with_contact(ids: tuple[Address, ...], contacts: Contacts) -> tuple[Address, ...]:
    """These ids and those of the contact that shares one of them."""
    contact = _contact(ids, contacts)
    more = _contact_addresses(contact) if contact is not None else ()
    return tuple(dict.fromkeys(ids + more))


def profile_name(ids: tuple[Address, ...], contacts: Contacts) -> str | None:
    """The name that the person shows, when a contact shares one of the ids."""
    contact = _contact(ids, contacts)
    if contact is None:
        return None
    profile = optional_mapping(contact, "profile")
    try:
        return label(profile, "name") or label(profile, "username") or None
    except Malformed:
        # A name given twice is no name; it must not cost the message.
        return None


def only_contact(contacts: Contacts) -> tuple[Address, ...]:
    """The ids of the one contact there is; nothing when there are several."""
    distinct = {id(contact): contact for contact in contacts.values()}
    return _contact_addresses(next(iter(distinct.values()))) if len(distinct) == 1 else ()


def _contact(ids: tuple[Address, ...], contacts: Contacts) -> Element | None:
    return next((contacts[one.value] for one in ids if one.value in contacts), None)


def _contact_addresses(contact: object) -> tuple[Address, ...]:
    try:
        return named(contact, ("wa_id", "user_id", "parent_user_id")) if isinstance(contact, dict) else ()
    except Malformed:
        # A contact that names a field twice identifies nobody; the message beside it stands on its own ids.
        return ()
