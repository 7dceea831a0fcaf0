"""However a word is written it is that word, and however a sentence is written it becomes no stop."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.normalise import folded, spellings
from flows.reading.context import ANY, Context
from flows.reading.meaning import Meaning
from flows.reading.reader import Reader
from tests.flows.dresses import AGAIN, ALONE, DRESSES, LETTER_BY_LETTER, worn
from tests.flows.heard import BOOKSHOP, EVERYWHERE, NEVER, STOP_WORDS

MAINLAND = "CN"
PUBLISHED = [
    *((word, "any", Meaning.STOP, None) for word in (
        "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL", "ARRET", "REMOVE", "OPT-OUT",
        "STOP ALL", "OPT OUT")),
    *((word, "any", Meaning.STOP, MAINLAND) for word in ("TD", "退订", "T", "N", "R")),
    *((word, f"promo:{word}", Meaning.STOP, None) for word in ("R", "T", "N", "TD")),
    ("T", "menu", Meaning.STOP, None),
    *((word, "any", Meaning.STOP_MARKETING, None) for word in (
        "STOP MARKETING", "UNSUBSCRIBE MARKETING", "Stop promotions")),
    *((word, "any", Meaning.START, None) for word in (
        "START", "UNSTOP", "SUBSCRIBE", "JOIN", "START MARKETING", "SUBSCRIBE MARKETING", "Resume promotions")),
    *((word, "any", Meaning.HELP, None) for word in ("HELP", "INFO", "HILFE")),
]  # fmt: skip
"""Words that carriers, platforms and 47 CFR 64.1200(a)(10) publish: word, what was said before, meaning, place."""

STOPS = frozenset({Meaning.STOP, Meaning.STOP_MARKETING, Meaning.BILLS_ONLY})
TELLING = frozenset({"stop sign", "emoji between"})
"""Dresses that say stop themselves."""
STILL_A_SENTENCE = sorted(({*ALONE} - TELLING) | {"回复", "reply"})


def fits(word: str, names: list[str], ctx: str = "any") -> bool:
    """A letter said twice is that letter only where it was offered (T_T is a face), and a number no longer that number
    (12 12 is not 1212); ``r e : s t o p`` has lost where its prefix ends."""
    again = [name for name in names if name in AGAIN]
    apart = LETTER_BY_LETTER & {*names}
    if len(again) > 1 or ("Re:" in names and (apart or "parenthesised" in names)):
        return False
    if len(word) == 1 and again and ctx == "any":
        return False
    return not (word.isdigit() and again and (apart or "twice joined" in names))


@cache
def reader(place: str | None) -> Reader:
    return Reader.shipped(place, ["en"])


@pytest.mark.parametrize("name", DRESSES)
def test_no_published_and_no_shipped_word_is_missed_in_one_dress(name: str) -> None:
    missed = [
        (word, ctx)
        for word, ctx, meaning, place in PUBLISHED
        if fits(word, [name], ctx)
        and reader(place).read(worn(word, (name,)), Context.named(ctx)).meaning is not meaning
    ]
    missed += [
        (word, "any")
        for word in STOP_WORDS
        if fits(word, [name]) and EVERYWHERE.read(worn(word, (name,))).meaning is not Meaning.STOP
    ]
    assert missed == []


@settings(derandomize=True, database=None, max_examples=1500)
@given(st.sampled_from(PUBLISHED), st.lists(st.sampled_from(sorted(DRESSES)), min_size=2, max_size=4))
def test_no_published_word_is_missed_in_any_mixture_of_dresses(
    published: tuple[str, str, Meaning, str | None], names: list[str]
) -> None:
    word, ctx, meaning, place = published
    if fits(word, names, ctx):
        assert reader(place).read(worn(word, tuple(names)), Context.named(ctx)).meaning is meaning


@settings(derandomize=True, database=None, max_examples=700)
@given(st.sampled_from(STOP_WORDS), st.lists(st.sampled_from(sorted(DRESSES)), min_size=2, max_size=2))
def test_no_shipped_stop_word_is_missed_in_two_dresses(word: str, names: list[str]) -> None:
    if fits(word, names):
        assert EVERYWHERE.read(worn(word, tuple(names))).meaning is Meaning.STOP


@settings(derandomize=True, database=None, max_examples=300)
@given(
    st.sampled_from(STOP_WORDS),
    st.lists(st.sampled_from(["\u200b", "\u200d", "\u00ad", "\ufe0f", "\u2060", "\u061c"]), max_size=4),
    st.text(st.sampled_from("!.?…。！~*\"'“”「」()[]【】《》🙏🛑❤ \t\r\n\u3000"), max_size=6),
    st.text(st.sampled_from("!.?…。！~*\"'“”「」()[]【】《》🙏🛑❤ \t\r\n\u3000"), max_size=6),
    st.data(),
)
def test_nothing_unseen_or_around_a_stop_word_hides_it(
    word: str, unseen: list[str], before: str, after: str, data: st.DataObject
) -> None:
    for char in unseen:
        at = data.draw(st.integers(0, len(word)))
        word = word[:at] + char + word[at:]
    assert EVERYWHERE.read(before + word + after).meaning is Meaning.STOP


@pytest.mark.parametrize("name", STILL_A_SENTENCE)
def test_no_dress_makes_a_stop_of_what_is_none(name: str) -> None:
    stopped = [text for text in NEVER if BOOKSHOP.read(worn(text, (name,))).meaning in STOPS]
    assert stopped == []


@settings(derandomize=True, database=None, max_examples=700)
@given(st.sampled_from(NEVER), st.lists(st.sampled_from(STILL_A_SENTENCE), min_size=2, max_size=2))
def test_no_two_dresses_make_a_stop_of_what_is_none(text: str, names: list[str]) -> None:
    assert BOOKSHOP.read(worn(text, tuple(names))).meaning not in STOPS


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.parametrize("letter", ["T", "R", "N"])
def test_a_mainland_letter_is_no_stop_elsewhere_in_any_dress(letter: str, name: str) -> None:
    if name not in TELLING:
        assert reader("US").read(worn(letter, (name,)), ANY).meaning not in STOPS


@pytest.mark.parametrize(
    "text",
    [
        "reply S T O P reply S T O P", "S_T_O_PS_T_O_P", "Send S/T/O/PSend S/T/O/P", "回复 s t o ps t o p", "T.DT.D",
        "STOP STOP STOP STOP STOP STOP STOP", "Re: STOP", "RE: S_T_O_P", "傳送 TD", "发TD", "text STOP", "TEXT: END",
        "S T 0 P", "s.t.0.p", "SŦØP", "reνoke", "REVOΚE", "cαηcεl", "uηsubscribe", "UNSUBSCRΙΒΕ", "uпsubsсribe", "ѕтσρ",
        "ᔕTOᑭ", "ᏚᎢᎾᏢ", "ꓢꓔꓳꓑ", "🄢🄣⒪⒫", "ᴀʀʀᴇᴛ", "stᴏρ",
    ],
)  # fmt: skip
def test_a_stop_that_was_missed_before(text: str) -> None:
    assert EVERYWHERE.read(text).meaning is Meaning.STOP


@pytest.mark.parametrize("text", ["T T", "tt", "回复TT", "T, T", "ＴＴ", "t\nt"])
def test_a_letter_said_twice_is_a_stop_where_it_was_offered(text: str) -> None:
    assert reader(None).read(text, Context.named("promo:T")).meaning is Meaning.STOP
    assert reader(MAINLAND).read(text).meaning is Meaning.OTHER


@pytest.mark.parametrize("text", ["rend", "remove the onions", "rebaja", "text me", "T_T_.", "s 0 p"])
def test_a_prefix_or_a_repetition_is_not_seen_where_there_is_none(text: str) -> None:
    assert BOOKSHOP.read(text).meaning not in STOPS


@pytest.mark.parametrize("text", ["回" * 400, "reply " * 100, "s t " * 100, "ν" * 300 + "a", "ab" * 200, "ηυν a " * 50])
def test_a_hostile_text_costs_no_more_than_a_long_one(text: str) -> None:
    """However often it could be taken apart, only so many forms of it are tried."""
    assert len(spellings(folded(text))) <= 64
