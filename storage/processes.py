"""Which processes may hold an authorised send, and the proof that one is dead.

A process is dead when the kernel of its host says that its pid is gone or belongs to a later start. A process of
another host is never assumed dead: only that host, or an operator who has looked, can say so.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, select

from storage.statements import InsertRows, UpdateRows
from storage.tables import outbox, processes

INSERT = InsertRows(processes, ("id", "host", "pid", "born", "started_at"))
END = UpdateRows(processes, ("id",), ("ended_at",))
ALIVE = select(processes.c.id, processes.c.host, processes.c.pid, processes.c.born).where(
    processes.c.ended_at.is_(None)
)
FLYING = select(
    outbox.c.business,
    outbox.c.id,
    outbox.c.person,
    outbox.c.channel,
    outbox.c.nature,
    outbox.c.commercial,
    outbox.c.basis,
).where(outbox.c.status == "authorised", outbox.c.claimed_by == bindparam("process"))

RELEASE = UpdateRows(outbox, ("claimed_by",), ("claimed_until_at",), guard="outbox.status = 'queued'")
"""What a dead process had claimed and not authorised: nobody waits for the claim to lapse."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process of ours: ``born`` is the kernel's boot id and start tick, which together are never reused."""

    id: str
    host: str
    pid: int
    born: str

    @classmethod
    def this(cls, id_: str) -> Process:
        """The running one."""
        pid = os.getpid()
        return cls(id_, socket.gethostname(), pid, born(pid))

    def dead(self) -> bool:
        """Proven dead: it ran on this host, and the kernel no longer knows it."""
        if self.host != socket.gethostname():
            return False
        return born(self.pid) != self.born


def born(pid: int) -> str:
    """Boot id and start time of a pid in clock ticks; empty when there is no such process (or it is a zombie)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    fields = status.rpartition(")")[2].split()
    return "" if fields[0] in ("Z", "X") else f"{boot}:{fields[19]}"
