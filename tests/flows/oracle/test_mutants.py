"""Changed flows: no bad one passes, no good one is refused for consent, and every reason given is a true one.

A sample with fixed seeds; ``python3 run.py bench proof`` does the same over many thousands.
"""

from __future__ import annotations

import pytest

from tests.flows.oracle.faults import OF_CONSENT, Fault
from tests.flows.oracle.mutants import MUTATIONS
from tests.flows.oracle.trial import Tally, shipped_grounds, trials, wild_trials, written_grounds

GROUNDS = [*shipped_grounds(), *written_grounds(range(100, 103))]
MANY = [*GROUNDS, *written_grounds(range(200, 230))]


@pytest.fixture(scope="module")
def tally() -> Tally:
    """One mutant of every kind of every ground, and some of two kinds at once."""
    counted = Tally()
    for trial in trials(GROUNDS, each=1, doubled=2):
        counted.add(trial)
    return counted


def test_no_bad_mutant_is_accepted(tally: Tally) -> None:
    assert [str(trial) for trial in tally.missed] == []
    assert tally.counts["bad, refused"] > 150


def test_no_good_mutant_is_refused_for_consent(tally: Tally) -> None:
    assert [str(trial) for trial in tally.wronged] == []
    assert tally.counts["good, accepted"] > 60


def test_every_reason_is_a_conversation_that_replays(tally: Tally) -> None:
    """On the real machine step by step, and the oracle sees the fault in that very conversation."""
    assert [str(trial) for trial in tally.unproved] == []
    assert all(tally.witnesses[code] > 5 for code in ("E204", "E301", "E302", "E303"))


def test_the_sample_holds_every_fault_of_consent(tally: Tally) -> None:
    """But for the two that need a long wait or a second medium, which the toys show."""
    wanted = OF_CONSENT - {Fault.SOLD_AFTER_EXPIRY, Fault.SOLD_ELSEWHERE}
    assert {fault.name for fault in wanted} <= set(tally.faults)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_every_mutation_changes_something(mutation) -> None:
    assert any(each != ground.document for ground in MANY for each in mutation(ground.document))


def test_flows_of_chance_are_judged_alike() -> None:
    """What the checker accepts has no fault; what it refuses for consent or silence has a conversation to show it."""
    counted = Tally()
    for trial in wild_trials(range(1000, 1030)):
        counted.add(trial)
    assert counted.counts["good, accepted"] > 3
    assert [str(trial) for trial in (*counted.missed, *counted.wronged, *counted.unproved)] == []
