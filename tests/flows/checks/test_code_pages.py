"""Each code's page tells the truth: its bad example gives exactly that code, its good one nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.business import load_business, setting_of
from flows.check import check_source
from flows.checks.setting import Setting
from flows.load import load_flow
from flows.messages import CATALOGUE
from flows.messages.pages import code_pages, example_flows

EXAMPLE = Path(__file__).parents[3] / "config" / "businesses" / "example"
CHECKED = [code for code in code_pages() if code != "E701"]
"""A flow alone cannot be refused with E701: it takes people who are in it."""


@pytest.fixture(scope="module")
def setting() -> Setting:
    return setting_of(load_business(EXAMPLE))


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert set(code_pages()) == {name.partition(".")[0] for name in CATALOGUE}


@pytest.mark.parametrize("name", list(example_flows()))
def test_the_whole_flows_have_no_problem(name: str, setting: Setting) -> None:
    assert check_source(example_flows()[name], f"{name}.yaml", setting)[1] == []


@pytest.mark.parametrize("code", code_pages())
def test_the_good_example_stands_in_its_flow_once(code: str) -> None:
    page = code_pages()[code]
    assert example_flows()[page.flow].count(page.good) == 1
    assert page.good != page.bad


@pytest.mark.parametrize("code", CHECKED)
def test_the_bad_example_gives_exactly_its_code(code: str, setting: Setting) -> None:
    page = code_pages()[code]
    problems = check_source(page.refused(), f"{page.flow}.yaml", setting)[1]
    assert [each.code for each in problems] == [code]


def test_the_flow_of_e701_lost_a_state_and_is_otherwise_sound(setting: Setting) -> None:
    page = code_pages()["E701"]
    before = load_flow(example_flows()[page.flow], "parcel.yaml")
    after, problems = check_source(page.refused(), "parcel.yaml", setting)
    assert problems == []
    assert after is not None
    assert set(before.states) - set(after.states) == {"shipped"}


@pytest.mark.parametrize("code", code_pages())
def test_both_languages_say_something_of_their_own(code: str) -> None:
    page = code_pages()[code]
    for words in (page.title, page.why):
        assert words.en.strip()
        assert words.zh.strip()
        assert words.en != words.zh
