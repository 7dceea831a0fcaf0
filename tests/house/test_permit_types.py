"""A channel takes nothing but a permit, and nobody but the gate can make one: the type checker says so too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
HEAD = """
from __future__ import annotations
from bot.channel import Channel, Outgoing
from bot.permit import Grounds, Permit, Seal

async def send(channel: Channel, message: Outgoing, grounds: Grounds, permit: Permit) -> None:
"""


def checked(tmp_path: Path, *lines: str) -> str:
    """What mypy says of a function with these lines."""
    file = tmp_path / "attempt.py"
    file.write_text(HEAD + "".join(f"    {line}\n" for line in lines))
    cache = CHECKOUT / ".mypy_cache" / "permits"
    options = ["--strict", "--explicit-package-bases", "--cache-dir", str(cache), str(file)]
    command = [sys.executable, "-m", "mypy", *options]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    "attempt, complaint",
    [
        ("await channel.send(message)", 'has incompatible type "Outgoing"; expected "Permit"'),
        ("await channel.send(None)", 'has incompatible type "None"; expected "Permit"'),
        ("await channel.send(Permit(message, grounds))", "Too many arguments"),
    ],
)
def test_the_ways_around_do_not_type_check(attempt: str, complaint: str, tmp_path: Path) -> None:
    said = checked(tmp_path, attempt)
    assert complaint in said
    assert "Found 1 error" in said


def test_the_right_way_type_checks(tmp_path: Path) -> None:
    assert "Success" in checked(tmp_path, "await channel.send(permit)")
