"""Plays every conversation of a flow up to a bound, shortest first, and collects what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from flows.spec import Flow
from tests.flows.oracle.faults import Fault, Found, Verdict
from tests.flows.oracle.interpreter import Happened, Interpreter, every_row
from tests.flows.oracle.reading import faults_to_read
from tests.flows.oracle.silence import faults_of_silence
from tests.flows.oracle.worlds import Cause, House, Move, World

LONGEST = 16
"""Moves of the longest conversation that is tried. Worlds repeat long before."""


@dataclass(slots=True)
class Explored:
    """``worlds``: each that was reached, but for the age of its consents, and those ages; ``states`` that somebody
    reached."""

    found: dict[Fault, Found] = field(default_factory=dict)
    worlds: dict[World, list[dict[tuple[str, str], int]]] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)

    def note(self, happened: Happened, conversation: tuple[str, ...]) -> None:
        """Keep the first, and so the shortest, of each kind."""
        self.states.add(happened.world.state)
        for fault, where in happened.faults:
            self.found.setdefault(fault, Found(fault, where, conversation))

    def known(self, world: World) -> bool:
        """Whether this world was reached before, with consents that were as old: what runs out now ran out then."""
        ages, earlier = world.ages(), self.worlds.setdefault(world.ageless(), [])
        if any(all(age <= older[which] for which, age in ages.items()) for older in earlier):
            return True
        earlier.append(ages)
        return False


def judge(flow: Flow, house: House, longest: int = LONGEST) -> Verdict:
    """Everything that is wrong with this flow."""
    read = list(faults_to_read(flow, house))
    if any(each.fault is Fault.LOST for each in read):
        return Verdict(tuple(read))  # nobody can play a conversation that leads nowhere
    explored = explore(flow, house, longest)
    read += [*faults_of_silence(flow, explored.states), *_never_reached(flow, explored.states)]
    for each in read:
        explored.found.setdefault(each.fault, each)
    return Verdict(tuple(explored.found.values()), frozenset(explored.states))


def explore(flow: Flow, house: House, longest: int = LONGEST) -> Explored:
    """Every conversation, on every medium and in every language of the flow. Two conversations that led to the same
    world go on alike, so only the shorter is continued."""
    player, explored = Interpreter(flow, house), Explored()
    edge: list[tuple[World, tuple[str, ...]]] = []
    for medium, language in _openings(flow):
        happened = player.begin(medium, language)
        line = (f"start on {medium} in {language}", *happened.done)
        explored.note(happened, line)
        edge.append((happened.world, line))
    while edge and longest:
        edge, longest = list(_one_more_move(player, explored, edge)), longest - 1
    return explored


def _openings(flow: Flow) -> Iterator[tuple[str, str]]:
    for medium in flow.channels:
        yield from ((medium, language) for language in flow.languages)


def _one_more_move(
    player: Interpreter, explored: Explored, edge: list[tuple[World, tuple[str, ...]]]
) -> Iterator[tuple[World, tuple[str, ...]]]:
    for world, line in edge:
        alone = world.language != player.flow.languages[0]
        for move in player.moves(world):
            if alone and move.cause is Cause.ENVIRONMENT:
                continue  # the world outside speaks no language: once for each medium is enough
            happened = player.play(world, move)
            longer = (*line, str(move), *happened.done)
            explored.note(happened, longer)
            if not explored.known(happened.world):
                yield happened.world, longer


def _never_reached(flow: Flow, reached: set[str]) -> Iterator[Found]:
    """Cards that no conversation comes to; those behind a card that ends are drawn and yet unreachable."""
    drawn = {flow.start.go}
    while grown := {row.go for name, row in every_row(flow) if name in drawn and row.go is not None} - drawn:
        drawn |= grown
    for name in flow.states:
        if name not in drawn:
            yield Found(Fault.UNREACHABLE, name)
        elif name not in reached:
            yield Found(Fault.BEHIND_AN_END, name)


def without_environment(flow: Flow, house: House) -> Iterator[tuple[World, Move, Happened]]:
    """Every step that the flow alone can take, for comparing with the real machine."""
    player = Interpreter(flow, house)
    waiting = [player.begin(*next(_openings(flow))).world]
    seen = set(waiting)
    while waiting:
        world = waiting.pop()
        for move in player.moves(world):
            if move.cause is Cause.ENVIRONMENT:
                continue
            happened = player.play(world, move)
            yield world, move, happened
            bare = replace(happened.world, held=frozenset(), requested=frozenset(), remembered=frozenset())
            if bare not in seen:
                seen.add(bare)
                waiting.append(bare)
