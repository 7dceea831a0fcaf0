"""A conversation that the checker gives as its reason, played again: on the real machine, and before the oracle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flows.machine import Cause as Heard
from flows.machine import Decision, Facts, FlowMachine, Trigger
from flows.problems import Problem
from flows.spec import Flow
from flows.witness import OUTSIDE, START, Moment, Witness
from tests.flows.oracle.faults import Fault, Verdict
from tests.flows.oracle.interpreter import Happened, Interpreter
from tests.flows.oracle.on_the_machine import in_words
from tests.flows.oracle.worlds import Cause, House, Move

CONFIRMED_BY: dict[str, frozenset[Fault]] = {
    "E301": frozenset(
        {
            Fault.SOLD_WITHOUT_NEEDS,
            Fault.SOLD_WITHOUT_CONSENT,
            Fault.SOLD_AFTER_EXPIRY,
            Fault.SOLD_ELSEWHERE,
            Fault.FALLBACK,
            Fault.GATE_ALONE,
            Fault.NEED_UNMET,
            Fault.MARKETING_REQUEST,
        }
    ),
    "E302": frozenset({Fault.GRANTED_BY_ITSELF}),
    "E303": frozenset({Fault.GRANTED_UNASKED, Fault.SILENT_CARD, Fault.LANGUAGE_MISSING}),
    "E401": frozenset({Fault.LANGUAGE_MISSING}),
    "E402": frozenset({Fault.UNSET, Fault.UNREMEMBERED}),
}
"""What the oracle must have seen on the way for a refusal to be right. Of E204 see ``of_silence``."""


WITNESSED = frozenset({"E301", "E302", "E303", "E204"})
"""The refusals that must come with a conversation, wherever a conversation can get there."""


def doubts(flow: Flow, house: House, verdict: Verdict, problems: Iterable[Problem]) -> Iterator[str]:
    """What is wrong with the reasons that the checker gives."""
    for problem in problems:
        witness = problem.witness
        if witness is None:
            if problem.code in WITNESSED and not _out_of_reach(flow, verdict, problem):
                yield f"{problem.headline('en')}: no conversation shows it"
            continue
        if (reason := broken(flow, witness)) is not None:
            yield f"{problem.headline('en')}: the machine does otherwise, {reason}"
        elif problem.code == "E204":
            if not of_silence(witness):
                yield f"{problem.headline('en')}: this is no silence"
        elif problem.code in CONFIRMED_BY and not seen(flow, house, witness) & CONFIRMED_BY[problem.code]:
            yield f"{problem.headline('en')}: the oracle finds nothing wrong with it"


def _out_of_reach(flow: Flow, verdict: Verdict, problem: Problem) -> bool:
    """Whether nobody ever comes to the card that the refusal is about, or it is about a timer that never rings or a
    need that the cards name instead of the flow, so that no conversation shows it."""
    if verdict.faults & {Fault.NEVER_RINGS, Fault.GATE_ALONE}:
        return True
    about = [text.name for text in flow.texts.values() if text.line == problem.line]
    if about:
        asking = [flow.states[name] for name in verdict.reached if flow.states[name].say in about]
        return not any(row.grant for card in asking for row in card.reply.values())
    cards = [card for card in flow.states.values() if card.line <= problem.line]
    if not cards:
        return not any(flow.states[name].say for name in verdict.reached)
    return max(cards, key=lambda card: card.line).name not in verdict.reached


def broken(flow: Flow, witness: Witness) -> str | None:
    """Why the real machine does not do what the conversation says; None when it does."""
    machine = FlowMachine(flow)
    state, misunderstood = "", 0
    for number, moment in enumerate(witness.moments):
        if moment.trigger.startswith(OUTSIDE):
            continue
        decision = _decided(machine, state, moment.trigger, misunderstood)
        if decision is None:
            return f"{number}: nothing happens at {moment.trigger} in {state}"
        if (wrong := _differs(decision, moment)) is not None:
            return f"{number}: {wrong}"
        by_else = moment.trigger == str(Heard.ELSE)
        misunderstood = 0 if decision.entered else misunderstood + by_else
        state = decision.state
    return None


def _decided(machine: FlowMachine, state: str, trigger: str, misunderstood: int) -> Decision | None:
    if trigger == START:
        return machine.start()
    return machine.decide(state, Trigger.read(trigger), Facts(misunderstood))


def _differs(decision: Decision, moment: Moment) -> str | None:
    said = tuple(word.removeprefix("say ") for word in in_words(decision.effects) if word.startswith("say "))
    if decision.state != moment.state:
        return f"{moment.trigger} leads to {decision.state}, not to {moment.state}"
    if said != moment.says:
        return f"{moment.trigger} says {said}, not {moment.says}"
    if moment.trigger not in (START, str(Heard.ELSE)) and decision.row_line != moment.line:
        return f"{moment.trigger} is line {decision.row_line}, not {moment.line}"
    return None


def seen(flow: Flow, house: House, witness: Witness) -> frozenset[Fault]:
    """What the oracle holds against this very conversation, on any medium and in any language of the flow."""
    found: set[Fault] = set()
    for medium in flow.channels:
        for language in flow.languages:
            found |= _played(Interpreter(flow, house), medium, language, witness)
    return frozenset(found)


def _played(player: Interpreter, medium: str, language: str, witness: Witness) -> set[Fault]:
    happened: Happened | None = None
    found: set[Fault] = set()
    for moment in witness.moments:
        if happened is None:
            happened = player.begin(medium, language)
        elif moment.trigger.startswith(OUTSIDE):
            happened = player.play(happened.world, Move(Cause.ENVIRONMENT, "consents end"))
        else:
            happened = player.play(happened.world, _move(moment.trigger))
        found |= {fault for fault, _ in happened.faults}
    return found


def _move(trigger: str) -> Move:
    heard = Trigger.read(trigger)
    causes = {Heard.REPLY: Cause.ANSWER, Heard.EVENT: Cause.EVENT, Heard.AFTER: Cause.WAIT, Heard.ELSE: Cause.OTHER}
    return Move(causes[heard.cause], heard.name)


def of_silence(witness: Witness) -> bool:
    """Whether at the end, without a word of the person, we speak more than once, or come round to where we were."""
    unprompted = [not moment.trigger.startswith((str(Heard.REPLY), str(Heard.ELSE))) for moment in witness.moments]
    waited = [moment.trigger.startswith(str(Heard.AFTER)) for moment in witness.moments]
    spoken = sum(len(moment.says) for moment in _tail(witness, waited))
    before = len(unprompted) - len(_tail(witness, unprompted)) - 1
    states = [moment.state for moment in witness.moments[max(0, before) :]]
    return spoken > 1 or len(set(states)) < len(states)


def _tail(witness: Witness, like: list[bool]) -> tuple[Moment, ...]:
    """The last moments, as long as they are all of this kind."""
    length = next((number for number, each in enumerate(reversed(like)) if not each), len(like))
    return witness.moments[len(like) - length :]
