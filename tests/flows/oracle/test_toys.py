"""The oracle sees what is wrong with flows that were made to fool a checker, and the checker is not fooled."""

from __future__ import annotations

import pytest

from flows.load import load_flow
from tests.flows.oracle.exploring import judge
from tests.flows.oracle.faults import ARGUABLE
from tests.flows.oracle.house import grocer, house_of, setting
from tests.flows.oracle.toys import CODES, TOYS, Toy
from tests.flows.oracle.trial import OF_CONSENT, on_trial

HOUSE = house_of(grocer())


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_the_oracle_names_what_is_wrong(toy: Toy) -> None:
    verdict = judge(load_flow(toy.source, "toy.yaml"), HOUSE)
    assert verdict.faults - ARGUABLE == ({toy.fault} if toy.fault else set()), verdict


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_the_checker_is_not_fooled(toy: Toy) -> None:
    """Each is refused by its name, with a conversation that replays; those with nothing wrong are not."""
    trial = on_trial(toy.name, "nothing", toy.source, setting(), HOUSE)
    assert (CODES[toy.fault] in trial.codes) if toy.fault else trial.accepted, trial
    assert trial.unproved == (), trial
    assert not trial.codes & OF_CONSENT or any(each.witness for each in trial.problems)
