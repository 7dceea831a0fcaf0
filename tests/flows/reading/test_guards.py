"""What only looks like a stop takes no stop away that stands beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.normalise import folded
from flows.reading.meaning import Meaning
from flows.reading.quoted import own_words
from flows.reading.reader import Reader
from tests.flows.reading.test_replies import SHOP, STOPS, _by_heading

PLAIN = {
    "en": ("stop texting me", "unsubscribe me", "please stop sending me messages", "take me off your list"),
    "zh": ("别再给我发短信了", "取消订阅短信"),
    "es": ("no me manden más mensajes", "quiero darme de baja"),
    "fr": ("ne m'envoyez plus de messages",),
    "de": ("schicken sie mir keine nachrichten mehr",),
    "pt": ("não me mande mais mensagens",),
    "it": ("non mandatemi più messaggi",),
    "ja": ("もうメッセージを送らないでください",),
    "ko": ("더 이상 문자 보내지 마세요",),
}
"""Stops that nobody can take for anything else."""
HEARD = STOPS | {Meaning.PAUSE}


def _beside(language: str) -> Iterator[tuple[Reader, str]]:
    """Ordinary replies of a language, without what is quoted or written by a machine."""
    for heading, texts in _by_heading():
        meant, spoken, asked, _ = heading.split(" | ")
        if meant in ("carry_on", "help") and asked == "any" and spoken.split("-")[0] == language:
            reader = SHOP.also(None, [spoken])
            yield from ((reader, text) for text in texts if _is_written_by_hand(reader, text))


def _is_written_by_hand(reader: Reader, text: str) -> bool:
    plain = folded(text)
    return own_words(plain) == plain and "automatic" not in (reader.read(text).word or "")


@pytest.mark.parametrize("language", PLAIN)
def test_a_stop_before_or_after_an_ordinary_reply_is_heard(language: str) -> None:
    """At least so far that the person is asked."""
    beside = list(_beside(language))
    missed = [
        both
        for reader, text in beside
        for stop in PLAIN[language]
        for both in (f"{text}\n{stop}", f"{stop}\n{text}")
        if reader.read(both).meaning not in HEARD
    ]
    assert beside
    assert missed == []
