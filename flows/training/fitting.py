"""A logistic regression over the features of replies, cut down to the features that tell most. It must come out the
same on every machine: sorted input, one strictly convex problem, solved to more digits than are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

Features = Sequence[str]
"""Of one reply, each as often as it occurs."""

MOST_FEATURES = 12_000
FEWEST_REPLIES = 2
"""Features that only one reply has are noise."""
_TOLERANCE = 1e-7
"""Where the solver may stop. Going on changes neither which features are kept nor a weight as a whole number."""
_DIGITS = 5
_FREEDOM = 60.0
"""Inverse strength of the L2 penalty."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """``coefficients``: one for each of ``vocabulary``, which is sorted."""

    vocabulary: Sequence[str]
    coefficients: NDArray[np.float64]
    intercept: float

    def scores(self, replies: Sequence[Features]) -> NDArray[np.float64]:
        """The log-odds of each reply that it is a stop."""
        found: NDArray[np.float64] = _matrix(replies, self.vocabulary) @ self.coefficients + self.intercept
        return found


def fit(replies: Sequence[Features], stops: Sequence[bool]) -> Fitted:
    """Fit on every feature that is not noise."""
    counts = _counts(replies)
    return _solve(replies, stops, sorted(name for name, count in counts.items() if count >= FEWEST_REPLIES))


def fit_small(replies: Sequence[Features], stops: Sequence[bool]) -> Fitted:
    """Fit, keep the features with the largest part in the scores, fit again on those."""
    counts, large = _counts(replies), fit(replies, stops)
    parts = {
        name: round(abs(coefficient) * sqrt(counts[name]), _DIGITS)
        for name, coefficient in zip(large.vocabulary, map(float, large.coefficients), strict=True)
    }
    kept = sorted(parts, key=lambda name: (-parts[name], name))[:MOST_FEATURES]
    return _solve(replies, stops, sorted(kept))


def _counts(replies: Sequence[Features]) -> Counter[str]:
    """How many replies have each feature."""
    return Counter(name for reply in replies for name in set(reply))


def _solve(replies: Sequence[Features], stops: Sequence[bool], vocabulary: Sequence[str]) -> Fitted:
    regression = LogisticRegression(C=_FREEDOM, solver="liblinear", tol=_TOLERANCE, max_iter=1000)
    regression.fit(_matrix(replies, vocabulary), np.array(stops, dtype=int))
    return Fitted(vocabulary, regression.coef_[0], float(regression.intercept_[0]))


def _matrix(replies: Sequence[Features], vocabulary: Sequence[str]) -> csr_matrix:
    """One row a reply: each time that it has a feature weighs one over the root of how many it has, known or not."""
    places = {feature: place for place, feature in enumerate(vocabulary)}
    columns = [sorted(places[feature] for feature in reply if feature in places) for reply in replies]
    values = [1 / sqrt(len(reply)) for reply, row in zip(replies, columns, strict=True) for _ in row]
    ends = np.cumsum([0, *map(len, columns)])
    matrix = csr_matrix((values, _flat(columns), ends), shape=(len(replies), len(vocabulary)))
    matrix.sum_duplicates()
    return matrix


def _flat(rows: Iterable[Sequence[int]]) -> list[int]:
    return [each for row in rows for each in row]
