"""A flow as one finite-state machine: which state follows, and what that asks for.

Built once per flow version and shared by all its people. Holds nothing about anybody, does nothing itself, and never
hands a word of the file to ``transitions`` as a callback, a condition or a trigger: it would look names up and import
them. The only file that imports ``transitions``; plain and synchronous on purpose: its asynchronous
machines mix people up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from transitions import Event, EventData, Machine
from transitions import State as Node

from flows import effects as ask
from flows.errors import UnknownState
from flows.spec import STOPPED, Flow, Row, State

KEPT = 4096
"""Decisions remembered by a machine, the least used of which is forgotten first."""


class Cause(StrEnum):
    """What can move a conversation."""

    REPLY = "reply"
    EVENT = "event"
    AFTER = "after"
    ELSE = "else"
    STOP = "stop"


class Trigger(NamedTuple):
    """One thing that happened. ``name`` is the answer, the event or the number of the ``after`` row, else empty.

    ``str()`` gives the form that timers keep (``after:0``), ``read`` takes it back.
    """

    cause: Cause
    name: str = ""

    def __str__(self) -> str:
        return f"{self.cause}:{self.name}" if self.name else str(self.cause)

    @classmethod
    def read(cls, text: str) -> Trigger:
        """The trigger that ``str()`` wrote. Raises ``ValueError`` for anything else."""
        cause, _, name = text.partition(":")
        return cls(Cause(cause), name)

    @classmethod
    def reply(cls, answer: str) -> Trigger:
        """The person gave this answer of the flow."""
        return cls(Cause.REPLY, answer)

    @classmethod
    def event(cls, name: str) -> Trigger:
        """The business or the carrier reports this."""
        return cls(Cause.EVENT, name)

    @classmethod
    def after(cls, index: int) -> Trigger:
        """The timer of the state's ``after`` row with this number, from 0, has run out."""
        return cls(Cause.AFTER, str(index))

    @classmethod
    def otherwise(cls) -> Trigger:
        """The person wrote something that is none of the answers."""
        return cls(Cause.ELSE)

    @classmethod
    def stop(cls) -> Trigger:
        """The person wants no more; withdrawal and confirmation are recorded where stops are heard."""
        return cls(Cause.STOP)


class Facts(NamedTuple):
    """What conditions may read. ``misunderstood``: how often ``else`` spoke since this state was entered."""

    misunderstood: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the conversation is now and what to do, in this order. ``entered`` tells going to a state, even the same
    one again, from staying in it. ``row_line``: the line of the row in the file, 0 for a start and a stop."""

    state: str
    effects: tuple[ask.Effect, ...]
    row_line: int
    entered: bool


@dataclass(slots=True)
class Step:
    """The model that ``transitions`` moves: one decision about one person, then forgotten."""

    state: str
    facts: Facts
    effects: tuple[ask.Effect, ...] = ()
    row_line: int = 0
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of the flow as a transition: ``to`` None stays; ``spoken`` bounds how often it may be taken."""

    source: str
    trigger: Trigger
    to: str | None
    effects: tuple[ask.Effect, ...]
    line: int
    spoken: int | None = None


class FlowMachine:
    """The machine of one flow version. Raises ``UnknownState`` when a row leads nowhere."""

    __slots__ = ("_decided", "_events", "_machine", "flow")

    def __init__(self, flow: Flow) -> None:
        # The same question always has the same answer, so ``transitions`` is asked once.
        self._decided = lru_cache(maxsize=KEPT)(self._decide)
        self.flow = flow
        nodes = {name: Node(name) for name in dict.fromkeys((*flow.states, STOPPED))}
        first = nodes[self.start().state]
        self._machine = Machine(
            model=None, states=[*nodes.values()], initial=first, auto_transitions=False, send_event=True
        )
        edges = tuple(edges_of(flow))
        # Our own names, made of a number, so that nothing in a file can name an attribute or a module.
        named = {
            trigger: f"{trigger.cause}:{index}" for index, trigger in enumerate(dict.fromkeys(e.trigger for e in edges))
        }
        for edge in edges:
            self._machine.add_transition(
                named[edge.trigger],
                [edge.source],
                # A Node and not its name: names may be wildcards to ``transitions``.
                None if edge.to is None else nodes[edge.to],
                conditions=[] if edge.spoken is None else [_fewer_than(edge.spoken)],
                after=[_record(edge)],
            )
        self._events: dict[Trigger, Event] = {trigger: self._machine.events[name] for trigger, name in named.items()}

    @property
    def states(self) -> tuple[str, ...]:
        """The states of the file and ``stopped``."""
        return tuple(self._machine.states)

    def start(self) -> Decision:
        """What beginning this conversation asks for."""
        go = self.flow.start.go
        return Decision(go, tuple(entering(self.flow, go)), 0, entered=True)

    def decide(self, state: str, trigger: Trigger, facts: Facts) -> Decision | None:
        """What this trigger does in this state; None when the state has no row for it, so nothing happens.

        An ``after`` trigger means the timer of this very state: whoever fires timers drops cancelled ones first.
        """
        return self._decided(state, trigger, facts)

    def _decide(self, state: str, trigger: Trigger, facts: Facts) -> Decision | None:
        if state not in self._machine.states:
            raise UnknownState(self.flow.name, state)
        moved = self._events.get(trigger)
        if moved is None or state not in moved.transitions:
            return None
        step = Step(state, facts)
        if not moved.trigger(step):
            return None
        return Decision(step.state, step.effects, step.row_line, step.entered)

    def waits(self, state: str) -> bool:
        """Whether this state has a question open: it hears answers."""
        card = self.flow.states.get(state)
        return card is not None and (bool(card.reply) or card.otherwise is not None)


def rows_of(flow: Flow) -> tuple[tuple[str, Trigger], ...]:
    """Every row of the file as (state, trigger), each once; without the stops that every state has."""
    return tuple(
        dict.fromkeys((edge.source, edge.trigger) for edge in edges_of(flow) if edge.trigger.cause is not Cause.STOP)
    )


def edges_of(flow: Flow) -> Iterator[Edge]:
    """Every transition of the machine, in the order in which the machine tries them."""
    for card in flow.states.values():
        for trigger, row in _rows(card):
            yield Edge(card.name, trigger, row.go, tuple(_taking(flow, row)), row.line)
        yield from _not_understood(flow, card)
    for name in dict.fromkeys((*flow.states, STOPPED)):
        yield Edge(name, Trigger.stop(), STOPPED, (ask.Cancel(), ask.End(STOPPED)), 0)


def _rows(card: State) -> Iterator[tuple[Trigger, Row]]:
    yield from ((Trigger.reply(name), row) for name, row in card.reply.items())
    yield from ((Trigger.event(name), row) for name, row in card.event.items())
    yield from ((Trigger.after(index), row) for index, (_, row) in enumerate(card.after))


def _not_understood(flow: Flow, card: State) -> Iterator[Edge]:
    """The two halves of ``else``: speak a few times, then go. With nothing to say it goes at once."""
    rule = card.otherwise
    if rule is None:
        return
    if rule.say is not None:
        said = ask.Say(rule.say, needs=card.needs or flow.needs)
        yield Edge(card.name, Trigger.otherwise(), None, (said,), card.line, spoken=rule.times)
    if rule.go is not None:
        yield Edge(card.name, Trigger.otherwise(), rule.go, tuple(_taking(flow, Row(rule.go))), card.line)


def _taking(flow: Flow, row: Row) -> Iterator[ask.Effect]:
    """The effects of a row, a withdrawal before everything else, and of the card it leads to."""
    if row.revoke:
        yield ask.Revoke(row.revoke)
    if row.grant:
        yield ask.Grant(row.grant)
    yield from (ask.Remember(name, value) for name, value in row.remember.items())
    if row.tag is not None:
        yield ask.Tag(row.tag)
    if row.go is not None:
        yield ask.Cancel()
        yield from entering(flow, row.go)


def entering(flow: Flow, name: str) -> Iterator[ask.Effect]:
    """What beginning this card asks for, in its order. Raises ``UnknownState``."""
    card = flow.states.get(name)
    if card is None:
        raise UnknownState(flow.name, name)
    if card.revoke:
        yield ask.Revoke(card.revoke)
    if card.say is not None:
        yield ask.Say(card.say, needs=card.needs or flow.needs, fresh=card.fresh)
    yield from (ask.Wait(delay, str(Trigger.after(index))) for index, (delay, _) in enumerate(card.after))
    if card.hand_over:
        yield ask.HandOver()
    if card.end is not None:
        yield ask.End(card.end)


def _fewer_than(times: int) -> Callable[[EventData], bool]:
    def spoke_less(data: EventData) -> bool:
        step: Any = data.model
        return bool(step.facts.misunderstood < times)

    return spoke_less


def _record(edge: Edge) -> Callable[[EventData], None]:
    def record(data: EventData) -> None:
        step: Any = data.model
        step.effects += edge.effects
        step.row_line = edge.line
        step.entered = edge.to is not None

    return record
