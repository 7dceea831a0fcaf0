"""Each blueprint goes as its conversation tests say, and they visit every state and row, in each language by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.flow_files import gather
from bot.flow_programme import programme
from bot.rehearsal_room import RehearsalRoom
from config.business_types import Business
from flows.reading.meaning import Meaning
from flows.reading.reader import Reader
from flows.spec import Flow
from flows.talk import Coverage, Write, coverage

FOLDER = Path(__file__).parents[2] / "flows" / "library" / "blueprints"
(BLUEPRINTS,) = [programme(bundle) for bundle in gather([FOLDER])]
HEARD = Reader.shipped("CN", BLUEPRINTS.business.languages)
UNSUBSCRIBE = {flow.name: flow for flow in BLUEPRINTS.flows if flow.start.business == "stop"}
EACH = [pytest.param(flow, tag, id=f"{flow.name}-{tag}") for flow in BLUEPRINTS.flows for tag in flow.languages]


def alone(flow: Flow) -> Business:
    """The sample business with this blueprint and the flows that everybody has."""
    business = BLUEPRINTS.business
    others = {name: each for name, each in business.flows.items() if each not in BLUEPRINTS.flows}
    return replace(business, flows={**others, **UNSUBSCRIBE, flow.name: flow})


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("flow, language", EACH)
async def test_it_goes_as_written_and_nothing_of_it_is_left_unvisited(
    flow: Flow, language: str, room: RehearsalRoom
) -> None:
    """So that a shop which speaks one language alone gets tests of everything too."""
    talks = [talk for _, talk in BLUEPRINTS.talks if (talk.flow, talk.person.language) == (flow.name, language)]
    verdicts = [await room.play(alone(flow), talk) for talk in talks]
    assert [verdict.diff for verdict in verdicts if not verdict.passed] == []
    assert coverage(flow, verdicts) == Coverage((), ())


@pytest.mark.parametrize("flow, language", EACH)
def test_somebody_stops_in_it(flow: Flow, language: str) -> None:
    talks = [talk for _, talk in BLUEPRINTS.talks if (talk.flow, talk.person.language) == (flow.name, language)]
    said = [step.text for talk in talks for step in talk.steps if isinstance(step, Write)]
    assert any(HEARD.read(text).meaning is Meaning.STOP for text in said)
