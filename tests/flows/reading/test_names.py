"""A business's own name beside a request: it is heard as if the name were not there, and is never a yes."""

from __future__ import annotations

import pytest

from flows.reading.context import ANY, Context
from flows.reading.meaning import Meaning
from flows.reading.reader import Reader

PLAIN = Reader.shipped("CN", ["en", "zh-CN"])
SHOP = PLAIN.called(["bluebird-coffee", "Bluebird Coffee", "蓝鸟咖啡"])
STOPS = [
    "stop bluebird",
    "Stop Bluebird Coffee",
    "STOP BLUEBIRD'S texts",
    "stop bluebird-coffee",
    "stop bluebirdcoffee texts",
    "bluebird stop",
    "unsubscribe bluebird",
    "unsubscribe from Bluebird Coffee",
    "no more bluebird",
    "end bluebird coffee please",
    "opt out bluebird",
    "stop Bluebird Coffee from texting me",
    "退订蓝鸟咖啡",
    "蓝鸟咖啡 退订",
    "TD 蓝鸟咖啡",
]
OTHERS = [
    "bluebird",
    "Bluebird Coffee",
    "can i stop by bluebird at 3",
    "I'll stop at Bluebird later",
    "don't stop bluebird!",
    "cancel my bluebird order",
    "when does bluebird stop serving breakfast",
    "the coffee was cold",
    "蓝鸟咖啡几点关门",
]


@pytest.mark.parametrize("text", STOPS)
def test_a_request_with_the_name_of_the_business_is_a_stop(text: str) -> None:
    assert SHOP.read(text).meaning is Meaning.STOP


@pytest.mark.parametrize("text", OTHERS)
def test_a_name_makes_no_stop_of_anything_else(text: str) -> None:
    assert SHOP.read(text).meaning not in {Meaning.STOP, Meaning.PAUSE}


def test_a_yes_with_a_name_is_no_listed_yes() -> None:
    asked = Context.named("confirm")
    assert SHOP.read("yes bluebird", asked) == PLAIN.read("yes bluebird", asked)
    assert SHOP.read("yes bluebird", asked).meaning is not Meaning.GRANT


def test_the_name_stays_when_languages_and_answers_are_added() -> None:
    assert SHOP.also("CN", ["fr"]).beside(["one"]).read("stop bluebird").meaning is Meaning.STOP


def test_a_common_word_of_a_name_is_not_the_name() -> None:
    assert SHOP.read("stop coffee") == PLAIN.read("stop coffee")
    assert PLAIN.called([""]).read("stop bluebird", ANY) == PLAIN.read("stop bluebird", ANY)
