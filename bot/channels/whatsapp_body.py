"""One outgoing message as the JSON that WhatsApp's Messages API takes: text, buttons, list or template.

Source: Meta documentation, Messages API. The wording is never changed here: what was approved is what leaves.
"""

from __future__ import annotations

from bot.channel import Button, Outgoing, Template
from bot.errors import Reject
from bot.events import Address, Reason, Scheme

MOST_BUTTONS = 3
MOST_ROWS = 10
LONGEST_CORRELATION = 512
LIST_LABEL = "…"
"""What opens a list whose text names no label: the API takes none without."""

Json = dict[str, object]


def request_body(message: Outgoing) -> Json:
    """The request for one message. Reject when the API has no form for its recipient or its choices."""
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(message.to),
        **_content(message),
        "biz_opaque_callback_data": message.id[:LONGEST_CORRELATION],
    }


def _recipient(to: Address) -> Json:
    if to.scheme in (Scheme.WA_ID, Scheme.E164):
        return {"to": to.value.removeprefix("+")}
    if to.scheme in (Scheme.BSUID, Scheme.BSUID_PARENT):
        return {"recipient": to.value}
    raise Reject(f"WhatsApp cannot send to a {to.scheme} address", reason=Reason.INVALID_NUMBER)


def _content(message: Outgoing) -> Json:
    if message.template is not None:
        return {"type": "template", "template": _template(message.template, message.buttons)}
    if message.buttons:
        return {"type": "interactive", "interactive": _buttons(message)}
    if message.rows:
        return {"type": "interactive", "interactive": _list(message)}
    return {"type": "text", "text": {"preview_url": False, "body": message.body}}


def _buttons(message: Outgoing) -> Json:
    if len(message.buttons) > MOST_BUTTONS:
        raise _too_many("buttons", len(message.buttons), MOST_BUTTONS)
    replies = [{"type": "reply", "reply": {"id": one.id, "title": one.label}} for one in message.buttons]
    return {"type": "button", "body": {"text": message.body}, "action": {"buttons": replies}}


def _list(message: Outgoing) -> Json:
    if len(message.rows) > MOST_ROWS:
        raise _too_many("rows", len(message.rows), MOST_ROWS)
    rows = [{"id": one.id, "title": one.label} for one in message.rows]
    action = {"button": message.list_label or LIST_LABEL, "sections": [{"rows": rows}]}
    return {"type": "list", "body": {"text": message.body}, "action": action}


def _template(template: Template, buttons: tuple[Button, ...]) -> Json:
    # Meta writes languages with an underscore.
    written: Json = {"name": template.provider_id, "language": {"code": template.language.replace("-", "_")}}
    components: list[Json] = []
    if template.parameters:
        components.append(
            {"type": "body", "parameters": [{"type": "text", "text": one} for one in template.parameters]}
        )
    components += [_template_button(index, one) for index, one in enumerate(buttons)]
    return {**written, "components": components} if components else written


def _template_button(index: int, button: Button) -> Json:
    """The id that comes back when the approved template's quick-reply button at ``index`` is tapped."""
    payload = {"type": "payload", "payload": button.id}
    return {"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": [payload]}


def _too_many(what: str, count: int, most: int) -> Reject:
    return Reject(f"{count} {what}; WhatsApp takes at most {most}", reason=Reason.CONTENT_BLOCKED)
