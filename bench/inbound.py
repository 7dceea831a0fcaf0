"""``bench inbound``: webhooks a second that are durable, stepped and answered with a queued reply.

Beside it, in the same run, two limits: a bare aiohttp handler that only checks the HMAC and parses, and the same
handler that also stores as many rows. All get the same signed WhatsApp posts, each another person's ``Y`` that grants.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

import uvloop

from bench.load import Tally, closed_loop, open_loop
from bench.report import show
from bench.stand import child, database, facts
from bench.whatsapp import request
from storage.valkey import EmbeddedValkey

CONNECTIONS = 128
WARMING = 3.0
"""Seconds."""
WANTED = {"sqlite": 0.45, "postgresql": 0.35}


async def storing(kind: str, count: int, seconds: float, *further: str) -> float:
    """The limit of storing: the bare handler that also keeps the rows of an answered reply, in requests a second."""
    with database(kind) as url:
        async with child("bench.storing", "--database", url, "--people", str(count), *further) as server:
            tally = await closed_loop(server.port, [request(n) for n in range(count)], CONNECTIONS, seconds)
    return tally.rate


async def bare(count: int, seconds: float, rounds: int) -> float:
    """The stack's limit: the median of some rounds, in requests a second."""
    rates = []
    async with child("bench.bare") as server:
        for _ in range(rounds):
            tally = await closed_loop(server.port, [request(n) for n in range(count)], CONNECTIONS, seconds)
            rates.append(tally.rate)
    return statistics.median(rates)


async def askfirst(kind: str, count: int, seconds: float, redis: str) -> dict[str, float]:
    """The same posts through the whole path; the rate counts until the last reply is queued."""
    with database(kind) as url:
        async with child("bench.server", "--database", url, "--redis", redis, "--people", str(count)) as server:
            requests = [request(n) for n in range(count)]
            _, before = await server.ask()
            began = time.perf_counter()
            tally = await closed_loop(server.port, requests, CONNECTIONS, seconds)
            queued, after = await server.ask()
            took = time.perf_counter() - began
    return {
        "webhooks_per_second": round(len(tally.latencies) / took, 1),
        "accepted": len(tally.latencies),
        "replies_queued": int(queued),
        "failed": tally.failed,
        "p50_ms": round(tally.percentile(0.50), 2),
        "p99_ms": round(tally.percentile(0.99), 2),
        "cpu_us_per_webhook": round((float(after) - float(before)) / len(tally.latencies) * 1e6),
    }


async def steady(kind: str, rate: float, seconds: float, redis: str) -> dict[str, float]:
    """Latency at a fixed rate, while a reply to every second post is sent to a loopback sink: the others come from
    people we do not know. The first seconds, in which connections open and statements are prepared, do not count."""
    early, count = int(rate * WARMING), int(rate * (WARMING + seconds))
    posts = [request(number) if number % 2 else request(count + number, "hello") for number in range(count)]
    with database(kind) as url:
        async with (
            child("bench.sink") as sink,
            child(
                "bench.server",
                *("--database", url, "--redis", redis, "--people", str(count)),
                *("--send", "--sink", f"http://127.0.0.1:{sink.port}"),
            ) as server,
        ):
            await open_loop(server.port, posts[:early], rate)
            before = int((await sink.ask())[0])
            tally: Tally = await open_loop(server.port, posts[early:], rate)
            sent = int((await sink.ask())[0]) - before
    return {
        "rate": rate,
        "p50_ms": round(tally.percentile(0.50), 2),
        "p99_ms": round(tally.percentile(0.99), 2),
        "sent_per_second": round(sent / tally.seconds, 1),
        "failed": tally.failed,
    }


async def measure(arguments: argparse.Namespace) -> dict[str, dict[str, object]]:
    """Everything, in one run; the bare handler before and after, so that a change of the machine shows."""
    found: dict[str, dict[str, object]] = {"machine": facts()}
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedValkey(Path(folder)) as redis:
            before = await bare(20_000, 3, 3)
            for kind in arguments.databases:
                store_only = await storing(kind, arguments.count, arguments.seconds)
                sealed = await storing(kind, arguments.count, arguments.seconds, "--sealed")
                full = await askfirst(kind, arguments.count, arguments.seconds, redis)
                after = await bare(20_000, 3, 3)
                limit = (before + after) / 2
                found[kind] = {
                    **full,
                    "bare_per_second": round(limit, 1),
                    "bare_noise": round(abs(before - after) / limit, 3),
                    "share_of_bare": round(full["webhooks_per_second"] / limit, 3),
                    "wanted": WANTED[kind],
                    "storing_alone_per_second": round(store_only, 1),
                    "storing_alone_share": round(store_only / limit, 3),
                    "storing_sealed_per_second": round(sealed, 1),
                    "storing_sealed_share": round(sealed / limit, 3),
                    "share_of_storing": round(full["webhooks_per_second"] / store_only, 3),
                }
                before = after
                found[f"{kind} at a steady rate"] = dict(await steady(kind, 100, 8, redis))
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30_000, help="webhooks at the most")
    parser.add_argument("--seconds", type=float, default=8, help="per database")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(measure(arguments))
    print(json.dumps(found) if arguments.json else show(found))


if __name__ == "__main__":
    main()
