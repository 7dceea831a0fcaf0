"""The words of one language as a tree of tokens, and replies as tags of their concepts.

It must never guess: a token that no word begins with is unknown, and the longest word wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count, repeat
from operator import contains
from sys import intern
from typing import Any, NamedTuple

from flows.normalise import folded
from flows.reading.frames import UNKNOWN
from flows.reading.tokens import END, ENDS, tokens

FILLER = "filler"
"""The concept of words that change nothing: please, now, thanks. They leave no tag, unless they are something else
too."""
COURTESY = "courtesy"
"""The concept of those fillers that change nothing even in an answer to the question for a consent."""
NEUTRAL = "neutral"
"""The concept of words that hold other words and mean none of them."""
EVERYDAY = "everyday"
"""The concept of common words that mean nothing here: strange only to a text that says something in its middle."""
_FIRST_TAG = 0xE001
_TAG = ""
_SILENT = frozenset({FILLER, COURTESY})
_COURTEOUS = "\ue000"
_SAME_WORD = "\ue001"
"""Of a token that goes on with the word of the one before it."""
_NOT_SAID = frozenset({"", _COURTEOUS, *ENDS})

# A token leads to the tag of the word that it is, or to what may follow it; then the empty key holds that tag.
_Node = dict[str, Any]


class Tagged(NamedTuple):
    """``tags``: one character for each known word and each unknown token, without fillers; ``strict``: whether no
    fillers but courtesy were left out; ``said`` and ``each``: the tokens and what was made of each of them."""

    tags: str
    strict: bool
    said: Sequence[str]
    each: Sequence[str]

    @property
    def core(self) -> str:
        """The tokens that are no fillers, parted by spaces."""
        return " ".join([token for token, tag in zip(self.said, self.each, strict=True) if tag not in _NOT_SAID])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``tags``: token -> the tag of the word that it is alone, the ends with their own; ``longer``: token -> what may
    follow it in a longer word. ``concepts``: name -> the tags of the words that have it. A word may have several
    concepts, and then a tag of its own that stands for them together."""

    tags: Mapping[str, str]
    longer: Mapping[str, _Node]
    concepts: Mapping[str, str]

    @property
    def everyday(self) -> str:
        """The tags of everyday words that are nothing else."""
        return self.concepts.get(EVERYDAY, "")

    def tagged(self, said: Sequence[str]) -> Tagged:
        """These tokens as tags: each is looked up once, and then what may follow where something may."""
        each = list(map(self.tags.get, said, repeat(UNKNOWN)))
        begun = list(map(contains, map(self.longer.get, said, repeat(())), said[1:]))
        free = 0
        for at in compress(count(), begun):
            if at < free:
                continue
            tag, free = self._longest(said, at)
            each[at] = tag
            if (more := free - at - 1) > 0:
                each[at + 1 : free] = [tag if tag in _NOT_SAID else _SAME_WORD] * more
        tags = "".join(each).replace(_COURTEOUS, "").replace(_SAME_WORD, "").strip(END)
        return Tagged(tags, "" not in each, said, each)

    def core(self, phrase: str) -> str:
        """What is left of a phrase without fillers; one of nothing but fillers as it stands."""
        said = tokens(folded(phrase))
        return self.tagged(said).core or " ".join(said)

    def tokens(self) -> frozenset[str]:
        """Every token of every word."""
        return (frozenset(self.tags) | frozenset(_tokens_of(self.longer))) - _NOT_SAID

    def _longest(self, said: Sequence[str], at: int) -> tuple[str, int]:
        """The tag of the longest word that begins there, and where the next one begins."""
        node, ahead, end = self.longer[said[at]], at + 1, len(said)
        tag, following = self.tags.get(said[at], UNKNOWN), ahead
        while ahead < end and (longer := node.get(said[ahead])) is not None:
            ahead += 1
            if longer.__class__ is str:
                return longer, ahead
            node = longer
            if _TAG in node:
                tag, following = node[_TAG], ahead
        return tag, following


def make_vocabulary(language: str, listed: Mapping[str, Sequence[str]], further: Sequence[str]) -> Vocabulary:
    """The words of ``listed`` (concept -> words); the tokens of ``further`` are only made known. Raises ``ValueError``
    for a word without anything to listen for, and for one that is neutral and something else."""
    tags: dict[tuple[str, ...], str] = {(): "", (FILLER,): "", (COURTESY,): _COURTEOUS, (NEUTRAL,): UNKNOWN}
    concepts = {name: "" for name in listed if name not in _SILENT | {NEUTRAL}} | {"unknown": UNKNOWN}
    root: _Node = {}
    for path, signature in _signatures(language, listed).items():
        if signature not in tags:
            tags[signature] = chr(_FIRST_TAG + len(tags))
            for name in signature:
                concepts[name] += tags[signature]
        _plant(root, path, tags[signature])
    for entry in further:
        _plant(root, _path(entry), None)
    return Vocabulary(
        {token: node if isinstance(node, str) else node.get(_TAG, UNKNOWN) for token, node in root.items()}
        | {end: end for end in ENDS},
        {token: node for token, node in root.items() if isinstance(node, dict)},
        concepts,
    )


def _signatures(language: str, listed: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Each word, taken apart, and its concepts."""
    meant: dict[tuple[str, ...], list[str]] = {}
    for name, entries in listed.items():
        for entry in entries:
            path = _path(entry)
            if not path:
                raise ValueError(f"phrases/{language}.yaml: {entry!r} in {name} has nothing to listen for")
            names = meant.setdefault(path, [])
            if name not in names:
                names.append(name)
    for path, names in meant.items():
        if NEUTRAL in names and len(names) > 1:
            raise ValueError(f"phrases/{language}.yaml: {' '.join(path)!r} stands in {' and in '.join(names)}")
    return {path: _signature(names) for path, names in meant.items()}


def _signature(names: Sequence[str]) -> tuple[str, ...]:
    """The concepts that count: whatever a word is besides being a filler, and courtesy before filler."""
    meaning = tuple(name for name in names if name not in _SILENT | {EVERYDAY}) or tuple({EVERYDAY} & {*names})
    return meaning or ((COURTESY,) if COURTESY in names else (FILLER,))


def _path(entry: str) -> tuple[str, ...]:
    """Its tokens, each one object wherever it is a key: to compare it costs a look at memory that is far away."""
    return tuple(intern(token) for token in tokens(folded(entry)) if token not in ENDS)


def _plant(root: _Node, path: Sequence[str], tag: str | None) -> None:
    """A word with its tag; without one its tokens are made known and nothing more."""
    node = root
    for token in path[:-1]:
        if not isinstance(following := node.get(token), dict):
            following = node[token] = {} if following is None else {_TAG: following}
        node = following
    for last in path[-1:]:
        if isinstance(node.get(last), dict):
            node[last] |= {} if tag is None else {_TAG: tag}
        elif tag is not None:
            node[last] = tag
        else:
            node.setdefault(last, {})


def _tokens_of(node: Mapping[str, Any]) -> Iterator[str]:
    for token, following in node.items():
        if token != _TAG:
            yield token
            yield from _tokens_of(following) if isinstance(following, dict) else ()
