"""The layers, one way only. The contracts stand in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
LINT = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-c", LINT]
    clean = {"PYTHONPATH": str(folder), "PATH": "", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)


def project(folder: Path, **modules: str) -> Path:
    """A project of our five packages with these modules (``bot_gate="…"``) under our contracts."""
    (folder / "pyproject.toml").write_text((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    for package in ("bot", "flows", "webhooks", "storage", "config"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    own = {"bot_cli": "import webhooks", "flows_machine": "import transitions", "flows_training": "import sklearn"}
    for name, source in {**own, **modules}.items():
        (folder / f"{name.replace('_', '/', 1)}.py").write_text(source)
    return folder


def test_the_project_keeps_its_contracts() -> None:
    done = lint(CHECKOUT)
    assert done.returncode == 0, done.stdout


def test_what_the_layers_allow_passes(tmp_path: Path) -> None:
    done = lint(project(tmp_path, bot_gate="import storage, config, flows", webhooks_app="import bot.gate"))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "module,source",
    [
        ("bot_gate", "import webhooks"),
        ("storage_ledger", "import config"),
        ("config_rules", "import storage"),
        ("flows_check", "import config"),
        ("flows_check", "import asyncio"),
        ("flows_check", "from time import monotonic"),
        ("flows_check", "import random"),
        ("flows_check", "import aiohttp.web"),
        ("flows_check", "import transitions"),
        ("bot_gate", "from transitions import Machine"),
        ("webhooks_app", "import bot.cli"),
        ("flows_check", "import flows.training"),
        ("flows_check", "import numpy"),
        ("bot_gate", "from sklearn.linear_model import LogisticRegression"),
    ],
)
def test_what_they_forbid_is_refused(module: str, source: str, tmp_path: Path) -> None:
    done = lint(project(tmp_path, **{module: source}))
    assert done.returncode == 1, done.stdout
