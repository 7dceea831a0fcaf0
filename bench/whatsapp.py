"""Signed WhatsApp webhooks, made beforehand: each a different person's ``Y``."""

from __future__ import annotations

import hashlib
import hmac
import json

SECRET = "bench-app-secret"
PHONE_NUMBER_ID = "106540352242922"
PATH = "/hooks/bookshop/whatsapp/bench-token"


def phone(number: int) -> str:
    """A made-up WhatsApp id."""
    return f"8613{number:09d}"


def request(number: int, text: str = "Y", run: str = "") -> bytes:
    """A whole HTTP request with its signature."""
    message = {
        "from": phone(number),
        "id": f"wamid.{run}{number}",
        "timestamp": "1749416383",
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"profile": {"name": "Bench"}, "wa_id": phone(number)}],
        "messages": [message],
    }
    document = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}],
    }
    body = json.dumps(document, separators=(",", ":")).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
