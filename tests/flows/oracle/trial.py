"""A flow before both: what the oracle says of it, what the checker says of it, and whether the two may disagree so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from config.business import load_business
from config.business_flows import setting_of, shipped_flows
from config.business_types import Business
from flows.check import check_source
from flows.checks.setting import Setting
from flows.load import draft_flow
from flows.problems import Problem, Severity
from flows.spec import Flow
from tests.flows.oracle.documents import Document, document_of_text, text_of
from tests.flows.oracle.exploring import judge
from tests.flows.oracle.faults import ARGUABLE, Verdict
from tests.flows.oracle.good_flows import good_flow
from tests.flows.oracle.house import grocer, house_of
from tests.flows.oracle.mutants import mutants, mutants_of_mutants
from tests.flows.oracle.replay import doubts
from tests.flows.oracle.wild_flows import wild_flow
from tests.flows.oracle.worlds import House

CHECKOUT = Path(__file__).parents[3]
OF_CONSENT = frozenset({"E301", "E302", "E303", "E204"})
"""The refusals that are a matter of proof: no good flow may meet one, and each has its conversation."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One flow that is good, and the business it belongs to."""

    name: str
    document: Document
    setting: Setting
    house: House


@dataclass(frozen=True, slots=True)
class Trial:
    """One flow, judged twice. ``flow`` None: it has no form, and there is nothing to play. ``unproved``: what is wrong
    with the conversations that the checker gives as its reasons."""

    name: str
    change: str
    source: str
    flow: Flow | None
    verdict: Verdict
    problems: tuple[Problem, ...]
    unproved: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the checker's refusals."""
        return frozenset(each.code for each in self.problems if each.severity is Severity.ERROR)

    @property
    def accepted(self) -> bool:
        """Whether the checker lets it pass."""
        return not self.codes

    @property
    def missed(self) -> bool:
        """Bad, and let pass."""
        return self.flow is not None and self.verdict.bad and self.accepted

    @property
    def wronged(self) -> bool:
        """Good, and refused by what ought to be a proof."""
        return self.flow is not None and self.verdict.good and bool(self.codes & OF_CONSENT)

    def __str__(self) -> str:
        reasons = "".join(f"\n  {each}" for each in self.unproved)
        told = "\n".join(
            f"  {each.fault.name}: {each.where}: {' / '.join(each.conversation)}" for each in self.verdict.found
        )
        said = "\n".join(each.render(self.source, "en") for each in self.problems)
        head = f"{self.name} after {self.change}{reasons}"
        return f"{head}\noracle:\n{told}\nchecker:\n{said}\n{self.source}"


@dataclass(slots=True)
class Tally:
    """Many trials counted. The trials on which the two may not disagree are kept."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    missed: list[Trial] = field(default_factory=list)
    wronged: list[Trial] = field(default_factory=list)
    unproved: list[Trial] = field(default_factory=list)
    witnesses: Counter[str] = field(default_factory=Counter)

    def add(self, trial: Trial) -> None:
        """Count one."""
        verdict = trial.verdict
        said = "formless" if trial.flow is None else "bad" if verdict.bad else "good" if verdict.good else "arguable"
        self.counts[f"{said}, {'accepted' if trial.accepted else 'refused'}"] += 1
        self.faults.update(fault.name for fault in verdict.faults - ARGUABLE)
        if said == "good":
            self.refusals.update(trial.codes)
        self.missed += [trial] if trial.missed else []
        self.wronged += [trial] if trial.wronged else []
        self.unproved += [trial] if trial.unproved else []
        self.witnesses.update(each.code for each in trial.problems if each.witness)


def on_trial(name: str, change: str, source: str, setting: Setting, house: House) -> Trial:
    """Judge one flow twice."""
    formed, problems = check_source(source, f"{name}.yaml", setting)
    if formed is None:
        draft = draft_flow(source, f"{name}.yaml")
        formed = draft.flow if not draft.problems else None
    verdict = judge(formed, house) if formed is not None else Verdict(())
    unproved = tuple(doubts(formed, house, verdict, problems)) if formed is not None else ()
    return Trial(name, change, source, formed, verdict, tuple(problems), unproved)


@cache
def example() -> Business:
    """The business that comes with the project."""
    return load_business(CHECKOUT / "config" / "businesses" / "example")


def shipped_grounds() -> Iterator[Ground]:
    """The flows that come with the product and with its example."""
    business = example()
    setting, house = setting_of(business), house_of(business)
    for flow in {each.hash: each for each in (*shipped_flows(), *business.flows.values())}.values():
        yield Ground(flow.name, document_of_text(flow.source, flow.file), setting, house)


def written_grounds(seeds: Iterable[int], place: str = "CN") -> Iterator[Ground]:
    """Flows that the author of good flows writes."""
    business = grocer(place)
    setting, house = setting_of(business), house_of(business)
    for seed in seeds:
        yield Ground(f"written-{seed}", good_flow(Random(seed)), setting, house)


def wild_trials(seeds: Iterable[int], place: str = "CN") -> Iterator[Trial]:
    """Flows of chance."""
    business = grocer(place)
    setting, house = setting_of(business), house_of(business)
    for seed in seeds:
        yield on_trial(f"wild-{seed}", "nothing", text_of(wild_flow(Random(seed))), setting, house)


def trials(grounds: Iterable[Ground], each: int, doubled: int) -> Iterator[Trial]:
    """Every ground's mutants: up to ``each`` of every kind, and ``doubled`` of two kinds at once."""
    for number, ground in enumerate(grounds):
        random = Random(number)
        found = [*mutants(ground.document, random, each), *mutants_of_mutants(ground.document, random, doubled)]
        for change, document in found:
            yield on_trial(ground.name, change, text_of(document), ground.setting, ground.house)
