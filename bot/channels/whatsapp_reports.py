"""What WhatsApp reports beside messages: how far ours got, and the marketing switch in a person's own app.

Source: Meta documentation, status and user_preferences webhook references. Only codes decide; titles are unstable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.code_table import CodeTable
from bot.channels.reading import (
    Element,
    Malformed,
    code,
    field,
    fingerprint,
    identifier,
    label,
    moment,
    optional_identifier,
    optional_mapping,
    text,
    unread,
)
from bot.channels.whatsapp_people import Contacts, named, only_contact, with_contact
from bot.events import CarrierEvent, DeliveryStatus, Preference, PreferenceValue, Reason, Receipt

STATUSES: Mapping[str, DeliveryStatus] = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
}

PREFERENCES: Mapping[str, PreferenceValue] = {value.value: value for value in PreferenceValue}

OPT_OUTS = (Reason.OPTED_OUT, Reason.OPTED_OUT_MARKETING)

CODES = CodeTable.load("whatsapp_cloud")


@dataclass(frozen=True, slots=True)
class _Failure:
    code: str | None
    reason: Reason
    detail: str


def read_status(element: Element) -> CarrierEvent:
    """One element of ``statuses[]``. A status that we do not know changes nothing, unless it brings an opt-out."""
    said = text(element, "status")
    failure = _failure(element)
    opted_out = failure is not None and failure.reason in OPT_OUTS
    if said not in STATUSES and not opted_out:
        return unread(f"status:{said}", element)
    return Receipt(
        provider_id=identifier(element, "id"),
        status=STATUSES.get(said, DeliveryStatus.UNKNOWN),
        at=moment(field(element, "timestamp")),
        correlation=optional_identifier(element, "biz_opaque_callback_data"),
        code=failure.code if failure else None,
        reason=failure.reason if failure else None,
        detail=failure.detail if failure else "",
        recipient=named(element, ("recipient_id", "recipient_user_id", "recipient_parent_user_id")),
    )


def read_preference(element: Element, contacts: Contacts) -> CarrierEvent:
    """One element of ``user_preferences[]``. It has no id of its own: the event's id is the fingerprint of who,
    what and when. The person is read from the element; from the contacts only when they hold just one."""
    said = text(element, "value").lower()
    if said not in PREFERENCES:
        return unread(f"preference:{said}", element)
    own = named(element, ("wa_id", "user_id", "parent_user_id"))
    person = with_contact(own, contacts) if own else only_contact(contacts)
    if not person:
        raise Malformed("wa_id, user_id and parent_user_id name nobody")
    at = moment(field(element, "timestamp"))
    category = label(element, "category") or "marketing_messages"
    told = [[one.scheme, one.value] for one in own or person]
    event_id = fingerprint(["user_preferences", told, category, said, at.isoformat() if at else None])
    return Preference(event_id, person, PREFERENCES[said], at, category)


def _failure(element: Element) -> _Failure | None:
    """The error to judge the status by: an opt-out before anything else, then the first one."""
    listed = field(element, "errors")
    errors = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    found = [_read_failure(one) for one in errors]
    return next((one for one in found if one.reason in OPT_OUTS), found[0] if found else None)


def _read_failure(error: Element) -> _Failure:
    number = code(error, "code")
    return _Failure(number, CODES.reason(number), error_words(error))


def error_words(error: Element) -> str:
    """What an error says in its own words: the details, else the message. Never the title, which is unstable."""
    return label(optional_mapping(error, "error_data"), "details") or label(error, "message")
