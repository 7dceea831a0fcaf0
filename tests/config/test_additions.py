"""Lines added to a business.yaml in whichever way it is written; nothing else in it changes."""

from __future__ import annotations

import pytest

from config.additions import Additions, add
from config.business_read import read_business
from config.errors import CannotAdd

HEAD = """\
# Ours.
business: shop
brand: Shop          # a name
languages: [en]
channels: {sms: {provider: simulator, sender: "1"}}
"""
OFFERS = "offers: {title: {en: offers}, cap: 4 per month, lasts: 12 months, commercial: true}"
NEWS = "news: {title: {en: news}, cap: 1 per month}"
BOTH = Additions({"offers": OFFERS}, ("T",))


@pytest.mark.parametrize(
    "tail",
    [
        "",
        f"purposes:\n  {NEWS}\n",
        f"purposes:\n    # comment\n    {NEWS}\nwords: {{stop: [N]}}\n",
        f"purposes: {{{NEWS}}}\nwords:\n  stop: [N, X]\n",
        "words:\n  help: [H]\n",
        "words: {help: H}\n",
        f"words:\n  stop:   [N]   # ours\npurposes:\n  {NEWS}",
    ],
)
def test_purposes_and_words_are_added_and_every_line_that_was_there_stays(tail: str) -> None:
    source = HEAD + tail
    text = add(source, "business.yaml", BOTH)
    before, after = read_business(source, "business.yaml")[0], read_business(text, "business.yaml")[0]
    assert before is not None
    assert after is not None
    assert after.purposes.keys() == {*before.purposes, "offers"}
    assert after.words.stop == ("T", *before.words.stop)
    assert after.words.help == before.words.help
    assert text.startswith(HEAD)
    assert all(comment in text for comment in ("# comment", "# ours") if comment in source)


def test_adding_nothing_changes_nothing() -> None:
    assert add(HEAD, "business.yaml", Additions({})) == HEAD
    assert not Additions({})


@pytest.mark.parametrize("tail", ["purposes: {}\n", "words: {stop: N}\n", "words:\n  stop:\n    - N\n"])
def test_what_would_have_to_be_rewritten_is_left_to_a_person(tail: str) -> None:
    with pytest.raises(CannotAdd, match=r"by hand|as in the lines shown"):
        add(HEAD + tail, "business.yaml", BOTH)


def test_the_lines_are_shown_as_a_business_yaml_would_have_them() -> None:
    found, problems = read_business(HEAD + "\n".join(BOTH.lines()), "business.yaml")
    assert problems == []
    assert found is not None
    assert (tuple(found.purposes), found.words.stop) == (("offers",), ("T",))
