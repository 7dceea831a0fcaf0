"""Silence ends, with at most one further message; every wait ends; nothing is sent in circles without the person."""

from __future__ import annotations

import pytest

from flows.check import check_source
from flows.checks.setting import Setting
from flows.problems import Problem
from flows.words import Lexicon

SETTING = Setting({"offers": True}, Lexicon.shipped("CN", ["en"]).heard)

PARCEL = """\
flow: parcel
kind: service
channels: [sms]
languages: [en]
start: {event: order.shipped, basis: contract, proof: order, go: shipped}
answers:
  where: [where]
states:
  shipped:
    say: shipped
    reply: {where: lookup}
    event: {order.out: out}
    after: {48h: late}
  late:
    say: late
    reply: {where: lookup}
    after: {24h: over}
  lookup:
    say: lookup
    reply: {where: lookup}
    after: {1h: over}
  out: {say: out, end: done}
  over: {end: done}
texts:
  shipped: {en: "Your parcel is on its way."}
  late: {en: "Your parcel takes longer."}
  lookup: {en: "It is in the depot."}
  out: {en: "It comes today."}
"""


def problems(source: str) -> list[Problem]:
    return [each for each in check_source(source, "f.yaml", SETTING)[1] if each.code in ("E203", "E204")]


def only(before: str, after: str) -> Problem:
    assert PARCEL.count(before) == 1
    (found,) = problems(PARCEL.replace(before, after))
    return found


def happened(found: Problem) -> list[str]:
    assert found.witness is not None
    return [each.trigger for each in found.witness.moments]


def test_one_further_message_to_who_stays_silent_is_allowed() -> None:
    """And any number to who keeps asking."""
    assert problems(PARCEL) == []


def test_a_second_one_is_refused_where_it_is_asked_for() -> None:
    found = only("after: {24h: over}", "after: {24h: lookup}")
    assert (found.code, found.line) == ("E204", 17)
    assert happened(found) == ["start", "after:0", "after:0"]


def test_the_messages_are_counted_over_cards_that_say_nothing() -> None:
    found = only("after: {24h: over}", "after: {24h: pause}\n  pause:\n    after: {9h: lookup}")
    assert (found.line, happened(found)) == (19, ["start", "after:0", "after:0", "after:0"])


@pytest.mark.parametrize("say", ["    say: late\n", ""], ids=["speaking", "mute"])
def test_silence_that_goes_round_in_circles_is_refused(say: str) -> None:
    source = PARCEL.replace("    say: late\n", say).replace("after: {24h: over}", "after: {24h: shipped}")
    (found,) = problems(source)
    assert (found.code, found.line) == ("E204", 17 if say else 16)
    assert happened(found) == ["start", "after:0", "after:0"]


def test_a_circle_of_one_card_is_one_too() -> None:
    found = only("after: {1h: over}", "after: {1h: lookup}")
    assert (found.code, found.line) == ("E204", 21)


def test_the_row_that_comes_first_counts_and_not_the_one_written_first() -> None:
    found = only("after: {24h: over}", "after: {72h: over, 24h: lookup}")
    assert (found.code, found.line) == ("E204", 17)
    assert problems(PARCEL.replace("after: {24h: over}", "after: {72h: lookup, 24h: over}")) == []


def test_rows_that_stay_do_not_end_a_wait() -> None:
    found = only("after: {1h: over}", "after: {1h: {tag: lost}}")
    assert (found.code, found.line) == ("E203", 21)
    assert happened(found) == ["start", "reply:where"]
    assert problems(PARCEL.replace("after: {1h: over}", "after: {1h: {tag: lost}, 2h: over}")) == []
    assert problems(PARCEL.replace("after: {1h: over}", "after: {1h: {tag: lost}}\n    hand_over: true")) == []


def test_messages_in_a_circle_of_events_are_refused() -> None:
    """What a business reports again and again, or a carrier answers to each message, would never end."""
    found = only("out: {say: out, end: done}", "out:\n    say: out\n    event: {order.out: out}\n    after: {9h: over}")
    assert (found.code, found.line) == ("E204", 24)
    assert happened(found) == ["start", "event:order.out", "event:order.out"]


def test_a_circle_of_an_event_and_time_is_refused() -> None:
    found = only("out: {say: out, end: done}", "out:\n    say: out\n    after: {9h: shipped}")
    assert found.code == "E204"


def test_a_circle_through_the_person_is_a_conversation() -> None:
    assert problems(PARCEL.replace("reply: {where: lookup}\n    event", "reply: {where: late}\n    event")) == []
