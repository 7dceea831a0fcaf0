"""The tutorial, tried as somebody would who follows it: each command in its order, each edit, each output."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main

CHECKOUT = Path(__file__).parents[2]
STEP = re.compile(r"^```(console|diff)\n(.*?)^```", re.MULTILINE | re.DOTALL)
START = "python3 run.py "
VARIES = ((re.compile(r"\b[0-9a-f]{12}\b"), "VERSION"), (re.compile(r"\b\d+\.\d (s|秒)"), "TIME"))
"""The hash of a text that may be edited, and how long tests take."""


def settled(output: str) -> str:
    for pattern, word in VARIES:
        output = pattern.sub(word, output)
    return output


def edit(block: str) -> None:
    """Each ``-`` line becomes the ``+`` lines below it."""
    (name, *lines) = block.splitlines()
    file = Path(name.removeprefix("--- "))
    source = file.read_text("utf-8")
    for change in re.split(r"^-", "\n".join(lines), flags=re.MULTILINE)[1:]:
        old, *new = change.rstrip("\n").split("\n+")
        assert source.count(f"{old}\n") == 1, old
        source = source.replace(f"{old}\n", "".join(f"{line}\n" for line in new))
    file.write_text(source, "utf-8")


def run(command: str) -> str:
    """What a command prints; ``| tail -1`` is understood."""
    said, pipe, _ = command.removeprefix(START).partition(" | tail -1")
    output = CliRunner().invoke(main, shlex.split(said)).output
    return f"{output.splitlines()[-1]}\n" if pipe else output


@pytest.mark.parametrize("page, language", [("flows-tutorial.md", "en"), ("flows-tutorial.zh.md", "zh")])
def test_the_tutorial_goes_as_it_says(
    page: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASKFIRST_LANGUAGE", language)
    tried = 0
    for kind, block in STEP.findall((CHECKOUT / "docs" / page).read_text("utf-8")):
        if kind == "diff":
            edit(block)
            continue
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = step.partition("\n")
            if command.startswith("cp -r config/businesses "):
                shutil.copytree(CHECKOUT / "config" / "businesses", command.split()[-1])
            elif command.startswith("export "):
                for said in command.split()[1:]:
                    monkeypatch.setenv(*said.split("="))
            else:
                assert settled(run(command)) == settled(output), command
                tried += 1
    assert tried == 10
