"""The blueprints as texts: complete, short, lawful everywhere, and telling words that are heard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from config.blueprints import ABOUT, FOLDER, Blueprint, blueprint, purpose_line, sample_business
from config.business import build_businesses
from config.business_files import BUSINESS, read_folder
from config.errors import BusinessProblems
from config.rules import rules_of
from config.wording import promises
from flows.document import read_document
from flows.reading.meaning import Meaning
from flows.reading.reader import Reader
from flows.render import Renderer, Voice, placeholders
from flows.rules import Level
from flows.spec import Flow, Kind, Text
from flows.text import Encoding, measure

HERE = Path(str(files("flows") / FOLDER))
LANGUAGES = ("zh-CN", "zh-TW", "en", "es")
SAMPLE = sample_business()
ALL: list[Blueprint] = [blueprint(name) for name in ABOUT]
TEXTS = [
    pytest.param(each.flow, text, id=f"{each.flow.name}-{text.name}")
    for each in ALL
    for text in each.flow.texts.values()
]
SIGNATURE = "八个字的商家签名"
"""The longest signature that mainland carriers register is not much longer."""

BARE = Reader.shipped(None, ("es",))
"""The fewest words that are heard where these texts are sent: no place, and of local words the Spanish ones alone."""

CHINESE_STOP = r"回(TD)退[订訂]|退[订訂]回(TD)|回(T)全部"
OTHER_STOP = r"\b(STOP|BAJA)\b|Reply (T)\b|Responda (T)\b|(?<![A-Z])(T)(?: to stop|: nada| = )"
STOPS = re.compile(f"{CHINESE_STOP}|{OTHER_STOP}|随时回(T)退订|隨時回(T)退訂")


def test_every_file_of_the_folder_is_listed_and_has_conversation_tests() -> None:
    flows = {file.name.removesuffix(".yaml") for file in (HERE / "flows").iterdir()}
    assert flows == set(ABOUT) | {f"{name}.test" for name in ABOUT}
    assert all(each.flow.name == name and each.about.zh for name, each in zip(ABOUT, ALL, strict=True))


@pytest.mark.parametrize("place", ["CN", "TW", "HK", "US", "GB", "DE", "ES", "MX", "SG"])
def test_each_passes_every_check_in_every_place(place: str) -> None:
    """But for one that asks once, where a consent has to be confirmed: there it is refused, and says why."""
    contents = read_folder(HERE)
    business = contents[BUSINESS].decode().replace("\nplace: CN", f"\nplace: {place}")
    found: list[tuple[str, str]] = []
    try:
        build_businesses({HERE: {**contents, BUSINESS: business.encode()}})
    except BusinessProblems as error:
        found = [(Path(problem.file).name, problem.code) for problem in error.problems]
    twice = rules_of(place, LANGUAGES).level("sms", commercial=True) is Level.CONFIRMED
    assert found == ([("repermission.yaml", "E301")] if twice else [])


@pytest.mark.parametrize("flow, text", TEXTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_one_sms_with_the_longest_values(flow: Flow, text: Text, language: str) -> None:
    """With a signature before Chinese; other languages stay within GSM-7."""
    chinese = language.startswith("zh")
    shown = Renderer().show(
        flow, text.name, longest(flow, text, language), Voice(language, "sms", SIGNATURE if chinese else None)
    )
    cost = measure(shown.body)
    assert cost.segments == 1, (cost, shown.body)
    assert cost.encoding is (Encoding.UCS_2 if chinese else Encoding.GSM_7), shown.body


def longest(flow: Flow, text: Text, language: str) -> dict[str, str]:
    asked = text.asks_for or next((each.asks_for for each in flow.texts.values() if each.asks_for), ())
    letter = "字" if language.startswith("zh") else "m"
    values = {use.name: (letter if use.type == "text" else "8") * (use.max or 0) for use in flow.uses.values()}
    return {**promises(SAMPLE, asked, language), **values}


@pytest.mark.parametrize("each", ALL, ids=ABOUT)
def test_each_speaks_four_languages_and_every_placeholder_has_a_longest_value(each: Blueprint) -> None:
    assert each.flow.languages == LANGUAGES
    assert all(set(text.wording) == set(LANGUAGES) for text in each.flow.texts.values())
    assert all(use.max and use.example for use in each.flow.uses.values())


def wordings(*, selling: bool) -> Iterator[tuple[str, str, str]]:
    """Flow, language and words; of the texts that sell, or of all others."""
    for each in ALL:
        needs = {state.say: state.needs or each.flow.needs for state in each.flow.states.values()}
        for text in each.flow.texts.values():
            sells = each.flow.kind is Kind.COMMERCIAL or needs.get(text.name) is not None or bool(text.asks_for)
            if sells == selling:
                yield from ((each.flow.name, language, words) for language, words in text.wording.items())


@pytest.mark.parametrize("flow, language, words", [*wordings(selling=True)])
def test_whatever_asks_or_sells_says_how_to_stop(flow: str, language: str, words: str) -> None:
    assert STOPS.search(words), (flow, language)


@pytest.mark.parametrize("flow, language, words", [*wordings(selling=True), *wordings(selling=False)])
def test_a_stop_word_that_a_text_names_is_heard(flow: str, language: str, words: str) -> None:
    """The letter T alone only where the business says so, which `flow new` sees to."""
    for found in STOPS.finditer(words):
        (word,) = [each for each in found.groups() if each]
        listening = Reader.shipped(None, ("es",), {"stop": ["T"]}) if word == "T" else BARE
        assert listening.read(word).meaning is Meaning.STOP
        assert (BARE.read(word).meaning is Meaning.STOP) == (word != "T")


@pytest.mark.parametrize("each", ALL, ids=ABOUT)
def test_a_request_says_how_often_and_how_long_in_the_business_own_figures(each: Blueprint) -> None:
    for text in each.flow.texts.values():
        for words in text.wording.values() if text.asks_for else ():
            assert {"cap", "lasts"} <= set(placeholders(words))


@pytest.mark.parametrize("each", ALL, ids=ABOUT)
def test_every_template_that_a_text_names_is_among_those_of_the_sample_business(each: Blueprint) -> None:
    """What sells is MARKETING, codes are AUTHENTICATION; facts and requests, which sell nothing yet, are UTILITY."""
    needs = {state.say: state.needs or each.flow.needs for state in each.flow.states.values()}
    for text in each.flow.texts.values():
        if text.template is not None:
            service = "AUTHENTICATION" if each.flow.name == "verification-code" else "UTILITY"
            assert SAMPLE.templates[text.template].category == ("MARKETING" if needs[text.name] else service)


@pytest.mark.parametrize("name", SAMPLE.purposes)
@pytest.mark.parametrize("languages", [("zh-CN",), ("en-GB", "es-MX"), ("fr",), LANGUAGES])
def test_the_line_of_a_purpose_says_in_these_languages_what_the_sample_says(
    name: str, languages: tuple[str, ...]
) -> None:
    purpose = SAMPLE.purposes[name]
    document, problems = read_document(purpose_line(purpose, languages), "line.yaml")
    assert (document is not None, problems) == (True, [])
    assert document is not None
    line = document.root[name]
    assert isinstance(line, dict)
    assert isinstance(line["title"], dict)
    assert tuple(line["title"]) == languages
    assert line["cap"] == f"{purpose.cap.count} per month"
    assert line["commercial"] == str(purpose.commercial).lower()
