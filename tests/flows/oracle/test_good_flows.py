"""No good flow is refused: neither the shipped ones, nor the examples, nor any that the author of good flows writes."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.business_flows import setting_of, shipped_flows
from flows.check import check_source
from flows.problems import Severity
from tests.flows.oracle.documents import text_of
from tests.flows.oracle.exploring import judge
from tests.flows.oracle.good_flows import KINDS, good_flow, shape_of
from tests.flows.oracle.house import grocer, house_of, setting
from tests.flows.oracle.trial import example

EXAMPLE = example()
SEEDS = 40


def refusals(source: str, place: str = "CN") -> list[str]:
    _, problems = check_source(source, "good.yaml", setting(place))
    return [each.headline("en") for each in problems if each.severity is Severity.ERROR]


@pytest.mark.parametrize("flow", [*shipped_flows(), *EXAMPLE.flows.values()], ids=lambda flow: flow.file)
def test_shipped_and_example_flows_are_good_to_the_oracle_and_pass(flow) -> None:
    assert judge(flow, house_of(EXAMPLE)).found == ()
    _, problems = check_source(flow.source, flow.file, setting_of(EXAMPLE))
    assert [each.headline("en") for each in problems if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize("place", ["CN", "EU"])
def test_written_flows_are_good_to_the_oracle_and_pass(place: str) -> None:
    """Forty flows for each place; the full run writes hundreds."""
    house = house_of(grocer(place))
    written = [good_flow(Random(seed)) for seed in range(SEEDS)]
    assert len({shape_of(each) for each in written}) > SEEDS * 0.95
    assert {each["kind"] for each in written} == set(KINDS)
    for document in written:
        source = text_of(document)
        flow, problems = check_source(source, "good.yaml", setting(place))
        assert flow is not None, (problems, source)
        assert judge(flow, house).found == (), source


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_no_good_flow_is_refused(random: Random) -> None:
    """Hypothesis makes the author's choices, and the smallest that is refused is shown."""
    document = good_flow(random)
    assert refusals(text_of(document)) == [], text_of(document)
