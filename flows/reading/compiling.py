"""Phrase files to grammars. Whatever is wrong with a file is an error here, never a phrase that is not heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flows.reading.frames import Frame, compile_frame, restricted
from flows.reading.grammar import Grammar
from flows.reading.likely import Likely
from flows.reading.phrase_files import KINDS, PhraseFile
from flows.reading.sounds import Sounds
from flows.reading.vocabulary import NEUTRAL, Vocabulary, make_vocabulary


def compile_grammar(file: PhraseFile, common: PhraseFile) -> Grammar:
    """The grammar of a language. Raises ``ValueError`` for a word that is neutral and something else, ``BadFrame`` for
    a frame with a concept that has no words; a frame of ``common`` that this language has no words for is left out."""
    file = _with_slips_of_the_ear(file)
    further = [entry for part in (file.whole, common.whole) for entries in part.values() for entry in entries]
    vocabulary = make_vocabulary(file.language, dict(_listed(file, common)), further)
    whole = _whole(file, common, vocabulary)
    return Grammar(
        file.language,
        frozenset(file.needs),
        frozenset({file.language, *file.serves}),
        vocabulary,
        whole,
        max((core.count(" ") + 1 for core in whole), default=0),
        Likely.of(_frames(file, common, vocabulary)),
    )


def _with_slips_of_the_ear(file: PhraseFile) -> PhraseFile:
    """The file with what may be typed for its ``slips`` beside each of them."""
    sounds, slips, kept = Sounds.listed(file.sounds), {*file.slips}, {*file.neutral}

    def beside(entries: Sequence[str]) -> Sequence[str]:
        typed = (slip for entry in entries if entry in slips for slip in sounds.typed(entry))
        return [*entries, *(slip for slip in typed if slip not in kept)]

    if not file.sounds:
        return file
    words = {name: beside(entries) for name, entries in file.words.items()}
    return replace(file, words=words, whole={kind: beside(entries) for kind, entries in file.whole.items()})


def _listed(file: PhraseFile, common: PhraseFile) -> Iterator[tuple[str, Sequence[str]]]:
    """Every list of a language by the name that frames call it; ``=kind`` for phrases that say it anywhere."""
    for name in dict.fromkeys((*file.words, *common.words)):
        yield name, [*file.words.get(name, ()), *common.words.get(name, ())]
    for kind in dict.fromkeys((*file.phrases, *common.phrases)):
        yield f"={kind}", [*file.phrases.get(kind, ()), *common.phrases.get(kind, ())]
    yield NEUTRAL, file.neutral


def _frames(file: PhraseFile, common: PhraseFile, vocabulary: Vocabulary) -> Iterator[Frame]:
    concepts = vocabulary.concepts
    for kind in KINDS:
        if concepts.get(f"={kind}"):
            yield compile_frame(kind, f"={kind}", concepts)
        for source in file.frames.get(kind, ()):
            yield compile_frame(kind, source, concepts)
        for source in common.frames.get(kind, ()):
            if kept := restricted(source, concepts):
                yield compile_frame(kind, kept, concepts)


def _whole(file: PhraseFile, common: PhraseFile, vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    whole: dict[str, dict[str, str]] = {}
    entries = [(kind, phrase) for part in (common, file) for kind, phrases in part.whole.items() for phrase in phrases]
    for subject in ("", *file.subjects):
        for kind, phrase in entries:
            whole.setdefault(vocabulary.core(subject + phrase), {}).setdefault(kind, phrase)
    return whole
