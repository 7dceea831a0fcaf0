"""What a reply means, by exact words: a person's stop is looked for first, always, in every language shipped.

A sentence never matches here, only a whole reply that is one listed word (or the same thing said in several).
Shipped words cannot be switched off; a business can only add to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from flows.normalise import forms, normalise
from flows.shipped_words import SECTIONS, shipped_lists

MAINLAND = "CN"
_REMEMBERED = 4096
_SHORT = 64


class Meaning(StrEnum):
    """The readings of a reply. PAUSE (unsure: marketing waits, one question is asked) and COMPLAINT need more
    than exact words and are never given by this module."""

    STOP = "stop"
    STOP_MARKETING = "stop_marketing"
    BILLS_ONLY = "bills_only"
    GRANT = "grant"
    PAUSE = "pause"
    HELP = "help"
    START = "start"
    COMPLAINT = "complaint"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply means; ``by`` the layer that found it (``word``; ``none`` for OTHER) and ``word`` as listed."""

    meaning: Meaning
    by: str = "none"
    word: str | None = None


_OTHER = Reading(Meaning.OTHER)
# In this order, and after STOP: whatever else a word may be, a stop is a stop.
_HEARD = (("stop_marketing", Meaning.STOP_MARKETING), ("help", Meaning.HELP), ("start", Meaning.START))
_ASKED = ("confirm", "menu")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that one business hears. Make it with ``shipped``; reading never fails and never blocks.

    ``words`` maps a section (see ``shipped_words.SECTIONS``) to normalised word -> word as listed; ``together``
    and ``letters`` are normalised.
    """

    words: Mapping[str, Mapping[str, str]]
    together: frozenset[str]
    letters: frozenset[str]
    place: str | None = None
    languages: tuple[str, ...] = ()
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _remembered: dict[tuple[str, str], Reading] = field(default_factory=dict, repr=False, compare=False)

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
        together = frozenset(normalise(word) for listed in shipped_lists() for word in listed.together)
        return cls(words, together, frozenset(map(normalise, letters)), place, tuple(languages), extra)

    def also(self, place: str | None, languages: Sequence[str]) -> Lexicon:
        """This lexicon where another place (None: the same) and further languages apply."""
        return Lexicon.shipped(place or self.place, (*self.languages, *languages), self.extra)

    def read(self, text: str, ctx: str = "any") -> Reading:
        """What ``text`` means after a message of the kind ``ctx``: ``any``, ``question``, ``confirm`` (a yes is
        GRANT, a plain no STOP), ``menu`` (also A is BILLS_ONLY, T is STOP) or ``promo:X`` (X is STOP)."""
        if len(text) > _SHORT:
            return self._listen(text, ctx)
        known = self._remembered.get((text, ctx))
        if known is None:
            known = self._listen(text, ctx)
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[text, ctx] = known
        return known

    def heard(self, word: str) -> str | None:
        """``stop``, ``help`` or ``start`` if a flow could never see this word as an answer of its own; else None.
        The words that stop marketing count as ``stop``."""
        match self.read(word).meaning:
            case Meaning.STOP | Meaning.STOP_MARKETING:
                return "stop"
            case Meaning.HELP | Meaning.START as meaning:
                return meaning.value
        return None

    def _listen(self, text: str, ctx: str) -> Reading:
        said = forms(normalise(text))
        if (stop := self._stop(said, ctx)) is not None:
            return Reading(Meaning.STOP, "word", stop)
        for section, meaning in _HEARD:
            if (word := self._first(section, said)) is not None:
                return Reading(meaning, "word", word)
        if ctx == "menu" and "a" in said:
            return Reading(Meaning.BILLS_ONLY, "word", "A")
        if ctx in _ASKED and (word := self._first("yes", said)) is not None:
            return Reading(Meaning.GRANT, "word", word)
        return _OTHER

    def _stop(self, said: tuple[str, ...], ctx: str) -> str | None:
        """The stop word of the reply: listed, said with others that mean the same, or offered by the last message."""
        word = self._first("stop", said) or self._several(said)
        if word is not None or ctx == "any":
            return word
        if ctx == "confirm":
            return self._first("no", said)
        offered = "T" if ctx == "menu" else ctx.removeprefix("promo:") if ctx.startswith("promo:") else ""
        return offered if offered and normalise(offered) in said and said[0] else None

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
        return _first_of(self._names, forms(normalise(text)))


def _first_of(words: Mapping[str, str], said: Iterable[str]) -> str | None:
    for form in said:
        if (word := words.get(form)) is not None:
            return word
    return None


def _add(words: dict[str, str], listed: Iterable[str]) -> None:
    for word in listed:
        key = normalise(word)
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
