"""A placeholder that the conversation fills has its value on every path to every text."""

from __future__ import annotations

import pytest

from flows.check import check_source
from flows.checks.setting import Setting
from flows.problems import Problem
from flows.words import Lexicon

SETTING = Setting({"offers": True}, Lexicon.shipped("CN", ["en"]).heard)

SIZES = """\
flow: sizes
kind: preferences
channels: [sms]
languages: [en]
start: {word: {en: sizes}, basis: requested, go: ask}
answers:
  big: {label: {en: Big}, words: [1, big]}
  small: {label: {en: Small}, words: [2, small]}
states:
  ask:
    say: ask
    reply:
      big: {remember: {size: XL}, go: saved}
      small: {remember: {size: S}, go: saved}
    after: {24h: left}
  saved: {say: saved, end: done}
  left: {end: unchanged}
texts:
  ask:
    asks_for: offers
    en: "Which size for {{ purpose }}, at most {{ cap }} a month for {{ lasts }}? 1 big, 2 small. Reply T to refuse."
  saved:
    en: "Saved: {{ choice }}, size {{ size }}. Shop: {{ shop }}."
uses:
  choice: {type: answer}
  size: {type: text, max: 3}
  shop: {type: text, max: 9}
"""


def problems(source: str) -> list[Problem]:
    return [each for each in check_source(source, "f.yaml", SETTING)[1] if each.code == "E402"]


def happened(found: Problem) -> list[str]:
    assert found.witness is not None
    return [each.trigger for each in found.witness.moments]


def test_what_is_set_on_every_path_is_proved_and_what_the_business_reports_is_not_asked_for() -> None:
    assert problems(SIZES) == []


def test_a_path_that_forgets_to_remember_is_shown() -> None:
    (found,) = problems(SIZES.replace("small: {remember: {size: S}, go: saved}", "small: saved"))
    assert (found.line, happened(found)) == (23, ["start", "reply:small"])
    assert "size" in found.sentence.en


def test_silence_gives_no_answer_to_name() -> None:
    """And it leaves out the size too: one mistake, one message."""
    (found,) = problems(SIZES.replace("{24h: left}", "{24h: saved}"))
    assert (found.line, happened(found)) == (23, ["start", "after:0"])
    assert "choice" in found.sentence.en


@pytest.mark.parametrize("use", ["choice: {type: answer, else: {en: nothing}}\n  size: {type: text, else: {en: one}}"])
def test_another_wording_stands_in_for_a_value(use: str) -> None:
    source = SIZES.replace("{24h: left}", "{24h: saved}")
    assert problems(source.replace("choice: {type: answer}\n  size: {type: text, max: 3}", use)) == []


def test_the_words_about_a_purpose_need_one_in_question() -> None:
    """The text before counts, one text back and no further."""
    thanks = SIZES.replace("Saved:", "Saved for {{ purpose }}:")
    assert problems(thanks) == []
    source = thanks.replace(
        'asks_for: offers\n    en: "Which size for {{ purpose }}, at most {{ cap }} a month for {{ lasts }}?',
        'en: "Which size?',
    )
    (found,) = problems(source)
    assert (found.line, happened(found)) == (22, ["start", "reply:big"])
    between = thanks.replace(
        "saved: {say: saved, end: done}",
        "saved:\n    say: hold\n    after: {1h: told}\n  told: {say: saved, end: done}",
    )
    between = between.replace("  saved:\n    en", '  hold: {en: "One moment."}\n  saved:\n    en')
    (found,) = problems(between)
    assert happened(found) == ["start", "reply:big", "after:0"]


def test_a_text_that_needs_a_consent_speaks_of_its_purpose() -> None:
    source = (
        SIZES.replace("asks_for: offers\n    ", "")
        .replace("needs:", "")
        .replace("say: ask", "say: ask\n    needs: offers")
    )
    assert problems(source) == []


def test_an_else_that_repeats_leaves_the_purpose_in_question() -> None:
    source = SIZES.replace("    after: {24h: left}", "    else: {say: again, go: left}\n    after: {24h: left}")
    source = source.replace("  saved:\n    en", '  again: {en: "Sorry? {{ purpose }}, 1 or 2."}\n  saved:\n    en')
    assert problems(source.replace("Saved:", "Saved for {{ purpose }}:")) == []
