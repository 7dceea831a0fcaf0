"""WhatsApp's deliveries: every element of every array becomes an event, and none costs its neighbours."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import aiohttp
import pytest

from bot.channels.reading import read_object
from bot.channels.whatsapp_cloud import WhatsAppCloud, WhatsAppCloudAccount
from bot.channels.whatsapp_hook import read_hook
from bot.events import (
    Address,
    IdentityChange,
    InboundMessage,
    MessageKind,
    Preference,
    PreferenceValue,
    Receipt,
    Scheme,
    Unread,
)
from bot.permit import Seal
from tests.providers.carrier import post
from tests.providers.whatsapp_bodies import (
    AT,
    NUMBER,
    PHONE,
    SCOPED,
    SENDER,
    STATUS,
    Json,
    change,
    read,
    read_one,
    root,
    said,
)


@pytest.mark.parametrize(
    "content,expected",
    [
        ({"type": "text", "text": {"body": "STOP"}}, said(MessageKind.TEXT, "STOP")),
        (
            {"type": "text", "text": {"body": "Y"}, "context": {"from": "15550783881", "id": "wamid.0"}},
            said(MessageKind.TEXT, "Y", in_reply_to="wamid.0"),
        ),
        (
            {"type": "button", "button": {"payload": "Unsubscribe", "text": "Unsubscribe"}},
            said(MessageKind.BUTTON, "Unsubscribe", "Unsubscribe"),
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}},
            },
            said(MessageKind.BUTTON, "Yes", "y"),
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "list_reply", "list_reply": {"id": "b", "title": "Bills", "description": "x"}},
            },
            said(MessageKind.LIST, "Bills", "b"),
        ),
        (
            {
                "type": "interactive",
                "interactive": {
                    "type": "nfm_reply",
                    "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"a": 1}'},
                },
            },
            said(MessageKind.FORM, "", '{"a": 1}'),
        ),
        ({"type": "image", "image": {"id": "1", "caption": "TD"}}, said(MessageKind.MEDIA, "TD")),
        ({"type": "audio", "audio": {"id": "1"}}, said(MessageKind.MEDIA)),
        ({"type": "location", "location": {"latitude": 1, "longitude": 2}}, said(MessageKind.LOCATION)),
        ({"type": "contacts", "contacts": [{"name": {}}]}, said(MessageKind.CONTACT)),
        (
            {"type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "👍"}},
            said(MessageKind.REACTION, "👍", in_reply_to="wamid.0"),
        ),
        ({"type": "order", "order": {"text": "two please"}}, said(MessageKind.UNKNOWN, "two please")),
        (
            {
                "type": "text",
                "text": {"body": "hi"},
                "referral": {"source_id": "ad-7", "source_url": "https://x", "ctwa_clid": "c"},
            },
            said(MessageKind.TEXT, "hi", advertisement="ad-7"),
        ),
        (
            {"type": "text", "text": {"body": "hi"}, "referral": {"headline": "x"}},
            said(MessageKind.TEXT, "hi", advertisement="unnamed"),
        ),
    ],
)
def test_what_a_person_may_send(content: Json, expected: InboundMessage) -> None:
    assert read_one(messages=[SENDER | content]) == expected


TEXT = {"type": "text", "text": {"body": "Hello World"}}
CONTACT = {"profile": {"name": "Sheena Nelson"}, "wa_id": "16505551234", "user_id": SCOPED.value}


@pytest.mark.parametrize(
    "sender,contacts,people,name",
    [
        ({"from": "16505551234"}, None, (PHONE,), None),
        ({"from": "+16505551234"}, None, (PHONE,), None),
        ({"from": "16505551234", "from_user_id": SCOPED.value}, [CONTACT], (PHONE, SCOPED), "Sheena Nelson"),
        ({"from": "16505551234"}, [CONTACT], (PHONE, SCOPED), "Sheena Nelson"),
        ({"from_user_id": SCOPED.value}, [CONTACT], (SCOPED, PHONE), "Sheena Nelson"),
        ({"from": SCOPED.value}, None, (SCOPED,), None),
        (
            {"from_user_id": "US.1234", "from_parent_user_id": "US.ENT.5678"},
            [{"profile": {"username": "kfisher"}, "user_id": "US.1234", "parent_user_id": "US.ENT.5678"}],
            (Address(Scheme.BSUID, "US.1234"), Address(Scheme.BSUID_PARENT, "US.ENT.5678")),
            "kfisher",
        ),
        ({"from": "16505551234"}, [{"wa_id": "19999999999", "profile": {"name": "Other"}}], (PHONE,), None),
        ({"from": "16505551234"}, "nonsense", (PHONE,), None),
        ({"from": "16505551234"}, [5, {}, {"wa_id": 5}, CONTACT], (PHONE, SCOPED), "Sheena Nelson"),
        ({"from": "16505551234", "from_user_id": 5}, None, (PHONE,), None),
    ],
)
def test_who_wrote(sender: Json, contacts: object, people: tuple[Address, ...], name: str | None) -> None:
    """With a number, with a business-scoped id, with both; contacts may add, and be missing or broken."""
    extra = {} if contacts is None else {"contacts": contacts}
    event = read_one(messages=[{"id": "wamid.1", "timestamp": "1749416383", **TEXT, **sender}], **extra)
    assert isinstance(event, InboundMessage)
    assert (event.sender, event.profile_name) == (people, name)


@pytest.mark.parametrize("timestamp", ["1749416383", 1749416383, "1749416383000", 1749416383000])
def test_times_are_read_in_all_their_forms(timestamp: object) -> None:
    assert read_one(messages=[SENDER | TEXT | {"timestamp": timestamp}]) == said(MessageKind.TEXT, "Hello World")


def test_a_stop_with_an_unreadable_time_is_heard() -> None:
    event = read_one(messages=[SENDER | TEXT | {"timestamp": "soon"}])
    assert isinstance(event, InboundMessage)
    assert event.received_at is None


@pytest.mark.parametrize(
    "message,why",
    [
        ({"type": "edit", "edit": {}}, "type:edit"),
        ({"type": "revoke", "revoke": {"original_message_id": "wamid.0"}}, "type:revoke"),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "type:unsupported"),
        ({"type": "brand-new"}, "type:brand-new"),
        ({"type": "interactive", "interactive": {"type": "brand_new"}}, "type:interactive/brand_new"),
        ({"type": "system", "system": {"type": "customer_identity_changed"}}, "type:system/customer_identity_changed"),
        (TEXT | {"group_id": "g"}, "group"),
        (TEXT | {"from": "nobody"}, "malformed: from, from_user_id and from_parent_user_id name nobody"),
        (TEXT | {"from": None}, "malformed: from,"),
        ({"type": "text"}, "malformed: text is missing"),
        ({"type": "text", "text": {}}, "malformed: body is missing"),
        ({"type": "text", "text": {"body": 5}}, "malformed: body is a int"),
        ({}, "malformed: type is missing"),
        ({"type": "system", "system": {"type": "user_changed_number"}}, "malformed: user_changed_number names no new"),
        ({"type": "system", "system": {"type": "user_changed_user_id"}}, "malformed: user_changed_user_id names no"),
    ],
)
def test_what_is_not_acted_on_is_kept_with_its_reason(message: Json, why: str) -> None:
    element = {**SENDER, **message}
    event = read_one(messages=[element])
    assert isinstance(event, Unread)
    assert event.why.startswith(why)
    assert event.raw == element


def test_a_message_without_an_id_is_heard_under_a_fingerprint_of_it() -> None:
    element = {"from": "16505551234", "timestamp": "1749416383", **TEXT}
    once, again = read_one(messages=[element]), read_one(messages=[dict(reversed(element.items()))])
    later = read_one(messages=[element | {"timestamp": "1749416384"}])
    assert isinstance(once, InboundMessage)
    assert isinstance(later, InboundMessage)
    assert once == again
    assert once.event_id != later.event_id


@pytest.mark.parametrize(
    "element,old,new",
    [
        (
            {"from": "972987654321", "system": {"type": "user_changed_number", "wa_id": "972912345678", "body": "x"}},
            ("972987654321",),
            ("972912345678",),
        ),
        (
            {"from": "972987654321", "system": {"type": "user_changed_number", "new_wa_id": "972912345678"}},
            ("972987654321",),
            ("972912345678",),
        ),
        (
            {
                "from": "972987654321",
                "system": {
                    "type": "user_changed_number",
                    "wa_id": "972912345678",
                    "user_id": "IL.2",
                    "previous_user_id": "IL.1",
                },
            },
            ("972987654321", "IL.1"),
            ("972912345678", "IL.2"),
        ),
        (
            {"from": "1", "system": {"type": "user_changed_user_id", "previous_user_id": "CO.1", "user_id": "CO.2"}},
            ("CO.1",),
            ("CO.2",),
        ),
        (
            {"from_user_id": "CO.2", "system": {"type": "user_changed_user_id", "previous_user_id": "CO.1"}},
            ("CO.1",),
            ("CO.2",),
        ),
    ],
)
def test_changed_identities(element: Json, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """They come without contacts."""
    event = read_one(messages=[{"id": "wamid.1", "timestamp": "1749416383", "type": "system", **element}])
    assert isinstance(event, IdentityChange)
    assert tuple(one.value for one in event.old) == old
    assert tuple(one.value for one in event.new) == new
    assert (event.event_id, event.at, event.type) == ("wamid.1", AT, element["system"]["type"])


PREFERENCE = {
    "wa_id": "16505551234",
    "detail": "User requested to stop marketing messages",
    "category": "marketing_messages",
    "value": "stop",
    "timestamp": 1749416383,
}


@pytest.mark.parametrize("value", list(PreferenceValue))
def test_the_marketing_switch_in_the_persons_own_app(value: PreferenceValue) -> None:
    """Number or text as time: the same event again. Its id tells person, value, category and time apart."""
    first, second = (
        read_one(field="user_preferences", user_preferences=[PREFERENCE | {"value": value, "timestamp": at}])
        for at in (1749416383, "1749416383")
    )
    assert isinstance(first, Preference)
    assert first == second
    assert (first.person, first.value, first.at, first.category) == ((PHONE,), value, AT, "marketing_messages")


def test_preferences_that_differ_have_ids_that_differ() -> None:
    others: list[Json] = [
        {},
        {"value": "resume"},
        {"wa_id": "16505551235"},
        {"timestamp": 1749416384},
        {"category": "all"},
    ]
    found = [read_one(field="user_preferences", user_preferences=[PREFERENCE | other]) for other in others]
    assert len({event.event_id for event in found if isinstance(event, Preference)}) == len(others)


def test_a_preference_is_read_from_its_own_element() -> None:
    """The contacts may list someone else first; they serve only when the element names nobody."""
    other = {"wa_id": "19999999999"}
    first = read_one(field="user_preferences", contacts=[other, CONTACT], user_preferences=[PREFERENCE])
    assert isinstance(first, Preference)
    assert first.person == (PHONE, SCOPED)
    bare = {name: value for name, value in PREFERENCE.items() if name != "wa_id"}
    alone = read_one(field="user_preferences", contacts=[CONTACT], user_preferences=[bare])
    assert isinstance(alone, Preference)
    assert alone.person == (PHONE, SCOPED)
    several = read_one(field="user_preferences", contacts=[other, CONTACT], user_preferences=[bare])
    assert isinstance(several, Unread)


def test_two_entries_with_two_changes_of_two_messages_are_eight_events() -> None:
    def messages(*ids: str) -> Json:
        return change(messages=[SENDER | TEXT | {"id": one} for one in ids])

    body = root(messages("a", "b"), messages("c", "d"))
    body["entry"] += root(messages("e", "f"), messages("g", "h"))["entry"]
    events = read_hook(body, NUMBER)
    assert [event.event_id for event in events if isinstance(event, InboundMessage)] == list("abcdefgh")


def test_one_broken_element_does_not_cost_its_neighbours() -> None:
    good = SENDER | TEXT
    broken: list[Any] = [None, 5, [], {}, {"type": 5}, {"type": "text", "text": []}]
    events = read(
        change(messages=[good, *broken, good | {"id": "wamid.2"}], statuses=[*broken, STATUS | {"status": "read"}])
    )
    assert len(events) == 2 * len(broken) + 3
    assert [event.event_id for event in events if isinstance(event, InboundMessage)] == ["wamid.1", "wamid.2"]
    assert [event.status for event in events if isinstance(event, Receipt)] == ["read"]


def test_an_element_that_names_a_field_twice_is_not_guessed_at() -> None:
    message = json.dumps(SENDER | TEXT)
    twice = message.replace('"from":', '"from": "19999999999", "from":')
    body = json.dumps(root(change(messages=["@"]))).replace('"@"', f"{twice}, {message}")
    broken, fine = read_hook(read_object(body.encode()), NUMBER)
    assert isinstance(broken, Unread)
    assert "twice" in broken.why
    assert isinstance(fine, InboundMessage)


@pytest.mark.parametrize(
    "body,why",
    [
        ({}, "malformed: object is missing"),
        ({"object": "page", "entry": []}, "object:page"),
        ({"object": "whatsapp_business_account", "entry": {}}, "malformed: entry is a dict"),
        ({"object": "whatsapp_business_account", "entry": [5]}, "malformed: an entry is no object"),
        ({"object": "whatsapp_business_account", "entry": [{"changes": 5}]}, "malformed: changes is a int"),
        (root(5), "malformed: a change is no object"),  # type: ignore[arg-type]  # broken on purpose
        (root({"field": "messages"}), "malformed: value is missing"),
        (root({"field": "messages", "value": {}}), "phone_number_id:missing"),
        (root(change(metadata={"phone_number_id": "9"}, messages=[SENDER | TEXT])), "phone_number_id:9"),
        (root(change(metadata=5, messages=[SENDER | TEXT])), "phone_number_id:missing"),
        (root(change()), "empty: messages"),
        (root(change(messages={})), "malformed: messages is a dict"),
        (root(change(errors=[{"code": 131031}])), "errors: about the account"),
        (root(change("message_template_status_update", event="PAUSED")), "field:message_template_status_update"),
        (root(change("phone_number_quality_update")), "field:phone_number_quality_update"),
        (root(change("account_update")), "field:account_update"),
    ],
)
def test_what_is_not_ours_to_act_on_is_kept(body: Json, why: str) -> None:
    (event,) = read_hook(body, NUMBER)
    assert isinstance(event, Unread)
    assert event.why.startswith(why)
    assert read_hook(body, NUMBER) == (event,), "its id is the same when it is delivered again"


async def test_the_whole_way_through_the_channel(session: aiohttp.ClientSession, seal: Seal) -> None:
    """With the escapes that Meta really sends."""
    channel = WhatsAppCloud(WhatsAppCloudAccount(NUMBER, "t", ("s",), "v"), session, seal)
    body = json.dumps(root(change(messages=[SENDER | {"type": "text", "text": {"body": "退订"}}]))).encode()
    assert b"\\u9000" in body
    signature = "sha256=" + hmac.new(b"s", body, hashlib.sha256).hexdigest()
    hook = channel.open_hook(post("https://bot.example/h", body, x_hub_signature_256=signature))
    assert hook.events == (said(MessageKind.TEXT, "退订"),)
    assert (hook.answer.status, hook.answer.body) == (200, b"")
