"""A saved file is in force when it is sound and strands nobody; else the old set runs, and it is tried again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.reloading import RETRY, Reloader
from config.business import load_businesses
from config.reload import Watcher
from tests.fixtures.engines import BUSINESS, BUSINESSES, Shop

FLOW = "optin-confirm"
RENAMED = (("go: ask}", "go: question}"), ("\n  ask:\n    say: ask", "\n  question:\n    say: ask"))


@dataclass
class Service:
    """A shop whose folder is watched."""

    shop: Shop
    folder: Path
    reloader: Reloader

    def edit(self, *changes: tuple[str, str]) -> None:
        file = self.folder / "example" / "flows" / f"{FLOW}.yaml"
        source = file.read_text("utf-8")
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        file.write_text(source, "utf-8")

    @property
    def states(self) -> list[str]:
        """Of the flow as it is in force."""
        return list(self.shop.engine.catalogue.houses[BUSINESS].flows[FLOW].flow.states)

    async def look(self, times: int = 1) -> tuple[str, ...]:
        for _ in range(times):
            await self.reloader.look()
        return self.reloader.problems

    def start_again(self) -> None:
        """Another process on the same folder and database; nothing is in force yet."""
        watcher = Watcher(self.folder, load_businesses(self.folder))
        self.reloader = Reloader(self.shop.engine, {}, watcher)


@pytest.fixture
async def service(shop: Shop, tmp_path: Path) -> Service:
    folder = Path(shutil.copytree(BUSINESSES, tmp_path / "businesses"))
    service = Service(shop, folder, Reloader(shop.engine, {}, Watcher(folder, load_businesses(folder))))
    await service.reloader.begin()
    return service


async def test_a_saved_file_is_in_force_at_the_next_look(service: Service) -> None:
    assert await service.look() == ()
    service.edit(*RENAMED)
    assert await service.look() == ()
    assert "question" in service.states
    assert ("bookshop", "sms") in service.reloader.tokens


async def test_a_file_with_a_mistake_changes_nothing_until_it_is_mended(service: Service) -> None:
    service.edit(("go: silent}", "go: silnt}"))
    (problem,) = await service.look()
    assert "E201" in problem
    assert "ask" in service.states
    service.edit(("go: silnt}", "go: silent}"))
    assert await service.look() == ()


async def test_an_edit_that_strands_somebody_waits_until_they_have_finished(service: Service) -> None:
    """The reason stands where everybody sees it, look after look; then the edit is in force without another save."""
    await service.shop.tell("signup.form", page="官网")
    service.edit(*RENAMED)
    assert "E701" in (await service.look())[0]
    assert "E701" in (await service.look())[0]
    assert "ask" in service.states
    service.shop.clock.advance(timedelta(hours=72))
    await service.shop.settle()
    assert await service.look(RETRY) == ()
    assert "question" in service.states


async def test_a_start_after_such_an_edit_runs_what_was_published_last(service: Service) -> None:
    """Stops are heard whatever lies in the folder."""
    await service.shop.tell("signup.form", page="官网")
    service.edit(*RENAMED)
    await service.shop.crash()
    service.start_again()
    await service.reloader.begin()
    assert "E701" in service.reloader.problems[0]
    assert "ask" in service.states
    assert "E701" in (await service.look(2))[0]
    (stopped,) = await service.shop.say("T")
    assert "退订" in stopped
    assert await service.look(RETRY) == ()
    assert "question" in service.states
