#!/usr/bin/env python3
"""Start here: put the locked environment in place, then hand over to ``bot.cli`` in it.

Needs nothing but Python 3.11 and pip. Writes into the checkout's own ``.venv`` and ``.tools``, nowhere else.
``ASKFIRST_NO_INSTALL=1`` leaves installing to you and runs with the current Python.
"""

# No import from the future and nothing newer than Python 3.6 in the grammar: an old Python must get as far as
# the sentence that says what is missing.
import ast
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - the sentence for who starts it with an older one
    sys.exit(
        "askfirst needs Python 3.11 or newer; this is {}.{} ({}).\n"
        "Install a newer one and start again with it: python3.11 run.py".format(*sys.version_info[:2], sys.executable)
    )

CHECKOUT = Path(__file__).resolve().parent
ENVIRONMENT = CHECKOUT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "askfirst.stamp"
TOOLS = CHECKOUT / ".tools"
LOCKS = CHECKOUT / "requirements"
DEVELOPMENT_VERBS = ("test", "check", "bench")
MAIN_JOB = "serve"

MADE = "made"
"""First line of the stamp: the environment is ours, and is kept exactly as locked."""
ADOPTED = "adopted"
"""First line of the stamp: it was there before us, so packages are added and none removed."""


class InstallError(Exception):
    """The environment cannot be put in place; the text says what to do."""


def main(arguments: list[str]) -> None:
    """Install what the verb needs, then become that Python. Does not return."""
    arguments = arguments or [MAIN_JOB]
    verb = next((word for word in arguments if not word.startswith("-")), "")
    python = sys.executable
    if os.environ.get("ASKFIRST_NO_INSTALL", "0") in {"", "0"}:
        try:
            install("dev" if verb in DEVELOPMENT_VERBS else "run")
        except InstallError as error:
            sys.exit(f"askfirst: {error}")
        python = str(PYTHON)
    hand_over(python, test_command(arguments[1:]) if arguments[0] == "test" else ["bot.cli", *arguments])


def hand_over(python: str, module: list[str]) -> None:
    """Become ``python -m module``, with the checkout importable and the current folder not."""
    search = [str(CHECKOUT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(search)
    sys.stdout.flush()
    sys.stderr.flush()
    # -P: a folder called `config` or `bot` where somebody happens to stand must not be taken for ours.
    os.execv(python, [python, "-P", "-m", *module])  # noqa: S606 - the environment's own Python


def test_command(arguments: list[str]) -> list[str]:
    """``pytest`` in the checkout: with no arguments the whole suite, on every processor up to four."""
    os.chdir(CHECKOUT)
    workers = min(4, os.cpu_count() or 1)
    everything = ["-q", "-n", str(workers), "--dist", "worksteal"] if workers > 1 else ["-q"]
    return ["pytest", *(arguments or everything)]


def install(lock: str) -> None:
    """Bring ``.venv`` to what the lock says. Quick and silent when it is there already."""
    if is_current(lock):
        return
    with only_one():
        if is_current(lock):
            return
        origin, installed = read_stamp()
        lock = "dev" if "dev" in installed else lock
        print(f"askfirst: installing requirements/{lock}.lock into {ENVIRONMENT}", file=sys.stderr, flush=True)
        started = time.monotonic()
        uv, registry = find_uv(), registry_settings()
        if not PYTHON.exists():
            origin = MADE
            make(uv, registry)
        origin = origin or ADOPTED
        # An install that is cut short must be taken up again by the next start, and known as ours.
        write_stamp(origin, [])
        fill(LOCKS / f"{lock}.lock", origin, uv, registry)
        write_stamp(origin, ["run", "dev"] if lock == "dev" else ["run"])
        print(f"askfirst: installed in {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


def is_current(lock: str) -> bool:
    """Whether the environment was last filled from this very lock."""
    return PYTHON.exists() and read_stamp()[1].get(lock) == digest(lock)


def digest(lock: str) -> str:
    """SHA-256 of a lock's bytes, in hex."""
    return hashlib.sha256((LOCKS / f"{lock}.lock").read_bytes()).hexdigest()


def read_stamp() -> tuple[str, dict[str, str]]:
    """Who made the environment, and the digest of each lock it was filled from."""
    try:
        origin, *lines = STAMP.read_text().splitlines()
    except (FileNotFoundError, ValueError):
        return "", {}
    return origin, dict(line.split(" ", 1) for line in lines)


def write_stamp(origin: str, locks: list[str]) -> None:
    """Say what the environment holds; with no locks, that it is being filled."""
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text("\n".join([origin, *(f"{lock} {digest(lock)}" for lock in locks)]) + "\n")
    unfinished.replace(STAMP)


@contextlib.contextmanager
def only_one():  # type: ignore[no-untyped-def]  # its type would need an import that an old Python may not have
    """Hold the checkout's install lock, so that starts at the same moment wait for the first."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "install.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make(uv: Path | None, registry: dict[str, str]) -> None:
    """An empty environment of the Python that runs this."""
    if uv is None:
        print("askfirst: uv cannot be had here; using venv and pip, which takes longer", file=sys.stderr, flush=True)
        run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], registry)
    else:
        run([uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, ENVIRONMENT], registry)


def fill(lock: Path, origin: str, uv: Path | None, registry: dict[str, str]) -> None:
    """Put in the packages of ``lock``, their hashes checked."""
    if uv is None:
        run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lock], registry)
        return
    verb = ["sync"] if origin == MADE else ["install", "--requirements"]
    options = ["--quiet", "--require-hashes", "--compile-bytecode", "--python"]
    run([uv, "pip", *verb, lock, *options, PYTHON], registry)


def find_uv() -> Path | None:
    """The pinned uv in the private folder, put there by pip when it is not yet; else one on the PATH, else None."""
    pin = LOCKS / "uv.lock"
    home = TOOLS / f"uv-{hashlib.sha256(pin.read_bytes()).hexdigest()[:12]}"
    uv = home / "bin" / "uv"
    if uv.exists():
        return uv
    if importlib.util.find_spec("pip") is not None:
        print(f"askfirst: installing uv into {home}", file=sys.stderr, flush=True)
        unfinished = home.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--retries", "2"]
        options = ["--only-binary", ":all:", "--require-hashes", "--target", str(unfinished), "--requirement", str(pin)]
        quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        if subprocess.run([*command, *options], env={**os.environ, **quiet}, check=False).returncode == 0:
            unfinished.replace(home)
            return uv
    found = shutil.which("uv")
    return Path(found) if found else None


def registry_settings() -> dict[str, str]:
    """The environment for installing: what pip is configured with on this machine, unless uv is told otherwise.

    uv does not read pip's files; without this a machine behind its own registry or certificate would fail.
    """
    pip = pip_settings()
    given = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "UV_INDEX": pip.get("extra-index-url"),
        "UV_FIND_LINKS": ",".join(pip.get("find-links", "").split()),
        "UV_INSECURE_HOST": pip.get("trusted-host"),
        "UV_OFFLINE": pip.get("no-index"),
        "SSL_CERT_FILE": pip.get("cert"),
        "ALL_PROXY": pip.get("proxy"),
        "UV_HTTP_TIMEOUT": pip.get("timeout", pip.get("default-timeout")),
        # As pip does: the best of all indexes. Safe here, because every file's hash is in the lock.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    settings = {name: " ".join(value.split()) for name, value in given.items() if value}
    return {**settings, **os.environ}


def pip_settings() -> dict[str, str]:
    """What ``pip config list`` says for installing: the environment before ``install`` before ``global``."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.partition(".")
        if section in found:
            found[section][key] = str(ast.literal_eval(value))
    return found["global"] | found["install"] | found[":env:"]


def run(command: list[str | Path], environment: dict[str, str]) -> None:
    """Run one step of installing; its own words reach the terminal when it fails."""
    code = subprocess.run([str(part) for part in command], env=environment, check=False).returncode
    if code != 0:
        raise InstallError(
            f"could not install ({Path(command[0]).name} ended with {code}; its reason stands above).\n"
            "  - No network? Start once with it; afterwards no network is needed.\n"
            "  - Your own package registry? Tell pip: pip config set global.index-url URL\n"
            "  - You install yourself? pip install -e . and set ASKFIRST_NO_INSTALL=1"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
