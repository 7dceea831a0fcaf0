"""``campaign recall``, ``lift`` and ``recalls`` as commands: what they print, and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.fixtures.engines import BUSINESSES

WHO = ("--business", "bookshop", "--by", "ana", "--reason", "wrong price")
SURE = (*WHO, "--yes")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, where nothing was ever sent."""
    folder = Path(shutil.copytree(BUSINESSES, tmp_path / "businesses"))
    for name, value in (("BUSINESSES", folder), ("DATA", tmp_path / "data"), ("LANGUAGE", "en")):
        monkeypatch.setenv(f"ASKFIRST_{name}", str(value))
    return folder


def campaign(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["campaign", *arguments])
    return done.exit_code, done.output


def told(*arguments: str) -> Any:
    code, output = campaign(*arguments, "--json")
    assert code == 0, output
    return json.loads(output)


def test_recalled_listed_lifted() -> None:
    """Counts at once, the reason in the list, and an end."""
    code, output = campaign("recall", "repermission", *SURE)
    assert code == 0
    assert "campaign repermission is recalled" in output
    assert "stopped in the queue 0, in the air 0, already gone" in output
    assert "already by ana" in campaign("recall", "repermission", *SURE)[1]
    (listed,) = told("recalls", "--business", "bookshop")["recalls"]
    assert (listed["scope"], listed["name"], listed["reason"]) == ("campaign", "repermission", "wrong price")
    assert campaign("lift", "repermission", *WHO)[0] == 0
    assert campaign("recalls", "--business", "bookshop") == (0, "nothing is recalled\n")
    assert "lifted" in campaign("recalls", "--business", "bookshop", "--all")[1]


def test_as_data_it_says_the_counts_and_what_is_on_record() -> None:
    made = told("recall", "repermission", *SURE, "--since", "7d")
    assert (made["stopped"], made["in_the_air"], made["gone"], made["new"]) == (0, 0, 0, True)
    assert made["recall"]["by"] == "ana"
    assert told("lift", "repermission", *WHO)["lift_reason"] == "wrong price"


@pytest.mark.parametrize("scope", [("--everything",), ("--channel", "sms")])
def test_the_other_scopes(scope: tuple[str, ...]) -> None:
    assert campaign("recall", *scope, *SURE)[0] == 0
    assert campaign("lift", *scope, *WHO)[0] == 0


def test_what_cannot_be_undone_wants_a_yes() -> None:
    """Without it the numbers are shown, nothing is changed, and the exit code says so."""
    code, output = campaign("recall", "repermission", *WHO)
    assert (code, "would be recalled" in output, "add --yes" in output) == (2, True, True)
    assert told("recalls", "--business", "bookshop", "--all")["recalls"] == []


def test_tried_first_it_changes_nothing() -> None:
    assert "would be recalled" in campaign("recall", "repermission", *WHO, "--dry-run")[1]
    assert told("recalls", "--business", "bookshop", "--all")["recalls"] == []
    told("recall", "repermission", *SURE)
    told("lift", "repermission", *WHO, "--dry-run")
    assert len(told("recalls", "--business", "bookshop")["recalls"]) == 1


@pytest.mark.parametrize(
    "arguments, cure",
    [
        (("repermision", *WHO), "there are: repermission"),
        (("--channel", "fax", *WHO), "there are: sms, whatsapp"),
        (("--everything", *WHO[2:], "--business", "bokshop"), "there are: bookshop"),
        (WHO, "name one: a campaign's NAME"),
        (("repermission", "--everything", *WHO), "name one: a campaign's NAME"),
        (("repermission", *WHO, "--since", "yesterday"), "write 30m, 6h or 7d"),
    ],
)
def test_a_slip_is_told_with_its_cure(arguments: tuple[str, ...], cure: str) -> None:
    """And ends as a mistake of usage."""
    code, output = campaign("recall", *arguments)
    assert (code, cure in output) == (2, True), output


def test_lifting_what_is_not_recalled_is_a_slip_too() -> None:
    code, output = campaign("lift", "repermission", *WHO)
    assert (code, "recalled are: none" in output) == (2, True)


def test_everything_can_be_recalled_while_the_folder_is_broken(folder: Path) -> None:
    """Who has just saved a mistake can still stop what waits: a business that was ever in force needs no folder."""
    assert CliRunner().invoke(main, ["flow", "publish"]).exit_code == 0
    (folder / "example" / "flows" / "repermission.yaml").write_text("flow: repermission\n\tbroken", "utf-8")
    assert campaign("recall", "--everything", *SURE)[0] == 0


def test_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKFIRST_LANGUAGE", "zh")
    assert "已召回" in campaign("recall", "repermission", *SURE)[1]
