"""What a score may do in the reader: ask. Nothing that words or phrases decide is changed by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from flows.reading.context import ANY, Asked, Context
from flows.reading.meaning import OTHER, Layer, Meaning
from flows.reading.model import shipped_doubt, shipped_model
from flows.reading.reader import Reader
from flows.reading.scorer import Doubt

CONFIRM = Context(Asked.CONFIRM)


@dataclass(frozen=True, slots=True)
class Certain:
    """A scorer that is as sure of everything."""

    likely: float

    def score(self, text: str) -> Mapping[str, float]:
        return {Meaning.STOP: self.likely}


def reader(likely: float) -> Reader:
    return replace(Reader.shipped("US", ["en"]), doubt=Doubt(Certain(likely), 0.9))


def test_what_nobody_else_explains_is_asked_about_from_the_threshold_on() -> None:
    read = reader(0.9).read("zwirn plok")
    assert (read.meaning, read.by, read.word) == (Meaning.PAUSE, Layer.MODEL, "stop")
    assert reader(0.89).read("zwirn plok") == OTHER


@pytest.mark.parametrize(
    "text, context, meaning",
    [
        ("STOP", ANY, Meaning.STOP),
        ("please stop texting me", ANY, Meaning.STOP),
        ("HELP", ANY, Meaning.HELP),
        ("START", ANY, Meaning.START),
        ("YES", CONFIRM, Meaning.GRANT),
        ("no", CONFIRM, Meaning.STOP),
        ('Liked "Sale! Reply STOP to opt out"', ANY, Meaning.OTHER),
    ],
)
def test_the_most_certain_score_changes_nothing_that_was_read(text: str, context: Context, meaning: Meaning) -> None:
    assert reader(1.0).read(text, context).meaning is meaning


@pytest.mark.parametrize("context", [ANY, CONFIRM, Context(Asked.MENU)])
def test_no_score_grants(context: Context) -> None:
    """Not even while a consent is asked for."""
    assert reader(1.0).read("zwirn plok", context).meaning is Meaning.PAUSE
    assert reader(0.0).read("zwirn plok", context) == OTHER


def test_the_shipped_reader_asks_from_the_threshold_of_the_shipped_model() -> None:
    assert Reader.shipped(None, ()).doubt == shipped_doubt() == Doubt(shipped_model(), shipped_model().threshold)
