"""What is installed is what is locked: every dependency, at one version, with its hashes and from no fixed address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")


def lock(name: str) -> dict[str, str]:
    """Version by package."""
    lines = (CHECKOUT / "requirements" / f"{name}.lock").read_text(encoding="utf-8").splitlines()
    pins = [match for match in map(PIN.match, lines) if match]
    return {canonicalize_name(pin[1]): pin[2] for pin in pins}


def unmet(wanted: list[str], locked: dict[str, str]) -> list[str]:
    versions = {text: locked.get(canonicalize_name(Requirement(text).name)) for text in wanted}
    return [text for text, version in versions.items() if version is None or version not in Requirement(text).specifier]


def test_the_lock_for_running_meets_every_dependency() -> None:
    assert unmet(PROJECT["dependencies"], lock("run")) == []


def test_the_lock_for_development_meets_every_dependency() -> None:
    assert unmet(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"], lock("dev")) == []


def test_what_is_tested_is_what_runs() -> None:
    """The development lock holds the same versions, so `test` never changes what `serve` runs on."""
    tested = lock("dev")
    assert {name: tested.get(name) for name in lock("run")} == lock("run")


def test_an_older_lock_is_noticed() -> None:
    assert unmet(["aiohttp>=99", "gone", "transitions==0.9.3"], lock("run")) == ["aiohttp>=99", "gone"]


@pytest.mark.parametrize("name", ["run", "dev", "uv"])
def test_every_package_of_a_lock_has_hashes_and_no_address(name: str) -> None:
    text = (CHECKOUT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    packages = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    assert [part.splitlines()[0] for part in packages if PIN.match(part) and "--hash=sha256:" not in part] == []
    assert "://" not in text
    assert " @ " not in text


def test_the_readme_and_the_pipeline_name_the_command_that_tests() -> None:
    for name in ("README.md", ".ci/run"):
        assert "python3 run.py test" in (CHECKOUT / name).read_text(encoding="utf-8"), name
