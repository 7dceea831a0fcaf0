"""What the phrases of a reply say, over all languages it may be in.

The strongest finding counts, a stop before everything else. Nothing here knows what was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import NamedTuple

from flows.reading.frames import UNKNOWN
from flows.reading.grammar import Found, Heard
from flows.reading.tokens import END, ENDS, QUESTION

_STRANGE = 6
"""Unknown words and characters from which a text is a story in which a doubtful word says nothing."""
_UNFAMILIAR = 2
"""Unknown words and characters in a text that is understood nearly as a whole."""
_CHARACTERS_OF_A_WORD = {"th": 4, "ja": 2, "ko": 2}
"""Of languages whose tokens are characters and whose words are longer than those of Chinese."""
_EVERYDAY = 10
"""Such words where all but a few of them are everyday ones."""
_OF_STRANGERS = 4
"""The same where the names of people we do not know may be among them."""
_HEARD = ("start", "human", "complaint", "pause", "help", "less")
_HEARD_ANYWAY = tuple(kind for kind in _HEARD if kind != "pause")
_GUARD = "guard"
_ONLY_A_GUARD = frozenset({_GUARD})
_ASKED = frozenset({"human", "help"})
"""Kinds that words beside a guard may say: what does STOP do?"""
_STRENGTH = ("automatic", "wrong_number", "stop_surely", "stop", "bills_only", "stop_marketing", *_HEARD, _GUARD)


class _Strangers(NamedTuple):
    """Words and characters of a reply that mean nothing: all of them, and those that are not everyday ones either."""

    unknown: int
    odd: int


def _is_one_word(said: Sequence[str]) -> bool:
    """One word of a spaced script, or so little of an unspaced one that it may be one."""
    if len(said) - said.count(END) - said.count(QUESTION) > 2:
        return False
    words = [token for token in said if token not in ENDS]
    return len(words) == 1 or (len(words) == 2 and all(len(token) == 1 for token in words))


def find(heard: Iterable[Heard], said: Sequence[str], spoken: frozenset[str]) -> Found | None:
    """The strongest thing that is said in any language whatever was asked before; ``automatic`` if a machine says it.
    A single word is heard in the languages spoken and in English alone, since a plain word of one language is another
    one elsewhere; a guard of a likelier language holds in the others."""
    plain = _is_one_word(said)
    strongest: Found | None = None
    stronger: Sequence[str] = _STRENGTH
    for each in heard:
        found = _strongest(each, stronger) if not plain or each.grammar.is_of(spoken) else None
        if found is None:
            continue
        if found.kind in stronger:
            strongest, stronger = found, _stronger(found.kind)
        if found.kind == _GUARD:
            break
    return strongest


def _stronger(kind: str) -> Sequence[str]:
    """What may still count once ``kind`` is found; a stop is as good as a sure one."""
    return _STRENGTH[: _STRENGTH.index("stop_surely" if kind == "stop" else kind)]


def answer(heard: Sequence[Heard], kinds: Sequence[str], spoken: frozenset[str]) -> Found | None:
    """The first of ``kinds`` that a reply is as a whole. An ``affirm`` has nothing beside it but courtesy, and is in a
    language that is spoken here: elsewhere "ha" laughs and "s" is nothing."""
    for kind in kinds:
        for each in heard:
            if kind == "affirm" and not (each.tagged.strict and each.grammar.is_of(spoken)):
                continue
            if (found := each.whole((kind,)) or each.find(kind, each.tagged.tags)) is not None:
                return found
    return None


def bare(heard: Iterable[Heard], said: Sequence[str]) -> Iterator[str]:
    """What is left of these tokens without courtesy, in each language that takes some of them for that."""
    for each in heard:
        if each.tagged.strict and (core := each.core) and core.count(" ") + 1 < len(said):
            yield core


def _strongest(heard: Heard, kinds: Sequence[str]) -> Found | None:
    """What is said of ``kinds``, the strongest of them, or something weaker. A stop of marketing is taken out before a
    stop is looked for: "stop the ads" says no more than that. A ``guard`` if there was one and nothing else is said."""
    tags = heard.tagged.tags
    may = heard.kinds
    of_all = [kind for kind in kinds if kind == "help"] if QUESTION in tags else kinds
    if may.isdisjoint(kinds):
        return heard.whole(of_all)
    if "automatic" in may and (machine := heard.find("automatic", tags)) is not None:
        return machine
    if (found := heard.whole(of_all)) is not None:
        return found
    whole = tags
    tags, guard = heard.take_out(_GUARD, tags) if _GUARD in may else (tags, None)
    if may == _ONLY_A_GUARD:
        return guard
    in_a_word = _CHARACTERS_OF_A_WORD.get(heard.grammar.language, 1)
    strangers = _Strangers(ceil(heard.strange(tags) / in_a_word), ceil(tags.count(UNKNOWN) / in_a_word))
    found = _sure(heard, "wrong_number", tags, strangers) if "wrong_number" in may else None
    if found is None and "bills_only" in may:
        found = heard.find("bills_only", tags)
    if found is not None:
        return found
    rest, marketing = heard.take_out("stop_marketing", tags) if "stop_marketing" in may else (tags, None)
    found = heard.find("stop_surely", rest) if "stop_surely" in may else None
    if found is None and "stop" in may:
        found = _sure(heard, "stop", rest, strangers)
    if found is not None or marketing is not None:
        return found or marketing
    for kind in _HEARD if strangers.unknown <= _STRANGE else _HEARD_ANYWAY:
        if kind in may and (found := heard.find(kind, whole if kind in _ASKED else tags)) is not None:
            return found
    return guard


def _sure(heard: Heard, kind: str, tags: str, strangers: _Strangers) -> Found | None:
    """A text that only holds such words somewhere is a doubt and no stop, and a long story not even that. At its
    beginning or end they are sure with everyday words beside them: only the ``odd`` ones count there."""
    most = _OF_STRANGERS if kind == "wrong_number" else _UNFAMILIAR
    sure_at_an_edge = strangers.odd <= most and strangers.unknown <= _EVERYDAY
    if strangers.unknown > _STRANGE and not sure_at_an_edge:
        return None  # before anything is looked for: whatever it is, it says nothing
    found = heard.find(kind, tags, best=strangers.unknown > _UNFAMILIAR)
    if found is None or strangers.unknown <= most or (found.edge and sure_at_an_edge):
        return found
    return Found("pause", found.frame) if strangers.unknown <= _STRANGE else None
