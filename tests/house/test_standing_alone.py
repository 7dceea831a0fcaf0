"""The project can be taken anywhere: it names no machine, no registry and nothing outside itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
NOT_OURS = {".git", ".venv", ".tools", "data", "dist", "build", "htmlcov", "mutants", "node_modules"}

# Put together from parts, so that this file does not name them either.
MACHINE = re.compile("|".join([r"\.\./" + "shared", r"(?<![\w.])/" + "(root|work)/", r"(?<![\w.])/" + r"home/\w"]))
REGISTRY = re.compile(
    "|".join(["py" + r"pi\.org/simple", "files" + r"\.pythonhosted", "--(extra-)?" + "index-url", "--find" + "-links"])
)


def files() -> Iterator[Path]:
    for folder, inner, names in os.walk(CHECKOUT):
        here = Path(folder)
        top = here == CHECKOUT
        inner[:] = [
            name
            for name in inner
            if not (top and name in NOT_OURS) and not name.endswith(("cache", "__", ".egg-info", ".hypothesis"))
        ]
        # In a working tree of its own, .git is a file that names the machine's path to the repository.
        yield from (here / name for name in names if name != ".git" and not name.endswith((".pyc", ".coverage")))


def naming(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for file in files():
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [f"{file.relative_to(CHECKOUT)}:{n}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    return found


def test_no_file_names_a_path_of_some_machine() -> None:
    assert naming(MACHINE) == []


def test_no_file_names_a_package_registry() -> None:
    assert naming(REGISTRY) == []


@pytest.mark.parametrize(
    "pattern,text",
    [
        (MACHINE, "open('.." + "/shared/x')"),
        (MACHINE, "cd /" + "work/x"),
        (MACHINE, "file:///" + "root/x"),
        (REGISTRY, "--index" + "-url https://x"),
        (REGISTRY, "--extra-index" + "-url https://x"),
        (REGISTRY, "https://py" + "pi.org/simple/x"),
    ],
)
def test_the_patterns_find_what_they_forbid(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_the_whole_project_is_looked_at() -> None:
    seen = {str(file.relative_to(CHECKOUT)) for file in files()}
    assert {"run.py", "bot/permit.py", "requirements/run.lock", ".ci/run", "tests/house/test_size.py"} <= seen
