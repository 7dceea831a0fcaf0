"""What ``check`` runs, one step after the other: linters, types, import rules, the shipped flows, the tests.

Reads the checkout and writes nothing but the tools' own caches. Prints one line a step; a step's words only when it
fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "flows", "webhooks", "storage", "config")
MOST_WORKERS = 4
TESTS = "tests"
# import-linter is a script, not a module to run.
IMPORT_RULES = "from importlinter.cli import lint_imports_command as lint; lint()"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One tool: its name as shown, and the arguments that Python starts it with."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended: its exit code, how long it took, everything it printed."""

    step: Step
    code: int
    took: timedelta
    printed: str


def check(root: Path = CHECKOUT, say: Say = print, *, static: bool = False) -> int:
    """Run every step in ``root``, without the tests when ``static``. 0 when all pass, 1 when any fails, 2 where
    there is no checkout."""
    if not (root / "pyproject.toml").is_file():
        say(f"check needs the checkout, and {root} is none: clone the project and run python3 run.py check there")
        return 2
    outcomes = [_run(step, root, say) for step in steps(root, static=static)]
    failed = [outcome.step.name for outcome in outcomes if outcome.code != 0]
    took = sum((outcome.took for outcome in outcomes), timedelta())
    summary = f"{len(failed)} of {len(outcomes)} steps failed: {', '.join(failed)}" if failed else "all steps passed"
    say(f"{summary} in {took.total_seconds():.1f} s")
    return 1 if failed else 0


def steps(root: Path, *, static: bool = False) -> Sequence[Step]:
    """The steps in their order: quick ones first, the tests last."""
    businesses = sorted(str(folder.relative_to(root)) for folder in (root / "config" / "businesses").iterdir())
    quick = (
        Step("ruff check", ("-m", "ruff", "check", "--quiet", ".")),
        Step("ruff format", ("-m", "ruff", "format", "--check", "--quiet", ".")),
        Step("mypy --strict", ("-m", "mypy", "--strict", *(f"--package={name}" for name in PACKAGES))),
        Step("mypy run.py", ("-m", "mypy", "--strict", "run.py")),
        Step("import rules", ("-c", IMPORT_RULES)),
        Step("shipped flows", ("-m", "bot.cli", "flow", "check", *businesses)),
    )
    return quick if static else (*quick, Step(TESTS, ("-m", "pytest", "-q", *parallel(os.cpu_count() or 1))))


def parallel(processors: int) -> tuple[str, ...]:
    """Options with which pytest runs on every processor, up to four."""
    return ("-n", str(min(MOST_WORKERS, processors)), "--dist", "worksteal") if processors > 1 else ()


def _run(step: Step, root: Path, say: Say) -> Outcome:
    started = time.monotonic()
    search = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-P", *step.arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": search},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = timedelta(seconds=time.monotonic() - started)
    last = done.stdout.strip().splitlines()[-1:] if step.name == TESTS else []
    line = [
        f"{'ok' if done.returncode == 0 else 'FAILED':6}",
        f"{step.name:14}",
        f"{took.total_seconds():6.1f} s",
        *last,
    ]
    if done.returncode != 0:
        say(done.stdout.rstrip())
    say("  ".join(line))
    return Outcome(step, done.returncode, took, done.stdout)
