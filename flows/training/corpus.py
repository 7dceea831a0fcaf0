"""The labelled replies that the model is made from, one file a batch. It must never show a batch that only measures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.normalise import normalise

FOLDER = Path(__file__).parent / "corpus"
TRAINED_ON = ("batch-a", "batch-b", "batch-d")
"""The batches that the model may see. Every other batch in the folder was kept out and only measures."""
STOPS = frozenset({"stop", "stop_marketing", "bills_only"})
LABELS = frozenset({*STOPS, "grant", "help", "complaint", "other"})
ANY = "any"
CHAT = frozenset({"chat", "chitchat"})
"""Kinds of lines that people write to each other, not to a business."""
_COLUMNS = ["text", "lang", "label", "ctx", "sub"]


class BadCorpus(ValueError):
    """A line of a labelled file that cannot be used; the message names the line and what it should be."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``language`` BCP 47. ``context``: what was asked before (``any``: it does not matter). ``also``: labels that are
    right too. ``kind``: what sort of it."""

    text: str
    language: str
    label: str
    context: str = ANY
    kind: str = ""
    also: frozenset[str] = field(default=frozenset())

    @property
    def stops(self) -> bool:
        """A stop of any extent, whatever was asked before."""
        return self.label in STOPS and self.context == ANY

    @property
    def carries_on(self) -> bool:
        """No reading of it is a stop, and it does not complain either."""
        return not ({self.label, *self.also} & {*STOPS, "complaint"})


def batch(name: str) -> Sequence[Reply]:
    """The replies of one batch in the order of its file. Raises ``BadCorpus``."""
    return read_replies(FOLDER / f"{name}.tsv")


def read_replies(path: Path) -> Sequence[Reply]:
    """A ``.tsv`` like the batches, or JSON lines of ``{text, label, lang?, ctx?, kind?, also?}``. Raises
    ``BadCorpus``."""
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    replies = list(_from_table(lines) if path.suffix == ".tsv" else _from_json(lines))
    for number, reply in enumerate(replies, start=1):
        if wrong := {reply.label, *reply.also} - LABELS:
            known = ", ".join(sorted(LABELS))
            raise BadCorpus(f"{path.name}, reply {number}: label {min(wrong)!r}; use one of {known}")
    return replies


def digest(replies: Iterable[Reply]) -> str:
    """SHA-256 of what the model can see of these replies, in any order."""
    lines = sorted(f"{reply.text}\t{reply.label}\t{reply.context}\t{reply.kind}\n" for reply in replies)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def without_seen(replies: Iterable[Reply], seen: Iterable[Reply]) -> Sequence[Reply]:
    """The replies that do not occur, however they are dressed, among ``seen``."""
    known = {normalise(reply.text) for reply in seen}
    return [reply for reply in replies if normalise(reply.text) not in known]


def _from_table(lines: Sequence[str]) -> Iterator[Reply]:
    if lines[0].split("\t") != _COLUMNS:
        raise BadCorpus(f"the first line is {lines[0]!r}; it must name {', '.join(_COLUMNS)}, parted by tabs")
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS):
            raise BadCorpus(f"line {number} has {len(cells)} cells, not {len(_COLUMNS)}: {line!r}")
        text, language, label, context, kind = cells
        yield Reply(text, language, label, context, kind)


def _from_json(lines: Sequence[str]) -> Iterator[Reply]:
    for number, line in enumerate(lines, start=1):
        reply = json.loads(line)
        if not isinstance(reply.get("text"), str) or not isinstance(reply.get("label"), str):
            raise BadCorpus(f"line {number} has no text or no label: {line!r}")
        yield Reply(
            reply["text"],
            reply.get("lang") or "",
            reply["label"],
            reply.get("ctx") or ANY,
            reply.get("kind") or "",
            frozenset(reply.get("also") or ()),
        )
