"""Watching: a verdict at once, then one after each change of a file, and none while nothing changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from bot import flow_command
from bot.flow_watch import Watch

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example"


def watched(folder: Path, edits: list[Callable[[], object]], language: str = "en") -> tuple[int, list[str]]:
    """Each sleep is one edit; after the last comes Ctrl-C."""
    said: list[str] = []
    waiting = iter(edits)

    def sleep(_: float) -> None:
        try:
            next(waiting)()
        except StopIteration:
            raise KeyboardInterrupt from None

    def verdict() -> int:
        return flow_command.check([folder], "text", language, said.append)

    return Watch([folder], verdict, said.append, sleep, language).run(), said


def test_each_save_is_judged_once(tmp_path: Path) -> None:
    shop = Path(shutil.copytree(EXAMPLE, tmp_path / "shop"))
    file = shop / "flows" / "repermission.yaml"
    good = file.read_text(encoding="utf-8")
    bad = good.replace("go: bills_only", "go: bils_only")
    code, said = watched(
        shop,
        [lambda: file.write_text(bad, encoding="utf-8"), lambda: None, lambda: file.write_text(good, encoding="utf-8")],
    )
    assert code == 0
    assert [line for line in said if line.startswith(("changed", "watching"))] == [
        "watching 13 files; Ctrl-C ends",
        "changed: repermission.yaml",
        "changed: repermission.yaml",
    ]
    assert said[0] == said[-1] == "13 files, no problem"
    assert "E201" in said[3]


def test_the_last_verdict_is_the_exit_code_and_a_new_file_is_seen(tmp_path: Path) -> None:
    shop = Path(shutil.copytree(EXAMPLE, tmp_path / "shop"))
    code, said = watched(
        shop, [lambda: (shop / "flows" / "new.yaml").write_text("flow: new\n", encoding="utf-8")], "zh"
    )
    assert code == 1
    assert "已更改：new.yaml" in said


def test_a_folder_that_goes_and_comes_back_ends_nothing(tmp_path: Path) -> None:
    shop = Path(shutil.copytree(EXAMPLE, tmp_path / "shop"))
    code, said = watched(shop, [lambda: shop.rename(tmp_path / "away"), lambda: (tmp_path / "away").rename(shop)])
    assert code == 0
    assert any("does not exist" in line for line in said)
