"""The same conversation on the real machine: each step of the oracle is one decision, and must ask for the same."""

from __future__ import annotations

from collections.abc import Iterator

from flows import effects
from flows.machine import Decision, Facts, FlowMachine, Trigger
from tests.flows.oracle.worlds import Cause, Move, World


def trigger_of(move: Move) -> Trigger:
    """What the machine calls this move. Raises ``ValueError`` for what is no move of a flow."""
    match move.cause:
        case Cause.ANSWER:
            return Trigger.reply(move.name)
        case Cause.EVENT:
            return Trigger.event(move.name)
        case Cause.WAIT:
            return Trigger.after(int(move.name))
        case Cause.OTHER:
            return Trigger.otherwise()
    raise ValueError(f"{move} is no move of a flow")


def decided(machine: FlowMachine, world: World, move: Move) -> Decision | None:
    """What the machine decides in this world."""
    return machine.decide(world.state, trigger_of(move), Facts(world.misunderstood))


def in_words(asked: tuple[effects.Effect, ...]) -> list[str]:
    """The effects as the oracle writes them; timers are looked at apart."""
    return [words for effect in asked for words in _words(effect)]


def _words(effect: effects.Effect) -> Iterator[str]:
    match effect:
        case effects.Say(text):
            yield f"say {text}"
        case effects.Grant(purposes):
            yield from (f"grant {name}" for name in purposes)
        case effects.Revoke(purposes):
            yield from (f"revoke {name}" for name in purposes)
        case effects.Remember(name):
            yield f"remember {name}"
        case effects.Tag(name):
            yield f"tag {name}"
        case effects.HandOver():
            yield "hand over"
        case effects.End(outcome):
            yield f"end {outcome}"


def waits(asked: tuple[effects.Effect, ...]) -> list[effects.Wait]:
    """The timers that are set."""
    return [effect for effect in asked if isinstance(effect, effects.Wait)]
