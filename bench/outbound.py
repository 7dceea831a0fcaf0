"""``bench outbound``: messages a second that are authorised, limited, delivered to a loopback sink and recorded.

Beside it, in the same run, the limit of the stack: the aiohttp client alone, with the same requests and concurrency.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

import uvloop

from bench.report import show
from bench.stand import child, database, facts
from storage.valkey import EmbeddedValkey


async def client_alone(count: int, sink: str) -> float:
    """Requests a second."""
    async with child("bench.sender", "--sink", sink, "--count", str(count)) as sender:
        took, _ = await sender.ask()
    return count / float(took)


async def askfirst(kind: str, count: int, sink: str, redis: str) -> dict[str, float]:
    """Messages a second through the whole outbox."""
    with database(kind) as url:
        arguments = ("--sink", sink, "--count", str(count), "--database", url, "--redis", redis)
        async with child("bench.sender", *arguments) as sender:
            took, cpu = await sender.ask()
    return {"messages_per_second": round(count / float(took), 1), "cpu_us_each": round(float(cpu) / count * 1e6, 1)}


async def measure(arguments: argparse.Namespace) -> dict[str, dict[str, object]]:
    """Everything, in one run; the client alone before and after."""
    found: dict[str, dict[str, object]] = {"machine": facts()}
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedValkey(Path(folder)) as redis, child("bench.sink") as carrier:
            sink = f"http://127.0.0.1:{carrier.port}"
            before = await client_alone(arguments.count, sink)
            for kind in arguments.databases:
                full = await askfirst(kind, arguments.count, sink, redis)
                after = await client_alone(arguments.count, sink)
                limit = (before + after) / 2
                found[kind] = {
                    **full,
                    "client_alone_per_second": round(limit, 1),
                    "client_noise": round(abs(before - after) / limit, 3),
                    "share_of_client": round(full["messages_per_second"] / limit, 3),
                }
                before = after
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000, help="messages")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(measure(arguments))
    print(json.dumps(found) if arguments.json else show(found))


if __name__ == "__main__":
    main()
