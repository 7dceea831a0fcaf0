"""Whether every placeholder that the conversation itself fills has a value on every path to every text.

What an answer or ``remember`` sets is looked at, and the words about a purpose. What a business or an event must
report, nobody can know before; without it the message is refused when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows import effects as ask
from flows.machine import Cause
from flows.problems import problem
from flows.proving.chat import witness_of
from flows.proving.consent import Step
from flows.proving.finding import Finding
from flows.proving.form import Move
from flows.proving.question import Question
from flows.proving.search import reach
from flows.spec import Flow, Text

PROMISES = frozenset({"purpose", "cap", "lasts"})
"""What is said about the purposes in question."""

_NAME = re.compile(r"\{\{\s*([^\s{}]+)\s*\}\}")

Point = tuple[str, bool]
"""A state, and whether there is a value."""


@dataclass(frozen=True, slots=True)
class Value:
    """One placeholder. ``promise``: it stands for the purposes in question; ``by_answer``: any answer fills it; else
    a ``remember`` of its name does."""

    name: str
    flow: Flow
    promise: bool
    by_answer: bool

    def after(self, move: Move, filled: bool) -> Iterator[tuple[ask.Effect, bool]]:
        """Each effect of a move, and whether there is a value once it is carried out."""
        filled = filled or (self.by_answer and move.trigger is not None and move.trigger.cause is Cause.REPLY)
        for effect in move.effects:
            match effect:
                case ask.Remember(self.name, _):
                    filled = True
                case ask.Say(text) if self.promise and move.entered:
                    filled = bool(self.flow.texts[text].asks_for)
            yield effect, filled

    def known(self, say: ask.Say, filled: bool) -> bool:
        """Whether this message has the value."""
        return filled or (self.promise and bool(say.needs or self.flow.texts[say.text].asks_for))


def unset_values(question: Question) -> Iterator[Finding]:
    """E402 for each text that can be reached before a value in it is set, the shortest way of each."""
    flow = question.form.flow
    used = {text.name: _names(text) for text in flow.texts.values()}
    for value in _values(flow, frozenset[str]().union(*used.values())):
        yield from _missing(question, value, {text for text, names in used.items() if value.name in names})


def _names(text: Text) -> frozenset[str]:
    return frozenset(name for wording in text.wording.values() for name in _NAME.findall(wording))


def _values(flow: Flow, used: frozenset[str]) -> Iterator[Value]:
    """The placeholders that only the conversation fills."""
    remembered = {
        name
        for card in flow.states.values()
        for row in (*card.reply.values(), *card.event.values(), *(row for _, row in card.after))
        for name in row.remember
    }
    for name in sorted(used):
        use = flow.uses.get(name)
        if use is None and name in PROMISES:
            yield Value(name, flow, promise=True, by_answer=False)
        elif use is not None and not use.otherwise and (use.type == "answer" or name in remembered):
            yield Value(name, flow, promise=False, by_answer=use.type == "answer")


def _missing(question: Question, value: Value, texts: set[str]) -> Iterator[Finding]:
    form = question.form
    lacking: dict[str, tuple[Point | None, Move]] = {}

    def take(point: Point | None, move: Move, filled: bool) -> bool:
        before = filled
        for effect, after in value.after(move, filled):
            if isinstance(effect, ask.Say) and effect.text in texts:
                # A promise is looked up before this very text becomes what was asked last.
                known = value.known(effect, before if value.promise else after)
                if not known:
                    lacking.setdefault(effect.text, (point, move))
            before = after
        return before

    def onward(point: Point) -> Iterator[tuple[Step, Point]]:
        state, filled = point
        for move in form.moves[state]:
            yield move, (move.target, take(point, move, filled))

    reached = reach([(form.start.target, take(None, form.start, filled=False))], onward)
    for text, (point, move) in lacking.items():
        way: tuple[Step, ...] = (form.start, *reached.way_to(point)) if point is not None else ()
        yield _finding(question, value, text, (*way, move))


def _finding(question: Question, value: Value, text: str, way: tuple[Step, ...]) -> Finding:
    flow = question.form.flow
    language = next(tag for tag, words in flow.texts[text].wording.items() if value.name in _NAME.findall(words))
    place = flow.places.value("texts", text, language)
    entry = "E402.promise" if value.promise else "E402.unset"
    return Finding(problem(entry, flow.file, place, witness_of(question, way), name=value.name, text=text))
