"""The flaws of the consent product as problems: each at the row that causes it, with its conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flows import effects as ask
from flows.messages import Bilingual
from flows.messages.proof import STATES, WHY
from flows.places import Path, Place
from flows.problems import Problem, problem
from flows.proving.chat import witness_of
from flows.proving.consent import Flaw, Product, Step
from flows.proving.finding import Cause, Finding
from flows.proving.form import Move, Outside, path_of, place_of
from flows.proving.question import MARKETING, Question, lines_of
from flows.proving.standing import Consent, Fault
from flows.spec import ALL_PURPOSES, Flow


def findings(product: Product) -> Iterator[Finding]:
    """One finding for each cause, the shortest conversation of each."""
    done: set[tuple[object, ...]] = set()
    alike: set[tuple[object, ...]] = set()
    for flaw in _least_first(product.flaws):
        row = (flaw.fault, flaw.move.source, flaw.move.trigger, flaw.effect, flaw.before.consent)
        if row in alike:
            continue
        alike.add(row)
        found = _finding(product.question, flaw)
        new = found.problem
        # Whoever never agreed is in the wrong everywhere: the first place is enough.
        anywhere = flaw.fault is Fault.LACKING and flaw.before.consent is Consent.NONE
        key = (flaw.fault, *(() if anywhere else (new.line, new.column)))
        if key not in done:
            done.add(key)
            yield found


def _least_first(flaws: Sequence[Flaw]) -> list[Flaw]:
    """Shortest conversations first; a bare message where the consent is gone before one where it is still held."""
    return sorted(flaws, key=lambda flaw: (flaw.fault is Fault.BARE and flaw.before.held, len(flaw.way)))


def _finding(question: Question, flaw: Flaw) -> Finding:
    match flaw.fault:
        case Fault.UNANSWERED:
            return _unanswered(question, flaw)
        case Fault.UNASKED:
            return _unasked(question, flaw)
        case Fault.LEVEL:
            return _level(question, flaw)
        case Fault.LACKING:
            return _lacking(question, flaw)
        case Fault.FALLBACK:
            return _fallback(question, flaw)
        case Fault.BARE:
            return _bare(question, flaw)


def _told(question: Question, flaw: Flaw, entry: str, place: Place, /, **values: object) -> Problem:
    return problem(
        entry,
        question.form.flow.file,
        place,
        witness_of(question, (*flaw.way, flaw.move)),
        **{"purpose": question.purpose, **values},
    )


def _unanswered(question: Question, flaw: Flaw) -> Finding:
    flow, path = question.form.flow, path_of(question.form.flow, flaw.move)
    entry = f"E302.{flaw.move.trigger.cause}" if flaw.move.trigger else "E302.event"
    return Finding(_told(question, flaw, entry, flow.places.key(*path, "grant")))


def _unasked(question: Question, flaw: Flaw) -> Finding:
    flow, path = question.form.flow, path_of(question.form.flow, flaw.move)
    assert isinstance(flaw.effect, ask.Grant)
    number = flaw.effect.purposes.index(question.purpose)
    place = flow.places.value(*path, "grant", str(number))
    seen = _seen_last(flow, flaw.way)
    if seen and question.language is not None and question.purpose in flow.texts[seen].asks_for:
        unsaid = Cause("E401", flow.places.key("texts", seen, question.language))
        values = {"name": question.purpose, "language": question.language, "text": seen}
        return Finding(_told(question, flaw, "E303.language", place, **values), (unsaid,))
    entry = "E303.path" if seen else "E303.silent"
    causes = (Cause("E303", flow.places.key("texts", seen)),) if seen else ()
    return Finding(_told(question, flaw, entry, place, name=question.purpose, text=seen), causes)


def _seen_last(flow: Flow, way: Iterable[Step]) -> str:
    """The text that counts as the question: of the last card that spoke, or of an ``else`` that asks for its own."""
    seen = ""
    for step in way:
        if not isinstance(step, Outside):
            seen = next((name for name in step.said if step.entered or flow.texts[name].asks_for), seen)
    return seen


def _level(question: Question, flaw: Flaw) -> Finding:
    grant = next(step for step in reversed((*flaw.way, flaw.move)) if _grants(step, question.purpose))
    assert isinstance(grant, Move)
    place = question.form.flow.places.key(*path_of(question.form.flow, grant), "grant")
    return Finding(_told(question, flaw, "E301.level", place, place=question.setting.rules.place))


def _grants(step: Step, purpose: str) -> bool:
    effects = step.effects if isinstance(step, Move) else ()
    return any(isinstance(effect, ask.Grant) and purpose in effect.purposes for effect in effects)


def _lacking(question: Question, flaw: Flaw) -> Finding:
    flow = question.form.flow
    say = flaw.effect
    assert isinstance(say, ask.Say)
    values = {"text": say.text, "line": _line_of(flow, flaw.move), "state": STATES[flaw.before.consent]}
    # A flow that begins on the wrong basis is told so there.
    causes = (Cause("E308"),) if flaw.before.consent is Consent.NONE else ()
    return Finding(_told(question, flaw, "E301.lacking", _blamed(question, flaw), **values), causes)


def _line_of(flow: Flow, move: Move) -> int:
    """Where the card, or its ``else``, says what it says."""
    path = ("states", move.target, "say") if move.entered else ("states", move.source, "else", "say")
    return flow.places.key(*path).line


def _blamed(question: Question, flaw: Flaw) -> Place:
    """The row that took the consent away; else the one that left the question without a yes; else the one that leads
    to the message."""
    flow, steps = question.form.flow, (*flaw.way, flaw.move)
    if flaw.before.consent in (Consent.WITHDRAWN, Consent.REFUSED):
        return next(place for step in reversed(steps) if (place := _revocation(flow, step, question.purpose)))
    if flaw.move.trigger is None:
        return flow.places.key(*_ground(flow))
    return place_of(flow, _left(question, steps) or flaw.move)


def _left(question: Question, steps: tuple[Step, ...]) -> Move | None:
    """The row that left the card which asked for the purpose last."""
    asked, left = False, None
    for step in steps:
        if isinstance(step, Move) and step.entered:
            left = step if asked else left
            asked = any(question.purpose in question.form.flow.texts[name].asks_for for name in step.said)
    return left


def _ground(flow: Flow) -> Path:
    return ("states", flow.start.go, "needs") if flow.states[flow.start.go].needs else ("start", "basis")


def _revocation(flow: Flow, step: Step, purpose: str) -> Place | None:
    """Where this step takes the purpose back: on its row, or on the card that it enters."""
    if isinstance(step, Outside):
        return None
    for effect in reversed(step.effects):
        if isinstance(effect, ask.Revoke) and not {purpose, ALL_PURPOSES}.isdisjoint(effect.purposes):
            card = ("states", step.target, "revoke")
            row = (*path_of(flow, step), "revoke")
            by_card = step.entered and flow.states[step.target].revoke == effect.purposes
            return flow.places.key(*(card if by_card else row))
    return None


def _fallback(question: Question, flaw: Flaw) -> Finding:
    flow, say = question.form.flow, flaw.effect
    assert isinstance(say, ask.Say)
    fallback = flow.texts[say.text].fallback
    assert fallback is not None
    place = flow.places.key("texts", say.text, "fallback")
    return Finding(_told(question, flaw, "E301.fallback", place, text=say.text, medium=fallback.undelivered))


def _bare(question: Question, flaw: Flaw) -> Finding:
    flow, setting, say = question.form.flow, question.setting, flaw.effect
    assert isinstance(say, ask.Say)
    known = " ".join(name for name, commercial in setting.purposes.items() if commercial) or "-"
    values = {"text": say.text, "why": _why(question, say), "known": known, "needs": say.needs}
    state = flaw.move.target if flaw.move.entered else flaw.move.source
    card = ("states", state, *(() if flaw.move.entered else ("else",)))
    if say.needs is not None:
        place = flow.places.value(*card[:2], "needs") if flow.states[state].needs else flow.places.value("needs")
        return Finding(_told(question, flaw, "E301.service", place, **values))
    # A commercial flow that names no consent at all is told so once, at its head; words that sell, where they stand.
    causes = (Cause("E301", flow.places.key("kind")), Cause("E601", lines=lines_of(flow, say.text)))
    return Finding(_told(question, flaw, "E301.bare", flow.places.key(*card, "say"), **values), causes)


def _why(question: Question, say: ask.Say) -> Bilingual:
    flow, setting = question.form.flow, question.setting
    name = flow.texts[say.text].template or ""
    if name in setting.templates and setting.templates[name].category == MARKETING:
        return WHY["template"].fill({"template": name})
    return WHY["kind"]
