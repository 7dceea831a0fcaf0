"""The files that the pages show are files that are taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main

CHECKOUT = Path(__file__).parents[2]
EXAMPLE = CHECKOUT / "config" / "businesses" / "example" / "business.yaml"
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def block(page: str, beginning: str) -> str:
    """The block of a page that begins with these words."""
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    return next(each for each in BLOCK.findall(text) if each.startswith(beginning))


def business(folder: Path, source: str) -> Path:
    (folder / "flows").mkdir(parents=True)
    (folder / "business.yaml").write_text(source, encoding="utf-8")
    return folder


def test_the_flow_of_the_guide_passes_its_checks_and_its_test(tmp_path: Path) -> None:
    """As somebody would copy it: the flow, and beside it the conversation test."""
    folder = business(tmp_path / "shop", EXAMPLE.read_text(encoding="utf-8"))
    (folder / "flows" / "optin.yaml").write_text(block("docs/flows.md", "flow: optin\nabout"), encoding="utf-8")
    (folder / "flows" / "optin.test.yaml").write_text(block("docs/flows.md", "flow: optin\ntests"), encoding="utf-8")
    checked = CliRunner().invoke(main, ["flow", "check", str(folder)])
    assert checked.exit_code == 0, checked.output
    played = CliRunner().invoke(main, ["flow", "test", str(folder)])
    assert played.exit_code == 0, played.output


@pytest.mark.parametrize("page", ["README.md", "docs/README.zh.md"])
def test_the_channels_of_the_readme_are_taken(page: str, tmp_path: Path) -> None:
    """In place of the example's own channels."""
    source = re.sub(r"^channels:\n(  .*\n)+", block(page, "channels:"), EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    assert "whatsapp_cloud" in source
    checked = CliRunner().invoke(main, ["flow", "check", str(business(tmp_path / "shop", source))])
    assert checked.exit_code == 0, checked.output


def test_the_mistake_of_the_guide_is_told_as_the_guide_tells_it(tmp_path: Path) -> None:
    """One message, with the conversation, and nothing else."""
    folder = business(tmp_path / "shop", EXAMPLE.read_text(encoding="utf-8"))
    (folder / "flows" / "join.yaml").write_text(block("docs/flows.md", "flow: join\n"), encoding="utf-8")
    checked = CliRunner().invoke(main, ["flow", "check", str(folder)])
    page = (CHECKOUT / "docs" / "flows.md").read_text(encoding="utf-8")
    shown = re.search(r"^```text\n(join\.yaml:.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert checked.output.replace(f"{folder}/flows/", "").startswith(shown[1])
    assert checked.output.count(" E") == 1
