"""``flow publish``, ``rollback``, ``people`` and ``diff`` as commands: what they print, keep and end with."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.fixtures.engines import BUSINESSES

FLOW = "optin-confirm"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The flow's file, in a folder of businesses with an installation of its own, where everything is published."""
    folder = Path(shutil.copytree(BUSINESSES, tmp_path / "businesses"))
    for name, value in (("BUSINESSES", folder), ("DATA", tmp_path / "data"), ("LANGUAGE", "en")):
        monkeypatch.setenv(f"ASKFIRST_{name}", str(value))
    assert flow("publish")[0] == 0
    return folder / "example" / "flows" / f"{FLOW}.yaml"


def flow(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["flow", *arguments])
    return done.exit_code, done.output


def told(*arguments: str) -> tuple[int, Any]:
    code, output = flow(*arguments, "--json")
    return code, json.loads(output)


def edit(file: Path, old: str, new: str) -> None:
    source = file.read_text("utf-8")
    assert old in source
    file.write_text(source.replace(old, new), "utf-8")


def test_what_is_in_force_already_is_not_published_again(file: Path) -> None:
    code, output = flow("publish", FLOW)
    assert (code, output.splitlines()[-1]) == (0, "nothing to publish: what the folder holds is in force")


def test_a_change_is_tried_then_published_then_taken_back(file: Path) -> None:
    before = file.read_text("utf-8")
    edit(file, "72h", "96h")
    assert flow("publish", FLOW, "--dry-run")[1].splitlines()[-1] == "nothing was changed: --dry-run"
    code, changed = told("diff", FLOW)
    assert (code, changed["conversations"][0]["now"]) == (1, [])
    code, sheet = told("publish", FLOW, "--by", "ana")
    assert (code, sheet["moved"], len(sheet["published"])) == (0, 0, 1)
    code, output = flow("rollback", FLOW)
    assert (code, output.splitlines()[-1]) == (2, "nothing was changed: add --yes")
    assert "96h" in file.read_text("utf-8")
    assert flow("rollback", FLOW, "--yes")[0] == 0
    assert file.read_text("utf-8") == before
    assert not file.with_name(f"{FLOW}.yaml.unpublished").exists()
    assert flow("diff", FLOW) == (0, "no conversation changes, and no state, row or text\n")


def test_going_back_keeps_an_edit_that_was_never_published_also_a_broken_one(file: Path) -> None:
    before = file.read_text("utf-8")
    edit(file, "72h", "96h")
    assert flow("publish", FLOW)[0] == 0
    file.write_text("flow: optin-confirm\n\tbroken", "utf-8")
    code, sheet = told("rollback", FLOW, "--yes")
    assert (code, len(sheet["published"])) == (0, 1)
    assert file.read_text("utf-8") == before
    assert file.with_name(f"{FLOW}.yaml.unpublished").read_text("utf-8") == "flow: optin-confirm\n\tbroken"


def test_a_version_is_named_by_the_beginning_of_its_hash(file: Path) -> None:
    version = told("people", FLOW)[1]["flows"][0]["version"]
    edit(file, "72h", "96h")
    flow("publish", FLOW)
    edit(file, "96h", "97h")
    flow("publish", FLOW)
    assert flow("rollback", FLOW, "--to", version[:12], "--yes")[0] == 0
    assert "72h" in file.read_text("utf-8")
    assert flow("diff", f"{FLOW}@{version[:8]}", FLOW)[0] == 0


def test_a_deleted_file_comes_back(file: Path) -> None:
    before = file.read_text("utf-8")
    file.unlink()
    assert "taken out of force" in flow("publish", FLOW)[1]
    assert flow("rollback", FLOW, "--yes")[0] == 0
    assert file.read_text("utf-8") == before


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("publish", "nope"), "is no single flow: name one of bookshop/birthday"),
        (("publish", "--map", "a=b"), "a map of states is for one flow"),
        (("publish", FLOW, "--map", "ab"), "write OLD=NEW"),
        (("rollback", "nope"), "was never published"),
        (("rollback", FLOW), "there is nothing to go back to"),
        (("rollback", FLOW, "--to", "00"), "is no single version"),
        (("diff", f"{FLOW}@ffff", FLOW), "is no single version on record"),
        (("people", "nope"), "is no single flow"),
    ],
)
def test_a_name_that_is_not_there_is_a_mistake_of_the_command_line(
    arguments: tuple[str, ...], said: str, file: Path
) -> None:
    code, output = flow(*arguments)
    assert code == 2
    assert said in output


def test_a_state_in_which_nobody_is_is_most_likely_misspelt(file: Path) -> None:
    code, sheet = told("publish", FLOW, "--map", "aks=ask")
    assert (code, sheet["problems"][0]["code"]) == (1, "E701")
    assert "nobody is in a state `aks`" in sheet["problems"][0]["sentence"]


def test_a_flow_that_is_not_proved_is_not_published(file: Path) -> None:
    edit(file, "{72h: silent}", "{72h: {grant: offers, go: welcome}}")
    code, output = flow("publish", FLOW)
    assert code == 1
    assert "E302" in output


def test_the_records_of_a_business_are_verified_with_everybody_elses(file: Path, tmp_path: Path) -> None:
    """One chain for each business; a record that somebody takes out of it is found."""
    verified = CliRunner().invoke(main, ["ledger", "verify", "--json"])
    assert json.loads(verified.output) == {"checked": 1, "broken": []}
    with closing(sqlite3.connect(tmp_path / "data" / "askfirst.db")) as database, database:
        database.execute("DELETE FROM ledger WHERE seq = 3")
    verified = CliRunner().invoke(main, ["ledger", "verify", "--json"])
    (broken,) = json.loads(verified.output)["broken"]
    assert (verified.exit_code, broken["business"], broken["record"]) == (1, "bookshop", 3)
