"""The product of a flow with where one purpose stands: every point that can be reached, and what goes wrong there.

Two things are asked of every message. On no path that the flow itself draws may it need a consent that is not held;
and one that sells must need a commercial consent, so that what happens outside is caught when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from flows import effects as ask
from flows.checks.setting import Setting
from flows.machine import Cause
from flows.proving.form import Form, Move, Outside
from flows.proving.search import Reached, reach
from flows.proving.standing import Consent, Standing, at_start, enough, granted, outside, repeated, revoked, shown
from flows.rules import Level
from flows.spec import STOPPED, Kind, Text

MARKETING = "MARKETING"
"""The category of a template that a carrier counts as advertising."""


class Fault(StrEnum):
    """What can be wrong with one effect."""

    UNANSWERED = "unanswered"
    """A grant by something other than an answer."""

    UNASKED = "unasked"
    """A grant of what the text seen last did not ask for."""

    LACKING = "lacking"
    """A message that needs a consent which this path does not hold."""

    BARE = "bare"
    """A message that sells and needs no commercial consent."""

    FALLBACK = "fallback"
    """A message that may leave on another medium, where nobody agreed."""

    LEVEL = "level"
    """A consent given more lightly than the place requires."""


class Point(NamedTuple):
    """A state of the flow and where the purpose stands there."""

    state: str
    standing: Standing


Step = Move | Outside


class Flaw(NamedTuple):
    """``way``: the steps of the shortest conversation up to the ``move`` with the fault; ``effect``: the effect at
    fault; ``before``: where the purpose stood when it was due."""

    fault: Fault
    way: tuple[Step, ...]
    move: Move
    effect: ask.Effect
    before: Standing


@dataclass(frozen=True, slots=True)
class Question:
    """What one product is about. ``purpose``: empty for none, so that nothing is ever granted; ``language``: of the
    conversation, None for any; ``level``: what the place requires; ``bare``: whether to look for bare messages."""

    form: Form
    setting: Setting
    purpose: str
    language: str | None = None
    level: Level = Level.SINGLE
    bare: bool = False


def level_of(form: Form, setting: Setting, purpose: str) -> Level:
    """The strictest that the place requires on the media of the flow."""
    commercial = setting.purposes.get(purpose, False)
    levels = {setting.rules.level(medium, commercial=commercial) for medium in form.flow.channels}
    return Level.CONFIRMED if Level.CONFIRMED in levels else max(levels, key=list(Level).index)


@dataclass(slots=True)
class Product:
    """Everything reachable for one question, and the flaws on the way, the shortest first."""

    question: Question
    reached: Reached[Point, Step] = field(init=False)
    flaws: list[Flaw] = field(default_factory=list)
    _faults: list[tuple[Point | None, Move, Fault, ask.Effect, Standing]] = field(default_factory=list)

    def __post_init__(self) -> None:
        form = self.question.form
        begin = self.take(None, form.start, at_start(form.flow, self.question.purpose))
        self.reached = reach([Point(form.start.target, begin)], self._onward)
        for point, move, fault, effect, before in self._faults:
            way = (form.start, *self.reached.way_to(point)) if point is not None else ()
            self.flaws.append(Flaw(fault, way, move, effect, before))

    def _onward(self, point: Point) -> Iterator[tuple[Step, Point]]:
        for move in self.question.form.moves[point.state]:
            yield move, Point(move.target, self.take(point, move, point.standing))
        if point.state != STOPPED:
            for event, after in outside(point.standing):
                yield event, Point(point.state, after)
            yield Outside.STOP, Point(STOPPED, Standing(Consent.WITHDRAWN, outside=True))

    def take(self, point: Point | None, move: Move, standing: Standing) -> Standing:
        """Where the purpose stands after this move, its faults noted."""
        for effect in move.effects:
            fault, after = _after(self.question, move, effect, standing)
            if fault is not None:
                self._faults.append((point, move, fault, effect, standing))
                # What is wrong once is taken for right from here on: what only follows from it is not said again.
                wrong = fault in (Fault.LACKING, Fault.LEVEL)
                after = after._replace(consent=Consent.CONFIRMED, outside=False) if wrong else after
            standing = after
        return standing


def sells(question: Question, say: ask.Say) -> bool:
    """Whether this message advertises: its flow does, its purpose does, or its template counts as such."""
    setting, flow = question.setting, question.form.flow
    template = setting.templates.get(flow.texts[say.text].template or "")
    advertised = template is not None and template.category == MARKETING
    return flow.kind is Kind.COMMERCIAL or advertised or setting.purposes.get(say.needs or "", False)


def follow(question: Question, steps: tuple[Step, ...]) -> Iterator[tuple[Step, Standing]]:
    """Where the purpose stands after each step."""
    standing = at_start(question.form.flow, question.purpose)
    for step in steps:
        if isinstance(step, Outside):
            standing = next(after for event, after in outside(standing) if event is step)
        else:
            for effect in step.effects:
                standing = _after(question, step, effect, standing)[1]
        yield step, standing


def _after(question: Question, move: Move, effect: ask.Effect, before: Standing) -> tuple[Fault | None, Standing]:
    """What is wrong with one effect, and where the purpose stands after it."""
    match effect:
        case ask.Revoke():
            return None, revoked(before, effect, question.purpose)
        case ask.Grant(purposes) if question.purpose in purposes:
            return _grant(question, move, before)
        case ask.Say():
            return _say(question, move, effect, before)
        case ask.End() | ask.HandOver() if before.held and not enough(before.consent, question.level):
            return Fault.LEVEL, before
    return None, before


def _grant(question: Question, move: Move, before: Standing) -> tuple[Fault | None, Standing]:
    """A wrong grant counts as a grant from here on."""
    given = Standing(granted(question.form.flow, before), current=before.current)
    if move.trigger is None or move.trigger.cause is not Cause.REPLY:
        return Fault.UNANSWERED, given
    return (None if before.current else Fault.UNASKED), given


def _say(question: Question, move: Move, say: ask.Say, before: Standing) -> tuple[Fault | None, Standing]:
    text = question.form.flow.texts[say.text]
    if say.needs != question.purpose:
        return _bare(question, say), _seen(question, move, text, before)
    if not before.held and before.outside:
        # The gate looks again when it is sent, and the flow could not know: nothing leaves, so nothing was seen.
        return None, before._replace(current=before.current and not move.entered)
    if not before.held:
        return Fault.LACKING, _seen(question, move, text, before)
    if not enough(before.consent, question.level):
        return Fault.LEVEL, _seen(question, move, text, before)
    astray = text.fallback is not None and any(m != text.fallback.undelivered for m in question.form.flow.channels)
    return (Fault.FALLBACK if astray else _bare(question, say)), _seen(question, move, text, before)


def _bare(question: Question, say: ask.Say) -> Fault | None:
    guarded = question.setting.purposes.get(say.needs or "", False)
    return Fault.BARE if question.bare and not guarded and sells(question, say) else None


def _seen(question: Question, move: Move, text: Text, before: Standing) -> Standing:
    if not move.entered:
        return repeated(before, text, question.purpose)
    return shown(before, text, question.purpose, question.language)
