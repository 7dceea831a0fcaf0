"""The closed form of a flow that proofs walk: its states, and from each the moves that may be made.

Made of the very edges of which the machine is built, so both mean the same. Conditions are dropped: whatever a
condition could allow may happen. Nothing that can happen to a person is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows import effects as ask
from flows.machine import Cause, Edge, Trigger, edges_of, entering
from flows.places import Path, Place
from flows.spec import STOPPED, Flow
from flows.witness import START


class Outside(StrEnum):
    """What may happen at any moment without a row of this flow."""

    STOP = "stop"
    """The person stops everything: this conversation ends too."""

    WITHDRAWN = "withdrawn"
    """The person withdraws this purpose in another conversation or on the preference page."""

    NATIVE_STOP = "native-stop"
    """The carrier reports that the person switched marketing off."""

    EXPIRED = "expired"
    """The consent's term is over."""

    NUMBER_CHANGED = "number-changed"
    """The number went to somebody else: no consent goes with it."""

    LANGUAGE_CHANGED = "language-changed"
    """The person now speaks another language; a conversation keeps the one it began in."""

    RECATEGORISED = "recategorised"
    """The carrier moves a template to another category; from then on the gate asks for a consent."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step: by ``trigger`` (None: the start) from ``source`` to ``target``, asking for ``effects`` in this order.
    ``entered``: whether the target's card begins; else the conversation stays where it is."""

    source: str
    trigger: Trigger | None
    target: str
    effects: tuple[ask.Effect, ...]
    entered: bool
    line: int

    @property
    def name(self) -> str:
        """As witnesses and timers write it."""
        return str(self.trigger) if self.trigger else START

    @property
    def by_person(self) -> bool:
        """Whether a message of the person makes it."""
        return self.trigger is not None and self.trigger.cause in (Cause.REPLY, Cause.ELSE)

    @property
    def said(self) -> tuple[str, ...]:
        """The texts that it asks for."""
        return tuple(effect.text for effect in self.effects if isinstance(effect, ask.Say))


@dataclass(frozen=True, slots=True)
class Form:
    """``moves``: by state, in the order of the file; none from a state that ends the conversation. Stops are not
    among them: every state has one, and it always leads to ``stopped``, where nothing is said or granted."""

    flow: Flow
    start: Move
    moves: Mapping[str, tuple[Move, ...]]


def form_of(flow: Flow) -> Form:
    """The closed form of a flow whose names all lead somewhere. Raises ``UnknownState`` for another."""
    first = flow.states[flow.start.go]
    start = Move("", None, first.name, tuple(entering(flow, first.name)), entered=True, line=_start_line(flow))
    moves: dict[str, list[Move]] = {name: [] for name in (*flow.states, STOPPED)}
    for edge in edges_of(flow):
        if edge.trigger.cause is not Cause.STOP and not ends(flow, edge.source) and _may_happen(flow, edge):
            moves[edge.source].append(_move(edge))
    return Form(flow, start, {name: tuple(found) for name, found in moves.items()})


def ends(flow: Flow, state: str) -> bool:
    """Whether the conversation is over as soon as it gets there."""
    card = flow.states.get(state)
    return card is None or card.end is not None


def _may_happen(flow: Flow, edge: Edge) -> bool:
    """Not a text that is never repeated, nor time that is over only after other time has led away."""
    if edge.trigger.cause is not Cause.AFTER:
        return edge.spoken != 0
    after = flow.states[edge.source].after
    leaving = [delay for delay, row in after if row.go is not None]
    return not leaving or after[int(edge.trigger.name)][0] <= min(leaving)


def _move(edge: Edge) -> Move:
    return Move(edge.source, edge.trigger, edge.to or edge.source, edge.effects, edge.to is not None, edge.line)


def _start_line(flow: Flow) -> int:
    return flow.places.key("start").line


def path_of(flow: Flow, move: Move) -> Path:
    """Where the row of this move stands in the file."""
    if move.trigger is None:
        return ("start", "go")
    match move.trigger.cause:
        case Cause.ELSE:
            return ("states", move.source, "else")
        case Cause.AFTER:
            index = int(move.trigger.name)
            delays = flow.places.children("states", move.source, "after")
            return ("states", move.source, "after", *delays[index : index + 1])
    return ("states", move.source, str(move.trigger.cause), move.trigger.name)


def place_of(flow: Flow, move: Move) -> Place:
    """The same as a place."""
    return flow.places.key(*path_of(flow, move))
