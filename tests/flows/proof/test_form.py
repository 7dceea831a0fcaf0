"""The closed form and the machine mean the same: whatever the machine does, the form may do, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.business_flows import shipped_flows
from flows.machine import Cause, Facts, FlowMachine, Trigger
from flows.proving.form import Form, form_of
from flows.spec import STOPPED, Basis, Flow, Kind, Otherwise, Row, Start, State, Text

NAMES = ("a", "b", "c", "d")
PURPOSES = ("offers", "bills")
TRIES = 3


def triggers(flow: Flow) -> list[Trigger]:
    """All that any state could hear."""
    cards = flow.states.values()
    return [
        *(Trigger.reply(name) for card in cards for name in card.reply),
        *(Trigger.event(name) for card in cards for name in card.event),
        *(Trigger.after(index) for card in cards for index in range(len(card.after))),
        Trigger.otherwise(),
    ]


def by_machine(flow: Flow, state: str) -> set[object]:
    """Each thing that the machine would do here, however often it was misunderstood before."""
    machine = FlowMachine(flow)
    asked = (
        (trigger, machine.decide(state, trigger, Facts(tries))) for trigger in triggers(flow) for tries in range(TRIES)
    )
    return {(trigger, done.state, done.effects, done.entered) for trigger, done in asked if done is not None}


def too_late(flow: Flow, state: str) -> set[object]:
    """Timers that other timers of the same card always overtake: the machine would take them, but they never ring."""
    machine, after = FlowMachine(flow), flow.states[state].after if state in flow.states else ()
    away = min((delay for delay, row in after if row.go is not None), default=timedelta.max)
    late = [Trigger.after(index) for index, (delay, _) in enumerate(after) if delay > away]
    decided = ((trigger, machine.decide(state, trigger, Facts())) for trigger in late)
    return {(trigger, done.state, done.effects, done.entered) for trigger, done in decided if done is not None}


def by_form(form: Form, state: str) -> set[object]:
    """Each thing that the form says may happen here."""
    return {(move.trigger, move.target, move.effects, move.entered) for move in form.moves[state]}


def agree(flow: Flow) -> None:
    form, machine = form_of(flow), FlowMachine(flow)
    start = machine.start()
    assert (form.start.target, form.start.effects) == (start.state, start.effects)
    assert set(form.moves) == set(machine.states)
    for state in machine.states:
        over = state == STOPPED or flow.states[state].end is not None
        assert by_form(form, state) == (set() if over else by_machine(flow, state) - too_late(flow, state))
        stopped = machine.decide(state, Trigger(Cause.STOP), Facts())
        assert stopped is not None
        assert stopped.state == STOPPED
        assert not any(hasattr(effect, "text") or hasattr(effect, "purposes") for effect in stopped.effects)


@pytest.mark.parametrize("flow", shipped_flows(), ids=lambda flow: flow.name)
def test_they_agree_on_the_shipped_flows(flow: Flow) -> None:
    agree(flow)


purposes = st.lists(st.sampled_from(PURPOSES), max_size=2, unique=True).map(tuple)
rows = st.builds(
    Row,
    go=st.none() | st.sampled_from(NAMES),
    grant=purposes,
    revoke=purposes,
    remember=st.dictionaries(st.just("size"), st.just("reply"), max_size=1),
    tag=st.none() | st.just("vip"),
)
otherwise = st.builds(
    Otherwise, say=st.none() | st.just("t"), times=st.integers(1, TRIES - 1), go=st.none() | st.sampled_from(NAMES)
)


def cards(name: str) -> st.SearchStrategy[State]:
    """Any card of this name."""
    return st.builds(
        State,
        name=st.just(name),
        say=st.none() | st.just("t"),
        needs=st.none() | st.sampled_from(PURPOSES),
        revoke=purposes,
        reply=st.dictionaries(st.sampled_from(("Y", "N")), rows, max_size=2),
        event=st.dictionaries(st.sampled_from(("paid", "sent")), rows, max_size=2),
        after=st.lists(st.tuples(st.integers(1, 9).map(lambda n: timedelta(hours=n)), rows), max_size=2).map(tuple),
        otherwise=st.none() | otherwise,
        hand_over=st.booleans(),
        end=st.none() | st.just("done"),
    )


@given(st.tuples(*(cards(name) for name in NAMES)), st.none() | st.sampled_from(PURPOSES))
def test_they_agree_on_any_flow(states: tuple[State, ...], needs: str | None) -> None:
    agree(
        Flow(
            name="any",
            about="",
            kind=Kind.SERVICE,
            channels=("sms",),
            languages=("en",),
            start=Start(go="a", basis=Basis.REQUESTED, event="signup"),
            states={state.name: state for state in states},
            texts={"t": Text("t", {"en": "t"})},
            needs=needs,
        )
    )
