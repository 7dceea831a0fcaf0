"""What happens when nobody answers: it ends, with at most one further message; and nothing is sent in circles.

Silence alone is the timers of a state, the shortest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flows.machine import Cause
from flows.problems import problem
from flows.proving.chat import witness_of
from flows.proving.consent import Question, Step
from flows.proving.finding import Finding
from flows.proving.form import Form, Move, ends, place_of
from flows.proving.search import Reached, reach


@dataclass(slots=True)
class Silence:
    """The silent ways of one flow, from every state that is entered otherwise."""

    question: Question
    reached: Reached[str, Step] = field(init=False)

    def __post_init__(self) -> None:
        moves = self.question.form.moves
        start = self.question.form.start.target
        self.reached = reach([start], lambda state: ((move, move.target) for move in moves[state]))

    def findings(self) -> Iterator[Finding]:
        """E203 and E204, each once at its row."""
        done: set[tuple[int, int]] = set()
        for found in (*self._silent(), *self._circles()):
            place = (found.problem.line, found.problem.column)
            if place not in done:
                done.add(place)
                yield found

    def _silent(self) -> Iterator[Finding]:
        form = self.question.form
        silently = {move.target for moves in form.moves.values() for move in moves if _by_time(move)}
        otherwise = {move.target for moves in form.moves.values() for move in moves if not _by_time(move)}
        heads = [state for state in self.reached.came if state == form.start.target or state in otherwise]
        rest = [state for state in self.reached.came if state in silently and state not in otherwise]
        for state in (*heads, *rest):
            yield from self._follow(state)

    def _follow(self, state: str) -> Iterator[Finding]:
        """One silent conversation from this state to its end, or to the first thing wrong with it."""
        form, way = self.question.form, []
        seen = {state: 0}
        before = ""
        while not ends(form.flow, state):
            move = _next_by_time(form, state)
            if move is None:
                yield from self._stuck(state)
                return
            way.append(move)
            if move.target in seen:
                yield self._finding("E204.loop", way, name=move.target)
                return
            if move.said and before:
                yield self._finding("E204.messages", way, name=move.said[0], before=before)
                return
            before = move.said[0] if move.said else before
            state = move.target
            seen[state] = len(way)

    def _stuck(self, state: str) -> Iterator[Finding]:
        """No time leads out. Without any ``after`` the checks say so already."""
        flow = self.question.form.flow
        card = flow.states[state]
        if card.after and not card.hand_over:
            place = flow.places.key("states", state, "after")
            witness = witness_of(self.question, self._way(state))
            yield Finding(problem("E203.silence", flow.file, place, witness, name=state))

    def _circles(self) -> Iterator[Finding]:
        """Circles of events and time in which something is said."""
        form = self.question.form
        onward = {state: [move for move in moves if not move.by_person] for state, moves in form.moves.items()}
        for state in self.reached.came:
            for move in onward[state]:
                if move.said and (back := _back(onward, move)) is not None:
                    yield self._finding("E204.unasked", [move, *back], name=move.said[0])

    def _finding(self, entry: str, silent: list[Move], **values: str) -> Finding:
        flow = self.question.form.flow
        steps = (*self._way(silent[0].source), *silent)
        return Finding(
            problem(entry, flow.file, place_of(flow, silent[-1]), witness_of(self.question, steps), **values)
        )

    def _way(self, state: str) -> tuple[Step, ...]:
        return (self.question.form.start, *self.reached.way_to(state))


def _by_time(move: Move) -> bool:
    return move.trigger is not None and move.trigger.cause is Cause.AFTER


def _next_by_time(form: Form, state: str) -> Move | None:
    """The row of this state that takes silence elsewhere first."""
    leaving = [move for move in form.moves[state] if _by_time(move) and move.entered]
    after = form.flow.states[state].after
    return min(leaving, key=lambda move: after[int(move.trigger.name) if move.trigger else 0][0], default=None)


def _back(onward: dict[str, list[Move]], move: Move) -> Iterable[Move] | None:
    """The shortest way back to where the move began, without a message of the person."""
    around = reach([move.target], lambda state: ((each, each.target) for each in onward[state]))
    return around.way_to(move.source) if move.source in around.came else None
