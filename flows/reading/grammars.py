"""All grammars together: which languages a reply may be in, and how its words are spelled in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from math import lcm
from struct import unpack

from flows.normalise import folded
from flows.reading.compiling import compile_grammar
from flows.reading.grammar import Grammar, Heard
from flows.reading.phrase_files import phrase_files
from flows.reading.run_together import RunTogether
from flows.reading.slips import plainer, slip_of_all, slips_of, swapped
from flows.reading.tokens import END, ENDS, tokens

MOST = 3
"""Languages tried for one reply."""
_LIKELY = 0.5
_SHORTEST_SLIP = 3
_EMPHATIC = 3
_VOTE = lcm(*range(1, 17))
"""What one token says about its language: a number that up to 16 languages share without a rest. As many as a text can
have are less than 32 bits."""
_FEW = 4
"""Tokens of a reply that may be one slip as a whole."""


@dataclass(frozen=True, slots=True)
class Grammars:
    """``known``: token -> how much it speaks for each grammar that knows it, packed. ``slips``: what is typed -> word,
    ``alone``: of a whole reply; ``joined``: words that are heard without a space between them."""

    grammars: tuple[Grammar, ...]
    known: Mapping[str, int]
    slips: Mapping[str, str]
    alone: Mapping[str, str]
    joined: RunTogether

    def spelled(self, plain: str) -> list[str]:
        """The tokens of a folded text, slips of the finger mended. A whole reply may be a slip even if the same letters
        are words of some language."""
        said = _run_on(tokens(plain))
        if len(said) <= _FEW and (meant := self.alone.get(" ".join(said).rstrip(" |"))) is not None:
            return tokens(meant)
        mended = {token: parts for token in self.unknown(said) if (parts := self._mend(token))}
        return [part for token in said for part in mended.get(token, (token,))] if mended else said

    def unknown(self, said: Sequence[str]) -> set[str]:
        """The tokens among these that no language knows."""
        return {*said}.difference(self.known, ENDS)

    def hear(self, said: Sequence[str], spoken: frozenset[str]) -> list[Heard]:
        """These tokens in each language that they are likely to be in. ``spoken``: primary language subtags."""
        return [grammar.hear(said) for grammar in self.of(said, spoken)]

    def of(self, said: Sequence[str], spoken: frozenset[str]) -> list[Grammar]:
        """The languages that know most of these tokens, the best first, of equals those that are spoken; a token of
        many languages says less. One that is not spoken here counts only where it knows no less than those that are."""
        votes = self._counted(sum(map(self.known.get, said, repeat(0))))
        most = max(votes)
        if not most:
            return []
        likely = [number for number, vote in enumerate(votes) if vote >= most * _LIKELY]
        if len(likely) > 1:
            likely.sort(key=lambda number: (-votes[number], not self.grammars[number].is_of(spoken)))
            spoken_most = max([votes[n] for n in likely if self.grammars[n].is_of(spoken)], default=0)
            likely = [n for n in likely if votes[n] >= spoken_most or self.grammars[n].is_of(spoken)]
        found = [self.grammars[number] for number in likely]
        return [each for each in found if not each.needs or not each.needs.isdisjoint(said)][:MOST]

    def _counted(self, votes: int) -> Sequence[int]:
        """The votes of each grammar."""
        many = len(self.grammars)
        return unpack(f"<{many}I", votes.to_bytes(many * 4, "little"))

    def prepare(self) -> None:
        """Compile every frame now. Else the first reply that one is tried on waits for it, a millisecond or two."""
        for grammar in self.grammars:
            grammar.frames.prepare()

    def _mend(self, token: str) -> Sequence[str]:
        """What a word that no language knows stands for; nothing for most: names come again and again."""
        if len(token) < _SHORTEST_SLIP:
            return ()
        if (meant := self.slips.get(token)) is not None:
            return (meant,)
        for plain in plainer(token):
            if plain in self.known:
                return (plain,)
            if (meant := self.slips.get(plain)) is not None:
                return (meant,)
        return self.joined.parted(token)


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
    known = _votes(grammars)
    slips: dict[str, str] = {}
    alone: dict[str, str] = {}
    for file, grammar in zip(chosen, grammars, strict=True):
        own = grammar.vocabulary.tokens()
        slips |= slips_of(map(folded, file.slips), own) | slips_of(map(folded, file.swapped), own, swapped) | slips
        slips |= {typed: word for word, *others in map(str.split, map(folded, file.respelled)) for typed in others}
        alone |= slips_of(map(folded, file.alone), frozenset(known), slip_of_all) | alone
    joined = RunTogether.of(folded(word) for file in chosen for word in file.joined)
    return Grammars(grammars, known, slips, slips | alone, joined)


def _votes(grammars: Sequence[Grammar]) -> dict[str, int]:
    """Token -> one vote, shared by the grammars that know it, each with its own 32 bits of the number. Adding up these
    numbers counts for all languages at once."""
    knowing: dict[str, tuple[int, ...]] = {}
    for number, grammar in enumerate(grammars):
        for token in grammar.vocabulary.tokens():
            knowing[token] = (*knowing.get(token, ()), number)
    packed = {
        numbers: sum(_VOTE // len(numbers) << 32 * number for number in numbers) for numbers in {*knowing.values()}
    }
    return {token: packed[numbers] for token, numbers in knowing.items()}


@cache  # package data: the same for the life of the process
def shipped_grammars() -> Grammars:
    """All shipped grammars, compiled once."""
    return compile_grammars()
