"""Whatever two versions and whatever map: whoever may be moved is never stuck, never in circles, and no consent of
theirs is weaker than what they were shown and said. The oracle that plays by hand is the judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.proving import Prover
from flows.load import load_flow
from flows.moving.check import check_moves
from flows.moving.state_map import StateMap
from flows.normalise import normalise
from flows.proof import Proof
from flows.spec import Flow
from tests.flows.oracle.documents import Document, copied, text_of
from tests.flows.oracle.exploring import explore
from tests.flows.oracle.faults import OF_CONSENT, Fault
from tests.flows.oracle.good_flows import good_flow
from tests.flows.oracle.house import grocer, house_of, setting
from tests.flows.oracle.interpreter import Interpreter
from tests.flows.oracle.mutants import MUTATIONS
from tests.flows.oracle.worlds import World

PLACE = "CN"
HOUSE = house_of(grocer(PLACE))
BROKEN = OF_CONSENT | {Fault.UNSET, Fault.REMINDED, Fault.LANGUAGE_MISSING}
LONGEST = 8
"""Moves that are tried after a move into the new version."""


def renamed(document: Document, random: Random) -> Document:
    """The same with some states called something else."""
    copy = copied(document)
    for name in list(copy["states"]):
        if random.random() < 0.4:
            copy = _with_name(copy, name, f"{name}_two")
    return copy


def _with_name(document: Document, old: str, new: str) -> Document:
    def walk(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: walk(each, name) for name, each in value.items()}
        targets = key == "go" or (key not in ("say", "end", "needs") and key in rows)
        return new if targets and value == old else value

    rows: set[str] = set()
    for card in document["states"].values():
        for part in ("reply", "event", "after"):
            rows |= set(card.get(part, {}))
    states = {new if name == old else name: walk(card) for name, card in document["states"].items()}
    start = {**document["start"], "go": new if document["start"]["go"] == old else document["start"]["go"]}
    return {**document, "states": states, "start": start}


def versions(random: Random) -> tuple[Flow, Flow] | None:
    """A good flow and an edit of it, both proved; None where chance made none."""
    first = good_flow(random)
    second = renamed(first, random)
    for _ in range(random.randrange(3)):
        made = list(random.choice(MUTATIONS)(second))
        second = random.choice(made) if made else second
    old, new = _proved(first), _proved(second)
    return (old, new) if old is not None and new is not None else None


def _proved(document: Document) -> Flow | None:
    flow = load_flow(text_of(document), "version.yaml")
    return flow if isinstance(Prover().verdict(flow, setting(PLACE)), Proof) else None


def a_map(old: Flow, new: Flow, random: Random) -> StateMap:
    """Most states to their counterpart, some to anywhere."""
    chosen: dict[str, str] = {}
    goes_on = [name for name, card in new.states.items() if card.end is None] or list(new.states)
    for state in old.states:
        twins = [name for name in (state, f"{state}_two") if name in new.states]
        if random.random() < 0.6 and twins:
            chosen[state] = twins[0]
        elif random.random() < 0.7:
            chosen[state] = random.choice(goes_on)
    return StateMap(chosen)


def moved(world: World, new: Flow, target: str) -> World:
    """Where the oracle's person stands after the move: nothing was said, nothing granted."""
    card = new.states[target]
    first = min((delay for delay, _ in card.after), default=timedelta())
    return replace(world, state=target, over=card.end is not None, waited=min(world.waited, first), rung=frozenset())


def ahead(player: Interpreter, world: World) -> Iterator[tuple[Fault, str]]:
    """Everything that is wrong with any conversation from here."""
    edge, seen = [world], {world}
    for _ in range(LONGEST):
        fresh = []
        for each in edge:
            for move in player.moves(each):
                happened = player.play(each, move)
                yield from happened.faults
                if happened.world not in seen:
                    seen.add(happened.world)
                    fresh.append(happened.world)
        edge = fresh


def words(flow: Flow, state: str) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """What each word grants and withdraws in a state."""
    found = {}
    for answer, row in flow.states[state].reply.items():
        card = flow.states[row.go].revoke if row.go else ()
        for word in flow.answers[answer].words:
            found[normalise(word)] = (frozenset(row.grant), frozenset((*row.revoke, *card)))
    return found


def silence_ends(flow: Flow, state: str) -> bool:
    """By timers alone, from here."""
    for _ in range(len(flow.states) + 1):
        card = flow.states[state]
        if card.end is not None or card.hand_over:
            return True
        leaving = [row.go for _, row in sorted(card.after, key=lambda each: each[0]) if row.go is not None]
        if not leaving:
            return False
        state = leaving[0]
    return False


def judge_moves(old: Flow, new: Flow, moves: StateMap) -> None:
    """Everybody who stands in a mapped state of the old version, moved and played on."""
    player = Interpreter(new, HOUSE)
    for world in explore(old, HOUSE, LONGEST).worlds:
        target = moves.to.get(world.state)
        if target is None or world.over:
            continue
        assert silence_ends(new, target), (world, target)
        before, after = words(old, world.state), words(new, target)
        for word, (granted, _) in after.items():
            assert granted <= before.get(word, (frozenset(), frozenset()))[0], (word, world.state, target)
        for word, (_, withdrawn) in before.items():
            if word in after:
                assert withdrawn <= after[word][1] or "all" in after[word][1], (word, world.state, target)
            else:
                assert new.states[target].end is not None, (word, world.state, target)
        wrong = [(fault, where) for fault, where in ahead(player, moved(world, new, target)) if fault in BROKEN]
        assert wrong == [], (world, target, moves)


def try_one(random: Random) -> bool | None:
    """Whether a map was accepted; None where there was nothing to try."""
    pair = versions(random)
    if pair is None:
        return None
    old, new = pair
    moves = a_map(old, new, random)
    if check_moves(old, new, moves, setting(PLACE), Prover().objections):
        return False
    judge_moves(old, new, moves)
    return bool(moves.to)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_nobody_who_may_be_moved_is_stuck_or_in_circles_or_has_a_weaker_consent(random: Random) -> None:
    try_one(random)


def test_enough_maps_are_accepted_and_refused_for_the_promise_to_mean_something() -> None:
    tried = [try_one(Random(seed)) for seed in range(40)]
    assert tried.count(True) >= 6
    assert tried.count(False) >= 6
