"""How well and how fast replies are read: figures on your own labelled replies. It never prints a reply.

``python -m bench.reading FILE...``: JSONL ``{text, label, lang?, ctx?, place?, also?, kind?}``; ``label`` one of the
readings, ``also`` further ones that are right too, ``kind`` any word to count misses by.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import show
from bot.serve import spare_the_collector
from flows.reading.context import Asked, Context
from flows.reading.meaning import Meaning, Reading
from flows.reading.reader import Reader, prepare
from flows.shipped_words import spoken_as

STOPS = frozenset({Meaning.STOP, Meaning.STOP_MARKETING, Meaning.BILLS_ONLY})
_MISSES_SHOWN = 40
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Read:
    """One labelled reply and what was read in it; ``seconds`` of this thread's processor time, the best of some rounds,
    so that the machine's other work is left out; ``at_first``: of the first of them."""

    expected: frozenset[str]
    kind: str
    language: str
    context: Context
    reading: Reading
    seconds: float
    at_first: float

    @property
    def stops(self) -> bool:
        """Whether a stop of any extent was wanted."""
        return bool(self.expected & STOPS)


def read_all(lines: Iterable[str]) -> Iterator[Read]:
    """Every line of a labelled file, read by a reader of its place and language that has seen no reply before."""
    prepare()
    spare_the_collector()
    readers: dict[tuple[str | None, str], Reader] = {}
    plain = Reader.shipped(None, ())
    for line in lines:
        if not line.strip():
            continue
        reply: dict[str, Any] = json.loads(line)
        language = reply.get("lang") or ""
        mainland = reply.get("place") == "CN" or (not reply.get("place") and "zh-Hans" in spoken_as(language))
        where = ("CN" if mainland else None, language)
        if where not in readers:
            readers[where] = plain.also(where[0], [language])
        context = Context.named(reply.get("ctx") or "any", language)
        reading, seconds = _timed(readers[where], reply["text"], context)
        expected = frozenset({reply["label"], *reply.get("also", ())})
        kind = str(reply.get("kind") or reply.get("sub") or "")
        yield Read(expected, kind, language, context, reading, min(seconds), seconds[0])


def _timed(reader: Reader, text: str, context: Context) -> tuple[Reading, list[float]]:
    seconds = []
    for _ in range(_ROUNDS):
        forgetful = reader.beside(())
        started = time.thread_time()
        reading = forgetful.read(text, context)
        seconds.append(time.thread_time() - started)
    return reading, seconds


def figures(replies: Sequence[Read]) -> dict[str, object]:
    """The rates that matter, each with its counts."""
    stops = [each for each in replies if each.stops]
    others = [each for each in replies if not each.stops]
    asked = [each for each in replies if Meaning.GRANT in each.expected and _is_open(each) and "weak" not in each.kind]
    refused = [each for each in replies if Meaning.GRANT not in each.expected and Meaning.START not in each.expected]
    return {
        "replies": len(replies),
        "stops heard": _share(stops, lambda each: each.reading.meaning in STOPS),
        "stops heard or paused": _share(stops, lambda each: each.reading.meaning in STOPS | {Meaning.PAUSE}),
        "false stops": _share(others, lambda each: each.reading.meaning in STOPS),
        "pauses of others": _share(others, lambda each: each.reading.meaning is Meaning.PAUSE),
        "yes heard": _share(asked, lambda each: each.reading.meaning is Meaning.GRANT),
        "consent from no yes": sum(each.reading.meaning is Meaning.GRANT for each in refused),
        "read as labelled": _share(replies, lambda each: each.reading.meaning in each.expected),
        "by layer": _by_layer(replies),
        "stops heard, by layer": _by_layer(each for each in stops if each.reading.meaning in STOPS),
        "false stops, by layer": _by_layer(each for each in others if each.reading.meaning in STOPS),
        "pauses of others, by layer": _by_layer(each for each in others if each.reading.meaning is Meaning.PAUSE),
        "microseconds p50, p99": _percentiles([each.seconds for each in replies]),
        "read once, microseconds p50, p99": _percentiles([each.at_first for each in replies]),
    }


def misses(replies: Iterable[Read]) -> dict[str, object]:
    """How often which kind of reply in which language was read as something of another sort, the most first."""
    found = Counter(
        f"{'/'.join(sorted(each.expected))} as {each.reading.meaning} {each.language} {each.kind} {each.context.asked}"
        for each in replies
        if each.stops != (each.reading.meaning in STOPS) or (each.reading.meaning is Meaning.PAUSE and not each.stops)
    )
    return dict(found.most_common(_MISSES_SHOWN))


def _by_layer(replies: Iterable[Read]) -> dict[str, int]:
    return dict(sorted(Counter(str(each.reading.by) for each in replies).items()))


def _is_open(each: Read) -> bool:
    return each.context.asked in (Asked.CONFIRM, Asked.MENU)


def _share(replies: Sequence[Read], test: Any) -> str:
    met = sum(1 for each in replies if test(each))
    return f"{met / len(replies):.4f} ({met} of {len(replies)})" if replies else "none"


def _percentiles(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return (
        f"{ordered[len(ordered) // 2] * 1e6:.0f}, {ordered[len(ordered) * 99 // 100] * 1e6:.0f}" if ordered else "none"
    )


def main() -> None:
    """Print the figures of each file."""
    parser = argparse.ArgumentParser(prog="bench reading", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true", help="count misses by label, reading, language and kind")
    asked = parser.parse_args()
    found = {}
    for file in asked.files:
        replies = list(read_all(file.read_text(encoding="utf-8").splitlines()))
        found[file.name] = figures(replies) | (misses(replies) if asked.misses else {})
    print(json.dumps(found, ensure_ascii=False) if asked.json else show(found))


if __name__ == "__main__":
    main()
