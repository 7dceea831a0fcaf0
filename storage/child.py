"""A server process of our own that dies when we die.

It runs in a session of its own, so that a Ctrl-C at the terminal reaches us alone and we stop it in order. It must
never outlive us: Linux tells it of our death. Elsewhere the next start finds and stops it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# Runs between fork and exec of the server. A process of its own, as code between fork and exec of a process with
# threads may hang. 1 is PR_SET_PDEATHSIG. The parent may be gone before the call, hence the look at its id.
TIE_AND_EXEC = """
import os, sys
parent, number = int(sys.argv[1]), int(sys.argv[2])
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
try:
    os.execv(sys.argv[3], sys.argv[3:])
except OSError as error:
    sys.exit(f"{sys.argv[3]}: {error.strerror}")
"""


def tied(command: Sequence[str], at_our_death: signal.Signals = signal.SIGTERM) -> list[str]:
    """``command`` (first an absolute path) so wrapped that it gets this signal when we die.

    Linux counts the thread that starts it as the parent: start it from one that lives as long as it is wanted.
    """
    return [sys.executable, "-I", "-S", "-c", TIE_AND_EXEC, str(os.getpid()), str(int(at_our_death)), *command]


def launch(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start ``command``, tied to us, all it prints going to ``log``, which is begun anew."""
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 (the command is ours, nothing from outside is in it)
            tied(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, for an error message; says so when there is nothing."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-count:]) or "(it printed nothing)"


def command_line(pid: int) -> str | None:
    """The command of a living process with its arguments, or None."""
    proc = Path(f"/proc/{pid}/cmdline")
    if proc.parent.parent.joinpath("self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace") or None
        except OSError:  # it has just gone, or is not for us to read: in neither case ours
            return None
    shown = subprocess.run(  # noqa: S603 (a number is the only thing given)
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return f"{shown.stdout.strip()} " if shown.returncode == 0 else None
