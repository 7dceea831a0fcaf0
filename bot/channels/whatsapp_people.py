"""Who a WhatsApp element is about: phone-based id, business-scoped id, parent id; any of them may be missing.

Source: Meta documentation "Business-scoped user IDs". A person with a user name may have no number at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.channels.reading import (
    LONGEST_IDENTIFIER,
    Element,
    Malformed,
    field,
    label,
    optional_mapping,
)
from bot.events import Address, Scheme


class Contact(NamedTuple):
    """One contact of a change and the identifiers it names."""

    ids: tuple[Address, ...]
    element: Element


Contacts = Mapping[str, Contact]
"""The contacts of one change by each of their identifiers."""

_DIGITS = re.compile(r"[0-9]{3,20}")
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
    return Address(Scheme.WA_ID, digits) if _DIGITS.fullmatch(digits) else scoped(value)


def named(source: Element, names: Iterable[str]) -> tuple[Address, ...]:
    """The addresses in these fields of an element, in this order, each once; unreadable ones are left out."""
    found: list[Address] = []
    for name in names:
        value = source.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= LONGEST_IDENTIFIER:
            continue  # a wrong side field must not cost the event
        one = address(value)
        if one is not None and one not in found:
            found.append(one)
    return tuple(found)


def contacts_of(value: Element) -> Contacts:
    """The contacts of a change. They only add names and further ids, so what cannot be read is left out."""
    listed = field(value, "contacts")
    found: dict[str, Contact] = {}
    for element in listed if isinstance(listed, list) else []:
        contact = Contact(_contact_addresses(element), element)
        for one in contact.ids:
            found[one.value] = contact
    return found


def with_contact(ids: tuple[Address, ...], contacts: Contacts) -> tuple[Address, ...]:
    """These ids and those of the contact that shares one of them."""
    contact = _contact(ids, contacts)
    return (*ids, *(one for one in contact.ids if one not in ids)) if contact is not None else ids


def profile_name(ids: tuple[Address, ...], contacts: Contacts) -> str | None:
    """The name that the person shows, when a contact shares one of the ids."""
    contact = _contact(ids, contacts)
    if contact is None:
        return None
    profile = optional_mapping(contact.element, "profile")
    try:
        return label(profile, "name") or label(profile, "username") or None
    except Malformed:
        # A name given twice is no name; it must not cost the message.
        return None


def only_contact(contacts: Contacts) -> tuple[Address, ...]:
    """The ids of the one contact there is; nothing when there are several."""
    distinct = {id(contact.element): contact.ids for contact in contacts.values()}
    return next(iter(distinct.values())) if len(distinct) == 1 else ()


def _contact(ids: tuple[Address, ...], contacts: Contacts) -> Contact | None:
    for one in ids:
        if one.value in contacts:
            return contacts[one.value]
    return None


def _contact_addresses(contact: object) -> tuple[Address, ...]:
    try:
        return named(contact, ("wa_id", "user_id", "parent_user_id")) if isinstance(contact, dict) else ()
    except Malformed:
        # A contact that names a field twice identifies nobody; the message beside it stands on its own ids.
        return ()
