"""The parts under the reader: frames, vocabularies, slips, quotations, doubt."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from flows.normalise import folded
from flows.reading.compiling import compile_grammar
from flows.reading.context import Asked, Context
from flows.reading.frames import BadFrame, compile_frame, restricted
from flows.reading.grammars import shipped_grammars
from flows.reading.lists import read_lists
from flows.reading.meaning import Layer, Meaning, Reading
from flows.reading.phrase_files import PhraseFile, phrase_files, read_phrases
from flows.reading.quoted import own_words
from flows.reading.reader import Reader
from flows.reading.scorer import Doubt
from flows.reading.slips import plainer, slip_of_all, slips_of, swapped
from flows.reading.sounds import Sounds
from flows.reading.tokens import tokens

CONCEPTS = {"not": "N", "send": "S", "me": "M", "more": "R"}
NOTHING = PhraseFile("common")


@pytest.mark.parametrize(
    "frame, matched, missed",
    [
        ("not send", ["NS", "xNSx"], ["NxS", "SN", "N|S"]),
        ("not ..1 send", ["NS", "NxS"], ["NxxS", "N|S"]),
        ("not send|me", ["NS", "NM"], ["NR"]),
        ("not me? send", ["NS", "NMS"], ["NRS"]),
        ("not me* send", ["NMMS"], ["NRS"]),
        ("< send >", ["S", "x|S|x", "x|S?"], ["xS", "Sx"]),
        ("<< send >>", ["S", "S?"], ["x|S", "S|x"]),
        ("not / send", ["N|S", "N?S"], ["NS"]),
        ("not send|>", ["N", "NS", "N|x"], ["Nx"]),
        ("not send !me|more", ["NS", "NSx", "NS|M"], ["NSM", "NSR"]),
    ],
)
def test_a_frame_matches_what_it_says(frame: str, matched: list[str], missed: list[str]) -> None:
    pattern = compile_frame("stop", frame, CONCEPTS).pattern
    assert [tags for tags in matched if pattern.search(tags) is None] == []
    assert [tags for tags in missed if pattern.search(tags) is not None] == []


@given(
    st.text("NSMRx|?", max_size=8),
    st.sampled_from(["not send", "not ..3 more", "not !me|more", "send|me >", "<< not more* >>"]),
)
def test_a_frame_that_may_not_match_does_not_match(tags: str, frame: str) -> None:
    """The quick look never hides a match."""
    compiled = compile_frame("stop", frame, CONCEPTS)
    assert not any(needs.isdisjoint(tags) for needs in compiled.needs) or compiled.pattern.search(tags) is None


def test_a_frame_with_an_unknown_concept_or_without_any_is_an_error() -> None:
    with pytest.raises(BadFrame, match="'ad'"):
        compile_frame("stop", "not ..1 send ad?", CONCEPTS)
    with pytest.raises(BadFrame, match="must be there"):
        compile_frame("stop", "<< more? >>", CONCEPTS)


def test_a_common_frame_keeps_what_a_language_has_words_for() -> None:
    assert restricted("not ad|send me? >", {"not": "N", "send": "S"}) == "not send >"
    assert restricted("not ad", {"not": "N"}) == ""
    assert restricted("not !ad|me", {"not": "N", "me": "M"}) == "not !me"
    assert restricted("not !ad", {"not": "N"}) == "not"


@pytest.mark.parametrize(
    "source, said", [("wrods: [x]", "wrods"), ("whole:\n  stopp: [x]", "stopp"), ("frames:\n  halt: [x]", "halt")]
)
def test_a_misspelt_key_of_a_phrase_file_is_an_error(source: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_phrases("xx", source)


@pytest.mark.parametrize("words, neutral", [({"quit": ["stop"]}, ["stop"]), ({"quit": ["!!"]}, [])])
def test_a_word_that_says_nothing_or_two_things_is_an_error(words: dict[str, list[str]], neutral: list[str]) -> None:
    with pytest.raises(ValueError, match="phrases/xx"):
        compile_grammar(PhraseFile("xx", words=words, neutral=neutral), NOTHING)


def test_the_longest_word_wins_and_a_word_may_mean_several_things() -> None:
    words = {"quit": ["stop"], "place": ["bus stop"], "both": ["stop", "bus stop"]}
    vocabulary = compile_grammar(PhraseFile("xx", words=words), NOTHING).vocabulary
    tag = vocabulary.tagged(["bus", "stop"]).tags
    assert len(tag) == 1
    assert tag in vocabulary.concepts["place"]
    assert tag in vocabulary.concepts["both"]
    assert tag not in vocabulary.concepts["quit"]


def test_every_shipped_language_compiles_and_lists_what_it_says() -> None:
    languages = {file.language for file in phrase_files()}
    assert languages >= {"zh", "en", "es", "fr", "de", "pt", "it", "ja", "ko", "hi", "ar", "id", "th", "vi", "ru", "tr"}
    assert len(shipped_grammars().grammars) == len(languages) - 1


@pytest.mark.parametrize("slip", ["dtop", "sotp", "stpo", "stopp", "stip"])
def test_a_slip_of_the_finger_is_mended(slip: str) -> None:
    assert slips_of(["stop"], frozenset())[slip] == "stop"


def test_a_real_word_is_never_taken_for_a_slip() -> None:
    assert "atop" not in slips_of(["stop"], frozenset({"atop"}))
    assert {"shop", "step", "top", "stow"}.isdisjoint(slips_of(["stop"], frozenset()))


@pytest.mark.parametrize(
    "word, plain", [("stooooop", "stop"), ("pleeease", "please"), ("st0p", "stop"), ("5top", "stop")]
)
def test_drawn_out_words_and_words_in_digits_are_made_plain(word: str, plain: str) -> None:
    assert plain in plainer(word)


@pytest.mark.parametrize(
    "text, own",
    [
        ("Liked “Sale! Reply STOP to end”", ""), ("Laughed at an image “x y z”", ""), ("赞了“回复TD退订”", ""),
        ("【某某】大促开始啦 回复TD退订", ""), ("“stop”", "“stop”"), ("回复td退订", "回复td退订"),
        ("> reply stop to end\nok", "\nok"), ("reply stop to unsubscribe", "reply stop to unsubscribe"),
    ],
)  # fmt: skip
def test_what_is_only_repeated_is_taken_away(text: str, own: str) -> None:
    assert own_words(folded(text)).strip() == own.strip()


@given(st.text(max_size=300))
def test_taking_apart_never_fails_and_no_two_ends_stand_together(text: str) -> None:
    said = tokens(folded(text))
    assert "||" not in "".join(said).replace("x", "")


@given(st.text("stop别发请了 ?.yesnot我不要回复TD", max_size=40), st.sampled_from(list(Asked)))
def test_any_text_after_any_question_has_a_reading(text: str, asked: Asked) -> None:
    reading = Reader.shipped("CN", ["zh", "en"]).read(text, Context(asked, ("X",)))
    assert reading.by is not Layer.NONE or reading == Reading(Meaning.OTHER)


class Fixed:
    """A model that always says the same."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        self.scores = scores

    def score(self, text: str) -> Mapping[str, float]:
        return self.scores


@pytest.mark.parametrize("scores", [{"stop": 0.99}, {"grant": 0.99, "stop": 0.6}, {"stop": 0.3, "stop_marketing": 0.3}])
def test_a_model_can_only_raise_a_doubt(scores: dict[str, float]) -> None:
    """It neither stops nor grants, however sure it is, and is asked only where no layer before it knows."""
    shipped = Reader.shipped(None, ["en"])
    reader = Reader(shipped.lexicon, shipped.grammars, Doubt(Fixed(scores), 0.5))
    for ctx in ("any", "confirm", "menu"):
        reading = reader.read("blah blah", Context.named(ctx))
        assert (reading.meaning, reading.by) == (Meaning.PAUSE, Layer.MODEL)
    assert reader.read("please stop texting me").by is Layer.PHRASE
    assert reader.read("STOP").by is Layer.WORD


def test_an_unsure_model_says_nothing() -> None:
    shipped = Reader.shipped(None, ["en"])
    reader = Reader(shipped.lexicon, shipped.grammars, Doubt(Fixed({"stop": 0.4, "other": 0.6}), 0.5))
    assert reader.read("blah blah").meaning is Meaning.OTHER


@pytest.mark.parametrize("name", ["promo", "promo:", "promo: ", "menue", ""])
def test_a_context_must_be_one_of_the_list(name: str) -> None:
    with pytest.raises(ValueError, match=r"promo|context|Asked"):
        Context.named(name)


def test_an_answer_of_the_businesss_own_flows_is_not_acted_on_at_once() -> None:
    reader = Reader.shipped("CN", ["zh"]).beside(["不需要", "STOP"])
    assert reader.read("不需要").meaning is Meaning.STOP
    assert reader.at_once("不需要").meaning is Meaning.OTHER
    assert reader.at_once("STOP").meaning is Meaning.STOP


def test_the_quick_reader_reads_every_shipped_file_as_yaml_does() -> None:
    for item in (files("flows") / "library" / "phrases").iterdir():
        source = item.read_text(encoding="utf-8")
        assert read_lists(source) == YAML(typ="base", pure=True).load(source), item.name


@pytest.mark.parametrize("source", ["stop", "a: [b]\n  c", "- x", "a: |\n  text", "a: {b: c}"])
def test_what_the_quick_reader_cannot_read_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match="line"):
        read_lists(source)


def test_short_words_are_mended_only_where_two_letters_are_swapped() -> None:
    assert set(slips_of(["text"], frozenset(), swapped)) == {"etxt", "txet", "tetx"}


@pytest.mark.parametrize("typed", ["op tout", "opt iut", "optout", "otp out", "opt outs"])
def test_a_whole_reply_may_be_a_slip_with_its_space(typed: str) -> None:
    assert slips_of(["opt out"], frozenset(), slip_of_all)[typed] == "opt out"


def test_a_word_that_somebody_knows_is_no_slip() -> None:
    assert "sign" not in slips_of(["sing"], frozenset({"sign"}), swapped)


def test_a_word_typed_by_ear_has_another_character_or_letters() -> None:
    sounds = Sounds.listed(["tui 退推", "ding 订定"])
    assert set(sounds.typed("退订")) == {"推订", "退定", "tui 订", "退 ding", "tui ding", "tuiding"}
    assert set(sounds.typed("请退")) == {"请推", "请 tui"}


@pytest.mark.parametrize("written, said", [("not mr. chen", "not mr chen"), ("lose my #", "lose my number"),
    ("#4432 is late", "4432 is late")])  # fmt: skip
def test_a_title_ends_no_clause_and_the_number_sign_is_a_number(written: str, said: str) -> None:
    assert tokens(written) == said.split()


def test_a_guard_of_the_likelier_language_holds_in_the_others() -> None:
    assert Reader.shipped(None, ["en", "fr"]).read("don't unsubscribe me").meaning is Meaning.OTHER


def test_a_story_is_not_doubted() -> None:
    """Above forty words nothing is only guessed, whatever the model would say."""
    reader = Reader(Reader.shipped(None, ["en"]).lexicon, shipped_grammars(), Doubt(_Always(), 0.5))
    assert reader.read("blue " * 10).meaning is Meaning.PAUSE
    assert reader.read("blue " * 50).meaning is Meaning.OTHER


class _Always:
    def score(self, text: str) -> Mapping[str, float]:
        return {Meaning.STOP: 1.0}


@pytest.mark.parametrize("written, said", [("Do. Not. Text. Me.", "do not text me"), ("yes. no", "yes | no"),
    ("stop. i mean it.", "stop | i mean it |")])  # fmt: skip
def test_words_with_a_full_stop_each_are_one_clause(written: str, said: str) -> None:
    assert shipped_grammars().spelled(folded(written)) == said.split()
