"""What the model does to replies that it has not seen: shares of them, never their text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.normalise import folded
from flows.reading.model import STOP, Model
from flows.training.corpus import STOPS, Reply

_FEWEST = 20
"""Replies of a language below which a share says nothing."""


@dataclass(frozen=True, slots=True)
class Share:
    """``paused`` of ``of`` replies."""

    name: str
    paused: int
    of: int

    def __str__(self) -> str:
        share = self.paused / self.of if self.of else 0.0
        return f"{self.name:<32} {self.paused:>5} of {self.of:>5}   {share:.3f}"


def shares(model: Model, replies: Sequence[Reply]) -> Iterator[Share]:
    """How many the model would pause over: stops, stops by language, those that only the question makes stops, and
    everything that is none, by label."""
    groups: dict[str, list[bool]] = {}
    languages = _languages(replies)
    for reply in replies:
        paused = model.score(folded(reply.text))[STOP] >= model.threshold
        for name in _groups(reply, languages):
            groups.setdefault(name, []).append(paused)
    for name in sorted(groups):
        yield Share(name, sum(groups[name]), len(groups[name]))


def _groups(reply: Reply, languages: Sequence[str]) -> Sequence[str]:
    if reply.stops:
        return ("stops", f"stops, {reply.language}") if reply.language in languages else ("stops",)
    return ("stops only after a question",) if reply.label in STOPS else (f"no stops: {reply.label}",)


def _languages(replies: Sequence[Reply]) -> Sequence[str]:
    """Those with enough stops, the most frequent first."""
    of = [reply.language for reply in replies if reply.stops]
    return sorted((each for each in {*of} if of.count(each) >= _FEWEST), key=lambda each: (-of.count(each), each))
