"""All grammars together: which languages a reply may be in, and how its words are spelled in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from flows.normalise import folded
from flows.reading.compiling import compile_grammar
from flows.reading.grammar import Grammar, Heard
from flows.reading.phrase_files import phrase_files
from flows.reading.run_together import parted
from flows.reading.slips import plainer, slip_of_all, slips_of, swapped
from flows.reading.tokens import END, ENDS, tokens

MOST = 3
"""Languages tried for one reply."""
_LIKELY = 0.5
_SHORTEST_SLIP = 3
_EMPHATIC = 3
_REMEMBERED = 16_384
_WORD = 32
_FEW = 4
"""Tokens of a reply that may be one slip as a whole."""


@dataclass(frozen=True, slots=True)
class Grammars:
    """``languages_of``: token -> the numbers of the grammars that know it. ``slips``: what is typed -> word, ``alone``:
    of a whole reply; ``joined``: words that are heard without a space between them."""

    grammars: tuple[Grammar, ...]
    languages_of: dict[str, tuple[int, ...]]
    slips: dict[str, str]
    alone: dict[str, str]
    joined: frozenset[str]
    _met: dict[str, Sequence[str]] = field(default_factory=dict, repr=False, compare=False)
    """What was made of words that no language knows, nothing of most: names and slips come again."""

    def spelled(self, plain: str) -> list[str]:
        """The tokens of a folded text, slips of the finger mended. A whole reply may be a slip even if the same letters
        are words of some language."""
        known = self.languages_of
        said = _run_on(tokens(plain))
        if len(said) <= _FEW and (meant := self.alone.get(" ".join(said).rstrip(" |"))) is not None:
            return tokens(meant)
        strange = {*said}.difference(known, ENDS)
        mended = {token: parts for token in strange if (parts := self._mended(token))}
        return [part for token in said for part in mended.get(token, (token,))] if mended else said

    def hear(self, said: Sequence[str], spoken: frozenset[str]) -> list[Heard]:
        """These tokens in each language that they are likely to be in. ``spoken``: primary language subtags."""
        return [grammar.hear(said) for grammar in self.of(said, spoken)]

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

    def prepare(self) -> None:
        """Compile every frame now. Else the first reply that one is tried on waits for it, a millisecond or two."""
        for grammar in self.grammars:
            grammar.frames.prepare()

    def _mended(self, token: str) -> Sequence[str]:
        met = self._met.get(token)
        if met is None:
            met = self._mend(token)
            if len(token) <= _WORD and len(self._met) < _REMEMBERED:
                self._met[token] = met
        return met

    def _mend(self, token: str) -> Sequence[str]:
        if len(token) < _SHORTEST_SLIP:
            return ()
        if (meant := self.slips.get(token)) is not None:
            return (meant,)
        for plain in plainer(token):
            if plain in self.languages_of:
                return (plain,)
            if (meant := self.slips.get(plain)) is not None:
                return (meant,)
        return parted(token, self.joined)


def _run_on(said: list[str]) -> list[str]:
    """Words that each have a full stop after them, for emphasis, are one clause: ``do. not. text. me.``"""
    words = len(said) - said.count(END)
    if words < _EMPHATIC or len(said) < 2 * words - 1 or END not in said[1::2]:
        return said
    emphatic = set(said[1::2]) == {END} and END not in said[::2]
    return said[::2] if emphatic else said


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
    alone: dict[str, str] = {}
    for file, grammar in zip(chosen, grammars, strict=True):
        known = grammar.vocabulary.tokens()
        slips |= slips_of(map(folded, file.slips), known) | slips_of(map(folded, file.swapped), known, swapped) | slips
        slips |= {typed: word for word, *others in map(str.split, map(folded, file.respelled)) for typed in others}
        alone |= slips_of(map(folded, file.alone), frozenset(languages_of), slip_of_all) | alone
    joined = frozenset(folded(word) for file in chosen for word in file.joined)
    return Grammars(grammars, languages_of, slips, slips | alone, joined)


@cache  # package data: the same for the life of the process
def shipped_grammars() -> Grammars:
    """All shipped grammars, compiled once."""
    return compile_grammars()
