"""All grammars together: which languages a reply may be in, and what its phrases say in them.

The strongest finding of any language counts, a stop before everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from flows.normalise import folded
from flows.reading.compiling import compile_grammar
from flows.reading.frames import ENDS, UNKNOWN
from flows.reading.grammar import Found, Grammar, Heard
from flows.reading.phrase_files import phrase_files
from flows.reading.slips import plainer, slips_of
from flows.reading.tokens import QUESTION, tokens

MOST = 3
"""Languages tried for one reply."""
_LIKELY = 0.5
_SHORTEST_SLIP = 3
_UNFAMILIAR = 2
"""Unknown words and characters in a text that is understood nearly as a whole."""
_HEARD = ("start", "human", "complaint", "pause", "help", "less")
_STRENGTH = ("automatic", "wrong_number", "stop_surely", "stop", "bills_only", "stop_marketing", *_HEARD)


@dataclass(frozen=True, slots=True)
class Grammars:
    """``languages_of``: token -> the numbers of the grammars that know it."""

    grammars: tuple[Grammar, ...]
    languages_of: dict[str, tuple[int, ...]]
    slips: dict[str, str]

    def spelled(self, plain: str) -> list[str]:
        """The tokens of a folded text, slips of the finger mended. A reply of one word may be a slip even if the same
        letters are a word of some language."""
        known = self.languages_of
        said = tokens(plain)
        if len(said) == 1 and said[0] in self.slips:
            return [self.slips[said[0]]]
        return [token if token in known or token in ENDS else self._mended(token) for token in said]

    def find(self, said: Sequence[str], spoken: frozenset[str]) -> Found | None:
        """The strongest thing that these tokens say whatever was asked before; ``automatic`` if a machine says it.
        ``spoken``: primary language subtags; a single word is heard in these and in English alone, since a plain word
        of one language is another one elsewhere."""
        found: list[Found] = []
        plain = _is_one_word(said)
        for grammar in self.of(said, spoken):
            if plain and not grammar.is_of(spoken):
                continue
            each = _strongest(grammar.hear(said))
            if each is not None:
                found.append(each)
        return min(found, key=lambda each: _STRENGTH.index(each.kind), default=None)

    def answer(self, said: Sequence[str], spoken: frozenset[str], kinds: Sequence[str]) -> Found | None:
        """The first of ``kinds`` that these tokens are as a whole; an ``affirm`` has nothing beside it but courtesy."""
        heard = [grammar.hear(said) for grammar in self.of(said, spoken)]
        for kind in kinds:
            for each in heard:
                found = each.whole(kind) or each.find(kind)
                if found is not None and (each.strict or kind != "affirm"):
                    return found
        return None

    def bare(self, said: Sequence[str], spoken: frozenset[str]) -> Iterator[str]:
        """What is left of these tokens without courtesy, in each language that takes some of them for that."""
        for grammar in self.of(said, spoken):
            tagged = grammar.vocabulary.tagged(said)
            if tagged.strict and tagged.core.count(" ") + 1 < len(said) and tagged.core:
                yield tagged.core

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
        if len(token) < _SHORTEST_SLIP:
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


def _strongest(heard: Heard) -> Found | None:
    """A stop of marketing is taken out before a stop is looked for: "stop the ads" says no more than that."""
    if (machine := heard.find("automatic")) is not None:
        return machine
    kinds = ("help",) if QUESTION in heard.tags else _STRENGTH
    if (found := _first(kinds, heard.whole)) is not None:
        return found
    heard.take_out("guard")
    familiar = heard.tags.count(UNKNOWN) <= _UNFAMILIAR
    if (found := _sure(heard.find("wrong_number"), familiar) or heard.find("bills_only")) is not None:
        return found
    before = heard.tags
    marketing = heard.take_out("stop_marketing")
    found = heard.find("stop_surely") or _sure(heard.find("stop"), familiar) or marketing
    if found is not None:
        return found
    heard.tags = before
    return _first(_HEARD, heard.find)


def _sure(found: Found | None, familiar: bool) -> Found | None:
    """A long story that only holds such words somewhere is a doubt and no stop."""
    return found if found is None or familiar else Found("pause", found.frame)


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
        for token in grammar.vocabulary.tokens():
            languages_of[token] = (*languages_of.get(token, ()), number)
    slips: dict[str, str] = {}
    for file, grammar in zip(chosen, grammars, strict=True):
        slips |= slips_of(map(folded, file.slips), grammar.vocabulary.tokens()) | slips
    return Grammars(grammars, languages_of, slips)


@cache  # package data: the same for the life of the process
def shipped_grammars() -> Grammars:
    """All shipped grammars, compiled once."""
    return compile_grammars()
