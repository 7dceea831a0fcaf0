"""The rule packs: every place that is named is served, dated and sourced, and nothing in a file goes unread."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config.rules import placeless, places, rules_of
from flows.rules import Level, RulePack, Separation, Wording, phrases_for

PLACES = ("CN", "TW", "HK", "US", "GB", "EU", "default")


@pytest.mark.parametrize("place", PLACES)
def test_each_pack_is_dated_and_names_its_law(place: str) -> None:
    pack = rules_of(place, [])
    assert pack.place == place
    assert date.fromisoformat(pack.as_of) >= date(2026, 1, 1)
    assert pack.sources
    assert all(source.name.strip() and source.asks.strip() for source in pack.sources)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("medium", ["sms", "whatsapp"])
@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en", "es", "sv"])
def test_each_pack_recommends_a_stop_phrase_in_every_language(place: str, medium: str, language: str) -> None:
    assert phrases_for(rules_of(place, []).stop_phrases[medium], language)


@pytest.mark.parametrize(
    "place,found",
    [
        ("CN", "CN"),
        ("US", "US"),
        ("US-CA", "US"),
        ("DE", "EU"),
        ("NO", "EU"),
        ("GB", "GB"),
        ("BR", "default"),
        (None, "default"),
    ],
)
def test_a_place_has_its_own_pack_or_that_of_what_it_lies_in_or_the_strict_one(place: str | None, found: str) -> None:
    assert rules_of(place, []).place == found


def test_the_strict_pack_asks_for_more_than_one_answer_and_parts_the_purposes() -> None:
    assert rules_of(None, []).level("sms", commercial=True) is Level.CONFIRMED
    assert rules_of(None, []).separate is Separation.COMMERCIAL


def test_what_sells_in_the_united_states_is_agreed_to_in_writing() -> None:
    pack = rules_of("US", [])
    assert pack.level("sms", commercial=True) is Level.WRITTEN
    assert pack.level("sms", commercial=False) is Level.SINGLE


def test_mainland_messages_are_signed_and_take_no_link_in_a_variable() -> None:
    pack = rules_of("CN", [])
    assert pack.signed == {"zh"}
    assert pack.linkless == {"sms"}
    assert pack.sms_by_template


def test_a_flow_without_a_business_is_held_to_nothing_that_only_a_place_asks() -> None:
    assert replace(placeless(["en"]), wording=Wording()) == RulePack()
    assert placeless(["en"]).wording == rules_of("CN", ["en"]).wording


def test_expressions_that_every_language_shares_stand_in_each() -> None:
    languages = ("zh-CN", "en", "es-MX", "ja", "de", "fr", "pt", "it", "ko", "sv")
    wording = rules_of("CN", languages).wording
    for language in languages:
        assert "no.1" in phrases_for(wording.absolute, language)
        assert "<n>% off" in phrases_for(wording.urging, language)
    assert "best" in phrases_for(wording.absolute, "en-GB")
    assert "best" not in phrases_for(wording.absolute, "sv")


def test_every_place_is_tested() -> None:
    assert set(PLACES) == set(places())
