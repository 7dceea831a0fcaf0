"""Edits of businesses are taken whole when they are sound; else the last good set stays and says why."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from config.business import load_businesses
from config.reload import Watcher

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE, tmp_path / "bookshop")
    return tmp_path


@pytest.fixture
def watcher(home: Path) -> Watcher:
    return Watcher(home, load_businesses(home))


def edit(home: Path, before: str, after: str, name: str = "business.yaml") -> None:
    path = home / "bookshop" / name
    source = path.read_text(encoding="utf-8")
    assert before in source
    path.write_text(source.replace(before, after, 1), encoding="utf-8")


def test_nothing_happens_while_nothing_is_touched(watcher: Watcher) -> None:
    before = watcher.businesses
    assert [watcher.poll(), watcher.poll()] == [False, False]
    assert watcher.businesses is before


def test_a_good_edit_brings_a_new_set_once(home: Path, watcher: Watcher) -> None:
    edit(home, "contact: 400-000-0000", "contact: 400-111-1111")
    assert [watcher.poll(), watcher.poll()] == [True, False]
    assert watcher.businesses["bookshop"].contact == "400-111-1111"


def test_an_edit_of_the_same_length_is_seen(home: Path, watcher: Watcher) -> None:
    """An editor may keep the size and restore the time of modification."""
    assert not watcher.poll()
    path = home / "bookshop" / "business.yaml"
    before = path.stat()
    edit(home, "400-000-0000", "400-000-0001")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert watcher.poll()


def test_touching_a_file_changes_nothing(home: Path, watcher: Watcher) -> None:
    before = watcher.businesses
    os.utime(home / "bookshop" / "business.yaml", ns=(1, 1))
    assert not watcher.poll()
    assert watcher.businesses is before


def test_a_bad_edit_keeps_the_old_set_and_says_why(home: Path, watcher: Watcher) -> None:
    before = watcher.businesses
    edit(home, "400-000-0000", "400-000-0001")
    edit(home, "go: welcome}", "go: wlecome}", "flows/optin-confirm.yaml")
    assert [watcher.poll(), watcher.poll()] == [False, False]
    assert watcher.businesses is before
    assert [each.code for each in watcher.problems] == ["E201"]


def test_a_later_good_edit_clears_the_problems(home: Path, watcher: Watcher) -> None:
    edit(home, "contact:", "contcat:")
    watcher.poll()
    assert watcher.problems
    edit(home, "contcat: 400-000-0000", "contact: 400-222-2222")
    assert watcher.poll()
    assert (watcher.problems, watcher.businesses["bookshop"].contact) == ((), "400-222-2222")


def test_taking_a_bad_edit_back_clears_the_problems(home: Path, watcher: Watcher) -> None:
    before = watcher.businesses
    edit(home, "contact:", "contcat:")
    watcher.poll()
    edit(home, "contcat:", "contact:")
    assert not watcher.poll()
    assert (watcher.problems, watcher.businesses) == ((), before)


def test_a_new_flow_and_a_deleted_one_are_seen(home: Path, watcher: Watcher) -> None:
    flows = home / "bookshop" / "flows"
    (flows / "birthday.yaml").rename(home / "birthday.yaml")
    assert watcher.poll()
    assert "birthday" not in watcher.businesses["bookshop"].flows
    (home / "birthday.yaml").rename(flows / "birthday.yaml")
    assert watcher.poll()
    assert "birthday" in watcher.businesses["bookshop"].flows


def test_a_file_that_vanishes_keeps_the_old_set_until_it_is_back(home: Path, watcher: Watcher) -> None:
    before = watcher.businesses
    path = home / "bookshop" / "business.yaml"
    path.rename(home / "away")
    assert not watcher.poll()
    assert [each.code for each in watcher.problems] == ["E001"]
    (home / "away").rename(path)
    watcher.poll()
    assert (watcher.problems, watcher.businesses) == ((), before)


def test_a_folder_that_vanishes_keeps_the_old_set_until_it_is_back(home: Path, watcher: Watcher) -> None:
    before = watcher.businesses
    watcher.poll()
    away = home.with_name("away")
    home.rename(away)
    assert not watcher.poll()
    assert (len(watcher.problems), watcher.businesses) == (1, before)
    away.rename(home)
    watcher.poll()
    assert (watcher.problems, watcher.businesses) == ((), before)


def test_of_two_businesses_neither_changes_while_one_is_bad(home: Path) -> None:
    shutil.copytree(home / "bookshop", home / "tea")
    tea = home / "tea" / "business.yaml"
    tea.write_text(tea.read_text(encoding="utf-8").replace("business: bookshop", "business: tea"), encoding="utf-8")
    watcher = Watcher(home, load_businesses(home))
    edit(home, "400-000-0000", "400-111-1111")
    tea.write_text("business: tea\n", encoding="utf-8")
    assert not watcher.poll()
    assert watcher.businesses["bookshop"].contact == "400-000-0000"
