"""What happens when nobody answers: it ends, with at most one further message; and nothing is sent in circles.

Silence alone is the timers of a state, the shortest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flows import effects as ask
from flows.machine import Cause as TriggerCause
from flows.problems import problem
from flows.proving.chat import witness_of
from flows.proving.consent import Step
from flows.proving.finding import Cause, Finding
from flows.proving.form import Form, Move, ends, place_of
from flows.proving.question import Question
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
        """E203 and E204, each once at its row. Within a circle only the circle is told."""
        ways = [(state, self._silent(state)) for state in self._heads()]
        around: set[str] = set()
        for _, way in ways:
            if _goes_round(way) and way[-1].target not in around:
                around |= {move.source for move in way} | {way[-1].target}
                yield self._finding("E204.loop", way, name=way[-1].target)
        yield from self._circles(around)
        done: set[Move] = set()
        for state, way in ways:
            told = _told_twice(way)
            if told is not None and told[-1] not in done and around.isdisjoint(move.target for move in told):
                done.add(told[-1])
                before = next(move.said[0] for move in told if move.said)
                yield self._finding("E204.messages", told, name=told[-1].said[0], before=before)
            if not _goes_round(way):
                yield from self._stuck(way[-1].target if way else state)

    def _heads(self) -> list[str]:
        """Every state, those first that are entered otherwise than by silence."""
        form = self.question.form
        otherwise = {move.target for moves in form.moves.values() for move in moves if not _by_time(move)}
        return sorted(self.reached.came, key=lambda state: state != form.start.target and state not in otherwise)

    def _silent(self, state: str) -> list[Move]:
        """What silence does from here, until it ends, goes nowhere, or comes back."""
        form, way, seen = self.question.form, [], {state}
        while not ends(form.flow, state):
            move = _next_by_time(form, state)
            if move is None:
                break
            if _grants(move):
                # Refused for that (E302): what would follow is not said again.
                return []
            way.append(move)
            if move.target in seen:
                break
            seen.add(state := move.target)
        return way

    def _stuck(self, state: str) -> Iterator[Finding]:
        """No time leads out. Without any ``after`` the checks say so already."""
        flow = self.question.form.flow
        card = flow.states.get(state)
        if card is None or card.end is not None or card.hand_over or not card.after:
            return
        if _next_by_time(self.question.form, state) is not None:
            return
        place = flow.places.key("states", state, "after")
        yield Finding(
            problem("E203.silence", flow.file, place, witness_of(self.question, self._way(state)), name=state)
        )

    def _circles(self, around: set[str]) -> Iterator[Finding]:
        """Circles of events and time in which something is said, outside those already in ``around``; adds to it."""
        moves = self.question.form.moves
        onward = {
            state: [move for move in moves[state] if not move.by_person and not _grants(move)]
            for state in self.reached.came
        }
        for move in (move for state in self.reached.came for move in onward[state] if move.said):
            back = None if {move.source, move.target} <= around else _back(onward, move)
            if back is not None:
                around |= {move.source, move.target, *(each.target for each in back)}
                yield self._finding("E204.unasked", [move, *back], name=move.said[0])

    def _finding(self, entry: str, silent: list[Move], **values: str) -> Finding:
        flow = self.question.form.flow
        witness = witness_of(self.question, (*self._way(silent[0].source), *silent))
        # A request that is repeated without end is a loop; one that is repeated otherwise is named as that.
        causes = () if entry == "E204.loop" else (Cause("E305"),)
        return Finding(problem(entry, flow.file, place_of(flow, silent[-1]), witness, **values), causes)

    def _way(self, state: str) -> tuple[Step, ...]:
        return (self.question.form.start, *self.reached.way_to(state))


def _grants(move: Move) -> bool:
    return any(isinstance(effect, ask.Grant) for effect in move.effects)


def _goes_round(way: list[Move]) -> bool:
    return bool(way) and way[-1].target in {move.source for move in way}


def _told_twice(way: list[Move]) -> list[Move] | None:
    """The silent way up to its second message."""
    told = [number for number, move in enumerate(way) if move.said]
    return way[: told[1] + 1] if len(told) > 1 else None


def _by_time(move: Move) -> bool:
    return move.trigger is not None and move.trigger.cause is TriggerCause.AFTER


def _next_by_time(form: Form, state: str) -> Move | None:
    """The row of this state that takes silence elsewhere first."""
    leaving = [move for move in form.moves[state] if _by_time(move) and move.entered]
    after = form.flow.states[state].after
    return min(leaving, key=lambda move: after[int(move.trigger.name) if move.trigger else 0][0], default=None)


def _back(onward: dict[str, list[Move]], move: Move) -> Iterable[Move] | None:
    """The shortest way back to where the move began, without a message of the person."""
    around = reach([move.target], lambda state: ((each, each.target) for each in onward[state]))
    return around.way_to(move.source) if move.source in around.came else None
