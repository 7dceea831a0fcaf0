"""The oracle plays a flow as the real machine does: the same cards, the same texts, grants, withdrawals and ends."""

from __future__ import annotations

from random import Random

import pytest

from flows.load import load_flow
from flows.machine import FlowMachine
from flows.spec import Flow
from tests.flows.oracle.documents import text_of
from tests.flows.oracle.exploring import without_environment
from tests.flows.oracle.good_flows import good_flow
from tests.flows.oracle.house import grocer, house_of
from tests.flows.oracle.interpreter import Interpreter
from tests.flows.oracle.on_the_machine import decided, in_words, waits
from tests.flows.oracle.wild_flows import wild_flow

HOUSE = house_of(grocer())


def written(seed: int) -> Flow:
    write = good_flow if seed % 2 else wild_flow
    return load_flow(text_of(write(Random(seed))), "written.yaml")


@pytest.mark.parametrize("seed", range(40))
def test_every_step_is_a_decision_of_the_machine(seed: int) -> None:
    flow = written(seed)
    machine = FlowMachine(flow)
    begun = Interpreter(flow, HOUSE).begin(flow.channels[0], flow.languages[0])
    assert in_words(machine.start().effects) == begun.done
    for world, move, happened in without_environment(flow, HOUSE):
        decision = decided(machine, world, move)
        if decision is None:
            assert (happened.world.state, happened.done) == (world.state, [])
            continue
        assert decision.state == happened.world.state
        assert in_words(decision.effects) == happened.done
        timers = flow.states[decision.state].after if decision.entered else ()
        assert [wait.delay for wait in waits(decision.effects)] == [delay for delay, _ in timers]
