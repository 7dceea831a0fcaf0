"""Whatever text comes in, the loader answers with a flow or with problems that have a place in that text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.check import check_source
from flows.checks.setting import Setting
from flows.errors import FlowProblems
from flows.load import load_flow
from flows.problems import LINE_BREAK, Problem, Severity

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example" / "flows"
FLOWS = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.glob("*.yaml")) if ".test." not in path.name]
SETTING = Setting(dict.fromkeys(("offers", "points", "bills", "orders"), True), lambda _: None)

SIGNS = st.text(st.sampled_from("\t\n\r :-[]{}'\"&*!|>%@`#,?<~\\=.a1\x00\x85\u2028\ufeff退"), max_size=8)


@st.composite
def mangled_flows(draw: st.DrawFn) -> str:
    """A sound flow with some of its letters replaced by what has a meaning in YAML."""
    source = draw(st.sampled_from(FLOWS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(source)))
        source = source[:at] + draw(SIGNS) + source[at + draw(st.integers(0, 5)) :]
    return source


def stands_within(problem: Problem, source: str) -> bool:
    lines = LINE_BREAK.split(source)
    return 1 <= problem.line <= len(lines) and 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def problems_of(source: str) -> tuple[Problem, ...]:
    """Raises whatever the loader raises other than FlowProblems."""
    try:
        load_flow(source, "f.yaml")
    except FlowProblems as refused:
        return refused.problems or pytest.fail("refused without a reason")
    return ()


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), SIGNS))
@example('a: "\\UFFFFFFFF"')
@example("flow: \ud800")
def test_no_text_makes_the_loader_raise_anything_but_problems(source: str) -> None:
    assert all(stands_within(each, source) for each in problems_of(source))


@settings(max_examples=60, deadline=None)
@given(mangled_flows())
@example(next(flow for flow in FLOWS if "Baja hecha" in flow).replace("Baja hecha", "Baja hecha 退"))  # a warning alone
def test_no_broken_flow_makes_loader_or_checks_fail(source: str) -> None:
    flow, problems = check_source(source, "f.yaml", SETTING)
    assert (flow is None) == any(each.severity is Severity.ERROR for each in problems)
    assert all(stands_within(each, source) for each in problems)
    assert all(each.render(source, language) for each in problems for language in ("en", "zh"))
