"""A flow's text becomes plain data, or every error of form is named once, at its place, with its cure."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from textwrap import dedent

import pytest

from flows.errors import FlowProblems
from flows.load import draft_flow, load_flow
from flows.places import Places
from flows.spec import Basis, Fallback, Flow, Kind, Once, Otherwise, Row

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example" / "flows"

WHOLE = """\
flow: whole
kind: service
channels: sms
languages: [en]
start: {event: order.made, basis: contract, once: per 90 days, go: ask}
answers:
  Y: [yes, 0000]
  N: {label: {en: "No"}, words: no}
states:
  ask:
    say: ask
    reply:
      Y: kept
      N: {revoke: all, tag: gone, remember: {why: asked}, go: kept}
    event: {order.lost: {go: kept}}
    after: {30m: kept, 7d: kept}
    else: {say: ask, times: 2, go: kept}
    fresh: 6h
  kept: {end: done, hand_over: true}
texts:
  ask:
    asks_for: offers
    list: [Y, N]
    template: ask_v1
    fallback: {undelivered: sms, within: 10m}
    en: "Well, {{ name }}?"
uses:
  name: {type: text, max: 8, example: Ann, else: {en: friend}}
"""


def found(source: str) -> list[tuple[str, int, int]]:
    return [(each.code, each.line, each.column) for each in draft_flow(source, "f.yaml").problems]


@pytest.fixture(scope="module")
def whole() -> Flow:
    return load_flow(WHOLE, "whole.yaml")


def test_the_head_is_read(whole: Flow) -> None:
    assert (whole.name, whole.kind, whole.channels, whole.languages) == ("whole", Kind.SERVICE, ("sms",), ("en",))
    assert (whole.start.event, whole.start.basis, whole.start.go) == ("order.made", Basis.CONTRACT, "ask")
    assert whole.start.once == Once(timedelta(days=90))


def test_shorthands_are_spelt_out(whole: Flow) -> None:
    assert whole.states["ask"].reply["Y"] == Row(go="kept", line=13)
    assert whole.states["ask"].reply["N"] == Row("kept", (), ("all",), {"why": "asked"}, "gone", 14)
    assert whole.answers["Y"].words == ("yes", "0000")
    assert (whole.answers["N"].words, whole.answers["N"].label) == (("no",), {"en": "No"})
    assert whole.texts["ask"].asks_for == ("offers",)


def test_a_card_is_read(whole: Flow) -> None:
    ask = whole.states["ask"]
    assert [delay for delay, _ in ask.after] == [timedelta(minutes=30), timedelta(days=7)]
    assert ask.otherwise == Otherwise("ask", 2, "kept")
    assert (ask.fresh, ask.line) == (timedelta(hours=6), 10)
    assert whole.states["kept"].hand_over


def test_a_text_is_read(whole: Flow) -> None:
    text = whole.texts["ask"]
    assert (text.rows, text.template, text.wording) == (("Y", "N"), "ask_v1", {"en": "Well, {{ name }}?"})
    assert text.fallback == Fallback("sms", timedelta(minutes=10))
    assert (whole.uses["name"].max, whole.uses["name"].otherwise) == (8, {"en": "friend"})


def test_a_flow_is_pinned_to_its_exact_text(whole: Flow) -> None:
    assert (whole.source, whole.file) == (WHOLE, "whole.yaml")
    assert whole.hash == sha256(WHOLE.encode()).hexdigest()


def test_the_stop_flow_may_revoke_on_its_card() -> None:
    flow = load_flow((EXAMPLE / "stop.yaml").read_text(encoding="utf-8"), "stop.yaml")
    assert flow.states["stopped"].revoke == ("all",)


@pytest.mark.parametrize("written,period", [("ever", None), ("per year", 365), ("per 90 days", 90), ("per week", 7)])
def test_once_says_how_often(written: str, period: int | None) -> None:
    flow = load_flow(WHOLE.replace("per 90 days", written), "f.yaml")
    assert flow.start.once == Once(None if period is None else timedelta(days=period))


@pytest.mark.parametrize(
    "before,after,code",
    [
        pytest.param("kind: service", "kind: ‸servce", "E103", id="kind"),
        pytest.param("flow: whole\nkind: service\n", "‸flow: whole\n", "E103", id="kind missing"),
        pytest.param("kind: service\n", "kind:\n‸", "E103", id="kind empty"),
        pytest.param("channels: sms", "channels: [sms, ‸fax]", "E103", id="channel"),
        pytest.param("channels: sms", "channels: ‸[]", "E103", id="no channel"),
        pytest.param("languages: [en]", "languages: [en, ‸zh_CN]", "E103", id="language"),
        pytest.param("basis: contract", "basis: ‸habit", "E103", id="basis"),
        pytest.param("once: per 90 days", "once: ‸always", "E103", id="once"),
        pytest.param("{event: order.made", "‸{event: a, campaign: b", "E103", id="two starts"),
        pytest.param("{event: order.made, ", "‸{", "E103", id="no start"),
        pytest.param("start:", "‸stat:", "E101", id="key of the flow"),
        pytest.param("once:", "‸onec:", "E101", id="key of start"),
        pytest.param("words: no", "‸word: no", "E101", id="key of an answer"),
        pytest.param("[yes, 0000]", "[yes, ‸[no]]", "E103", id="list in a list"),
        pytest.param("    after:", "    ‸afer:", "E101", id="key of a card"),
        pytest.param("tag: gone", "‸tags: gone", "E101", id="key of a row"),
        pytest.param("{go: kept}}", "‸[kept]}", "E103", id="list for a row"),
        pytest.param("30m: kept", "‸30min: kept", "E103", id="delay"),
        pytest.param("30m: kept", "‸0m: kept", "E103", id="no delay at all"),
        pytest.param("30m: kept", "‸99999d: kept", "E103", id="delay of centuries"),
        pytest.param("times: 2", "times: ‸two", "E103", id="times"),
        pytest.param("times: 2", "‸time: 2", "E101", id="key of else"),
        pytest.param("fresh: 6h", "fresh: ‸6 hours", "E103", id="fresh"),
        pytest.param("hand_over: true", "hand_over: ‸maybe", "E103", id="hand_over"),
        pytest.param("  kept: {end", "  ‸kept it: {end", "E103", id="name with a space"),
        pytest.param("  kept: {end", "  ‸stopped: {end", "E103", id="the state of a stop"),
        pytest.param("asks_for:", "‸asksfor:", "E101", id="key of a text"),
        pytest.param("    en: ", "    ‸fr: ", "E101", id="language that the flow does not speak"),
        pytest.param("undelivered: sms", "undelivered: ‸post", "E103", id="fallback"),
        pytest.param("within: 10m", "within: ‸soon", "E103", id="fallback in time"),
        pytest.param("type: text", "type: ‸word", "E103", id="type"),
        pytest.param("max: 8", "max: ‸-8", "E103", id="max"),
        pytest.param("example: Ann", "example: ‸[Ann]", "E103", id="example"),
        pytest.param("else: {en: friend}", "else: ‸friend", "E103", id="else of a placeholder"),
    ],
)
def test_an_error_of_form_is_named_once_where_it_stands(before: str, after: str, code: str) -> None:
    """The mark ‸ stands where the error is to be found."""
    assert before in WHOLE
    marked = WHOLE.replace(before, after, 1)
    line = marked[: marked.index("‸")].count("\n") + 1
    column = marked.splitlines()[line - 1].index("‸") + 1
    assert found(marked.replace("‸", "")) == [(code, line, column)]


def test_a_misspelt_key_brings_the_nearest_right_one() -> None:
    (problem,) = draft_flow(WHOLE.replace("    after:", "    afer:"), "f.yaml").problems
    assert "`after`" in problem.sentence.en
    assert "“after”" in problem.sentence.zh


def test_a_wrong_word_brings_the_allowed_ones() -> None:
    (problem,) = draft_flow(WHOLE.replace("basis: contract", "basis: habit"), "f.yaml").problems
    assert "consent, requested, contract, past-purchase" in problem.cure.en


def test_independent_errors_come_in_one_run_in_reading_order() -> None:
    source = WHOLE.replace("kind: service", "kind: x").replace("times: 2", "times: x").replace("max: 8", "max: x")
    assert found(source) == [("E103", 2, 7), ("E103", 17, 29), ("E103", 28, 27)]


def test_a_problem_is_shown_with_its_line_a_caret_and_the_cure() -> None:
    source = dedent("""\
        flow: 流程
        kind: service
        channels: [sms]
        languages: [zh-CN]
        start: {event: 下单, basis: contract, go: 结束}
        states:
          结束: {end: done, 问: 1}
        """)
    (problem,) = draft_flow(source, "f.yaml").problems
    assert problem.render(source, "en").splitlines() == [
        "f.yaml:7:19  E101  `问` is not known here",
        "      结束: {end: done, 问: 1}",
        "    " + "  \u3000\u3000" + " " * 14 + "^",
        "  = known here: say needs revoke reply event after else fresh hand_over end",
        "  > docs/reference/codes/E101.md",
    ]
    assert problem.render(source, "zh-CN").splitlines()[0] == "f.yaml:7:19  E101  这里没有“问”这个键"
    assert str(problem) == "f.yaml:7:19  E101  `问` is not known here"


def test_a_refused_flow_raises_all_its_problems() -> None:
    with pytest.raises(FlowProblems) as refused:
        load_flow(WHOLE.replace("kind: service", "kind: x").replace("max: 8", "max: x"), "f.yaml")
    assert [each.line for each in refused.value.problems] == [2, 28]
    assert "f.yaml:2:7" in str(refused.value)


def test_a_merge_key_at_the_root_leaves_nothing_to_judge() -> None:
    draft = draft_flow("<<: {kind: service}\nflow: x\n", "f.yaml")
    assert (draft.flow, [each.code for each in draft.problems]) == (None, ["E104"])


def test_a_flow_without_places_points_at_the_first_line() -> None:
    """A flow may be built by hand; pointing at it must not fail."""
    assert (Places().value("states", "ask").line, Places().key("flow").column) == (1, 1)
