"""The hand-written grammar of one language: words to concepts, frames of concepts to what they say.

A reply becomes a short string of tags, one for each word or phrase that is known; frames are looked for in that.
Only the frames whose words are there are tried, so that what a reply costs does not grow with the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.reading.frames import UNKNOWN, Frame
from flows.reading.likely import Likely
from flows.reading.tokens import END, ENDS, QUESTION, SIGNS
from flows.reading.vocabulary import Tagged, Vocabulary

EVERYWHERE = "en"
"""The language whose single words people use in every other."""


_SIGNS = dict.fromkeys(map(ord, SIGNS))


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
    language subtags; ``whole``: what is left of a phrase without fillers -> kind -> the phrase, and ``longest`` how
    many tokens of one are left at most."""

    language: str
    needs: frozenset[str]
    serves: frozenset[str]
    vocabulary: Vocabulary
    whole: Mapping[str, Mapping[str, str]]
    longest: int
    frames: Likely

    def is_of(self, spoken: frozenset[str]) -> bool:
        """Whether this is one of the languages spoken; English always is."""
        return self.language == EVERYWHERE or not self.serves.isdisjoint(spoken)

    def hear(self, said: Sequence[str]) -> Heard:
        """These tokens in this language."""
        return Heard(self, self.vocabulary.tagged(said))


@dataclass(slots=True)
class Heard:
    """A reply in one language."""

    grammar: Grammar
    tagged: Tagged
    _likely: int | None = None
    _core: str | None = None

    @property
    def core(self) -> str:
        """The tokens that are no fillers, parted by spaces."""
        if self._core is None:
            self._core = self.tagged.core
        return self._core

    @property
    def likely(self) -> int:
        """The set of frames that may match."""
        if self._likely is None:
            self._likely = self.grammar.frames.among(self.tagged.tags)
        return self._likely

    @property
    def kinds(self) -> frozenset[str]:
        """What the frames that may match say, whatever was asked: of ordinary texts one in ten has any."""
        likely = self.likely & self.grammar.frames.unasked
        return self.grammar.frames.kinds_of(likely) if likely else frozenset()

    def whole(self, kinds: Iterable[str]) -> Found | None:
        """The first of ``kinds`` that a listed phrase says which is the whole reply."""
        tags = self.tagged.tags
        if len(tags) - tags.count(END) - tags.count(QUESTION) > self.grammar.longest:
            return None  # each other tag is of a token of the core at least
        phrases = self.grammar.whole.get(self.core) or self.grammar.whole.get(_without_signs(self.core))
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
            if frame.pattern.search(tags) is not None:  # seldom, and to look costs half of replacing
                first = first or Found(kind, f"{self.grammar.language}: {frame.source}")
                tags = frame.pattern.sub(UNKNOWN, tags)
        return tags, first

    def _of(self, kind: str) -> Iterable[Frame]:
        frames = self.grammar.frames
        found = self.likely & frames.kinds.get(kind, 0)
        return frames.each(found) if found else ()


def _without_signs(core: str) -> str:
    """A frown beside a phrase takes nothing away from it."""
    return core if core.isascii() else " ".join(core.translate(_SIGNS).split())


def _stands_out(match: re.Match[str]) -> bool:
    """Whether a match begins the text with one clause or ends it."""
    return not match.string[match.end() :].strip(ENDS) or (match.start() == 0 and END not in match[0])
