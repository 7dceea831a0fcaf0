"""Whether a flow's own waiting outlasts a consent that it relies on: given, expired, sent.

Counts only time that must pass (the delays of ``after`` rows on the way), never time that may. A circle is gone round
once: whoever goes round it for a year does so by answering.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flows import effects as ask
from flows.machine import Cause
from flows.problems import problem
from flows.proving.chat import witness_of
from flows.proving.consent import Product, Step
from flows.proving.finding import Finding
from flows.proving.form import Form, Move, place_of
from flows.proving.standing import Consent
from flows.spec import ALL_PURPOSES

NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Aged:
    """A conversation in ``state`` since whose consent at least ``age`` has passed; ``way`` from the beginning of the
    flow, ``since`` the number of its steps before the consent."""

    state: str
    age: timedelta
    way: tuple[Step, ...]
    since: int

    def went_round(self, move: Move) -> bool:
        """Whether this move was made already."""
        return move in self.way[self.since :]


def outlasted(product: Product) -> Iterator[Finding]:
    """E301 where a message needs a consent that is surely over by then; one for each row that waits too long."""
    question = product.question
    term = question.setting.terms.get(question.purpose)
    if term is None or _all_delays(question.form) < term:
        return
    oldest: dict[str, timedelta] = {}
    waiting = list(_beginnings(product))
    done: set[Move] = set()
    while waiting:
        here = waiting.pop()
        for move in question.form.moves[here.state]:
            age = min(here.age + _delay(question.form, move), term)
            if here.went_round(move) or _changes(move, question.purpose):
                continue
            late = _needing(move, question.purpose) if age >= term else None
            if late is not None and move not in done:
                done.add(move)
                yield _finding(product, (*here.way, move), late, term)
            elif move.entered and age > oldest.get(move.target, NONE - timedelta.resolution):
                oldest[move.target] = age
                waiting.append(Aged(move.target, age, (*here.way, move), here.since))


def _all_delays(form: Form) -> timedelta:
    return sum((_delay(form, move) for moves in form.moves.values() for move in moves), NONE)


def _delay(form: Form, move: Move) -> timedelta:
    if move.trigger is None or move.trigger.cause is not Cause.AFTER or not move.entered:
        return NONE
    return form.flow.states[move.source].after[int(move.trigger.name)][0]


def _beginnings(product: Product) -> Iterator[Aged]:
    """Where the purpose is held and was not before."""
    form = product.question.form
    state, standing = next(product.points())
    if standing.held:
        yield Aged(state, NONE, (form.start,), 1)
    for state, standing in product.points():
        # What happens outside only ends consents: the same grant is reached without it.
        for move in () if standing.outside else form.moves[state]:
            if any(isinstance(e, ask.Grant) and product.question.purpose in e.purposes for e in move.effects):
                way = (form.start, *product.way_to((state, standing)), move)
                yield Aged(move.target, NONE, way, len(way))


def _changes(move: Move, purpose: str) -> bool:
    """Whether the consent is given anew or taken back: the time before it no longer counts."""
    return any(
        isinstance(effect, ask.Grant | ask.Revoke) and not {purpose, ALL_PURPOSES}.isdisjoint(effect.purposes)
        for effect in move.effects
    )


def _needing(move: Move, purpose: str) -> ask.Say | None:
    return next((e for e in move.effects if isinstance(e, ask.Say) and e.needs == purpose), None)


def _finding(product: Product, way: tuple[Step, ...], say: ask.Say, term: timedelta) -> Finding:
    question, flow = product.question, product.question.form.flow
    waits = (step for step in reversed(way) if isinstance(step, Move) and _delay(question.form, step))
    values = {"purpose": question.purpose, "text": say.text, "line": flow.texts[say.text].line, "term": term.days}
    witness = witness_of(question, way, Consent.EXPIRED)
    return Finding(problem("E301.expired", flow.file, place_of(flow, next(waits)), witness, **values))
