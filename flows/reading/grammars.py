"""All grammars together: which languages a reply may be in, and what its phrases say in them.

The strongest finding of any language counts, a stop before everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from flows.normalise import folded
from flows.reading.frames import ENDS
from flows.reading.grammar import Found, Grammar, Tagged, compile_grammar
from flows.reading.phrase_files import phrase_files
from flows.reading.slips import plainer, slips_of
from flows.reading.tokens import QUESTION, tokens

MOST = 3
"""Languages tried for one reply."""
_LIKELY = 0.5
_HEARD = ("start", "human", "complaint", "pause", "help", "less")
_STRENGTH = ("automatic", "wrong_number", "stop", "bills_only", "stop_marketing", *_HEARD)


@dataclass(frozen=True, slots=True)
class Grammars:
    """``languages_of``: token -> the numbers of the grammars that know it."""

    grammars: tuple[Grammar, ...]
    languages_of: dict[str, tuple[int, ...]]
    slips: dict[str, str]

    def spelled(self, plain: str) -> list[str]:
        """The tokens of a folded text, slips of the finger mended."""
        known = self.languages_of
        return [token if token in known or token in ENDS else self._mended(token) for token in tokens(plain)]

    def find(self, said: Sequence[str], spoken: frozenset[str]) -> Found | None:
        """The strongest thing that these tokens say whatever was asked before; ``automatic`` if a machine says it.
        ``spoken``: primary language subtags; a single word is heard in these and in English alone, since a plain word
        of one language is another one elsewhere."""
        found: list[Found] = []
        plain = _is_one_word(said)
        for grammar in self.of(said, spoken):
            if plain and not grammar.is_of(spoken):
                continue
            each = _strongest(grammar, grammar.tagged(said))
            if each is not None:
                found.append(each)
        return min(found, key=lambda each: _STRENGTH.index(each.kind), default=None)

    def answer(self, said: Sequence[str], spoken: frozenset[str], kinds: Sequence[str]) -> Found | None:
        """The first of ``kinds`` that these tokens are as a whole."""
        tagged = [(grammar, grammar.tagged(said)) for grammar in self.of(said, spoken)]
        for kind in kinds:
            for grammar, each in tagged:
                if (found := grammar.whole(each.core, kind) or grammar.find(each.tags, kind)) is not None:
                    return found
        return None

    def of(self, said: Sequence[str], spoken: frozenset[str]) -> list[Grammar]:
        """The languages that know most of these tokens, the best first, of equals those that are spoken; a token of
        many languages says less."""
        weights = [0.0] * len(self.grammars)
        for token in said:
            if (numbers := self.languages_of.get(token)) is not None:
                weight = 1.0 / len(numbers)
                for number in numbers:
                    weights[number] += weight
        least = max(weights) * _LIKELY
        likely = [number for number, weight in enumerate(weights) if weight and weight >= least]
        if len(likely) > 1:
            likely.sort(key=lambda number: (-weights[number], not self.grammars[number].is_of(spoken)))
        found = [self.grammars[number] for number in likely]
        return [each for each in found if not each.needs or not each.needs.isdisjoint(said)][:MOST]

    def _mended(self, token: str) -> str:
        if len(token) < 3:
            return token
        if (meant := self.slips.get(token)) is not None:
            return meant
        for plain in plainer(token):
            if plain in self.languages_of:
                return plain
            if (meant := self.slips.get(plain)) is not None:
                return meant
        return token


def _is_one_word(said: Sequence[str]) -> bool:
    """One word of a spaced script, or so little of an unspaced one that it may be one."""
    words = [token for token in said if token not in ENDS]
    return len(words) == 1 or (len(words) == 2 and all(len(token) == 1 for token in words))


def _strongest(grammar: Grammar, said: Tagged) -> Found | None:
    """A stop of marketing is taken out before a stop is looked for: "stop the ads" says no more than that."""
    if (machine := grammar.find(said.tags, "automatic")) is not None:
        return machine
    kinds = ("help",) if QUESTION in said.tags else _STRENGTH
    if (found := _first(kinds, lambda kind: grammar.whole(said.core, kind))) is not None:
        return found
    tags = grammar.without(said.tags, "guard")
    if (found := _first(("wrong_number", "bills_only"), lambda kind: grammar.find(tags, kind))) is not None:
        return found
    marketing = grammar.find(tags, "stop_marketing")
    rest = tags if marketing is None else grammar.without(tags, "stop_marketing")
    if (found := grammar.find(rest, "stop") or marketing) is not None:
        return found
    return _first(_HEARD, lambda kind: grammar.find(tags, kind))


def _first(kinds: Iterable[str], look: Callable[[str], Found | None]) -> Found | None:
    return next((found for kind in kinds if (found := look(kind)) is not None), None)


def compile_grammars(languages: Iterable[str] = ()) -> Grammars:
    """The shipped grammars, all of them or those of ``languages``."""
    common, *files = phrase_files()
    wanted = set(languages)
    chosen = [file for file in files if not wanted or file.language in wanted]
    grammars = tuple(compile_grammar(file, common) for file in chosen)
    languages_of: dict[str, tuple[int, ...]] = {}
    for number, grammar in enumerate(grammars):
        for token in grammar.vocabulary:
            languages_of[token] = (*languages_of.get(token, ()), number)
    mendable = [folded(word) for file in chosen for word in file.slips]
    return Grammars(grammars, languages_of, slips_of(mendable, frozenset(languages_of)))


@cache  # package data: the same for the life of the process
def shipped_grammars() -> Grammars:
    """All shipped grammars, compiled once."""
    return compile_grammars()
