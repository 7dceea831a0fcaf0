"""A flow drawn: every row once, and nothing in a name can draw anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.graph import mermaid, row_name, span, started_by, table
from flows.load import load_flow
from flows.machine import rows_of
from flows.spans import duration
from flows.spec import Flow

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example" / "flows"
FLOWS = [load_flow(file.read_text("utf-8"), file.name) for file in EXAMPLE.glob("*.yaml") if ".test." not in file.name]

ODD = load_flow(
    """
flow: odd
kind: service
channels: [sms]
languages: [en]
start: {word: {en: "go;", zh-CN: 走}, basis: requested, once: per 90 days, go: 问}
answers:
  Y: [Y]
states:
  问:
    say: ask
    needs: bills
    reply:
      Y: {remember: {size: "a:#"}, tag: big, go: 人}
    after: {90m: 人}
  人: {hand_over: true}
texts:
  ask: {en: ask}
""",
    "odd.yaml",
)


@pytest.mark.parametrize("flow", [*FLOWS, ODD], ids=lambda flow: flow.name)
def test_every_row_and_every_state_is_in_the_table_and_in_the_drawing(flow: Flow) -> None:
    lines, drawn = table(flow).splitlines()[4:], mermaid(flow).splitlines()
    for state, trigger in rows_of(flow):
        assert any(row_name(flow, state, trigger) in line for line in lines)
    assert all(any(line.startswith(name) for line in lines) for name in flow.states)
    assert sum(line.startswith("    state ") for line in drawn) == len(flow.states)
    assert sum("-->" in line and "[*]" not in line for line in drawn) >= len(rows_of(flow))


def test_columns_stand_under_each_other_also_where_letters_are_wide() -> None:
    """问 takes two columns, so its line is one letter shorter."""
    heading, asked, answered, late, handed = table(ODD).splitlines()[3:]
    assert asked.index("needs bills") == heading.index("does") - 1
    assert answered.index("reply Y") == late.index("after 90m") == heading.index("when")
    assert handed.index("hand over to a person") == heading.index("does") - 1


def test_what_mermaid_reads_as_its_own_is_shown_as_text() -> None:
    drawn = mermaid(ODD)
    assert "reply Y / remember size = a#58;#35;#59; tag big" in drawn
    assert 'state "问 - says ask#59; needs bills" as s0' in drawn


@pytest.mark.parametrize("text", ["30m", "90m", "1h", "72h", "168h"])
def test_a_span_is_told_as_a_file_may_say_it(text: str) -> None:
    length = duration(text)
    assert length is not None
    assert span(length) == text


def test_what_starts_a_flow_is_told_in_one_line() -> None:
    assert started_by(ODD.start) == "by word go;, 走, basis requested, once per 90 days"
