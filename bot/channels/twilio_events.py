"""Twilio's webhook parameters read as events: what a person wrote, and how far a message of ours got.

Source: Twilio documentation "Twilio's request to your incoming message webhook URL" and "Outbound message status".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.channel import Medium
from bot.channels.code_table import CodeTable
from bot.channels.reading import (
    Element,
    Malformed,
    code,
    identifier,
    label,
    optional_identifier,
    storable,
    text,
    unread,
)
from bot.channels.twilio_signature import Parameters
from bot.channels.whatsapp_people import scoped
from bot.events import (
    Address,
    CarrierEvent,
    DeliveryStatus,
    InboundMessage,
    MessageKind,
    ProviderStop,
    Reason,
    Receipt,
    Scheme,
    Unread,
)

PREFIX = "whatsapp:"
OPT_OUTS = (Reason.OPTED_OUT, Reason.OPTED_OUT_MARKETING)

STATUSES: Mapping[str, DeliveryStatus] = {
    "accepted": DeliveryStatus.ACCEPTED,
    "scheduled": DeliveryStatus.ACCEPTED,
    "queued": DeliveryStatus.QUEUED,
    "sending": DeliveryStatus.QUEUED,
    "sent": DeliveryStatus.SENT,
    # Some parts arrived: more than nothing, less than the message.
    "partially_delivered": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
    "undelivered": DeliveryStatus.UNDELIVERED,
    "canceled": DeliveryStatus.CANCELLED,
}

HANDLED: Mapping[str, ProviderStop] = {
    "STOP": ProviderStop.STOP,
    "START": ProviderStop.START,
    "HELP": ProviderStop.HELP,
}

CODES = CodeTable.load("twilio")


def read_event(form: Parameters, correlation: str | None, medium: Medium) -> CarrierEvent:
    """The one event of a verified webhook. ``correlation`` is what came back in our own callback URL."""
    raw: Element = {storable(name): storable(value) for name, value in form}
    try:
        _refuse_contradiction(form)
        if _is_inbound(raw):
            return _message(raw, medium)
        return _receipt(raw, correlation, medium)
    except Malformed as error:
        return unread(f"malformed: {error}", raw)


def person(value: str, medium: Medium) -> Address:
    """The address in a From, To or ExternalUserId value, with or without the ``whatsapp:`` prefix."""
    bare = value.removeprefix(PREFIX).strip()
    by_form = scoped(bare) if value.startswith(PREFIX) or medium is Medium.WHATSAPP else None
    if by_form:
        return by_form
    if re.fullmatch(r"\+[0-9]{3,20}", bare):
        return Address(Scheme.E164, bare)
    if re.fullmatch(r"[0-9]{1,20}", bare):
        return Address(Scheme.WA_ID if medium is Medium.WHATSAPP else Scheme.SHORT_CODE, bare)
    if not bare or len(bare) > 64:
        raise Malformed("From, To: an address of 1 to 64 characters is needed")
    return Address(Scheme.ALNUM, bare)


def _refuse_contradiction(form: Parameters) -> None:
    seen: dict[str, str] = {}
    for name, value in form:
        if seen.setdefault(name, value) != value:
            raise Malformed(f"{name} comes with two values")


def _is_inbound(raw: Element) -> bool:
    status = raw.get("MessageStatus") or raw.get("SmsStatus")
    return status in ("received", "receiving") or ("Body" in raw and "MessageStatus" not in raw)


def _message(raw: Element, medium: Medium) -> InboundMessage:
    kind, words, payload = _content(raw)
    return InboundMessage(
        event_id=_sid(raw),
        sender=_sender(raw, medium),
        received_at=None,
        kind=kind,
        text=words,
        payload=payload,
        in_reply_to=optional_identifier(raw, "OriginalRepliedMessageSid"),
        profile_name=label(raw, "ProfileName") or None,
        handled=HANDLED.get(label(raw, "OptOutType").upper()),
        advertisement=_advertisement(raw),
    )


def _sid(raw: Element) -> str:
    older = optional_identifier(raw, "SmsSid") or optional_identifier(raw, "SmsMessageSid")
    return optional_identifier(raw, "MessageSid") or older or identifier(raw, "MessageSid")


def _sender(raw: Element, medium: Medium) -> tuple[Address, ...]:
    found = [person(text(raw, "From"), medium)]
    if re.fullmatch(r"[0-9]{3,20}", label(raw, "WaId")):
        found.append(Address(Scheme.WA_ID, label(raw, "WaId")))
    external = scoped(label(raw, "ExternalUserId").removeprefix(PREFIX))
    return tuple(dict.fromkeys([*found, external] if external else found))


def _content(raw: Element) -> tuple[MessageKind, str, str | None]:
    body = text(raw, "Body") if "Body" in raw else ""
    if "ButtonPayload" in raw or "ButtonText" in raw:
        return MessageKind.BUTTON, label(raw, "ButtonText") or body, optional_identifier(raw, "ButtonPayload")
    if "ListId" in raw:
        return MessageKind.LIST, label(raw, "ListTitle") or body, optional_identifier(raw, "ListId")
    if label(raw, "NumMedia") not in ("", "0"):
        return MessageKind.MEDIA, body, None
    if "Latitude" in raw and "Longitude" in raw:
        return MessageKind.LOCATION, body, None
    return MessageKind.TEXT, body, None


def _advertisement(raw: Element) -> str | None:
    named = label(raw, "ReferralSourceId") or label(raw, "ReferralSourceUrl") or label(raw, "ReferralCtwaClid")
    return named or None


def _receipt(raw: Element, correlation: str | None, medium: Medium) -> Receipt | Unread:
    said = label(raw, "MessageStatus") or label(raw, "SmsStatus")
    failure = code(raw, "ErrorCode")
    reason = CODES.reason(failure) if failure not in (None, "0") else None
    status = STATUSES.get(said, DeliveryStatus.UNKNOWN)
    # A status that we do not know changes nothing, unless it brings an opt-out.
    if status is DeliveryStatus.UNKNOWN and reason not in OPT_OUTS:
        return unread(f"status:{said or 'missing'}", raw)
    return Receipt(
        provider_id=_sid(raw),
        status=status,
        at=None,
        correlation=correlation,
        code=failure if reason else None,
        reason=reason,
        detail=label(raw, "ErrorMessage") or label(raw, "ChannelStatusMessage"),
        recipient=_recipient(raw, medium),
    )


def _recipient(raw: Element, medium: Medium) -> tuple[Address, ...]:
    to = label(raw, "To")
    return (person(to, medium),) if to else ()
