"""The flows that every business has without writing them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from flows.check import check_flow
from flows.checks.setting import Setting
from flows.effects import Grant, Revoke, Say
from flows.load import load_flow
from flows.machine import FlowMachine
from flows.reading.meaning import Meaning
from flows.reading.reader import Reader
from flows.render import Renderer, Voice
from flows.spec import Flow, Kind, Role
from flows.talk_file import load_talks
from flows.text import Encoding, measure

LIBRARY = Path(str(files("flows") / "library"))
ROLES = tuple(Role)
ONE_STEP = tuple(role for role in Role if role is not Role.DOUBT)
LANGUAGES = ("zh-CN", "zh-TW", "en", "es")
LONG = {"brand": "小满书店连锁旗舰中心", "contact": "+86 400-000-0000 #8001"}
BARE = Reader.shipped(None, ("fr",))
"""What is heard in a business that speaks none of the library's languages: the least that a text may rely on."""


def shipped(role: str) -> Flow:
    return load_flow((LIBRARY / f"{role}.yaml").read_text(encoding="utf-8"), f"{role}.yaml")


@pytest.mark.parametrize("role", ROLES)
def test_each_answers_its_role_in_four_languages_and_passes_every_check(role: str) -> None:
    flow = shipped(role)
    assert (flow.name, flow.start.business, flow.languages) == (role, role, LANGUAGES)
    assert check_flow(flow, Setting({}, BARE.lexicon.heard)) == []


@pytest.mark.parametrize("role", ONE_STEP)
def test_each_says_one_text_and_is_over(role: str) -> None:
    """They grant nothing; only stop takes, and it takes everything."""
    flow = shipped(role)
    effects = FlowMachine(flow).start().effects
    assert [effect.text for effect in effects if isinstance(effect, Say)] == [flow.start.go]
    assert not any(isinstance(effect, Grant) for effect in effects)
    assert [e.purposes for e in effects if isinstance(e, Revoke)] == ([("all",)] if role == "stop" else [])
    assert len(flow.states) == 1
    assert flow.states[flow.start.go].end is not None
    assert flow.kind is (Kind.FAREWELL if role in (Role.STOP, Role.WRONG_NUMBER) else Kind.SERVICE)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fits_two_sms_and_needs_no_accents_that_double_the_price(role: str, language: str) -> None:
    plain = LONG if language.startswith("zh") else {**LONG, "brand": "Grain Books and Stationery"}
    flow = shipped(role)
    for text in flow.texts:
        cost = measure(Renderer().show(flow, text, plain, Voice(language, "sms")).body)
        assert cost.segments <= (2 if language.startswith("zh") else 1)
        assert cost.encoding is (Encoding.UCS_2 if language.startswith("zh") else Encoding.GSM_7)


@pytest.mark.parametrize(
    "role, word, meaning",
    [
        ("stop", "恢复", Meaning.START),
        ("stop", "恢復", Meaning.START),
        ("stop", "START", Meaning.START),
        ("stop", "REANUDAR", Meaning.START),
        ("help", "退订", Meaning.STOP),
        ("help", "退訂", Meaning.STOP),
        ("help", "STOP", Meaning.STOP),
        ("start", "退订", Meaning.STOP),
        ("start", "退訂", Meaning.STOP),
        ("start", "STOP", Meaning.STOP),
    ],
)
def test_the_words_that_a_text_tells_to_send_are_heard_everywhere(role: str, word: str, meaning: Meaning) -> None:
    assert any(word in wording for text in shipped(role).texts.values() for wording in text.wording.values())
    assert BARE.read(word).meaning is meaning


@pytest.mark.parametrize("role", ROLES)
def test_each_has_conversation_tests_that_name_texts_which_exist(role: str) -> None:
    talks = load_talks((LIBRARY / f"{role}.test.yaml").read_text(encoding="utf-8"), f"{role}.test.yaml")
    assert {talk.flow for talk in talks} == {role}
    assert {talk.person.language for talk in talks} - set(LANGUAGES) == set()
