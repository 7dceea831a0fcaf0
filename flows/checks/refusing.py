"""Whether a wording tells its reader how to refuse: a word that is heard as a stop, an answer that grants nothing, or
a place to go to. That the word stands there is not enough: "no reply: we stop" tells nobody what to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flows.checks.expressions import PLACEHOLDER, plain
from flows.checks.findings import saying
from flows.checks.sayings import sayings_of
from flows.checks.setting import Setting
from flows.spec import Flow, Text

_LATIN_WORD = re.compile(r"[0-9A-Za-zÀ-ɏ]+")
_QUOTED = re.compile(r"[“‘「『\"'«]([^“”‘’「」『』\"'«»]{1,12})[”’」』\"'»]")
_GARMENT = re.compile(r"-?(?:恤|shirt)", re.IGNORECASE)
"""After a T: a shirt, no word to write."""

_UNSPACED_WORDS = (2, 3, 4)
"""Letters of a word that stands after an order in a script without blanks."""


def says_how_to_refuse(flow: Flow, text: Text, language: str, setting: Setting) -> bool:
    """Whether this language of the text says so, in words that this business hears."""
    wording = text.wording[language]
    refusals = _refusing_words(flow, text, setting)
    for word in told_words(wording, language):
        if setting.heard(word) == "stop" or setting.normalise(word) in refusals:
            return True
    if any(name in (*text.buttons, *text.rows) for name in refusals.values()):
        return True
    return _says_where(flow, wording, language, setting)


def told_words(wording: str, language: str) -> Iterator[str]:
    """The words that a reader is told to write: in capitals, a single letter, in quotes, or after ``reply``."""
    for match in _LATIN_WORD.finditer(wording):
        garment = len(match[0]) == 1 and _GARMENT.match(wording, match.end())
        if (match[0].isupper() or match[0].isdecimal()) and not garment:
            yield match[0]
    yield from (match[1].strip() for match in _QUOTED.finditer(wording))
    for tongue in dict.fromkeys((language.partition("-")[0], "en")):
        yield from _ordered(wording, tongue)


def _ordered(wording: str, tongue: str) -> Iterator[str]:
    """What stands right after an order: a Latin word, or the first letters of a script without blanks."""
    sayings = sayings_of(tongue)
    if sayings is None or sayings.orders is None:
        return
    for match in sayings.orders.finditer(plain(wording)):
        rest = wording[match.end() :].lstrip(" :：“‘「『\"'")
        latin = _LATIN_WORD.match(rest)
        if latin is not None:
            yield latin[0]
        elif not rest[:1].isascii():
            yield from (rest[:size] for size in _UNSPACED_WORDS)


def _refusing_words(flow: Flow, text: Text, setting: Setting) -> Mapping[str, str]:
    """Of each answer that refuses where this text is said: its words, as they are compared, to its name. A request is
    refused by what grants nothing, anything else by what revokes."""
    words: dict[str, str] = {}
    for state in saying(flow).get(text.name, ()):
        for name, row in state.reply.items():
            answer = flow.answers.get(name)
            refuses = not row.grant and not _asks_on(flow, row.go) if text.asks_for else bool(row.revoke)
            if answer is not None and refuses:
                words.update((setting.normalise(word), name) for word in (*answer.words, *answer.label.values()))
    return words


def _asks_on(flow: Flow, name: str | None) -> bool:
    """Whether the answer only leads to a card that hears answers: then it settles nothing."""
    state = flow.states.get(name or "")
    return state is not None and bool(state.reply)


def _says_where(flow: Flow, wording: str, language: str, setting: Setting) -> bool:
    """By a link or the contact. Without a business nobody knows its words, so what is said to be one is believed."""
    told, sayings = plain(wording), sayings_of(language)
    if sayings is None:
        return not setting.channels
    if not setting.channels and (sayings.says_where(told) or sayings.claims_a_word(told)):
        return True
    named = PLACEHOLDER.findall(wording)
    reached = any(name == "contact" or (name in flow.uses and flow.uses[name].type == "link") for name in named)
    return (reached or "http" in told or "www." in told) and sayings.says_where(told)
