"""The phrase files that come with the product: ``library/phrases/LANGUAGE.yaml``, read as they stand.

It must never drop a listed phrase or frame: an unknown key is an error, not a comment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from flows.reading.lists import read_lists

COMMON = "common"
"""The file whose frames every language has, as far as it lists their words."""
KINDS = (
    "automatic",
    "guard",
    "wrong_number",
    "bills_only",
    "stop_marketing",
    "stop_surely",
    "stop",
    "bills_answer",
    "decline",
    "affirm",
    "start",
    "human",
    "complaint",
    "pause",
    "help",
    "less",
)
"""What a frame or phrase may say. ``automatic``: a machine answers, so nothing else counts. ``guard`` is read as saying
nothing; ``stop_surely`` is a stop in a text of any length, ``stop`` and ``wrong_number`` only if nearly all of the text
is understood, else a doubt; ``bills_answer``, ``decline`` and ``affirm`` answer a question."""
ANSWERS = frozenset({"bills_answer", "decline", "affirm"})
"""Kinds that nobody looks for where no question was asked."""


@dataclass(frozen=True, slots=True)
class PhraseFile:
    """One language. ``words``: concept -> its words. ``neutral``: words that hold others and are none of them.
    ``phrases``: kind -> what says it anywhere; ``whole``: only as the whole reply; ``frames``: kind -> frames.
    ``slips``: words that are recognised with a slip of the finger, ``alone``: only as the whole reply, ``swapped``:
    only with two letters swapped; ``respelled``: ``again agen agn``, a word and how else it is typed; ``joined``:
    words that are heard without a space between them; ``sounds``: ``ding 订定丁``, characters that are typed for each
    other in ``slips``.
    ``subjects``: words that change nothing before what is the whole reply (我).
    ``needs``: letters one of which a reply must have, so that a language is not heard in another one of the same
    script; ``serves``: languages that people mix with it."""

    language: str
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    neutral: Sequence[str] = ()
    phrases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    whole: Mapping[str, Sequence[str]] = field(default_factory=dict)
    frames: Mapping[str, Sequence[str]] = field(default_factory=dict)
    slips: Sequence[str] = ()
    alone: Sequence[str] = ()
    swapped: Sequence[str] = ()
    respelled: Sequence[str] = ()
    joined: Sequence[str] = ()
    sounds: Sequence[str] = ()
    subjects: Sequence[str] = ()
    needs: str = ""
    serves: Sequence[str] = ()


@cache  # package data: the same for the life of the process
def phrase_files() -> tuple[PhraseFile, ...]:
    """Every file, ``common`` first, then by language."""
    found = [item for item in (files("flows") / "library" / "phrases").iterdir() if item.name.endswith(".yaml")]
    read = [read_phrases(item.name.removesuffix(".yaml"), item.read_text(encoding="utf-8")) for item in found]
    return tuple(sorted(read, key=lambda each: (each.language != COMMON, each.language)))


def read_phrases(language: str, source: str) -> PhraseFile:
    """A file from its text. Raises ``ValueError`` for a key that nothing reads."""
    data: dict[str, Any] = {**read_lists(source)}
    try:
        made = PhraseFile(language, **data)
    except TypeError as unknown:
        raise ValueError(f"phrases/{language}.yaml: {unknown}") from unknown
    for part in (made.phrases, made.whole, made.frames):
        if wrong := sorted({*part} - set(KINDS)):
            raise ValueError(f"phrases/{language}.yaml: unknown kind {wrong[0]!r}; use one of {', '.join(KINDS)}")
    return made
