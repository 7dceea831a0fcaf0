"""The bodies of WhatsApp's webhooks, and how they are read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.channels.reading import read_object
from bot.channels.whatsapp_hook import read_hook
from bot.events import Address, CarrierEvent, InboundMessage, MessageKind, Scheme

NUMBER = "106540352242922"
AT = datetime(2025, 6, 8, 20, 59, 43, tzinfo=UTC)
PHONE = Address(Scheme.WA_ID, "16505551234")
SCOPED = Address(Scheme.BSUID, "US.13491208655302741918")
STATUS = {"id": "wamid.9", "timestamp": "1749416383", "recipient_id": "16505551234"}
SENDER = {"from": "16505551234", "id": "wamid.1", "timestamp": "1749416383"}

Json = dict[str, Any]


def root(*changes: Json) -> Json:
    """A whole body of one entry."""
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": list(changes)}]}


def change(field: str = "messages", **value: Any) -> Json:
    """One change, addressed to our number."""
    metadata = {"display_phone_number": "+1 555-078-3881", "phone_number_id": NUMBER}
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}


def read(*changes: Json) -> tuple[CarrierEvent, ...]:
    """What a body of these changes is read as."""
    return read_hook(read_object(json.dumps(root(*changes)).encode()), NUMBER)


def read_one(**value: Any) -> CarrierEvent:
    """The one event of one change."""
    (event,) = read(change(**value))
    return event


def said(kind: MessageKind, text: str = "", payload: str | None = None, **more: Any) -> InboundMessage:
    """What a person's message is read as."""
    return InboundMessage("wamid.1", (PHONE,), AT, kind, text, payload, **more)
