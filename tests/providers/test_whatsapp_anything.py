"""Whatever WhatsApp's webhook brings, each element becomes one event, and nothing is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp_hook import read_hook
from bot.events import Unread
from tests.providers.whatsapp_bodies import NUMBER, change, read, root

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
WORDS = st.sampled_from(
    [
        "text",
        "button",
        "interactive",
        "button_reply",
        "nfm_reply",
        "system",
        "image",
        "status",
        "stop",
        "failed",
        "131050",
        "US.1",
        "16505551234",
    ]
)
NAMES = st.sampled_from(
    [
        "id",
        "from",
        "type",
        "text",
        "body",
        "timestamp",
        "context",
        "system",
        "wa_id",
        "user_id",
        "status",
        "errors",
        "code",
        "value",
        "contacts",
        "profile",
        "name",
        "from_user_id",
        "previous_user_id",
        "recipient_id",
        "referral",
        "group_id",
        "button",
        "interactive",
    ]
)
ELEMENTS = st.recursive(LEAVES | WORDS, lambda one: st.lists(one, max_size=3) | st.dictionaries(NAMES, one, max_size=6))


@settings(deadline=None)
@given(
    st.lists(ELEMENTS, max_size=3),
    st.lists(ELEMENTS, max_size=3),
    st.lists(ELEMENTS, max_size=3),
    ELEMENTS,
)
def test_whatever_comes_every_element_is_one_event_with_a_stable_id(
    messages: list[Any], statuses: list[Any], preferences: list[Any], contacts: Any
) -> None:
    fields = {"messages": messages, "statuses": statuses, "user_preferences": preferences, "contacts": contacts}
    events = read(change(**fields))
    assert len(events) == max(len(messages) + len(statuses) + len(preferences), 1)
    assert events == read(change(**fields))


@settings(deadline=None)
@given(ELEMENTS, ELEMENTS)
def test_whatever_comes_around_the_elements_is_kept(entry: Any, value: Any) -> None:
    body = {"object": "whatsapp_business_account", "entry": entry}
    assert all(isinstance(event, Unread) for event in read_hook(body, NUMBER))
    assert len(read_hook(root({"field": "messages", "value": value}), NUMBER)) == 1
