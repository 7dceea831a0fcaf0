"""``python3 run.py`` on a machine: it installs once, then is quick, silent and needs nothing.

A small checkout of our own stands in for the project, and a recording script for uv, so that no test needs a network.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]

UV = """#!/bin/sh
echo "$@" >> "{log}"
if [ "$1" = venv ]; then mkdir -p "{venv}/bin" && ln -s "{python}" "{venv}/bin/python"; exit; fi
exit "$(cat "{log}.exit" 2>/dev/null || echo 0)"
"""
BOT = "import os, sys; print(sys.argv[1:], os.getcwd(), os.path.dirname(__file__), 'stranger' in sys.modules)"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """run.py, two locks, a bot that prints what it was given, and a uv that writes down what it was told."""
    root = tmp_path / "checkout"
    (root / "requirements").mkdir(parents=True)
    shutil.copy(CHECKOUT / "run.py", root)
    (root / "bot").mkdir()
    (root / "bot" / "cli.py").write_text(BOT)
    for name in ("run", "dev", "uv"):
        (root / "requirements" / f"{name}.lock").write_text(f"# {name}\n")
    pin = hashlib.sha256((root / "requirements" / "uv.lock").read_bytes()).hexdigest()[:12]
    uv = root / ".tools" / f"uv-{pin}" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text(UV.format(log=root / "log", venv=root / ".venv", python=sys.executable))
    uv.chmod(0o755)
    (root / "quick").mkdir()
    (root / "quick" / "pip.py").write_text("# Asked for its settings, it has none, and takes no half second to say so.")
    return root


def surroundings(checkout: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(checkout), "PYTHONPATH": str(checkout / "quick")}


def start(checkout: Path, *arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout / "run.py"), *arguments]
    clean = {**surroundings(checkout), **environ}
    return subprocess.run(command, cwd=cwd or checkout, env=clean, capture_output=True, text=True, check=False)


def told(checkout: Path) -> list[str]:
    """What uv was told, a line a call: its verb and the lock."""
    log = checkout / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    return [" ".join(word for word in line.split() if word.isalpha() or word.endswith(".lock")) for line in lines]


def test_the_first_start_installs_and_says_so_and_the_second_is_silent(checkout: Path) -> None:
    first = start(checkout, "flow", "check", "x")
    assert first.stdout.startswith("['flow', 'check', 'x']")
    assert f"installing requirements/run.lock into {checkout}/.venv" in first.stderr
    assert len(told(checkout)) == 2
    assert told(checkout)[1] == f"pip sync {checkout}/requirements/run.lock"
    second = start(checkout, "flow", "check", "x")
    assert (second.stdout, second.stderr) == (first.stdout, "")
    assert len(told(checkout)) == 2


def test_without_arguments_it_does_the_main_job(checkout: Path) -> None:
    assert start(checkout).stdout.startswith("['serve']")


def test_it_starts_from_anywhere_and_takes_nothing_from_there(checkout: Path, tmp_path: Path) -> None:
    """A folder called ``bot`` where somebody happens to stand is not ours."""
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "bot").mkdir(parents=True)
    (elsewhere / "bot" / "cli.py").write_text("import stranger")
    done = start(checkout, "doctor", cwd=elsewhere)
    assert done.stdout == f"['doctor'] {elsewhere} {checkout}/bot False\n"


def test_verbs_of_development_take_the_other_lock_and_later_ones_stay_with_it(checkout: Path) -> None:
    start(checkout, "check")
    assert told(checkout)[-1].endswith("dev.lock")
    assert start(checkout, "serve").stderr == ""
    (checkout / "requirements" / "run.lock").write_text("# run, changed\n")
    start(checkout, "serve")
    assert told(checkout)[-1].endswith("dev.lock")


def test_a_changed_lock_is_installed_again(checkout: Path) -> None:
    start(checkout, "serve")
    (checkout / "requirements" / "run.lock").write_text("# run, changed\n")
    assert "installing" in start(checkout, "serve").stderr
    assert start(checkout, "serve").stderr == ""


def test_starts_at_the_same_moment_install_once(checkout: Path) -> None:
    command = [sys.executable, str(checkout / "run.py"), "serve"]
    clean = surroundings(checkout)
    starts = [subprocess.Popen(command, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    printed = [process.communicate() for process in starts]
    assert all(out.startswith(b"['serve']") for out, _ in printed)
    assert len(told(checkout)) == 2


@pytest.mark.parametrize("before", ["nothing", "an environment of ours"])
def test_an_install_that_failed_says_what_to_do_and_is_taken_up_again(before: str, checkout: Path) -> None:
    if before != "nothing":
        start(checkout, "serve")
        (checkout / "requirements" / "run.lock").write_text("# run, changed\n")
    (checkout / "log.exit").write_text("3")
    failed = start(checkout, "serve")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "No network?" in failed.stderr
    (checkout / "log.exit").unlink()
    assert start(checkout, "serve").returncode == 0
    assert told(checkout)[-1] == f"pip sync {checkout}/requirements/run.lock"


def test_an_environment_that_was_there_before_us_loses_nothing(checkout: Path) -> None:
    """Packages are added to it, never removed, now and at every later change."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for text in ("# run\n", "# run, changed\n"):
        (checkout / "requirements" / "run.lock").write_text(text)
        start(checkout, "serve")
        assert told(checkout)[-1] == f"pip install {checkout}/requirements/run.lock"


def test_installing_can_be_switched_off(checkout: Path) -> None:
    done = start(checkout, "serve", ASKFIRST_NO_INSTALL="1")
    assert done.stdout.startswith("['serve']")
    assert not (checkout / ".venv").exists()


PIP = """print(''':env:.find-links='/w /x'
global.cert='/ca.pem'
global.index-url='https://global.example/x'
global.proxy='http://p'
install.index-url='https://a.example/x'
list.format='json'
''')"""
"""As ``pip config list`` prints it."""


def test_what_pip_is_configured_with_reaches_uv_unless_uv_is_told_otherwise(checkout: Path) -> None:
    (checkout / "quick" / "pip.py").write_text(PIP)
    ask = "import run, json; print(json.dumps(run.registry_settings()))"
    clean = {**surroundings(checkout), "SSL_CERT_FILE": "/mine.pem"}
    command = [sys.executable, "-c", ask]
    done = subprocess.run(command, cwd=checkout, env=clean, capture_output=True, text=True, check=True)
    given = json.loads(done.stdout)
    assert {name: given[name] for name in given if name.startswith(("UV_", "SSL_", "ALL_"))} == {
        "UV_DEFAULT_INDEX": "https://a.example/x",
        "UV_FIND_LINKS": "/w,/x",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "ALL_PROXY": "http://p",
        "SSL_CERT_FILE": "/mine.pem",
    }
    assert clean.items() <= given.items()


def test_too_old_a_python_is_told_so_in_one_sentence(checkout: Path) -> None:
    """The check stands before anything that an old Python cannot read or import."""
    pretend = "import sys, runpy; sys.version_info = (3, 9); runpy.run_path('run.py')"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("askfirst needs Python 3.11 or newer; this is 3.9")


def test_pytest_is_given_the_arguments_of_test(checkout: Path) -> None:
    """``test`` runs in the checkout; with no arguments it is the whole suite."""
    (checkout / "pytest.py").write_text("import os, sys; print(sys.argv[1:], os.getcwd())")
    some = start(checkout, "test", "tests/x.py", "-x", cwd=checkout.parent)
    assert some.stdout == f"['tests/x.py', '-x'] {checkout}\n"
    assert start(checkout, "test").stdout.startswith("['-q'")
