"""What the model sees of a reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise import folded
from flows.reading.features import ASKED, LONGEST, features

SEEN = [
    (
        "okay go",
        [" oka", "okay", "kay ", " go ", "  <  okay", "  okay  go", "  go  >", "  < _ go", "  okay _ >", "  oka+go"],
    ),
    (
        "OKAY, Gó!",
        [" oka", "okay", "kay ", " go ", "  <  okay", "  okay  go", "  go  >", "  < _ go", "  okay _ >", "  oka+go"],
    ),
    ("别发", [" ", "别", "发", " ", " 别", "别发", "发 ", " 别发", "别发 ", "  <  别发", "  别发  >", "  < _ >"]),
    ("no 17", [" no ", "  <  no", "  no  0", "  0  >", "  < _ 0", "  no _ >", "  no+0"]),
    ("", ["  <  ", "    >", "  < _ >"]),
]


@pytest.mark.parametrize("text, expected", SEEN)
def test_a_text_is_seen_as_runs_of_characters_and_pairs_of_words(text: str, expected: list[str]) -> None:
    assert features(folded(text)) == expected


@pytest.mark.parametrize("mark", ["?", "？", "؟"])
def test_a_question_mark_of_any_script_is_seen(mark: str) -> None:
    assert ASKED in features(folded(f"stop{mark}"))
    assert ASKED not in features("stop")


@given(st.text())
def test_every_text_has_features_and_a_bound(text: str) -> None:
    """The score divides by their number, and a long text must not cost more."""
    assert 1 <= len(features(text)) <= 80 * LONGEST


def test_of_a_long_text_the_start_and_the_end_count() -> None:
    found = features("please " + "chatter " * 1000 + "stop")
    assert "eas" not in found
    assert " ple" in found
    assert "stop" in found
    assert len(found) < 2 * LONGEST
