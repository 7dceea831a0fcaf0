"""What a reply means, by exact words: a person's stop is looked for first, always, in every language shipped.

A sentence never matches here, only a whole reply that is one listed word (or the same thing said in several).
Shipped words cannot be switched off; a business can only add to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flows.normalise import folded, forms, normalise, spellings
from flows.reading.context import ANY, Asked, Context
from flows.reading.meaning import Layer, Meaning, Reading, Sub
from flows.shipped_words import SECTIONS, is_chinese, shipped_lists

MAINLAND = "CN"
_SHORT = 64


# In this order, and after STOP: whatever else a word may be, a stop is a stop.
_HEARD = (
    ("notices", Meaning.STOP, Sub.NOTICES),
    ("stop_marketing", Meaning.STOP_MARKETING, None),
    ("human", Meaning.HELP, Sub.HUMAN),
    ("status", Meaning.HELP, Sub.STATUS),
    ("why", Meaning.HELP, Sub.WHY),
    ("proof", Meaning.HELP, Sub.PROOF),
    ("help", Meaning.HELP, None),
    ("start", Meaning.START, None),
    ("less", Meaning.OTHER, Sub.LESS),
    ("pause", Meaning.PAUSE, Sub.PAUSE_FOR),
)
_ASKED = (Asked.CONFIRM, Asked.MENU)
_DAYS = re.compile(r"(.+?) ?(\d{1,3})(?: ?[^\d ]+)?\Z")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that one business hears. Make it with ``shipped``.

    ``words`` maps a section (see ``shipped_words.SECTIONS``) to normalised word -> word as listed; ``together``
    and ``letters`` are normalised; ``tags``: what people call a language -> its tag; ``every``: all of these,
    normalised, and the A of a menu."""

    words: Mapping[str, Mapping[str, str]]
    together: frozenset[str]
    letters: frozenset[str]
    tags: Mapping[str, str]
    every: frozenset[str]
    place: str | None = None
    languages: tuple[str, ...] = ()
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def shipped(
        cls, place: str | None, languages: Sequence[str], extra: Mapping[str, Sequence[str]] | None = None
    ) -> Lexicon:
        """The shipped words for a place (ISO 3166, ``CN`` adds T, R, N) and the business's BCP 47 languages, with
        its own words under ``stop``, ``help``, ``start`` on top. ValueError for another key or an empty word."""
        extra = dict(extra or {})
        words: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
        for section, own in extra.items():
            _add_own(words, section, own)
        for listed in shipped_lists():
            for section in SECTIONS:
                _add(words[section], listed.everywhere.get(section, ()))
                if listed.serves(languages):
                    _add(words[section], listed.local.get(section, ()))
        letters = [letter for listed in shipped_lists() for letter in listed.letters]
        if place == MAINLAND:
            _add(words["stop"], letters)
        together = frozenset(_key(word) for listed in shipped_lists() for word in listed.together)
        return cls(
            words, together, frozenset(map(_key, letters)), _tags(), _every(words), place, tuple(languages), extra
        )

    def also(self, place: str | None, languages: Sequence[str]) -> Lexicon:
        """This lexicon where another place (None: the same) and further languages apply."""
        return Lexicon.shipped(place or self.place, (*self.languages, *languages), self.extra)

    def heard(self, word: str) -> str | None:
        """``stop``, ``help`` or ``start`` if a flow could never see this word as an answer of its own; else None."""
        match self.find(forms(normalise(word))):
            case Reading(Meaning.STOP | Meaning.STOP_MARKETING):
                return "stop"
            case Reading((Meaning.HELP | Meaning.START) as meaning):
                return meaning.value
        return None

    def refuses(self, word: str) -> bool:
        """Whether this word is a listed no."""
        return self._first("no", forms(normalise(word))) is not None

    def find(self, said: Sequence[str], context: Context = ANY) -> Reading | None:
        """What a reply that is one listed word means; ``said``: its ``forms``. The words of ``context`` to refuse by
        are stops; after the question for a consent a yes is GRANT and a plain no STOP, after a menu A BILLS_ONLY."""
        if (stop := self._stop(said, context)) is not None:
            return Reading(Meaning.STOP, Layer.WORD, stop)
        if self.every.isdisjoint(said):
            return self._pause(said[0])
        if context.asked in _ASKED and (answered := self._answer(said, context.asked)) is not None:
            return answered
        for section, meaning, sub in _HEARD:
            if (word := self._first(section, said)) is not None:
                return Reading(meaning, Layer.WORD, word, sub)
        return self._language(said)

    def _answer(self, said: Sequence[str], asked: Asked) -> Reading | None:
        """A listed yes, also one that starts messages elsewhere (SUBSCRIBE); the A of a menu."""
        if asked is Asked.MENU and "a" in said:
            return Reading(Meaning.BILLS_ONLY, Layer.WORD, "A")
        word = self._first("yes", said)
        return None if word is None else Reading(Meaning.GRANT, Layer.WORD, word)

    def _pause(self, key: str) -> Reading | None:
        """``PAUSE 30``, 暂停30天: for so many days."""
        pauses = self.words["pause"]
        if len(key) > _SHORT or not key.startswith(tuple(pauses)) or (match := _DAYS.match(key)) is None:
            return None
        word = pauses.get(match[1])
        return None if word is None else Reading(Meaning.PAUSE, Layer.WORD, word, Sub.PAUSE_FOR, match[2])

    def _language(self, said: Sequence[str]) -> Reading | None:
        tag = _first_of(self.tags, said)
        return None if tag is None else Reading(Meaning.OTHER, Layer.WORD, tag, Sub.LANGUAGE, tag)

    def _stop(self, said: Sequence[str], context: Context) -> str | None:
        """The stop word of the reply: listed, said with others that mean the same, or offered by the last message."""
        for offered in context.offered:
            if _is_said(normalise(offered), said):
                return offered
        if said[0] in self.letters and _answers_in_letters(context):
            return None
        if self.every.isdisjoint(said):
            return self._several(said)  # nearly every reply
        word = self._first("stop", said) or self._several(said)
        return self._first("no", said) if word is None and context.asked is Asked.CONFIRM else word

    def _first(self, section: str, said: Iterable[str]) -> str | None:
        return _first_of(self.words[section], said)

    def _several(self, said: Iterable[str]) -> str | None:
        """The first stop word of a reply that is nothing but stop words meaning the same (``TD退订``, ``T 退订``).
        Only the words listed as ``together``: "cancel unsubscribe" and 取消退订 say the opposite."""
        for form in said:
            if " " in form and len(form) <= _SHORT and (word := self._all_stop(form.split())) is not None:
                return self.words["stop"][word]
        return None

    def _all_stop(self, pieces: list[str]) -> str | None:
        first = None
        at = 0
        while at < len(pieces):
            pair = " ".join(pieces[at : at + 2])
            word = pair if pair in self.together else pieces[at]
            if word in self.together:
                first = first or word
            elif word not in self.letters:
                return None  # cheap in the common case: the first piece of a sentence
            at += 2 if word == pair else 1
        return first


def _is_said(word: str, said: Sequence[str]) -> bool:
    """Whether a reply is this word; TT is T where that is what was offered, though elsewhere it is a face."""
    if word in said:
        return bool(word)
    return len(word) == 1 and word.isalpha() and any(form and not form.replace(" ", "").strip(word) for form in said)


def _answers_in_letters(context: Context) -> bool:
    """Whether N and R answer a question: where it was not asked in Chinese."""
    return context.asked is Asked.QUESTION and bool(context.language) and not is_chinese(context.language)


class Choices:
    """The answers of a flow, compared as words are. Stop words are the lexicon's: read those first."""

    __slots__ = ("_names",)

    def __init__(self, answers: Mapping[str, Sequence[str]]) -> None:
        self._names: dict[str, str] = {}
        for name, words in answers.items():
            for word in words:
                if key := normalise(word):
                    self._names.setdefault(key, name)

    def match(self, text: str) -> str | None:
        """The answer that ``text`` names, as it stands, after ``回复``/``reply`` or said twice; else None."""
        plain = folded(text)
        return self._names.get(plain) or _first_of(self._names, spellings(plain))


def _first_of(words: Mapping[str, str], said: Iterable[str]) -> str | None:
    for form in said:
        if (word := words.get(form)) is not None:
            return word
    return None


@lru_cache(maxsize=8192)
def _key(listed: str) -> str:
    """``normalise`` of a listed word: every business lists nearly the same."""
    return normalise(listed)


def _tags() -> dict[str, str]:
    """What people call a language -> its tag."""
    return {_key(name): tag for listed in shipped_lists() for tag, names in listed.names.items() for name in names}


def _every(words: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    return frozenset({"a", *_tags(), *(word for section in words.values() for word in section)})


def _add(words: dict[str, str], listed: Iterable[str]) -> None:
    for word in listed:
        key = _key(word)
        words.setdefault(key, word)
        # "s t o p  a l l" comes as one piece: nobody can tell where the words ended.
        words.setdefault(key.replace(" ", ""), word)


def _add_own(words: dict[str, dict[str, str]], section: str, own: Sequence[str]) -> None:
    if section not in ("stop", "help", "start"):
        raise ValueError(f"words: {section!r} is not a list of words; use stop, help or start")
    for word in own:
        if not normalise(word):
            raise ValueError(f"words.{section}: {word!r} has no letter or digit to listen for; remove it")
    _add(words[section], own)
