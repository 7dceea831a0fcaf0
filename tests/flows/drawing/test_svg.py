"""A flow drawn: every state and every word of a row is in it, as text; the colour says what a state may send."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from flows.drawing.cards import MOST_WORDS, Sends, label, sends, shortened
from flows.drawing.svg import COLOURS, svg
from flows.graph import edges, width
from flows.load import load_flow
from flows.spec import Flow

EXAMPLE = Path(__file__).parents[3] / "config" / "businesses" / "example" / "flows"
FLOWS = [load_flow(file.read_text("utf-8"), file.name) for file in EXAMPLE.glob("*.yaml") if ".test." not in file.name]

ODD = load_flow(
    """
flow: odd
about: "<script> & 引号"
kind: commercial
needs: offers
channels: [sms]
languages: [en, zh-CN]
start: {word: {en: "go;", zh-CN: 走}, basis: consent, go: 问}
answers:
  Y: ["<b>", b, c, d, e, f, g, h]
states:
  问:
    say: ask
    reply:
      Y: {revoke: offers, go: 问}
    else: {say: ask, times: 1, go: 人}
    after: {90m: 人}
  人: {hand_over: true}
texts:
  ask: {en: "1 < 2 & so on, and on, and on, until the line is full and longer", zh-CN: 问}
""",
    "odd.yaml",
)
SPACE = "{http://www.w3.org/2000/svg}"


def texts(drawn: str) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(drawn).iter(f"{SPACE}text")]


@pytest.mark.parametrize("flow", [*FLOWS, ODD], ids=lambda flow: flow.name)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_state_and_every_row_is_drawn(flow: Flow, language: str) -> None:
    drawn = texts(svg(flow, language))
    assert set(flow.states) <= set(drawn)
    for edge in edges(flow):
        assert any(shortened(label(flow, edge)) in line for line in drawn)


@pytest.mark.parametrize("flow", [*FLOWS, ODD], ids=lambda flow: flow.name)
def test_a_drawing_asks_for_nothing_from_elsewhere(flow: Flow) -> None:
    addresses = set(re.findall(r'(?:href|src|url\()[="]*([^")]+)', svg(flow)))
    assert addresses <= {"#head"}
    assert "script" not in {each.tag.removeprefix(SPACE) for each in ET.fromstring(svg(flow)).iter()}


def test_rows_are_labelled_with_the_words_that_people_say() -> None:
    (y,) = [edge for edge in edges(ODD) if edge.effects and edge.trigger.name == "Y"]
    assert label(ODD, y) == "“<b> · b · c · d · e · f” +2"
    assert len(ODD.answers["Y"].words) == MOST_WORDS + 2
    assert "revoke offers" in texts(svg(ODD))
    assert "else: say ask" in texts(svg(ODD))


@pytest.mark.parametrize(
    "name, state, expected",
    [
        ("optin-confirm", "ask", Sends.ASKS),
        ("optin-confirm", "welcome", Sends.TELLS),
        ("optin-confirm", "silent", Sends.NOTHING),
        ("birthday", "greet", Sends.COMMERCIAL),
        ("order-notices", "shipped", Sends.TELLS),
    ],
)
def test_a_state_has_the_colour_of_what_it_may_send(name: str, state: str, expected: Sends) -> None:
    (flow,) = [flow for flow in FLOWS if flow.name == name]
    assert sends(flow, flow.states[state]) is expected
    assert f'fill="{COLOURS[expected][0]}"' in svg(flow)


def test_our_own_words_are_in_the_language_asked_for() -> None:
    assert "须有 offers 的同意" in texts(svg(ODD, "zh"))
    assert "needs offers" in texts(svg(ODD, "en"))


@pytest.mark.parametrize("text", ["短", "a" * 34, "a" * 35, "问" * 40, "word " * 20])
def test_what_is_shortened_fits_its_line(text: str) -> None:
    assert width(shortened(text)) <= 34
    assert shortened(text) == text or shortened(text).endswith("…")
