"""The hand-written grammar of one language: words to concepts, frames of concepts to what they say.

A reply becomes a short string of tags, one for each word or phrase that is known; frames are looked for in that.
A guard is taken out first, so that "don't stop" leaves nothing of a stop behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.normalise import folded
from flows.reading.frames import ENDS, UNKNOWN, expression, restricted
from flows.reading.phrase_files import KINDS, PhraseFile
from flows.reading.tokens import END, tokens

FILLER = "filler"
"""The concept of words that change nothing: please, now, thanks. They leave no tag, unless they are something else
too."""
NEUTRAL = "neutral"
"""The concept of words that hold other words and mean none of them."""
EVERYWHERE = "en"
"""The language whose single words people use in every other."""
_FIRST_TAG = 0xE000
_TAG = ""
_NEVER = re.compile(r"(?!)")

# A token leads to what may follow it; the empty key holds the tag of the words that end here.
Node = dict[str, Any]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """``tags``: one character for each known word, phrase or unknown token; ``core``: the tokens without fillers and
    without the ends of clauses, parted by spaces."""

    tags: str
    core: str


@dataclass(frozen=True, slots=True)
class Found:
    """``frame``: the frame or the list that matched, with its language."""

    kind: str
    frame: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language, compiled. ``vocabulary``: every token of its words; ``needs``: tokens one of which a reply must
    have, if there are any; ``serves``: primary language subtags."""

    language: str
    vocabulary: frozenset[str]
    needs: frozenset[str]
    serves: frozenset[str]
    _root: Node
    _whole: Mapping[str, Mapping[str, str]]
    _expressions: Mapping[str, re.Pattern[str]]
    _frames: Mapping[str, Sequence[str]]

    def is_of(self, spoken: frozenset[str]) -> bool:
        """Whether this is one of the languages spoken; English always is."""
        return self.language == EVERYWHERE or not self.serves.isdisjoint(spoken)

    def tagged(self, said: Sequence[str]) -> Tagged:
        """These tokens as tags."""
        return _tagged(self._root, said)

    def without(self, tags: str, kind: str) -> str:
        """These tags with every match of ``kind`` made unknown."""
        return self._expressions[kind].sub(UNKNOWN, tags)

    def whole(self, core: str, kind: str) -> Found | None:
        """``kind`` if a listed phrase says it that is the whole reply."""
        phrase = self._whole[kind].get(core)
        return None if phrase is None else Found(kind, f"{self.language}: {phrase}")

    def find(self, tags: str, kind: str) -> Found | None:
        """The first match of ``kind``."""
        match = self._expressions[kind].search(tags)
        if match is None or match.lastindex is None:
            return None
        return Found(kind, f"{self.language}: {self._frames[kind][match.lastindex - 1]}")


def compile_grammar(file: PhraseFile, common: PhraseFile) -> Grammar:
    """The grammar of a language. Raises ``ValueError`` for a word that is neutral and something else, and for a frame
    with a concept that has no words; a frame of ``common`` that this language has no words for is left out."""
    root, concepts = _trie(file.language, dict(_listed(file, common)))
    frames: dict[str, list[str]] = {}
    for kind in KINDS:
        said = [f"={kind}"] if f"={kind}" in concepts else []
        shared = [kept for frame in common.frames.get(kind, ()) if (kept := restricted(frame, concepts))]
        frames[kind] = [*said, *file.frames.get(kind, ()), *shared]
    return Grammar(
        file.language,
        frozenset(_tokens_of(root)),
        frozenset(file.needs),
        frozenset({file.language, *file.serves}),
        root,
        {kind: _whole(root, (*file.whole.get(kind, ()), *common.whole.get(kind, ()))) for kind in KINDS},
        {kind: expression(frames[kind], concepts) or _NEVER for kind in KINDS},
        frames,
    )


def _listed(file: PhraseFile, common: PhraseFile) -> Iterator[tuple[str, Sequence[str]]]:
    """Every list of a language by the name that frames call it; ``=kind`` for phrases that say it anywhere."""
    for name in dict.fromkeys((*file.words, *common.words)):
        yield name, [*file.words.get(name, ()), *common.words.get(name, ())]
    for kind in dict.fromkeys((*file.phrases, *common.phrases)):
        yield f"={kind}", [*file.phrases.get(kind, ()), *common.phrases.get(kind, ())]
    yield NEUTRAL, file.neutral
    wholes = [entry for part in (file.whole, common.whole) for entries in part.values() for entry in entries]
    # In no frame: they only make sure that their tokens belong to the vocabulary.
    yield "", wholes


def _trie(language: str, listed: Mapping[str, Sequence[str]]) -> tuple[Node, dict[str, str]]:
    """The words, and for each concept the tags of the words that have it; a word may have several concepts."""
    meant: dict[Path, list[str]] = {}
    for name, entries in listed.items():
        for entry in entries:
            path = tuple(token for token in tokens(folded(entry)) if token not in ENDS)
            if not path:
                raise ValueError(f"phrases/{language}.yaml: {entry!r} in {name} has nothing to listen for")
            meant.setdefault(path, [])
            if name and name not in meant[path]:
                meant[path].append(name)
    tags: dict[tuple[str, ...], str] = {(): "", (FILLER,): "", (NEUTRAL,): UNKNOWN}
    concepts: dict[str, str] = {name: "" for name in listed if name not in ("", FILLER, NEUTRAL)}
    root: Node = {}
    for path, names in meant.items():
        signature = tuple(name for name in names if name != FILLER or len(names) == 1)
        if NEUTRAL in signature and len(signature) > 1:
            raise ValueError(f"phrases/{language}.yaml: {' '.join(path)!r} stands in {' and in '.join(signature)}")
        if signature not in tags:
            tags[signature] = chr(_FIRST_TAG + len(tags))
            for name in signature:
                concepts[name] += tags[signature]
        node = root
        for token in path:
            node = node.setdefault(token, {})
        if names:
            node[_TAG] = tags[signature]
    return root, concepts


def _whole(root: Node, phrases: Sequence[str]) -> dict[str, str]:
    """What is left of each phrase without fillers -> the phrase; one of nothing but fillers stands as it is."""
    said = {phrase: tokens(folded(phrase)) for phrase in phrases}
    return {_tagged(root, each).core or " ".join(each): phrase for phrase, each in said.items()}


def _tokens_of(node: Node) -> Iterator[str]:
    for token, following in node.items():
        if token != _TAG:
            yield token
            yield from _tokens_of(following)


def _tagged(root: Node, said: Sequence[str]) -> Tagged:
    """Longest words first, from left to right."""
    tags: list[str] = []
    core: list[str] = []
    at, end = 0, len(said)
    while at < end:
        token = said[at]
        node = root.get(token)
        if node is None:
            tags.append(token if token in ENDS else UNKNOWN)
            if token not in ENDS:
                core.append(token)
            at += 1
            continue
        tag, following = _longest(node, said, at + 1)
        if tag:
            tags.append(tag)
            core += said[at:following]
        at = following
    return Tagged("".join(tags).strip(END), " ".join(core))


def _longest(node: Node, said: Sequence[str], following: int) -> tuple[str, int]:
    """The tag of the longest word that begins with the token of ``node``, and where the next one begins."""
    tag, ahead = node.get(_TAG, UNKNOWN), following
    end = len(said)
    while ahead < end and (longer := node.get(said[ahead])) is not None:
        node = longer
        ahead += 1
        if _TAG in node:
            tag, following = node[_TAG], ahead
    return tag, following
