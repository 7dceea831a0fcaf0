"""The hand-written grammar of one language: words to concepts, frames of concepts to what they say.

A reply becomes a short string of tags, one for each word or phrase that is known; frames are looked for in that.
Only the frames whose rarest word is there are tried, so that what a reply costs does not grow with the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.reading.frames import UNKNOWN, Frame
from flows.reading.tokens import END, ENDS
from flows.reading.vocabulary import Tagged, Vocabulary

EVERYWHERE = "en"
"""The language whose single words people use in every other."""


@dataclass(frozen=True, slots=True)
class Found:
    """``frame``: the frame or the phrase that matched, with its language; ``whole``: it is the whole reply, so that
    what was asked may make something else of it; ``edge``: it stands at the beginning or the end of the text."""

    kind: str
    frame: str
    whole: bool = False
    edge: bool = False


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language, compiled. ``needs``: tokens one of which a reply must have, if there are any; ``serves``: primary
    language subtags; ``whole``: what is left of a phrase without fillers -> kind -> the phrase; ``pivots``: tag ->
    the frames whose rarest part it may be, in the order of the file."""

    language: str
    needs: frozenset[str]
    serves: frozenset[str]
    vocabulary: Vocabulary
    whole: Mapping[str, Mapping[str, str]]
    pivots: Mapping[str, Sequence[tuple[int, Frame]]]

    def is_of(self, spoken: frozenset[str]) -> bool:
        """Whether this is one of the languages spoken; English always is."""
        return self.language == EVERYWHERE or not self.serves.isdisjoint(spoken)

    def hear(self, said: Sequence[str]) -> Heard:
        """These tokens in this language."""
        return Heard(self, self.vocabulary.tagged(said))

    def frames_for(self, tags: str) -> dict[str, list[Frame]]:
        """By kind, the frames that may match these tags, in the order of the file."""
        present = frozenset(tags)
        lacks = present.isdisjoint
        likely = {
            number: frame
            for tag in present & self.pivots.keys()
            for number, frame in self.pivots[tag]
            if not any(map(lacks, frame.needs))
        }
        frames: dict[str, list[Frame]] = {}
        for _, frame in sorted(likely.items()):
            frames.setdefault(frame.kind, []).append(frame)
        return frames


@dataclass(slots=True)
class Heard:
    """A reply in one language."""

    grammar: Grammar
    tagged: Tagged
    _frames: dict[str, list[Frame]] | None = None

    def whole(self, kinds: Iterable[str]) -> Found | None:
        """The first of ``kinds`` that a listed phrase says which is the whole reply."""
        phrases = self.grammar.whole.get(self.tagged.core)
        if phrases is None:
            return None
        kind = next((kind for kind in kinds if kind in phrases), None)
        return None if kind is None else Found(kind, f"{self.grammar.language}: {phrases[kind]}", whole=True)

    def find(self, kind: str, tags: str, best: bool = False) -> Found | None:
        """``kind`` if a frame says it, the first one; ``best``: rather one at an edge. ``tags``: what is left of the
        reply's own."""
        first = None
        for frame in self._of(kind):
            if (match := frame.pattern.search(tags)) is None:
                continue
            edge = _stands_out(match)
            if edge or first is None:
                first = Found(kind, f"{self.grammar.language}: {frame.source}", edge=edge)
            if edge or not best:
                break
        return first

    def strange(self, tags: str) -> int:
        """Tags of words that mean nothing here, the everyday ones too."""
        return sum(map(tags.count, UNKNOWN + self.grammar.vocabulary.everyday))

    def take_out(self, kind: str, tags: str) -> tuple[str, Found | None]:
        """These tags with all that says ``kind`` made unknown, and the first frame that does."""
        first = None
        for frame in self._of(kind):
            rest = frame.pattern.sub(UNKNOWN, tags)
            if rest != tags:
                first = first or Found(kind, f"{self.grammar.language}: {frame.source}")
                tags = rest
        return tags, first

    def _of(self, kind: str) -> Sequence[Frame]:
        if self._frames is None:
            self._frames = self.grammar.frames_for(self.tagged.tags)
        return self._frames.get(kind, ())


def _stands_out(match: re.Match[str]) -> bool:
    """Whether a match begins the text with one clause or ends it."""
    return not match.string[match.end() :].strip(ENDS) or (match.start() == 0 and END not in match[0])
