"""The commands that the pages show are commands, and the cheap ones run as shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import main

CHECKOUT = Path(__file__).parents[2]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
START = "python3 run.py "
CHEAP = ("--help", "flow check ", "flow show ", "flow test ", "words")
ELSEWHERE = ("test", "check")
"""``test`` is run.py's own verb; ``check`` would run this very test."""


def shown(page: Path) -> list[str]:
    """The lines after ``$ `` in blocks marked ``console``, with their continuations."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.replace("\\\n", "").splitlines()]
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def ours(line: str) -> str | None:
    """What follows ``python3 run.py`` in a line, up to a pipe or redirection; None where it is not there."""
    _, found, rest = line.partition(START)
    return re.split(r"\s+[|>&#]|\)\s*$", rest)[0].strip() if found else None


SHOWN = sorted({said for page in PAGES for line in shown(page) if (said := ours(line)) is not None})
ALONE = [page for page in PAGES if "tutorial" not in page.name]
"""A tutorial's commands follow on each other: they are run by a test of their own."""
RUN = sorted({line for page in ALONE for line in shown(page) if (ours(line) or "").startswith(CHEAP)})


def test_the_pages_show_commands() -> None:
    assert len(SHOWN) > 10
    assert len(RUN) > 2


@pytest.mark.parametrize("said", [said for said in SHOWN if said.split()[0] not in ELSEWHERE])
def test_a_command_that_is_shown_exists_with_its_options(said: str) -> None:
    """Read by the real parser, but not run."""
    command: click.Command = main
    words = shlex.split(said)
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    if words == ["--help"] or (isinstance(command, click.Group) and not words):
        return
    assert not isinstance(command, click.Group), said
    command.make_context(said, words, resilient_parsing=False)


@pytest.mark.parametrize("line", RUN)
def test_a_cheap_command_runs_as_shown(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the checkout, in this process: starting Python again for each would cost more than the commands do."""
    monkeypatch.chdir(CHECKOUT)
    before, _, said = line.partition(START)
    typed = shlex.split(before.rstrip("| "))
    assert typed[:1] in ([], ["echo"]), "only echo may stand before our command"
    done = CliRunner().invoke(main, shlex.split(said.partition(" > ")[0]), input="\n".join(typed[1:]))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("name", sorted(main.commands))
def test_the_help_of_a_verb_can_be_shown(name: str) -> None:
    """But for a verb that hands every option on."""
    handed_on = not main.commands[name].context_settings.get("help_option_names", ["--help"])
    assert handed_on or CliRunner().invoke(main, [name, "--help"]).exit_code == 0
