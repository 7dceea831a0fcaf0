"""``check`` runs every step, whatever an earlier one says, and fails when any does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.check_command import check, parallel, steps

CHECKOUT = Path(__file__).parents[2]
CLI = '"""A command line."""\n\nfrom __future__ import annotations\n\nimport sys\n\nsys.exit({code})\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of our five packages that breaks no rule, under our configuration."""
    (tmp_path / "pyproject.toml").write_text((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    for package in ("bot", "flows", "webhooks", "storage", "config"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text('"""A package."""\n')
    (tmp_path / "flows" / "training").mkdir()
    (tmp_path / "flows" / "training" / "__init__.py").write_text('"""A package."""\n')
    (tmp_path / "config" / "businesses" / "example").mkdir(parents=True)
    (tmp_path / "run.py").write_text('"""Start here."""\n')
    (tmp_path / "bot" / "cli.py").write_text(CLI.format(code=0))
    (tmp_path / "flows" / "machine.py").write_text('"""The machine."""\n\nfrom __future__ import annotations\n')
    return tmp_path


def test_a_project_that_breaks_no_rule_passes_every_step(project: Path) -> None:
    said: list[str] = []
    assert check(project, said.append, static=True) == 0, said
    assert [line.split()[0] for line in said] == ["ok"] * 6 + ["all"]


def test_every_step_fails_for_its_own_reason_and_all_are_named(project: Path) -> None:
    (project / "storage" / "ledger.py").write_text('"""A ledger."""\n\nimport config\n\nprint(config.x,)\n')
    (project / "run.py").write_text('"""Start here."""\n\nsize: int = "x"\n')
    (project / "bot" / "cli.py").write_text(CLI.format(code=1))
    said: list[str] = []
    assert check(project, said.append, static=True) == 1
    names = "ruff check, ruff format, mypy --strict, mypy run.py, import rules, shipped flows"
    assert said[-1].startswith(f"6 of 6 steps failed: {names} in ")


def test_the_tests_come_last_and_only_when_asked_for(project: Path) -> None:
    assert [step.name for step in steps(project)][-1] == "tests"
    assert steps(project)[:-1] == steps(project, static=True)


def test_outside_a_checkout_it_says_where_to_run(tmp_path: Path) -> None:
    said: list[str] = []
    assert check(tmp_path, said.append) == 2
    assert "python3 run.py check" in said[0]


def test_one_processor_needs_no_workers() -> None:
    assert parallel(1) == ()
    assert parallel(2)[:2] == ("-n", "2")
    assert parallel(64)[:2] == ("-n", "4")
