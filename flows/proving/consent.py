"""The product of a flow with where one purpose stands: every point that can be reached, and what goes wrong there.

Two things are asked of every message. On no path that the flow itself draws may it need a consent that is not held;
and one that sells must need a commercial consent, so that what happens outside is caught when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from flows import effects as ask
from flows.proving.form import Move, Outside
from flows.proving.question import Bearing, Question, bearings
from flows.proving.search import Reached, reach
from flows.proving.standing import Consent, Fault, Standing, after, at_start, outside
from flows.spec import STOPPED

Point = tuple[str, Standing]
"""A state of the flow and where the purpose stands there."""

Step = Move | Outside

STANDINGS = tuple(Standing(*each) for each in product(Consent, (False, True), (False, True)))
NUMBERS = {standing: number for number, standing in enumerate(STANDINGS)}
OUTSIDE = tuple(tuple((event, NUMBERS[ended]) for event, ended in outside(each)) for each in STANDINGS)
COUNT = len(STANDINGS)


class Flaw(NamedTuple):
    """``way``: the steps of the shortest conversation up to the ``move`` with the fault; ``effect``: the effect at
    fault; ``before``: where the purpose stood when it was due."""

    fault: Fault
    way: tuple[Step, ...]
    move: Move
    effect: ask.Effect
    before: Standing


class Outcome(NamedTuple):
    """Where the purpose stands after a move (and the number of that), and each fault with the number of its effect and
    the standing before."""

    standing: Standing
    number: int
    faults: tuple[tuple[Fault, int, Standing], ...]


Row = tuple[Move, int, list[Outcome | None]]
"""A move, the number of the state it leads to, and its outcome by the standing's number, None until asked for."""


@dataclass(slots=True)
class Product:
    """Everything reachable for one question, and the flaws on the way, the shortest first.

    Within, a point is one number, since there are many: that of its state times that of its standing.
    """

    question: Question
    flaws: list[Flaw] = field(default_factory=list)
    _reached: Reached[int, Step] = field(init=False)
    _names: tuple[str, ...] = field(init=False)
    _rows: list[list[Row]] = field(init=False)
    _stopped: int = field(init=False)
    _faulty: list[tuple[int, Move, Outcome]] = field(default_factory=list)

    def __post_init__(self) -> None:
        form = self.question.form
        self._names = tuple(form.moves)
        self._rows = self._tables()
        self._stopped = self._number(STOPPED, Standing(Consent.WITHDRAWN, outside=True))
        first = at_start(form.flow, self.question.purpose)
        begin = _worked_out(self.question, bearings(self.question, form.start), first)
        self._reached = reach([self._number(form.start.target, begin.standing)], self._onward)
        self.flaws += _flaws((), form.start, begin)
        for point, move, outcome in self._faulty:
            self.flaws += _flaws((form.start, *self._reached.way_to(point)), move, outcome)

    @property
    def size(self) -> int:
        """How many points there are."""
        return len(self._reached.came)

    def points(self) -> Iterator[Point]:
        """Each point, the beginning first."""
        return ((self._names[number // COUNT], STANDINGS[number % COUNT]) for number in self._reached.came)

    def way_to(self, point: Point) -> tuple[Step, ...]:
        """The shortest conversation that leads there, its start left out."""
        return self._reached.way_to(self._number(*point))

    def _number(self, state: str, standing: Standing) -> int:
        return self._names.index(state) * COUNT + NUMBERS[standing]

    def _tables(self) -> list[list[Row]]:
        """Moves that bear on the purpose in the same way share their outcomes."""
        numbers = {name: number for number, name in enumerate(self._names)}
        shared: dict[tuple[Bearing, ...], list[Outcome | None]] = {}
        return [
            [
                (move, numbers[move.target] * COUNT, shared.setdefault(bearings(self.question, move), [None] * COUNT))
                for move in moves
            ]
            for moves in self.question.form.moves.values()
        ]

    def _onward(self, point: int) -> Iterator[tuple[Step, int]]:
        state, standing = divmod(point, COUNT)
        for move, target, outcomes in self._rows[state]:
            outcome = outcomes[standing]
            if outcome is None:
                outcome = _worked_out(self.question, bearings(self.question, move), STANDINGS[standing])
                outcomes[standing] = outcome
            if outcome.faults:
                self._faulty.append((point, move, outcome))
            yield move, target + outcome.number
        if self._names[state] != STOPPED:
            for event, ended in OUTSIDE[standing]:
                yield event, state * COUNT + ended
            yield Outside.STOP, self._stopped


def _flaws(way: tuple[Step, ...], move: Move, outcome: Outcome) -> Iterator[Flaw]:
    return (Flaw(fault, way, move, move.effects[number], before) for fault, number, before in outcome.faults)


def _worked_out(question: Question, bears: tuple[Bearing, ...], standing: Standing) -> Outcome:
    faults: list[tuple[Fault, int, Standing]] = []
    for bearing in bears:
        fault, following = after(question, bearing, standing)
        if fault is not None:
            faults.append((fault, bearing.effect, standing))
        if fault in (Fault.LACKING, Fault.LEVEL):
            # What is wrong once is taken for right from here on: what only follows from it is not said again.
            following = following._replace(consent=Consent.CONFIRMED, outside=False)
        standing = following
    return Outcome(standing, NUMBERS[standing], tuple(faults))


def follow(question: Question, steps: tuple[Step, ...]) -> Iterator[tuple[Step, Standing]]:
    """Where the purpose stands after each step, as it is: without what a search takes for right after a fault, so that
    what ends a consent outside may find none to end."""
    standing = at_start(question.form.flow, question.purpose)
    for step in steps:
        if isinstance(step, Outside):
            standing = next((ended for event, ended in outside(standing) if event is step), standing)
        else:
            for bearing in bearings(question, step):
                standing = after(question, bearing, standing)[1]
        yield step, standing
