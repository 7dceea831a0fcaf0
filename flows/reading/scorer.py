"""The layer after the phrases: a learned score may only raise a doubt. It never stops anybody and never grants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from flows.reading.meaning import Layer, Meaning, Reading


class Scorer(Protocol):
    """A model of what replies look like."""

    def score(self, text: str) -> Mapping[str, float]:
        """How likely each class is, from 0 to 1; the classes are values of ``Meaning``. Never fails."""
        ...


DOUBTED = (Meaning.STOP, Meaning.STOP_MARKETING, Meaning.BILLS_ONLY)
"""The classes whose scores, added up, are the doubt."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A scorer and the sum (0 to 1) from which a reply is paused over."""

    scorer: Scorer
    threshold: float

    def raised(self, text: str) -> Reading | None:
        """PAUSE if the model thinks that this may be a stop; else None."""
        scores = self.scorer.score(text)
        total = sum(scores.get(meaning, 0.0) for meaning in DOUBTED)
        if total < self.threshold:
            return None
        likeliest = max(DOUBTED, key=lambda meaning: scores.get(meaning, 0.0))
        return Reading(Meaning.PAUSE, Layer.MODEL, str(likeliest))
