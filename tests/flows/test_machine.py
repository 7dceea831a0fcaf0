"""The machine: which effects a row asks for and in which order, and how far nothing else happens."""

from __future__ import annotations

import itertools
from datetime import timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.effects import Cancel, End, Grant, HandOver, Remember, Revoke, Say, Tag, Wait
from flows.errors import UnknownState
from flows.machine import KEPT, Cause, Decision, Facts, FlowMachine, Trigger, rows_of
from flows.spec import Basis, Flow, Kind, Otherwise, Row, Start, State

NOBODY = Facts()
STOPPING = (Cancel(), End("stopped"))


def flow_of(*states: State, needs: str | None = None) -> Flow:
    return Flow(
        name="tried",
        about="",
        kind=Kind.SERVICE,
        channels=("sms",),
        languages=("en",),
        start=Start(go=states[0].name, basis=Basis.REQUESTED, business="help"),
        states={state.name: state for state in states},
        texts={},
        needs=needs,
    )


OPT_IN = flow_of(
    State(
        "ask",
        say="ask",
        reply={"Y": Row("welcome", grant=("offers",), line=7)},
        otherwise=Otherwise("again", 1, "silent"),
        after=((timedelta(hours=72), Row("silent", line=9)),),
        line=5,
    ),
    State("welcome", say="welcome", end="granted"),
    State("silent", end="no-consent"),
)

ORDERS = flow_of(
    State(
        "shipped",
        say="shipped",
        fresh=timedelta(hours=6),
        event={"order.out": Row("out"), "order.delivered": Row("delivered")},
        after=((timedelta(hours=720), Row("closed")),),
    ),
    State("out", say="out", event={"order.delivered": Row("delivered")}),
    State("delivered", say="delivered", end="done"),
    State("closed", end="done"),
)


def test_a_start_says_the_first_card_and_sets_its_timers() -> None:
    effects = (Say("ask"), Wait(timedelta(hours=72), "after:0"))
    assert FlowMachine(OPT_IN).start() == Decision("ask", effects, 0, entered=True)


def test_an_answer_grants_before_the_next_card_speaks_and_ends() -> None:
    decision = FlowMachine(OPT_IN).decide("ask", Trigger.reply("Y"), NOBODY)
    effects = (Grant(("offers",)), Cancel(), Say("welcome"), End("granted"))
    assert decision == Decision("welcome", effects, 7, entered=True)


def test_every_effect_has_its_place_in_the_order() -> None:
    """A withdrawal comes first, the end of the conversation last."""
    row = Row("there", grant=("bills",), revoke=("offers",), remember=MappingProxyType({"size": "L"}), tag="vip")
    there = State(
        "there",
        say="hello",
        revoke=("points",),
        needs="bills",
        fresh=timedelta(hours=1),
        after=((timedelta(hours=2), Row("here")), (timedelta(hours=3), Row("here"))),
        hand_over=True,
        end="over",
    )
    decision = FlowMachine(flow_of(State("here", reply={"go": row}), there)).decide("here", Trigger.reply("go"), NOBODY)
    assert decision is not None
    assert decision.effects == (
        Revoke(("offers",)),
        Grant(("bills",)),
        Remember("size", "L"),
        Tag("vip"),
        Cancel(),
        Revoke(("points",)),
        Say("hello", needs="bills", fresh=timedelta(hours=1)),
        Wait(timedelta(hours=2), "after:0"),
        Wait(timedelta(hours=3), "after:1"),
        HandOver(),
        End("over"),
    )


def test_what_the_flow_needs_every_text_needs_unless_its_card_says_otherwise() -> None:
    cards = (State("greet", say="greet", otherwise=Otherwise("what", 1, "gift")), State("gift", say="gift", needs="b"))
    machine = FlowMachine(flow_of(*cards, needs="a"))
    said = machine.decide("greet", Trigger.otherwise(), NOBODY)
    gone = machine.decide("greet", Trigger.otherwise(), Facts(1))
    assert said is not None
    assert gone is not None
    assert machine.start().effects == (Say("greet", needs="a"),)
    assert said.effects == (Say("what", needs="a"),)
    assert gone.effects == (Cancel(), Say("gift", needs="b"))


def test_a_row_without_a_target_stays_and_lets_the_timers_run() -> None:
    machine = FlowMachine(flow_of(State("here", say="hi", event={"seen": Row(tag="seen", line=3)})))
    assert machine.decide("here", Trigger.event("seen"), NOBODY) == Decision("here", (Tag("seen"),), 3, entered=False)


def test_a_row_to_its_own_state_enters_it_again() -> None:
    machine = FlowMachine(flow_of(State("here", say="hi", event={"again": Row("here", line=3)})))
    decision = machine.decide("here", Trigger.event("again"), NOBODY)
    assert decision == Decision("here", (Cancel(), Say("hi")), 3, entered=True)


def test_a_timer_takes_the_row_of_its_number() -> None:
    rows = ((timedelta(hours=1), Row(tag="early")), (timedelta(hours=2), Row("late")))
    machine = FlowMachine(flow_of(State("here", after=rows), State("late", end="late")))
    first, second = (machine.decide("here", Trigger.after(index), NOBODY) for index in (0, 1))
    assert first is not None
    assert second is not None
    assert (first.effects, second.effects) == ((Tag("early"),), (Cancel(), End("late")))


@pytest.mark.parametrize("times", [0, 1, 3])
def test_else_speaks_as_often_as_allowed_and_then_goes(times: int) -> None:
    machine = FlowMachine(flow_of(State("ask", otherwise=Otherwise("again", times, "gone")), State("gone", end="x")))
    heard = [machine.decide("ask", Trigger.otherwise(), Facts(count)) for count in range(times + 2)]
    said = Decision("ask", (Say("again"),), 0, entered=False)
    gone = Decision("gone", (Cancel(), End("x")), 0, entered=True)
    assert heard == [said] * times + [gone] * 2


def test_else_without_a_target_falls_silent_and_without_a_text_goes_at_once() -> None:
    mute = FlowMachine(flow_of(State("ask", otherwise=Otherwise("again", 1))))
    assert mute.decide("ask", Trigger.otherwise(), Facts(1)) is None
    quick = FlowMachine(flow_of(State("ask", otherwise=Otherwise(go="gone")), State("gone", end="x")))
    decision = quick.decide("ask", Trigger.otherwise(), NOBODY)
    assert decision is not None
    assert decision.state == "gone"


def test_an_event_that_comes_late_does_not_go_backwards() -> None:
    """Delivered before out for delivery: the flow has ended and hears neither."""
    machine = FlowMachine(ORDERS)
    decision = machine.decide("shipped", Trigger.event("order.delivered"), NOBODY)
    assert decision is not None
    assert decision.state == "delivered"
    assert machine.decide("delivered", Trigger.event("order.out"), NOBODY) is None


@pytest.mark.parametrize("state", [*OPT_IN.states, "stopped"])
def test_a_stop_is_heard_in_every_state_and_asks_for_nothing_more(state: str) -> None:
    assert FlowMachine(OPT_IN).decide(state, Trigger.stop(), NOBODY) == Decision("stopped", STOPPING, 0, entered=True)


def test_a_stop_flow_that_draws_the_stopped_state_says_it_only_when_it_starts() -> None:
    machine = FlowMachine(flow_of(State("stopped", revoke=("all",), say="stopped", end="stopped")))
    assert machine.start().effects == (Revoke(("all",)), Say("stopped"), End("stopped"))
    stopped = machine.decide("stopped", Trigger.stop(), NOBODY)
    assert stopped is not None
    assert stopped.effects == STOPPING
    assert machine.states == ("stopped",)


def test_the_machine_has_the_states_of_the_file_and_stopped() -> None:
    assert FlowMachine(OPT_IN).states == ("ask", "welcome", "silent", "stopped")


def test_a_question_is_open_where_answers_are_heard() -> None:
    machine = FlowMachine(OPT_IN)
    assert [name for name in machine.states if machine.waits(name)] == ["ask"]
    assert not FlowMachine(ORDERS).waits("shipped")
    assert FlowMachine(flow_of(State("a", otherwise=Otherwise("what")))).waits("a")
    assert FlowMachine(flow_of(State("a", reply={"Y": Row("a")}))).waits("a")


def test_the_decisions_remembered_do_not_grow_without_bound() -> None:
    machine = FlowMachine(OPT_IN)
    for misunderstood in range(KEPT + 10):
        machine.decide("ask", Trigger.otherwise(), Facts(misunderstood))
    assert machine._decided.cache_info().currsize == KEPT


def test_a_row_to_nowhere_and_a_person_in_no_state_are_refused() -> None:
    with pytest.raises(UnknownState, match=r"tried.*'nowhere'"):
        FlowMachine(flow_of(State("here", event={"x": Row("nowhere")})))
    with pytest.raises(UnknownState, match=r"tried.*'vanished'"):
        FlowMachine(OPT_IN).decide("vanished", Trigger.stop(), NOBODY)


@pytest.mark.parametrize("name", ["os.system", "__class__", "state", "trigger", "facts", "*", "=", "to_silent"])
def test_no_word_of_a_file_reaches_transitions_as_a_name(name: str) -> None:
    """Not as trigger, callback, condition or wildcard: such a word is an answer, an event or a state like any other."""
    here = State("here", reply={name: Row(name)}, event={name: Row(name)})
    machine = FlowMachine(flow_of(here, State(name, end="end"), State("third")))
    for trigger in (Trigger.reply(name), Trigger.event(name)):
        decision = machine.decide("here", trigger, NOBODY)
        assert decision == Decision(name, (Cancel(), End("end")), 0, entered=True)
        assert machine.decide("third", trigger, NOBODY) is None
    assert machine.decide("here", Trigger.after(0), NOBODY) is None


@given(st.sampled_from(Cause), st.text())
def test_a_trigger_is_read_back_as_it_was_kept(cause: Cause, name: str) -> None:
    assert Trigger.read(str(Trigger(cause, name))) == Trigger(cause, name)


TRIGGERS = [
    *(Trigger.reply("Y"), Trigger.reply("N"), Trigger.event("x"), Trigger.after(0), Trigger.after(1)),
    *(Trigger.otherwise(), Trigger.stop()),
]


@given(st.lists(st.tuples(st.sampled_from(TRIGGERS), st.integers(0, 3)), max_size=8))
def test_the_machine_keeps_nothing_between_people(steps: list[tuple[Trigger, int]]) -> None:
    """Whatever others do in between, the same question gets the same answer."""
    machine = FlowMachine(OPT_IN)
    alone = {
        (state, trigger, count): FlowMachine(OPT_IN).decide(state, trigger, Facts(count))
        for state, (trigger, count) in itertools.product(machine.states, steps)
    }
    for state, (trigger, count) in itertools.product(machine.states, steps):
        assert machine.decide(state, trigger, Facts(count)) == alone[state, trigger, count]


def test_rows_are_those_of_the_file() -> None:
    ask = [("ask", Trigger.reply("Y")), ("ask", Trigger.after(0)), ("ask", Trigger.otherwise())]
    assert list(rows_of(OPT_IN)) == ask


def test_a_decision_is_made_once_and_remembered() -> None:
    """Counts that decide differently are remembered apart."""
    machine = FlowMachine(OPT_IN)
    first, again = (machine.decide("ask", Trigger.otherwise(), Facts(count)) for count in (0, 0))
    assert first is again
    assert machine.decide("ask", Trigger.otherwise(), Facts(1)) != first
