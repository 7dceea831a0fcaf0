"""What is done to read quickly changes nothing of what is read: each short cut against the long way."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise import folded, spellings
from flows.reading import quoted, tokens
from flows.reading.features import ASKED, features, words_of
from flows.reading.frames import Frame, compile_frame
from flows.reading.likely import Likely
from flows.reading.model import shipped_model
from flows.reading.vocabulary import make_vocabulary
from flows.reading.weighing import Weighing

CONCEPTS = {"not": "N", "send": "S", "me": "M", "more": "R"}
FRAMES = [
    *(compile_frame("stop", each, CONCEPTS) for each in ("not send", "not ..3 more", "send|me >", "<< not more* >>")),
    *(compile_frame("decline", each, CONCEPTS) for each in ("not", "more not")),
]
WORDS = {"quit": ["stop", "stop it"], "place": ["bus stop"], "filler": ["please", "so much"], "courtesy": ["thanks"]}
SPELLED = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "ab ", "退", "_", "\n", "1"]),
    *(st.sampled_from([letter + " " * wide for letter in "a退" for wide in (0, 1, 9, 10)]) for _ in range(4)),
    st.sampled_from(["", "a", ".b", "1"]),
)


@given(st.text(st.sampled_from("abco1 '?،退订ñ?؟"), max_size=400))
def test_what_is_added_up_is_the_sum_over_the_features(text: str) -> None:
    weights = shipped_model().weights
    plain = folded(text)
    found = [each for each in features(plain) if each != ASKED]
    added_up = Weighing.of_features(weights).add_up(words_of(plain))
    assert added_up == (sum(weights.get(each, 0) for each in found), len(found))


@given(st.text("NSMRx|?", max_size=8))
def test_the_frames_that_are_tried_are_all_that_can_match_in_their_order(tags: str) -> None:
    likely = Likely.of(FRAMES)
    tried = list(likely.each(likely.among(tags)))
    assert tried == [each for each in FRAMES if not any(need.isdisjoint(tags) for need in each.needs)]
    assert [each for each in FRAMES if each.pattern.search(tags)] == [
        each for each in tried if each.pattern.search(tags)
    ]


def test_frames_are_found_by_kind_and_by_what_counts_unasked() -> None:
    likely = Likely.of(FRAMES)
    assert kinds(likely.each(likely.kinds["decline"])) == ["decline", "decline"]
    assert kinds(likely.each(likely.unasked)) == ["stop"] * 4


def kinds(frames: Iterable[Frame]) -> list[str]:
    return [each.kind for each in frames]


@pytest.mark.parametrize(
    "said, tags, core, strict",
    [
        ("bus stop", 1, "bus stop", True),
        ("stop it please", 1, "stop it", False),
        ("thanks stop | thanks", 1, "stop", True),
        ("stop so much", 1, "stop", False),
        ("stop so ? much", 4, "stop so much", True),
        ("bus", 1, "bus", True),
    ],
)
def test_words_of_one_token_and_of_several(said: str, tags: int, core: str, strict: bool) -> None:
    tagged = make_vocabulary("xx", WORDS, ()).tagged(said.split())
    assert (len(tagged.tags), tagged.core, tagged.strict) == (tags, core, strict)


@given(SPELLED)
def test_whatever_is_spelled_is_looked_for(text: str) -> None:
    assert tokens._SPELLED.search(text) is None or tokens._PERHAPS_SPELLED.search(text) is not None


@given(st.text("st op.?|;,-\n#", max_size=20))
def test_tokens_of_ascii_are_those_of_any_text(text: str) -> None:
    """A letter that is not ASCII sends the text the other way."""
    assert tokens.tokens(f"{text} né")[:-1] == tokens.tokens(f"{text} ne")[:-1]


def test_every_footer_holds_one_of_the_leads() -> None:
    assert all(any(lead in footer.before for lead in quoted._leads()) for footer in quoted._footers())


@given(st.sampled_from(["td", "stop", "stop all", "退订"]), st.integers(2, 6), st.sampled_from(["", " "]))
def test_what_is_said_again_and_again_is_found(word: str, times: int, gap: str) -> None:
    assert word in spellings(gap.join([word] * times))
