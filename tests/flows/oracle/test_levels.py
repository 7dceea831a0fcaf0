"""Where a place asks for a confirmed consent, one answer is enough only for who had asked for it themselves."""

from __future__ import annotations

import pytest

from tests.flows.oracle.house import grocer, house_of, setting
from tests.flows.oracle.toys import Toy
from tests.flows.oracle.trial import Trial, on_trial

STRICT, EASY = "SG", "GB"
"""A place without rules of its own, to which the strictest apply, and one where a single yes is enough."""

CARDS = """
  join: {say: ask, reply: {Y: {grant: offers, go: quiet}}, after: {24h: quiet}}
  quiet: {end: quiet}
"""
AGAIN = """
  join: {say: ask, reply: {Y: {grant: offers}, M: quiet}, after: {24h: quiet}}
  quiet: {end: quiet}
"""
LATER = """
  join: {say: ask, reply: {Y: {grant: offers, go: sure}}, after: {24h: quiet}}
  sure: {say: ask, reply: {Y: {grant: offers, go: quiet}}, after: {24h: {revoke: offers, go: quiet}}}
  quiet: {end: quiet}
"""


def tried(place: str, start: str, states: str = CARDS) -> Trial:
    toy = Toy("level", None, states, kind="consent-request", start=f"{{{start}, go: join}}")
    return on_trial(toy.name, "nothing", toy.source, setting(place), house_of(grocer(place)))


@pytest.mark.parametrize(
    "start,enough",
    [
        ("word: {en: join us}, basis: requested", True),
        ("event: signup.form, basis: requested", True),
        ("campaign: spring, basis: requested", False),
        ("campaign: spring, basis: past-purchase, proof: last_order, once: ever", False),
    ],
)
def test_one_yes_confirms_only_what_the_person_began(start: str, enough: bool) -> None:
    assert ("E301" not in tried(STRICT, start).codes) is enough
    assert "E301" not in tried(EASY, start).codes


def test_a_second_yes_confirms_the_first() -> None:
    start = "campaign: spring, basis: past-purchase, proof: last_order, once: ever"
    assert "E301" not in tried(STRICT, start, LATER).codes


def test_the_question_stays_open_behind_a_yes_that_stays() -> None:
    assert tried(EASY, "word: {en: join us}, basis: requested", AGAIN).accepted
