"""WhatsApp's delivery receipts: what each status and each error says of a message of ours."""

from __future__ import annotations

import pytest

from bot.events import DeliveryStatus, Reason, Receipt, Unread
from tests.providers.whatsapp_bodies import AT, PHONE, SCOPED, STATUS, Json, read_one


def failed(*errors: Json) -> Json:
    return STATUS | {"status": "failed", "errors": list(errors)}


@pytest.mark.parametrize(
    "element,expected",
    [
        (STATUS | {"status": "sent"}, Receipt("wamid.9", DeliveryStatus.SENT, AT, recipient=(PHONE,))),
        (
            STATUS | {"status": "delivered", "recipient_user_id": SCOPED.value, "biz_opaque_callback_data": "msg_1"},
            Receipt("wamid.9", DeliveryStatus.DELIVERED, AT, "msg_1", recipient=(PHONE, SCOPED)),
        ),
        (STATUS | {"status": "read"}, Receipt("wamid.9", DeliveryStatus.READ, AT, recipient=(PHONE,))),
        (
            failed({"code": 131050, "title": "unstable", "error_data": {"details": "stopped"}}),
            Receipt(
                "wamid.9",
                DeliveryStatus.FAILED,
                AT,
                None,
                "131050",
                Reason.OPTED_OUT_MARKETING,
                "stopped",
                (PHONE,),
            ),
        ),
        (
            failed({"code": "131047", "title": "User stopped marketing", "message": "Re-engagement"}),
            Receipt(
                "wamid.9", DeliveryStatus.FAILED, AT, None, "131047", Reason.WINDOW_CLOSED, "Re-engagement", (PHONE,)
            ),
        ),
        (
            failed({"code": 131026}, {"code": 131050}),
            Receipt("wamid.9", DeliveryStatus.FAILED, AT, None, "131050", Reason.OPTED_OUT_MARKETING, "", (PHONE,)),
        ),
        (
            failed({"code": 99}, {"code": 131026}),
            Receipt("wamid.9", DeliveryStatus.FAILED, AT, None, "99", Reason.UNKNOWN, "", (PHONE,)),
        ),
        (
            STATUS | {"status": "warning", "errors": [{"code": 131050}]},
            Receipt("wamid.9", DeliveryStatus.UNKNOWN, AT, None, "131050", Reason.OPTED_OUT_MARKETING, "", (PHONE,)),
        ),
        ({"id": "wamid.9", "status": "failed"}, Receipt("wamid.9", DeliveryStatus.FAILED, None)),
    ],
)
def test_statuses(element: Json, expected: Receipt) -> None:
    """Codes decide, never titles; an opt-out before any other error, and whatever the status is called."""
    assert read_one(statuses=[element]) == expected


@pytest.mark.parametrize("status", ["played", "deleted", "warning", "brand-new"])
def test_statuses_that_we_do_not_know_change_nothing(status: str) -> None:
    event = read_one(statuses=[STATUS | {"status": status, "errors": [{"code": 131026}]}])
    assert isinstance(event, Unread)
    assert event.why == f"status:{status}"
