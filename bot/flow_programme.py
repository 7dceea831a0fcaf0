"""Plays the conversation tests of bundles on the real path, and finds what none of them visited."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.flow_check import read, talks_of
from bot.flow_files import Bundle
from bot.neutral_business import neutral_business
from bot.rehearsal_room import RehearsalRoom
from config.business import load_business
from config.business_types import Business
from config.errors import BusinessProblems
from flows.errors import FlowProblems
from flows.load import load_flow
from flows.problems import Problem
from flows.spec import Flow
from flows.talk import Coverage, Talk, Verdict, coverage


@dataclass(slots=True)
class Programme:
    """What is to be played: one business, its tests by file, and the flows whose coverage is asked for."""

    business: Business
    flows: tuple[Flow, ...]
    talks: tuple[tuple[Path, Talk], ...]
    verdicts: list[Verdict] = field(default_factory=list)

    def unvisited(self) -> list[tuple[Flow, Coverage]]:
        """The flows with anything that no test visited."""
        found = [(flow, coverage(flow, self.verdicts)) for flow in self.flows]
        return [(flow, left) for flow, left in found if left.states or left.rows]


def programme(bundle: Bundle) -> Programme:
    """Load everything. Raises ``FlowProblems`` with all that is in the way."""
    read_tests = [(file, *talks_of(file)) for file in bundle.tests]
    problems: list[Problem] = [each for _, _, found in read_tests for each in found]
    talks = tuple((file, talk) for file, loaded, _ in read_tests for talk in loaded)
    try:
        business = _business(bundle, [talk for _, talk in talks])
    except (BusinessProblems, FlowProblems) as error:
        raise FlowProblems([*error.problems, *problems]) from error
    if problems:
        raise FlowProblems(problems)
    files = {str(file) for file in bundle.flows}
    own = [flow for flow in business.flows.values() if flow.file in files]
    return Programme(business, tuple(own), talks)


def _business(bundle: Bundle, talks: Sequence[Talk]) -> Business:
    if bundle.folder is not None:
        return load_business(bundle.folder)
    return neutral_business([load_flow(read(file), str(file)) for file in bundle.flows], talks)


async def perform(programmes: Sequence[Programme]) -> AsyncGenerator[tuple[Path, Verdict], None]:
    """Play every test in order; each verdict as it falls, with the test's file."""
    async with RehearsalRoom() as room:
        for each in programmes:
            for file, talk in each.talks:
                verdict = await room.play(each.business, talk)
                each.verdicts.append(verdict)
                yield file, verdict
