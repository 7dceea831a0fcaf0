"""Slips of the finger: what a word becomes when a key is doubled, swapped, left out or hit beside the right one.

Only for words that nobody knows: a word of any vocabulary is never taken for a slip of another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from string import ascii_lowercase

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST_WITH_A_LETTER_LEFT_OUT = 6
_SHORTEST_WITH_TWO_LEFT_OUT = 9
_SHORTEST_WITH_A_LETTER_MORE = 4
_SHORTEST_WITH_ANY_LETTER = 8
_VOWELS = "aeiou"
_BY_EAR = {"b": "v", "v": "b", "c": "skz", "s": "cz", "z": "cs", "k": "cq", "q": "k", "y": "i", "i": "y"}
"""Letters that are written for one another by whoever spells by ear."""
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_DIGITS = str.maketrans("013457", "oleast")
_SHORTEST_IN_DIGITS = 4


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for at, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            above = _ROWS[at - 1][place : place + 2] if at else ""
            below = _ROWS[at + 1][max(place - 1, 0) : place + 1] if at + 1 < len(_ROWS) else ""
            near[key] = beside + above + below
    return near


_NEAR = _neighbours()


def slips_of(
    words: Iterable[str], known: frozenset[str], slips: Callable[[str], Iterator[str]] | None = None
) -> dict[str, str]:
    """Slip -> word, for every word and every slip that is no ``known`` word itself."""
    made: dict[str, str] = {}
    for word in words:
        for slip in (slips or any_slip)(word):
            if slip not in known and slip != word:
                made.setdefault(slip, word)
    return made


def swapped(word: str) -> Iterator[str]:
    """The word with two neighbouring letters in the other order."""
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def slip_of_all(words: str) -> Iterator[str]:
    """Slips of words that are the whole reply: a space may have slipped as well (``sto p``, ``op tout``), a key been
    hit on the way out (``stopq``), and any letter of a long word be another."""
    yield from any_slip(words)
    if len(words) >= _SHORTEST_WITH_A_LETTER_MORE:
        yield from (words + letter for letter in ascii_lowercase)
    if len(words) >= _SHORTEST_WITH_ANY_LETTER:
        for at in range(len(words)):
            yield from (words[:at] + letter + words[at + 1 :] for letter in ascii_lowercase)
    for at in range(1, len(words)):
        yield f"{words[:at]} {words[at:]}"
        if words[at] == " ":
            yield words[:at] + words[at + 1 :]


def any_slip(word: str) -> Iterator[str]:
    """A key doubled, swapped, hit beside the right one or with its neighbour; in long words left out."""
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        yield before + letter + letter + after
        if after:
            yield before + after[0] + letter + after[1:]
        yield from (before + other + after for other in _BY_EAR.get(letter, ""))
        for key in _NEAR.get(letter, ""):
            yield before + key + after
            yield before + letter + key + after
            yield before + key + letter + after
    if len(word) >= _SHORTEST_WITH_A_LETTER_LEFT_OUT:
        yield from _left_out(word)
        yield from _other_vowel(word)
    if len(word) >= _SHORTEST_WITH_TWO_LEFT_OUT:
        for shorter in _left_out(word):
            yield from _left_out(shorter)


def _other_vowel(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        if letter in _VOWELS:
            yield from (word[:at] + vowel + word[at + 1 :] for vowel in _VOWELS if vowel != letter)


def _left_out(word: str) -> Iterator[str]:
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]


def plainer(word: str) -> Sequence[str]:
    """What a word may stand for that is drawn out (``stoppp``) or written with digits (``st0p``)."""
    if len({*word}) > len(word) - 2 and word.isalpha():
        return ()  # no letter three times, no digit: nearly every word
    found = []
    if _DRAWN_OUT.search(word):
        found += [_DRAWN_OUT.sub(r"\1", word), _DRAWN_OUT.sub(r"\1\1", word)]
    if len(word) >= _SHORTEST_IN_DIGITS and not word.isalpha() and not word.isdigit():
        found.append(word.translate(_DIGITS))
    return found
