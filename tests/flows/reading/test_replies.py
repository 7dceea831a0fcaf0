"""Replies as real people write them, by kind: replies*.txt say what each must and must not be read as."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.reading.context import Context
from flows.reading.meaning import Meaning
from flows.reading.reader import Reader

SHOP = Reader.shipped("CN", ["zh-CN", "zh-TW", "en", "es"])
REPLIES = sorted(Path(__file__).parent.glob("replies*.txt"))
STOPS = {Meaning.STOP, Meaning.STOP_MARKETING, Meaning.BILLS_ONLY}
RIGHT = {
    "stop": {Meaning.STOP},
    "stop_marketing": {Meaning.STOP_MARKETING, Meaning.STOP},
    "bills_only": {Meaning.BILLS_ONLY},
    "grant": {Meaning.GRANT},
    "help": {Meaning.HELP},
    "carry_on": {*Meaning} - STOPS - {Meaning.GRANT, Meaning.PAUSE},
    "no_stop": {*Meaning} - STOPS - {Meaning.GRANT},
    "no_grant": {*Meaning} - {Meaning.GRANT},
}


def _by_heading() -> Iterator[tuple[str, list[str]]]:
    for file in REPLIES:
        for part in file.read_text(encoding="utf-8").split("\n## ")[1:]:
            heading, *lines = part.strip().split("\n")
            yield heading, lines


@pytest.mark.parametrize(
    "heading, texts", list(_by_heading()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_replies_of_a_kind_are_read_as_they_are_meant(heading: str, texts: list[str]) -> None:
    meant, language, asked, _ = heading.split(" | ")
    reader, context = SHOP.also(None, [language]), Context.named(asked)
    readings = {text: reader.read(text, context).meaning for text in texts}
    assert {text: str(read) for text, read in readings.items() if read not in RIGHT[meant]} == {}


def test_every_kind_is_there_in_twenty_languages() -> None:
    headings = [heading.split(" | ") for heading, _ in _by_heading()]
    assert {meant for meant, *_ in headings} == {*RIGHT}
    assert len({language for meant, language, *_ in headings if meant == "stop"}) >= 18
