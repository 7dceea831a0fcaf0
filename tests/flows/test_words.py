"""A person's stop is heard however it is written, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.context import Context
from flows.reading.meaning import Layer, Meaning, Reading
from flows.reading.reader import Reader
from flows.shipped_words import SECTIONS, spoken_as
from flows.words import Choices
from tests.flows.heard import BOOKSHOP, EVERYWHERE, NEVER

ENGLISH = Reader.shipped("US", ["en"], {})
STOPS = [
    "STOP", "stop.", "STOPALL", "stop all", "Unsubscribe", "END", "Quit", "cancel", "revoke", "remove", "OPTOUT",
    "opt-out", "OPT OUT", "St0p",
    "T D", "TD", "td!", "TDTD", "T", "t。", "N", "R", "0000", "退订", "退訂", "退订T", "T退订", "TD退订",
    "退订TD", "T 退订",
    "STOP 退订", "退订退订退订",
    "取消订阅", "取消訂閱", "拒收", "停止发送", "停止", "拒收R", "回复T", "回T", "回TD", "回“T”", "回覆TD退訂",
    "回复“TD退订”", "回复TD退订", "发送TD",
    "reply STOP", "send stop",
    "'STOP'", "“T”", "【TD】", "S T O P", "ALTO.", "¡Baja!", "¡No más!", "no mas", "PARAR", "Arrêt", "ARRET",
    "Abmelden", "配信停止", "수신거부",
    "수신 거부", "стоп", "ЅТОР", "ＴＤ！", "stop stop stop", "TD 🙏", "🛑退订", "unsubscribe stop", "TD, TD",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_a_stop_is_heard(text: str) -> None:
    assert BOOKSHOP.read(text).meaning is Meaning.STOP


@pytest.mark.parametrize("text", NEVER)
def test_what_is_no_stop_stops_nobody(text: str) -> None:
    assert BOOKSHOP.read(text).meaning is not Meaning.STOP


@given(st.text(max_size=80), st.sampled_from(["any", "question", "confirm", "menu", "promo:R"]))
def test_any_text_has_a_reading(text: str, ctx: str) -> None:
    reading = BOOKSHOP.read(text, Context.named(ctx))
    assert (reading.by is Layer.NONE) == (reading.word is None)
    assert reading.meaning is Meaning.OTHER or reading.by is not Layer.NONE


@pytest.mark.parametrize("letter", ["T", "r", "Ｎ"])
def test_mainland_letters_stop_only_on_the_mainland(letter: str) -> None:
    assert ENGLISH.read(letter).meaning is Meaning.OTHER
    assert ENGLISH.also("CN", []).read(letter).meaning is Meaning.STOP
    assert Reader.shipped("US", ["en"], {"stop": ["t", "r", "n"]}).read(letter).meaning is Meaning.STOP


@pytest.mark.parametrize("text", ["退订", "TD", "退订T", "PARAR", "abmelden", "수신거부", "СТОП", "配信停止"])
def test_a_stop_word_of_another_language_is_heard_all_the_same(text: str) -> None:
    assert ENGLISH.read(text).meaning is Meaning.STOP


@pytest.mark.parametrize(
    "text, language",
    [("basta", "es"), ("BAJA", "es-MX"), ("sair", "pt-BR"), ("FIN", "fr"), ("ret", "tr"), ("取消", "zh"),
        ("Ende", "de"), ("QX", "zh-CN")],
)  # fmt: skip
def test_a_plain_word_of_one_language_stops_only_where_it_is_spoken(text: str, language: str) -> None:
    assert ENGLISH.read(text).meaning is not Meaning.STOP
    assert Reader.shipped(None, [language], {}).read(text).meaning is Meaning.STOP


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("STOP MARKETING", Meaning.STOP_MARKETING), ("Stop promotions", Meaning.STOP_MARKETING),
        ("退订广告", Meaning.STOP_MARKETING), ("拒收廣告", Meaning.STOP_MARKETING),
        ("HELP", Meaning.HELP), ("info?", Meaning.HELP), ("帮助。", Meaning.HELP), ("幫助", Meaning.HELP),
        ("ayuda", Meaning.HELP), ("Hilfe", Meaning.HELP), ("ヘルプ", Meaning.HELP),
        ("도움말", Meaning.HELP), ("h", Meaning.HELP), ("START", Meaning.START), ("unstop", Meaning.START),
        ("恢复", Meaning.START), ("恢復", Meaning.START), ("alta", Meaning.START),
        ("start marketing", Meaning.START), ("Resume promotions", Meaning.START), ("取消退订", Meaning.START),
        ("Y", Meaning.OTHER), ("yes", Meaning.OTHER), ("A", Meaning.OTHER),
    ],
)  # fmt: skip
def test_other_words_have_their_own_meaning(text: str, meaning: Meaning) -> None:
    assert BOOKSHOP.read(text).meaning is meaning


def test_a_single_h_is_help_only_where_the_business_lists_it() -> None:
    assert Reader.shipped("CN", ["zh-CN"], {}).read("H").meaning is Meaning.OTHER


@pytest.mark.parametrize(
    "text, ctx, meaning",
    [
        ("Y", "confirm", Meaning.GRANT), ("ｙ。", "menu", Meaning.GRANT), ("回y", "confirm", Meaning.GRANT),
        ("是", "confirm", Meaning.GRANT), ("Sí", "confirm", Meaning.GRANT),
        ("oui", "confirm", Meaning.GRANT), ("はい", "confirm", Meaning.GRANT), ("네", "confirm", Meaning.GRANT),
        ("yes", "question", Meaning.OTHER), ("yes", "any", Meaning.OTHER),
        ("yes", "promo:R", Meaning.OTHER), ("yes but who are you", "confirm", Meaning.HELP),
        ("ok", "confirm", Meaning.GRANT),
        ("ok", "any", Meaning.OTHER), ("ok", "question", Meaning.OTHER), ("Ａ", "menu", Meaning.BILLS_ONLY),
        ("回A", "menu", Meaning.BILLS_ONLY), ("A", "confirm", Meaning.OTHER), ("T", "menu", Meaning.STOP),
        ("T", "any", Meaning.OTHER), ("R", "promo:R", Meaning.STOP),
        ("回Ｘ", "promo:X", Meaning.STOP), ("R", "promo:T", Meaning.OTHER), ("STOP", "confirm", Meaning.STOP),
        ("no", "confirm", Meaning.STOP), ("不要", "confirm", Meaning.STOP),
        ("no", "menu", Meaning.PAUSE), ("no", "question", Meaning.OTHER), ("", "promo:X", Meaning.OTHER),
        ("HELP", "confirm", Meaning.HELP),
    ],
)  # fmt: skip
def test_what_was_said_last_decides_what_a_short_answer_means(text: str, ctx: str, meaning: Meaning) -> None:
    reader = Reader.shipped(None, ["en", "zh", "es", "fr", "ja", "ko"], {})
    assert reader.read(text, Context.named(ctx)).meaning is meaning


def test_a_reading_names_the_word_as_it_is_listed() -> None:
    assert ENGLISH.read("“s t o p”!") == Reading(Meaning.STOP, Layer.WORD, "STOP")
    assert BOOKSHOP.read("００００") == Reading(Meaning.STOP, Layer.WORD, "0000")
    assert ENGLISH.read("退訂").word in ("退订", "退訂")


@pytest.mark.parametrize("ctx", ["any", "confirm", "menu", "question", "promo:X"])
def test_a_word_listed_twice_by_mistake_is_a_stop(ctx: str) -> None:
    reader = Reader.shipped(
        None, ["en"], {"stop": ["yes", "help", "more"], "start": ["more", "STOP"], "help": ["退订"]}
    )
    assert {reader.read(word, Context.named(ctx)).meaning for word in ("yes", "help", "more", "STOP", "退订")} == {
        Meaning.STOP
    }


def test_no_shipped_word_of_another_meaning_is_shadowed_by_a_stop() -> None:
    """A list that says stop and help (or start, or yes) with one word is a mistake of ours."""
    for section in set(SECTIONS) - {"stop", "no"}:
        taken = {word for word in EVERYWHERE.lexicon.words[section] if word in EVERYWHERE.lexicon.words["stop"]}
        assert taken == set(), section


@pytest.mark.parametrize(
    "word, heard",
    [("T", "stop"), ("回TD", "stop"), ("stop promotions", "stop"), ("客服", "help"), ("订阅", "start"), ("Y", None),
        ("A", None), ("1", None), ("是", None), ("继续", None), ("账单", None)],
)  # fmt: skip
def test_the_checker_learns_which_words_a_flow_cannot_have(word: str, heard: str | None) -> None:
    assert BOOKSHOP.lexicon.heard(word) == heard


@pytest.mark.parametrize("extra", [{"stopp": ["x"]}, {"stop": ["!!"]}])
def test_a_wrong_list_of_a_business_is_named(extra: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="stop"):
        Reader.shipped(None, ["en"], extra)


@pytest.mark.parametrize(
    "text, answer",
    [
        ("回y", "keep"), (" ｙ。", "keep"), ("YES!", "keep"), ("yes yes", "keep"), ("是", "keep"), ("繼續", "keep"),
        ("Ａ", "bills"), ("帳單", "bills"), ("回复A", "bills"),
        ("“３”", "third"), ("3️⃣", "third"), ("33", None), ("1 2", None), ("12", "twelfth"), ("1212", None),
        ("yes but", None), ("", None), ("🙏", None), ("回", None),
    ],
)  # fmt: skip
def test_an_answer_is_matched_however_it_is_written(text: str, answer: str | None) -> None:
    choices = Choices({"keep": ["Y", "yes", "是", "继续"], "bills": ["A", "账单"], "third": ["3"], "twelfth": ["12"]})
    assert choices.match(text) == answer


@pytest.mark.parametrize(
    "tag, lists",
    [("zh", ("zh-Hans", "zh-Hant")), ("zh-CN", ("zh-Hans",)), ("zh_TW", ("zh-Hant",)),
        ("zh-Hant-HK", ("zh-Hant",)), ("yue", ("zh-Hant",)), ("es-MX", ("es",)), ("EN", ("en",))],
)  # fmt: skip
def test_a_language_tag_names_its_word_lists(tag: str, lists: tuple[str, ...]) -> None:
    assert spoken_as(tag) == lists


def test_what_is_remembered_of_past_replies_stays_bounded() -> None:
    reader = Reader.shipped(None, ["en"], {})
    for number in range(10_000):
        reader.read(f"reply number {number}")
    assert len(reader._remembered) <= 4096
    assert reader.read("stop").meaning is Meaning.STOP
