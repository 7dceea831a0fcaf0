"""A difference is one that people would notice: the same words and silences, and something else happens."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from flows.difference import MOST, Turning, difference
from flows.load import load_flow
from flows.spec import Flow
from tests.flows.oracle.documents import text_of
from tests.flows.oracle.good_flows import good_flow

SOURCE = """\
flow: signup
kind: consent-request
channels: [sms]
languages: [en]
start: {event: signup, basis: requested, go: ask}
answers:
  Y: [Y, yes]
  N: ["no", never]
states:
  ask:
    say: ask
    reply:
      Y: {grant: offers, go: thanks}
      N: silent
    else: {say: again, times: 1, go: silent}
    after: {72h: silent}
    event: {order.paid: thanks}
  thanks: {say: thanks, end: granted}
  silent: {end: no-consent}
texts:
  ask: {asks_for: offers, en: "Offers? Y or T."}
  again: {en: "Y or T?"}
  thanks: {en: "Done."}
"""
OPENING = ("start by event signup, basis requested", "bot: ask")


def flow(*changes: tuple[str, str]) -> Flow:
    source = SOURCE
    for before, after in changes:
        assert before in source, before
        source = source.replace(before, after)
    return load_flow(source, "signup.yaml")


def turnings(*changes: tuple[str, str]) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    found = difference(flow(), flow(*changes)).turnings
    assert all(each.said[:2] == OPENING for each in found)
    return [(each.said[2:], each.before, each.now) for each in found]


YES = ("grant offers", "bot: thanks", "end: granted")


@pytest.mark.parametrize(
    "change, said, before, now",
    [
        (("Y: [Y, yes]", "Y: [Y, yes, ok]"), ("me: ok",), ("bot: again",), YES),
        (("Y: [Y, yes]", "Y: [Y]"), ("me: yes",), YES, ("bot: again",)),
        (("Y: {grant: offers, go", "Y: {go"), ("me: y",), YES, YES[1:]),
        (("Y: {grant", "Y: {tag: vip, grant"), ("me: y",), YES, (YES[0], "tag vip", *YES[1:])),
        (("N: silent", "N: {revoke: offers, go: silent}"), ("me: no",), ("end: no-consent",),
         ("revoke offers", "end: no-consent")),
        (("end: no-consent", "end: refused"), ("me: no",), ("end: no-consent",), ("end: refused",)),
        (("72h", "24h"), ("silence for 24h",), (), ("end: no-consent",)),
        (("72h", "96h"), ("silence for 72h",), ("end: no-consent",), ()),
        (("order.paid: thanks", "order.paid: silent"), ("event: order.paid",), YES[1:], ("end: no-consent",)),
        (("times: 1", "times: 2"), ("me: …", "bot: again", "me: …"), ("end: no-consent",), ("bot: again",)),
        (("  thanks: {say: thanks, end", "  thanks: {hand_over: true, say: thanks, end"), ("me: y",), YES,
         (YES[0], YES[1], "a person takes over", YES[2])),
    ],
)  # fmt: skip
def test_the_shortest_conversation_that_goes_another_way_comes_first(
    change: tuple[str, str], said: tuple[str, ...], before: tuple[str, ...], now: tuple[str, ...]
) -> None:
    assert turnings(change)[0] == (said, before, now)


def test_another_way_to_begin_is_the_whole_difference() -> None:
    (only,) = difference(flow(), flow(("event: signup", "event: order"))).turnings
    assert only == Turning((), OPENING, ("start by event order, basis requested", "bot: ask"))


def test_what_nobody_notices_is_no_conversation() -> None:
    """Names of states and texts, the order of words, a comment."""
    renamed = flow(
        ("thanks: {say: thanks", "welcome: {say: hello"),
        ("go: thanks", "go: welcome"),
        ("paid: thanks", "paid: welcome"),
        ("  thanks: {en", "  hello: {en"),
        ("[Y, yes]", "[yes, Y]"),
    )
    found = difference(flow(), renamed)
    assert found.turnings == ()
    assert found.cards == ("- thanks", "+ welcome")
    assert found.texts == ("- thanks", "+ hello")
    assert "+ ask: reply Y / grant offers -> welcome" in found.rows


def test_a_text_that_is_worded_otherwise_is_told_per_language() -> None:
    found = difference(flow(), flow(("Done.", "Thank you.")))
    assert (found.turnings, found.texts) == ((), ("~ thanks en: Done. => Thank you.",))


EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example" / "flows"
FILES = [file for file in EXAMPLE.glob("*.yaml") if ".test." not in file.name]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_flow_does_not_differ_from_itself(file: Path) -> None:
    same = load_flow(file.read_text("utf-8"), file.name)
    assert not difference(same, same).anything


def test_written_flows_do_not_differ_from_themselves_and_differ_from_each_other() -> None:
    written = [load_flow(text_of(good_flow(Random(seed))), "x.yaml") for seed in range(20)]
    assert not any(difference(each, each).anything for each in written)
    others = [difference(one, other) for one, other in pairwise(written)]
    assert all(each.anything for each in others)
    assert max(len(each.turnings) for each in others) <= MOST
