"""A person's stop is heard however it is written, and nothing else is taken for one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.reading.context import Context
from flows.reading.meaning import Layer, Meaning, Reading
from flows.reading.reader import Reader
from flows.shipped_words import SECTIONS, shipped_lists, spoken_as
from flows.words import Choices

BOOKSHOP = Reader.shipped(
    "CN",
    ["zh-CN", "zh-TW", "en", "es"],
    {
        "stop": ["TD", "T", "R", "N", "退订", "0000", "baja", "alto"],
        "help": ["H", "帮助", "客服", "人工", "ayuda"],
        "start": ["恢复", "订阅", "alta"],
    },
)
ENGLISH = Reader.shipped("US", ["en"], {})
EVERYWHERE = Reader.shipped("CN", [words.language for words in shipped_lists()], {})
STOP_WORDS = sorted(
    {word for words in shipped_lists() for part in (words.everywhere, words.local) for word in part.get("stop", ())}
    | {letter for words in shipped_lists() for letter in words.letters}
)

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

NEVER = [
    "end of sale?", "不退订", "是", "The end of the month", "谢谢", "what time do you stop", "no", "Y", "Don't stop",
    "T恤有货吗", "T恤", "t-shirt",
    "退订单怎么弄", "stop by tomorrow", "nonstop", "bus stop", "the weekend", "I can't cancel", "please do not cancel",
    "cancel my order", "quit smoking?",
    "remove gluten", "end date?", "T_T", "TT", "T.T", "tend", "trend", "rend", "send", "N/A", "Y not", "R码",
    "T3航站楼", "T2", "N种选择", "A", "B", "1", "11", "00",
    "取消订单", "不取消", "别取消", "退订酒店", "机票怎么退订", "停止营业了吗", "拒收这个快递", "取消退订",
    "退货", "退款", "停车场在哪", "我没有退订啊", "不拒收",
    "cancel unsubscribe", "取消TD", "st op by", "to p", "Stopwatch", "unstoppable", "endless", "Ending", "ok", "好的",
    "收到", "", "!!!", "🙏", "👍", "?",
    "3.0", "1 2", "The end.", "My name is Ted", "T.J.", "DT", "alto precio", "no más tarde de las 5",
    "à l'arrêt de bus", "バス停はどこですか", "停止線",
    "정류장 어디예요", "остановка где", "не стоп", "नमस्ते", "reply", "回复", "回", "send", "reply to me",
    "回来", "回家",
    "发送失败", "start", "help", "恢复",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_a_stop_is_heard(text: str) -> None:
    assert BOOKSHOP.read(text).meaning is Meaning.STOP


@pytest.mark.parametrize("text", NEVER)
def test_what_is_no_stop_stops_nobody(text: str) -> None:
    assert BOOKSHOP.read(text).meaning is not Meaning.STOP


DRESSES: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "title": str.title,
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "zero width": "\u200b".join,
    "joiner": "\u200d".join,
    "dotted": ".".join,
    "spaced": " ".join,
    "look-alikes": lambda text: text.translate(str.maketrans("ABCEHIJKMNOPSTXYaceopxy", "АВСЕНІЈКМΝОРЅТХУасеорху")),
    "maths bold": lambda text: "".join(_letter(c, 0x1D400, 0x1D41A) for c in text),
    "circled": lambda text: "".join(_letter(c, 0x24B6, 0x24D0) for c in text),
    "negative circled": lambda text: "".join(_letter(c, 0x1F150, 0x1F150) for c in text),
    "byte order mark": lambda text: f"\ufeff{text}",
    "right to left": lambda text: f"\u200f{text}\u200f",
    "quotes": lambda text: f"“{text}”",
    "brackets": lambda text: f"【{text}】",
    "new line": lambda text: f"{text}\r\n",
    "emoji": lambda text: f"{text} 🙏",
    "shouted": lambda text: f"{text}！！",
    "no-break": lambda text: f"\u00a0{text}\u00a0",
    "twice": lambda text: f"{text} {text}",
    "回复": lambda text: f"回复{text}",
    "reply": lambda text: f"reply {text}",
}
LETTER_BY_LETTER = {"dotted", "spaced"}


def _letter(char: str, capital: int, small: int) -> str:
    if not (char.isascii() and char.isalpha()):
        return char
    return chr(capital + ord(char) - ord("A")) if char.isupper() else chr(small + ord(char) - ord("a"))


def _fits(word: str, names: tuple[str, ...]) -> bool:
    """A letter said twice is no longer that word (T_T), and a digit is never joined to letters (1.5)."""
    if "twice" in names and len(word) == 1:
        return False
    return not (LETTER_BY_LETTER & set(names) and any(char.isdigit() for char in word))


def _worn(word: str, names: tuple[str, ...]) -> str:
    for name in names:
        word = DRESSES[name](word)
    return word


def test_every_shipped_stop_word_is_heard_in_every_two_dresses() -> None:
    """All words x all ordered pairs of ways to write them: not one is missed."""
    missed = [
        (word, names)
        for names in [*permutations(DRESSES, 2), *((name,) for name in DRESSES)]
        for word in STOP_WORDS
        if _fits(word, names) and EVERYWHERE.read(_worn(word, names)).meaning is not Meaning.STOP
    ]
    assert missed == []


@settings(max_examples=300)
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
    [("alto", "es"), ("BAJA", "es-MX"), ("sair", "pt-BR"), ("FIN", "fr"), ("ret", "tr"), ("取消", "zh"),
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
        ("ok", "confirm", Meaning.OTHER), ("Ａ", "menu", Meaning.BILLS_ONLY),
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


PUBLISHED = {
    Meaning.STOP: ["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL", "ARRET", "REMOVE",
        "OPT-OUT", "TD", "退订", "STOP ALL", "OPT OUT"],
    Meaning.STOP_MARKETING: ["STOP MARKETING", "UNSUBSCRIBE MARKETING", "Stop promotions"],
    Meaning.START: ["START", "UNSTOP", "SUBSCRIBE", "JOIN", "START MARKETING", "Resume promotions"],
    Meaning.HELP: ["HELP", "INFO", "HILFE"],
}  # fmt: skip
"""Words that carriers and regulators publish, with what they say they mean."""


@settings(max_examples=400)
@given(
    st.sampled_from([(word, meaning) for meaning, words in PUBLISHED.items() for word in words]),
    st.lists(st.sampled_from(sorted(DRESSES)), max_size=4, unique=True),
)
def test_no_published_word_is_missed_in_any_mixture_of_dresses(said: tuple[str, Meaning], names: list[str]) -> None:
    word, meaning = said
    apart = [name for name in names if name in LETTER_BY_LETTER]
    names = [name for name in names if name not in apart[1:]]  # letters put apart twice are no word any more
    reader = Reader.shipped("CN" if not word.isascii() or word == "TD" else None, ["en"])
    assert reader.read(_worn(word, tuple(names))).meaning is meaning
