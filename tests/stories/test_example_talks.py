"""Every conversation test that we ship holds on the real path: machine, words, ledger, storage, gate and limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.flow_files import gather
from bot.flow_programme import Programme, programme
from bot.rehearsal_room import RehearsalRoom
from flows.talk import Talk

CHECKOUT = Path(__file__).parents[2]
SHIPPED = [CHECKOUT / "config" / "businesses" / "example", CHECKOUT / "flows" / "library"]
PROGRAMMES = [programme(bundle) for bundle in gather(SHIPPED)]
TALKS = [
    pytest.param(each, talk, id=f"{file.parent.parent.name}-{talk.flow}-{talk.name}")
    for each in PROGRAMMES
    for file, talk in each.talks
]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("played, talk", TALKS)
async def test_it_goes_as_written(played: Programme, talk: Talk, room: RehearsalRoom) -> None:
    verdict = await room.play(played.business, talk)
    assert verdict.passed, verdict.diff


def test_every_flow_that_we_ship_has_a_conversation_test() -> None:
    for each in PROGRAMMES:
        assert {flow.name for flow in each.flows} == {talk.flow for _, talk in each.talks}
