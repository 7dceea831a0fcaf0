"""The ``words`` verb answers every line, the bad ones with what is wrong."""

from __future__ import annotations

import json

import pytest

from bot.words_command import read_lines
from flows.reading.reader import Reader

READER = Reader.shipped(None, ["en"], {})


def read(*lines: object) -> list[dict[str, object]]:
    sources = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return [json.loads(line) for line in read_lines(sources, READER)]


def test_a_reply_is_answered_with_its_reading_and_the_word_behind_it() -> None:
    assert read({"id": "a", "text": "TD退订"}, {"id": 7, "text": "hi"}) == [
        {"id": "a", "reading": "stop", "by": "word", "word": "TD"},
        {"id": 7, "reading": "other", "by": "none"},
    ]


@pytest.mark.parametrize(
    "line, reading",
    [
        ({"text": "N"}, "other"),
        ({"text": "N", "place": "CN"}, "stop"),
        ({"text": "N", "lang": "zh"}, "stop"),
        ({"text": "N", "lang": "zh-CN"}, "stop"),
        ({"text": "N", "lang": "zh-TW"}, "other"),
        ({"text": "N", "lang": "zh", "place": "US"}, "other"),
        ({"text": "R", "ctx": "promo:R"}, "stop"),
        ({"text": "Y", "ctx": "confirm"}, "grant"),
        ({"text": "A", "ctx": "menu"}, "bills_only"),
        ({"text": "sair", "lang": "pt"}, "stop"),
        ({"text": "sair", "lang": "xx"}, "pause"),
        ({"text": "help", "lang": None}, "help"),
    ],
)
def test_language_place_and_context_of_the_line_count(line: dict[str, object], reading: str) -> None:
    assert read({"id": 1, **line})[0]["reading"] == reading


@pytest.mark.parametrize(
    "line, said",
    [
        ("{", "not JSON"),
        ("[1]", "object"),
        ({"id": 1}, "no text"),
        ({"text": "x"}, "no id"),
        ({"id": 1, "text": 5}, "text is 5"),
        ({"id": [], "text": "x"}, "id is []"),
        ({"id": 1, "text": None}, "text is None"),
        ({"id": 1, "text": "x", "ctx": "promo:"}, "ctx is 'promo:'"),
        ({"id": 1, "text": "x", "ctx": "menue"}, "ctx is 'menue'"),
    ],
)
def test_a_bad_line_is_named_by_number_and_the_rest_is_read(line: object, said: str) -> None:
    before, bad, after = read({"id": 1, "text": "stop"}, "", line, {"id": 2, "text": "stop"})
    assert bad["line"] == 3
    assert said in str(bad["error"])
    assert (before["reading"], after["reading"]) == ("stop", "stop")


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert read('\ufeff{"id": 1, "text": "stop"}\r\n')[0]["reading"] == "stop"
