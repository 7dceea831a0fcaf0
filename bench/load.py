"""A load generator that costs little: keep-alive sockets, requests made beforehand, one answer awaited a connection.

Closed loop (as fast as answers come) or open loop (a fixed rate, latency counted from when a request was due).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

HEAD_END = b"\r\n\r\n"


@dataclass(slots=True)
class Tally:
    """What came back: latencies in seconds, and answers that were not 2xx."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Latency in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


class _Connection(asyncio.Protocol):
    """One connection with at most one request in the air."""

    def __init__(self, work: deque[bytes], tally: Tally, done: asyncio.Event) -> None:
        self._work, self._tally, self._done = work, tally, done
        self._buffer = b""
        self._began = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it

    def next(self) -> None:
        """Send the next request, if there is one."""
        if self._work and self.transport is not None:
            self._began = time.perf_counter()
            self.transport.write(self._work.popleft())
        else:
            self._done.set()

    def send(self, request: bytes, due: float) -> None:
        """Send this one; its latency counts from ``due``."""
        assert self.transport is not None
        self._began = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Part of an answer."""
        self._buffer += data
        end = self._buffer.find(HEAD_END)
        if end < 0:
            return
        head = self._buffer[:end].lower()
        place = head.find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        self._buffer = self._buffer[end + 4 + length :]
        if head[9:10] == b"2":
            self._tally.latencies.append(time.perf_counter() - self._began)
        else:
            self._tally.failed += 1
        self.finished()

    def finished(self) -> None:
        """An answer is complete."""
        self.next()

    def connection_lost(self, error: Exception | None) -> None:
        """The server closed."""
        self._done.set()


class _Paced(_Connection):
    """A connection of an open loop: goes back to the idle ones after each answer."""

    idle: deque[_Paced]

    def finished(self) -> None:
        """Free again."""
        self.idle.append(self)


async def closed_loop(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Tally:
    """As many as the server answers, over so many connections, for at most so long."""
    work, tally = deque(requests), Tally()
    loop = asyncio.get_running_loop()
    events = [asyncio.Event() for _ in range(connections)]
    opened = [
        (await loop.create_connection(lambda e=event: _Connection(work, tally, e), "127.0.0.1", port))[1]
        for event in events
    ]
    began = time.perf_counter()
    for connection in opened:
        connection.next()
    loop.call_later(seconds, work.clear)
    await asyncio.gather(*(event.wait() for event in events))
    tally.seconds = time.perf_counter() - began
    _close(opened)
    return tally


async def open_loop(port: int, requests: Sequence[bytes], rate: float, connections: int = 256) -> Tally:
    """So many a second, whatever the answers do."""
    tally, idle = Tally(), deque[_Paced]()
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        _, connection = await loop.create_connection(lambda: _Paced(deque(), tally, asyncio.Event()), "127.0.0.1", port)
        connection.idle = idle
        idle.append(connection)
    everyone = list(idle)
    began = time.perf_counter()
    for place, request in enumerate(requests):
        due = began + place / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if not idle:
            raise RuntimeError(f"{connections} connections are too few for {rate} a second: the server is behind")
        idle.popleft().send(request, due)
    await _all_answered(tally, len(requests))
    tally.seconds = time.perf_counter() - began
    _close(everyone)
    return tally


async def _all_answered(tally: Tally, wanted: int) -> None:
    for _ in range(6000):
        if len(tally.latencies) + tally.failed >= wanted:
            return
        await asyncio.sleep(0.005)


def _close(connections: Sequence[_Connection]) -> None:
    for connection in connections:
        if connection.transport is not None:
            connection.transport.close()
