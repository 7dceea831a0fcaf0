"""A conversation that a proof found, written down as a chat with the lines of the file. Words only, no judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from flows.graph import span
from flows.machine import Cause, Trigger
from flows.messages.bilingual import Bilingual
from flows.messages.proof import CONSENTS, HAPPENS, SPEAKERS, SPOKEN
from flows.proving.consent import Step, follow
from flows.proving.form import Form, Move, Outside, place_of
from flows.proving.question import Question
from flows.proving.standing import Consent
from flows.render import choose_language, reply_to
from flows.spec import Flow, Start
from flows.witness import OUTSIDE, Moment, Witness

LONGEST = 60
"""Characters of a text that are shown."""

_READERS = {"en": "en", "zh": "zh-CN"}


def witness_of(question: Question, steps: Sequence[Step], last: Consent | None = None) -> Witness:
    """These steps as a witness about the purpose of the question. ``last``: what holds for it at the end, where time
    alone has changed it."""
    flow = question.form.flow
    steps = spelled_out(question.form, steps)
    moments: list[Moment] = []
    lines: list[Line] = []
    consent = ""
    for number, (step, standing) in enumerate(follow(question, steps), start=1):
        held = last if last is not None and number == len(steps) else standing.consent
        now = str(held) if question.purpose else ""
        if isinstance(step, Outside):
            moments.append(Moment(f"{OUTSIDE}:{step}", moments[-1].state, consent=now))
        else:
            moments.append(Moment(step.name, step.target, place_of(flow, step).line, step.said, now))
        told = [*_told(flow, step)]
        lines.extend(_with_remark(told, question.purpose, now) if now != consent else told)
        consent = now
    return Witness(question.purpose, tuple(moments), _joined(lines))


def spelled_out(form: Form, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The same with every repetition that an ``else`` makes before it leaves, which the products leave out."""
    told: list[Step] = []
    for step in steps:
        if isinstance(step, Move) and step.entered and step.trigger == Trigger.otherwise():
            told += [each for each in form.moves[step.source] if _repeats(each)] * _left_to_say(form.flow, step, told)
        told.append(step)
    return tuple(told)


def _repeats(step: Step) -> bool:
    return isinstance(step, Move) and step.trigger == Trigger.otherwise() and not step.entered


def _left_to_say(flow: Flow, leaving: Move, before: Sequence[Step]) -> int:
    """How often the ``else`` speaks before it leaves: as often as it may, less what it said since the card began."""
    rule = flow.states[leaving.source].otherwise
    stayed = takewhile(lambda step: isinstance(step, Outside) or not step.entered, reversed(before))
    said = sum(_repeats(step) for step in stayed)
    return max(0, rule.times - said) if rule is not None and rule.say is not None else 0


Line = tuple[int, str, Bilingual]
"""The line in the file (0 for none), who speaks, and what is said."""


def _told(flow: Flow, step: Step) -> Iterator[Line]:
    if isinstance(step, Outside):
        yield 0, "outside", HAPPENS[step]
        return
    yield place_of(flow, step).line, _speaker(step), _what(flow, step)
    for name in step.said:
        yield flow.texts[name].line, "bot", _wording(flow, name)


def _speaker(move: Move) -> str:
    return "person" if move.by_person else "start" if move.trigger is None else str(move.trigger.cause)


def _what(flow: Flow, move: Move) -> Bilingual:
    if move.trigger is None:
        return _started(flow.start)
    match move.trigger.cause:
        case Cause.REPLY:
            return _same(reply_to(flow, move.trigger.name))
        case Cause.EVENT:
            return _same(move.trigger.name)
        case Cause.AFTER:
            delay = span(flow.states[move.source].after[int(move.trigger.name)][0])
            return SPOKEN["after"].fill({"delay": delay})
    return SPOKEN["else"]


def _started(start: Start) -> Bilingual:
    word = next(iter((start.word or {}).values()), "")
    ways = {"event": start.event, "campaign": start.campaign, "word": word, "business": start.business}
    way, name = next((way, name) for way, name in ways.items() if name)
    return SPOKEN[way].fill({"name": name})


def _wording(flow: Flow, name: str) -> Bilingual:
    wording = flow.texts[name].wording
    if not wording:
        return _same(name)
    shown = {reader: wording[choose_language(tag, tuple(wording))] for reader, tag in _READERS.items()}
    return Bilingual(*(_cut(shown[reader]) for reader in ("en", "zh")))


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _same(words: str) -> Bilingual:
    return Bilingual(words, words)


def _with_remark(lines: list[Line], purpose: str, consent: str) -> list[Line]:
    """What the step made of the consent is said behind the words that made it."""
    at = -1 if consent == Consent.REQUESTED else 0
    number, who, what = lines[at]
    words = {"what": what, "purpose": purpose, "consent": CONSENTS[consent]}
    lines[at] = (number, who, SPOKEN["remark"].fill(words))
    return lines


def _joined(lines: Sequence[Line]) -> Bilingual:
    return Bilingual(*("\n".join(_line(each, reader) for each in lines) for reader in ("en", "zh")))


def _line(line: Line, reader: str) -> str:
    number, who, what = line
    return f"{number or '':>5}  {SPEAKERS[who].text(reader)}  {what.text(reader)}"
