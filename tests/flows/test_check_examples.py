"""Mistakes that people make, planted in the example flows: each is named by one message near its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.check import check_source
from flows.checks.setting import Setting
from flows.words import Lexicon

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example" / "flows"
LEXICON = Lexicon.shipped("CN", ["zh-CN", "zh-TW", "en", "es"])
SETTING = Setting({"offers": True, "points": True, "bills": False, "orders": False}, LEXICON.heard)
NEAR = 3
"""Lines."""


@pytest.mark.parametrize(
    "flow,before,after,code",
    [
        pytest.param(
            "optin-confirm", "    after: {72h: silent}", "    afer: {72h: silent}", "E101", id="typo in a key"
        ),
        pytest.param("repermission", "    after: {168h: silent}\n", "", "E203", id="no time-out"),
        pytest.param("repermission", "A: [A, 账单, bills, 2, 回A]", "A: [A, T, 账单]", "E210", id="takes T"),
        pytest.param("repermission", "Y: [Y, yes, 是, ", "Y: [Y, yes, 是, a, ", "E211", id="A means two things"),
        pytest.param("optin-confirm", "{72h: silent}", "{72h: {grant: offers, go: welcome}}", "E302", id="silence"),
        pytest.param("optin-confirm", "grant: offers,", "grant: [offers, points],", "E303", id="not asked for"),
        pytest.param("order-notices", "订单{{ order_no }}正", "订单{{ order }}正", "E402", id="undeclared placeholder"),
        pytest.param("order-notices", "out for delivery. P", "out: {{ carrier }}. P", "E403", id="one language only"),
        pytest.param("birthday", "    say: greet", "\tsay: greet", "E001", id="tab"),
        pytest.param("birthday", "needs: points\n", "", "E301", id="sells without consent"),
        pytest.param("birthday", "{more: points}", "{more: {revoke: points, go: points}}", "E301", id="taken back"),
        pytest.param("birthday", "reply: {more: points}", "reply: {more: point}", "E201", id="misspelt state"),
        pytest.param("preferences", "buttons: [new, gift, bills]", "buttons: [new, gifts, bills]", "E212", id="button"),
    ],
)
def test_a_planted_mistake_is_named_once_near_its_place(flow: str, before: str, after: str, code: str) -> None:
    source = (EXAMPLE / f"{flow}.yaml").read_text(encoding="utf-8")
    assert source.count(before) == 1
    line = source[: source.index(before)].count("\n") + 1
    _, problems = check_source(source.replace(before, after), f"{flow}.yaml", SETTING)
    assert [each.code for each in problems] == [code]
    assert abs(problems[0].line - line) <= NEAR
