"""``bench scoring``: processor time of the learned layer for each reply of the batch that it never saw,
beside what only making the same text comparable takes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence

from bench.report import show
from flows.normalise import comparable, folded
from flows.reading.model import shipped_model
from flows.reading.reader import prepare
from flows.training.corpus import batch

UNSEEN = "batch-c"
ROUNDS = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench scoring")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measured([folded(reply.text) for reply in batch(UNSEEN)])
    print(json.dumps(found, indent=2) if arguments.json else show(found))


def measured(texts: Sequence[str]) -> dict[str, dict[str, object]]:
    """Microseconds a reply in one thread: of each reply the best of some rounds, so that the machine's other work is
    left out."""
    prepare()
    model = shipped_model()
    return {
        f"scoring {len(texts)} replies": _times(model.score, texts),
        "making them comparable": _times(comparable, texts),
    }


def _times(work: Callable[[str], object], texts: Sequence[str]) -> dict[str, object]:
    best = sorted(min(_once(work, text) for _ in range(ROUNDS)) for text in texts)
    return {"p50_us": round(best[len(best) // 2], 1), "p99_us": round(best[len(best) * 99 // 100], 1)}


def _once(work: Callable[[str], object], text: str) -> float:
    began = time.thread_time_ns()
    work(text)
    return (time.thread_time_ns() - began) / 1000


if __name__ == "__main__":
    main()
