"""Whether a flow's own waiting outlasts a consent that it relies on: given, expired, sent.

Counts only time that must pass (the delays of ``after`` rows on the way), never time that may. A conversation that
goes round in circles for long does so by the person's answers, and ages by them: circles are followed for a while only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flows import effects as ask
from flows.machine import Cause
from flows.problems import problem
from flows.proving.chat import witness_of
from flows.proving.consent import Product, Step
from flows.proving.finding import Finding
from flows.proving.form import Form, Move, place_of
from flows.proving.question import Question
from flows.proving.standing import Consent
from flows.spec import ALL_PURPOSES

NONE = timedelta()

CIRCLING = 16
"""Steps of a conversation after which no row is taken a second time."""


@dataclass(frozen=True, slots=True)
class Row:
    """A move that leaves the consent as it is. ``mark``: a number with one bit of its own; ``needing`` the message
    that it sends under the consent, None for none."""

    move: Move
    mark: int
    delay: timedelta
    needing: ask.Say | None


@dataclass(frozen=True, slots=True)
class Aged:
    """A conversation in ``state`` since whose consent at least ``age`` has passed. ``taken``: the marks of the rows
    since; ``before`` and ``move``: how it came here; ``way``: how the consent was given, where nothing came before."""

    state: str
    age: timedelta
    taken: int = 0
    before: Aged | None = None
    move: Move | None = None
    way: tuple[Step, ...] = ()


def outlasted(product: Product) -> Iterator[Finding]:
    """E301 where a message needs a consent that is surely over by then; one for each row that waits too long."""
    question = product.question
    term = question.setting.terms.get(question.purpose)
    if term is None or not _may_outlast(question.form, term):
        return
    rows = _rows(question)
    done: set[Move] = set()
    oldest: dict[str, timedelta] = {}
    here = _oldest(_beginnings(product))
    rounds = 0
    while here:
        rounds += 1
        following: list[Aged] = []
        for aged, row in _onward(rows, here.values(), circling=rounds <= CIRCLING):
            late = row.needing if aged.age >= term else None
            if late is None and (rounds <= CIRCLING or aged.age > oldest.get(aged.state, NONE)):
                following.append(aged)
            elif late is not None and row.move not in done:
                done.add(row.move)
                yield _finding(product, _way(aged), late, term)
        here = _oldest(following)
        oldest |= {state: max(aged.age, oldest.get(state, NONE)) for state, aged in here.items()}


def _may_outlast(form: Form, term: timedelta) -> bool:
    delays = [_delay(form, move) for moves in form.moves.values() for move in moves]
    return max(delays, default=NONE) * CIRCLING >= term or sum(delays, NONE) >= term


def _delay(form: Form, move: Move) -> timedelta:
    if move.trigger is None or move.trigger.cause is not Cause.AFTER or not move.entered:
        return NONE
    return form.flow.states[move.source].after[int(move.trigger.name)][0]


def _rows(question: Question) -> Mapping[str, list[Row]]:
    """By state. Where the consent is given anew or taken back, the time before it no longer counts."""
    rows: dict[str, list[Row]] = {state: [] for state in question.form.moves}
    kept = [move for moves in question.form.moves.values() for move in moves if not _concerns(move, question.purpose)]
    for number, move in enumerate(kept):
        row = Row(move, 1 << number, _delay(question.form, move), _needing(move, question.purpose))
        rows[move.source].append(row)
    return rows


def _concerns(move: Move, purpose: str) -> bool:
    return any(
        isinstance(effect, ask.Grant | ask.Revoke) and not {purpose, ALL_PURPOSES}.isdisjoint(effect.purposes)
        for effect in move.effects
    )


def _needing(move: Move, purpose: str) -> ask.Say | None:
    return next((e for e in move.effects if isinstance(e, ask.Say) and e.needs == purpose), None)


def _beginnings(product: Product) -> Iterator[Aged]:
    """Where the purpose is held and was not before."""
    form, purpose = product.question.form, product.question.purpose
    state, standing = next(product.points())
    if standing.held:
        yield Aged(state, NONE, way=(form.start,))
    granted: set[str] = set()
    for state, standing in product.points():
        # What happens outside only ends consents: the same grant is reached without it.
        for move in () if standing.outside else form.moves[state]:
            if move.target not in granted and _grants(move, purpose):
                granted.add(move.target)
                yield Aged(move.target, NONE, way=(form.start, *product.way_to((state, standing)), move))


def _grants(move: Move, purpose: str) -> bool:
    return any(isinstance(effect, ask.Grant) and purpose in effect.purposes for effect in move.effects)


def _oldest(all_of_them: Iterable[Aged]) -> dict[str, Aged]:
    """By state the one whose consent is oldest, of those the one found first."""
    found: dict[str, Aged] = {}
    for aged in all_of_them:
        if aged.state not in found or aged.age > found[aged.state].age:
            found[aged.state] = aged
    return found


def _onward(rows: Mapping[str, list[Row]], here: Iterable[Aged], *, circling: bool) -> Iterator[tuple[Aged, Row]]:
    """Each of them one row further."""
    for aged in here:
        for row in rows[aged.state]:
            if circling or not aged.taken & row.mark:
                yield Aged(row.move.target, aged.age + row.delay, aged.taken | row.mark, aged, row.move), row


def _way(aged: Aged) -> tuple[Step, ...]:
    steps: list[Step] = []
    while aged.before is not None and aged.move is not None:
        steps.append(aged.move)
        aged = aged.before
    return (*aged.way, *steps[::-1])


def _finding(product: Product, way: tuple[Step, ...], say: ask.Say, term: timedelta) -> Finding:
    question, flow = product.question, product.question.form.flow
    waits = (step for step in reversed(way) if isinstance(step, Move) and _delay(question.form, step))
    values = {"purpose": question.purpose, "text": say.text, "line": flow.texts[say.text].line, "term": term.days}
    witness = witness_of(question, way, Consent.EXPIRED)
    return Finding(problem("E301.expired", flow.file, place_of(flow, next(waits)), witness, **values))
