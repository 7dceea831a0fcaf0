"""From the corpus to the model file: which replies teach, where the threshold lies, whole numbers for weights.

It must never look at a batch that only measures, nor at any figure made on one.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np

from flows.normalise import folded
from flows.reading.features import features
from flows.reading.model import Model
from flows.training.corpus import ANY, CHAT, STOPS, TRAINED_ON, Reply, batch, digest
from flows.training.fitting import Features, Fitted, fit, fit_small

FOLDS = 3
PAUSED = 0.01
"""Share of held-out personal texts over which the model may pause. They were written to be hard, full of the words of a
stop: of ordinary ones it is far less."""
_HIGHEST = 127


def build() -> Model:
    """The model of the training batches."""
    replies = sorted(
        (reply for name in TRAINED_ON for reply in batch(name) if teaches(reply)),
        key=lambda reply: (reply.text, reply.label),
    )
    seen = [features(folded(reply.text)) for reply in replies]
    fitted = fit_small(seen, [reply.stops for reply in replies])
    return _quantised(fitted, _threshold(replies, seen), digest(replies))


def teaches(reply: Reply) -> bool:
    """Not where only the question makes it a stop: the model does not know the question. Not a complaint either: it is
    neither a stop nor an ordinary text, and it suspends marketing by itself."""
    if reply.label in STOPS:
        return reply.context == ANY
    return reply.label != "complaint"


def _threshold(replies: Sequence[Reply], seen: Sequence[Features]) -> float:
    """The score that ``PAUSED`` of the personal texts reach in models that have not seen them."""
    scores: list[float] = []
    for fold in range(FOLDS):
        taught = [number for number in range(len(replies)) if number % FOLDS != fold]
        fitted = fit([seen[number] for number in taught], [replies[number].stops for number in taught])
        kept_out = [number for number in range(fold, len(replies), FOLDS) if _personal(replies[number])]
        scores += map(float, fitted.scores([seen[number] for number in kept_out]))
    scores.sort(reverse=True)
    return round(1 / (1 + exp(-scores[int(PAUSED * len(scores))])), 2)


def _personal(reply: Reply) -> bool:
    return reply.kind in CHAT and reply.label == "other"


def _quantised(fitted: Fitted, threshold: float, corpus: str) -> Model:
    """The weights in 255 steps; what is nearest to nothing is left out."""
    scale = float(f"{np.abs(fitted.coefficients).max() / _HIGHEST:.6f}")
    steps = np.rint(fitted.coefficients / scale).clip(-_HIGHEST, _HIGHEST).astype(int)
    weights = {name: int(step) for name, step in zip(fitted.vocabulary, steps, strict=True) if step}
    return Model(corpus, " ".join(TRAINED_ON), threshold, round(fitted.intercept, 4), scale, weights)
