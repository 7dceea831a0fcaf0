"""The learned layer: how much a reply looks like one that wants fewer messages. Plain arithmetic over a small table.

It never grants and never stops anybody; what it says is worth a question at most. It must never learn at run time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import exp, sqrt

from flows.reading.features import ASKED, asks, words_of
from flows.reading.meaning import Meaning
from flows.reading.scorer import Doubt
from flows.reading.weighing import Weighing

STOP = Meaning.STOP
"""The only class: a stop of any extent. How far it goes is asked, not guessed."""
FORMAT = "askfirst reply model 1"
_HEAD = ("corpus", "batches", "threshold", "intercept", "scale")


class BadModel(ValueError):
    """A model file that cannot be read; build it again with ``python -m flows.training train``."""


@dataclass(frozen=True, slots=True)
class Model:
    """``weights``: feature -> -127 to 127, in units of ``scale``. ``threshold``: the score (0 to 1) from which a reply
    is worth a question. ``corpus``: SHA-256 of the lines it was made from, ``batches`` their names."""

    corpus: str
    batches: str
    threshold: float
    intercept: float
    scale: float
    weights: Mapping[str, int] = field(repr=False)
    _weighing: Weighing = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_weighing", Weighing.of_features(self.weights))

    def prepare(self, words: Iterable[str]) -> None:
        """Weigh now the words that replies are likely to have."""
        self._weighing.prepare(words)

    def score(self, text: str) -> Mapping[str, float]:
        """How likely a ``folded`` text is a stop of any extent, from 0 to 1. Never fails, whatever the text."""
        words = words_of(text)
        total, found = self._weighing.add_up(words)
        if asks(text):
            total, found = total + self.weights.get(ASKED, 0), found + 1
        return {STOP: 1 / (1 + exp(-self.intercept - self.scale * total / sqrt(found)))}


def read_model(source: str) -> Model:
    """A model from its file's text: five lines of a name and a value, then for each weight one line of it and its
    features, parted by tabs. Raises ``BadModel``."""
    title, *lines = source.removesuffix("\n").split("\n")
    if title != FORMAT:
        raise BadModel(f"the model's first line is {title!r}, not {FORMAT!r}; build it again")
    head = dict(line.split(" ", 1) for line in lines[: len(_HEAD)])
    if tuple(head) != _HEAD:
        raise BadModel(f"the model's head names {', '.join(head)}, not {', '.join(_HEAD)}; build it again")
    weights: dict[str, int] = {}
    for line in lines[len(_HEAD) :]:
        weight, *named = line.split("\t")
        weights.update(dict.fromkeys(named, int(weight)))
    threshold, intercept, scale = (float(head[name]) for name in _HEAD[2:])
    return Model(head["corpus"], head["batches"], threshold, intercept, scale, weights)


def written(model: Model) -> str:
    """The text from which ``read_model`` makes this model: the same bytes for the same model."""
    lines: dict[int, list[str]] = {}
    for feature, weight in sorted(model.weights.items()):
        lines.setdefault(weight, [str(weight)]).append(feature)
    head = [f"{name} {getattr(model, name)}" for name in _HEAD]
    return "\n".join([FORMAT, *head, *("\t".join(lines[weight]) for weight in sorted(lines))]) + "\n"


@cache  # package data: the same for the life of the process
def shipped_model() -> Model:
    """The model that comes with the product: ``model.txt`` beside this file."""
    return read_model((files("flows") / "reading" / "model.txt").read_text(encoding="utf-8"))


def shipped_doubt() -> Doubt:
    """The shipped model with the threshold that it was made with."""
    return Doubt(shipped_model(), shipped_model().threshold)
