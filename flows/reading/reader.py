"""What a reply means: words, then phrases, then doubt. The only door to the layers.

A stop is looked for first in each of them; nothing but a listed affirmative in an open question is ever a grant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flows.normalise import folded, normalise, spellings
from flows.reading import quoted
from flows.reading.context import ANY, Asked, Context
from flows.reading.findings import answer, bare, find
from flows.reading.grammar import Found, Heard
from flows.reading.grammars import Grammars, shipped_grammars
from flows.reading.meaning import OTHER, Layer, Meaning, Reading, Sub
from flows.reading.model import shipped_doubt, shipped_model
from flows.reading.names import pattern_of
from flows.reading.quoted import own_words
from flows.reading.scorer import Doubt
from flows.reading.taken_back import taken_back
from flows.reading.tokens import QUESTION
from flows.words import Lexicon

_REMEMBERED = 4096
_SHORT = 64
_FEW = 12
"""Tokens up to which a reply may be a word and courtesy."""
_STORY = 28
"""Tokens above which nothing is only guessed."""
_UNKNOWN = 3
"""Different unknown tokens above which nothing is guessed."""
_STOPS = ("wrong_number", "stop_surely", "stop", "bills_only", "stop_marketing")
_HALTS = frozenset({Meaning.STOP, Meaning.STOP_MARKETING, Meaning.BILLS_ONLY})
_ANSWERS = {Asked.CONFIRM: ("decline", "affirm"), Asked.MENU: ("bills_answer", "decline", "affirm")}
_MEANT = {
    "automatic": (Meaning.OTHER, None),
    "guard": (Meaning.OTHER, None),
    "wrong_number": (Meaning.STOP, Sub.WRONG_NUMBER),
    "stop_surely": (Meaning.STOP, None),
    "stop": (Meaning.STOP, None),
    "bills_only": (Meaning.BILLS_ONLY, None),
    "stop_marketing": (Meaning.STOP_MARKETING, None),
    "start": (Meaning.START, None),
    "human": (Meaning.HELP, Sub.HUMAN),
    "help": (Meaning.HELP, None),
    "complaint": (Meaning.COMPLAINT, None),
    "pause": (Meaning.PAUSE, None),
    "less": (Meaning.OTHER, Sub.LESS),
}


@dataclass(frozen=True, slots=True, repr=False)  # every word and phrase of every language
class Reader:
    """The reader of one business. Make it with ``shipped``; reading never fails and never blocks.

    ``answers``: normalised words that flows of the business list as answers."""

    lexicon: Lexicon
    grammars: Grammars
    doubt: Doubt | None = None
    answers: frozenset[str] = frozenset()
    _spoken: frozenset[str] = frozenset()
    _names: re.Pattern[str] | None = None
    _remembered: dict[tuple[str, Context], Reading] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def shipped(
        cls, place: str | None, languages: Sequence[str], extra: Mapping[str, Sequence[str]] | None = None
    ) -> Reader:
        """The shipped layers with the words of ``Lexicon.shipped``, which says what the arguments are."""
        lexicon = Lexicon.shipped(place, languages, extra)
        return cls(lexicon, shipped_grammars(), shipped_doubt(), _spoken=_primary(languages))

    def also(self, place: str | None, languages: Sequence[str]) -> Reader:
        """This reader where another place (None: the same) and further languages apply."""
        spoken = self._spoken | _primary(languages)
        return replace(self, lexicon=self.lexicon.also(place, languages), _spoken=spoken, _remembered={})

    def beside(self, answers: Iterable[str]) -> Reader:
        """This reader for a business whose flows list these words as answers."""
        return replace(self, answers=frozenset(map(normalise, answers)), _remembered={})

    def called(self, names: Iterable[str]) -> Reader:
        """This reader for a business that people call by these names."""
        return replace(self, _names=pattern_of(names, self.grammars.known), _remembered={})

    def at_once(self, text: str) -> Reading:
        """What ``text`` means whatever was asked, which can be acted on before that is known. A phrase that some flow
        lists as an answer (不用了) is OTHER here: whether that was asked decides."""
        reading = self.read(text)
        listed = reading.by is not Layer.WORD and normalise(text) in self.answers
        return OTHER if listed else reading

    def read(self, text: str, context: Context = ANY) -> Reading:
        """What ``text`` means as an answer to what ``context`` says."""
        if len(text) > _SHORT:
            return self._named(text, context)
        known = self._remembered.get((text, context))
        if known is None:
            known = self._named(text, context)
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[text, context] = known
        return known

    def _named(self, text: str, context: Context) -> Reading:
        """A reply that names the business is a stop where it is one without the name."""
        plain = folded(text)
        reading = self._read(plain, context)
        if self._names is None or reading.meaning in _HALTS or (rest := self._names.sub(" ", plain)) == plain:
            return reading
        without = self._read(rest.strip(), context)
        return without if without.meaning in _HALTS else reading

    def _read(self, plain: str, context: Context) -> Reading:
        """A yes with a sign that takes it back is no consent; the person is told what was asked."""
        reading = self._meant(plain, context)
        if reading.meaning is Meaning.GRANT and (sign := taken_back(plain)) is not None:
            return Reading(Meaning.HELP, Layer.PHRASE, sign)
        return reading

    def _meant(self, plain: str, context: Context) -> Reading:
        if (word := self.lexicon.find(spellings(plain), context)) is not None:
            return word
        own = own_words(plain)
        if not own:
            return OTHER
        if own != plain and (word := self.lexicon.find(spellings(own), context)) is not None:
            return word
        said = self.grammars.spelled(own)
        heard = self.grammars.hear(said, self._spoken)
        return self._bare(heard, said, context) or self._phrase(heard, said, context) or self._doubted(own, said)

    def _bare(self, heard: Sequence[Heard], said: Sequence[str], context: Context) -> Reading | None:
        """A listed word with nothing beside it but courtesy: ``TD 谢谢``, ``STOP please``."""
        if len(said) > _FEW or QUESTION in said:
            return None
        words = (self.lexicon.find(spellings(core), context) for core in dict.fromkeys(bare(heard, said)))
        return next((word for word in words if word is not None), None)

    def _phrase(self, heard: Sequence[Heard], said: Sequence[str], context: Context) -> Reading | None:
        found = find(heard, said, self._spoken)
        if found is not None and found.whole and context.asked is Asked.QUESTION:
            return OTHER  # "no more", "cancel it": an answer about the order, the visit
        if found is not None and found.kind in _STOPS:
            return _reading(found)
        if context.asked in _ANSWERS and (answered := self._answer(heard, said, context)) is not None:
            return answered
        return None if found is None else _reading(found)

    def _answer(self, heard: Sequence[Heard], said: Sequence[str], context: Context) -> Reading | None:
        """A yes or a no in other words. A no to a menu says that not all is wanted, and not what."""
        found = answer(heard, _ANSWERS[context.asked], self._spoken)
        if found is not None and found.kind != "affirm":
            refused = Meaning.STOP if context.asked is Asked.CONFIRM else Meaning.PAUSE
            return Reading(refused if found.kind == "decline" else Meaning.BILLS_ONLY, Layer.PHRASE, found.frame)
        if QUESTION in said:
            return Reading(Meaning.HELP, Layer.PHRASE, QUESTION)
        return None if found is None else Reading(Meaning.GRANT, Layer.PHRASE, found.frame)

    def _doubted(self, own: str, said: Sequence[str]) -> Reading:
        """A story is not doubted: whoever means a stop in so many words has said it in some of them. Neither is a text
        of words that no language knows, about which the model knows nothing."""
        if self.doubt is None or len(said) > _STORY or len(self.grammars.unknown(said)) > _UNKNOWN:
            return OTHER
        return self.doubt.raised(own) or OTHER


def prepare() -> None:
    """Load and compile now what the first replies would wait for otherwise."""
    shipped_grammars().prepare()
    quoted.prepare()
    shipped_model().prepare(shipped_grammars().known)


def _reading(found: Found) -> Reading:
    meaning, sub = _MEANT[found.kind]
    return Reading(meaning, Layer.PHRASE, found.frame, sub)


def _primary(languages: Sequence[str]) -> frozenset[str]:
    """Primary subtags of BCP 47 tags."""
    return frozenset(language.replace("_", "-").lower().split("-")[0] for language in languages)
