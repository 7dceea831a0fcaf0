"""The normaliser undresses a word and never makes one out of a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.normalise import forms, normalise

SAME = {
    "stop": [
        "STOP", " stop\r\n", "\tStop!!!", "“STOP”", "'stop'", "「ＳＴＯＰ」", "『stop』", "【STOP】",
        "《stop》", "*stop*",
        "S.T.O.P", "S T O P",
        "s-t-o-p", "s/t/o/p", "𝐒𝐓𝐎𝐏", "𝕊𝕋𝕆ℙ", "ⓈⓉⓄⓅ", "🅢🅣🅞🅟", "🆂🆃🅾🅿", "🅂🅃🄾🄿", "⒮⒯⒪⒫", "ꜱᴛᴏᴘ", "ЅТОР", "SТОP",
        "SΤΟΡ", "ſtop",
        "s\u200bt\u200bo\u200bp", "s\u200dtop", "\ufeffstop", "\u200fstop\u200e", "\u2067stop\u2069", "st\u00adop",
        "stop\ufe0f",
        "s\u0336t\u0336o\u0336p\u0336", "stop 🙏🏽", "🛑stop❤️", "\u00a0stop\u3000", "_stop_", "stop…", "¡stop!",
        "S̲T̲O̲P̲",
    ],
    "td": ["TD", "td。", "t-d", "T D", "T、D", "Ｔ．Ｄ．", "ТD", "(TD)"],
    "退订": ["退訂", "退 订", "退.订", "退\u200b订", "“退订”！", "退订🙏🙏", "退\u3000訂"],
    "no mas": ["¡No más!", "NO MAS", "no ma\u0301s", "No, más."],
    "arret": ["ARRÊT", "arret", "Arre\u0302t"],
    "stop all": ["STOP-ALL", "stop  all.", "Stop_All"],
    "td 退订": ["TD退订", "TD 退訂", "“TD”“退订”", "T D 退 订"],
    "3": ["３", '"3"', "③", "3️⃣", " 3. "],
    "y": ["Ｙ", "ｙ。", "Ⓨ", "ʏ", "У"],
    "стоп": ["СТОП", "стоп!", "С Т О П"],
    "الغاء": ["إلغاء", "الغاء", "إلغـاء"],
    "iptal": ["İPTAL", "iptal", "IPTAL", "ıptal"],
    "ヘルプ": ["ﾍﾙﾌﾟ", "ヘルプ。", "ヘ ル プ"],
    "수신거부": ["수신 거부", "수신거부!", "수 신 거 부"],
}  # fmt: skip

APART = [
    ("1 2", "12"), ("1.5", "15"), ("0.0", "00"), ("st op", "stop"), ("t shirt", "tshirt"), ("стоп", "stop"),
    ("я stop", "stop"),
    ("a1", "a 1"), ("t恤", "t"), ("stop by", "stop"), ("don't", "dont"), ("i stop", "istop"), ("か", "が"),
    ("बंद", "बद"),
]  # fmt: skip


@pytest.mark.parametrize("key, written", [(key, text) for key, texts in SAME.items() for text in texts])
def test_however_a_word_is_dressed_it_is_the_same_word(key: str, written: str) -> None:
    assert normalise(written) == key


@pytest.mark.parametrize("one, other", APART)
def test_things_that_mean_different_things_stay_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("text", ["t d tomorrow", "s t op", "sto p p", "i n end", "t 1 d"])
def test_single_letters_are_joined_only_when_no_longer_piece_stands_beside_them(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize("text", ["", "   ", "!!!", "🙏", "\u200b\ufeff", "…", "❤️"])
def test_a_text_without_letter_or_digit_comes_to_nothing(text: str) -> None:
    assert normalise(text) == ""


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(st.characters(codec="ascii")))
def test_the_ascii_path_says_what_the_long_path_says(text: str) -> None:
    """A trailing zero-width space sends the same text down the long path."""
    assert normalise(text) == normalise(f"{text}\u200b")


@pytest.mark.parametrize(
    "text, core",
    [
        ("回复TD退订", "td 退订"), ("回覆 TD", "td"), ("回TD", "td"), ("回“T”", "t"), ("發送 TD", "td"),
        ("发送TD", "td"),
        ("reply STOP", "stop"),
        ("Send: stop", "stop"), ("TDTD", "td"), ("stop stop", "stop"), ("stop stop stop", "stop"),
        ("退订退订", "退订"),
        ("stop all stop all", "stop all"),
        ("回T回T", "t"), ("回复 s t o p", "stop"), ("reply s.t.o.p", "stop"), ("TD退订TD退订", "td 退订"),
    ],
)  # fmt: skip
def test_what_comes_before_a_word_or_says_it_again_is_taken_off(text: str, core: str) -> None:
    assert core in forms(normalise(text))


@pytest.mark.parametrize("text", ["T_T", "TT", "11", "1212", "停停", "7777"])
def test_a_letter_or_number_said_twice_is_another_thing(text: str) -> None:
    """T_T is a crying face, 11 is not 1 and 1212 not 12."""
    assert forms(normalise(text)) == (normalise(text),)
