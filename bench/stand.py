"""What a benchmark stands on: servers as child processes, a durable PostgreSQL, a Valkey, and the facts of the run."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.fixtures.stores import postgres_binaries, private_folder, psql, ready, run_as_nobody, running

DURABLE = ("fsync=on", "synchronous_commit=on", "max_connections=40", "listen_addresses=", "shared_buffers=256MB")


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL that keeps what it commits: a fresh database's URL."""
    binaries = postgres_binaries()
    options = [word for option in DURABLE for word in ("-c", option)]
    with private_folder() as folder:
        run_as_nobody([f"{binaries}/initdb", "-D", f"{folder}/data", "-U", "askfirst", "-A", "trust", "-E", "UTF8"])
        with running([f"{binaries}/postgres", "-D", f"{folder}/data", "-k", folder, *options], Path(folder, "log")):
            run_as_nobody(ready(binaries, folder))
            psql(folder, "CREATE DATABASE bench TEMPLATE template0")
            yield f"postgresql+asyncpg://askfirst@/bench?host={folder}"


@contextmanager
def database(kind: str) -> Iterator[str]:
    """A fresh database of a kind."""
    if kind == "postgresql":
        with postgres() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite+aiosqlite:///{folder}/bench.db"


class Child:
    """A server in a process of its own; it prints its port when it is ready."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process = process
        self.port = port

    async def ask(self) -> list[str]:
        """One line in, one line out."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        return (await self._process.stdout.readline()).decode().split()


@asynccontextmanager
async def child(module: str, *arguments: str) -> AsyncIterator[Child]:
    """Start a module's server and end it by closing its input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError(f"{module} did not start: exit code {await process.wait()}")
    try:
        yield Child(process, int(line))
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 30)


def facts() -> dict[str, object]:
    """What the figures depend on."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
    }
