"""``bench proof``: the flow checker against its oracle, over many more flows than the test suite has time for.

Good flows are written and must pass; every one is changed in every way known and judged twice; flows of chance are
judged twice. Exit 1 when a bad flow passed, a good one was refused, or a conversation given as the reason is not one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from random import Random

from bench.report import show
from flows.load import draft_flow
from tests.flows.oracle.documents import text_of
from tests.flows.oracle.good_flows import shape_of
from tests.flows.oracle.trial import Tally, Trial, on_trial, shipped_grounds, trials, wild_trials, written_grounds


class Count:
    """Trials of one sort, and what they cost."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.began = time.process_time()

    def figures(self) -> dict[str, object]:
        """What a report shows."""
        spent = time.process_time() - self.began
        total = sum(self.tally.counts.values())
        return {
            "flows": total,
            **dict(sorted(self.tally.counts.items())),
            "bad and accepted": len(self.tally.missed),
            "good and refused for consent": len(self.tally.wronged),
            "witnesses that do not replay": len(self.tally.unproved),
            "cpu_ms_each": round(1000 * spent / max(1, total), 1),
        }

    @property
    def disagreements(self) -> list[Trial]:
        """What ought not to be."""
        return [*self.tally.missed, *self.tally.wronged, *self.tally.unproved]


def good(arguments: argparse.Namespace) -> tuple[Count, dict[str, object]]:
    """Flows of every kind, none of which may be refused, for whatever reason."""
    count = Count()
    grounds = [*shipped_grounds()]
    for number, place in enumerate(arguments.places):
        grounds += written_grounds(range(number * arguments.flows, (number + 1) * arguments.flows), place)
    refused = 0
    for ground in grounds:
        trial = on_trial(ground.name, "nothing", text_of(ground.document), ground.setting, ground.house)
        count.tally.add(trial)
        if trial.codes or not trial.verdict.good:
            refused += 1
            count.tally.wronged += [trial] if not trial.wronged else []
    return count, {
        **count.figures(),
        "distinct": len({shape_of(each.document) for each in grounds}),
        "refused": refused,
    }


def changed(arguments: argparse.Namespace) -> tuple[Count, dict[str, object]]:
    """Mutants of every kind."""
    count = Count()
    grounds = [*shipped_grounds(), *written_grounds(range(arguments.mutated))]
    for trial in trials(grounds, arguments.each, arguments.doubled):
        count.tally.add(trial)
    return count, {**count.figures(), **{f"bad: {name}": number for name, number in count.tally.faults.most_common()}}


def thrown(arguments: argparse.Namespace) -> tuple[Count, dict[str, object]]:
    """Flows of chance."""
    count = Count()
    for trial in wild_trials(range(arguments.wild)):
        count.tally.add(trial)
    return count, count.figures()


def reading(arguments: argparse.Namespace) -> dict[str, object]:
    """The limit: reading the file alone, without checking anything."""
    sources = [text_of(ground.document) for ground in written_grounds(range(min(50, arguments.flows)))]
    began = time.process_time()
    for source in sources:
        draft_flow(source, "written.yaml")
    return {"cpu_ms_each": round(1000 * (time.process_time() - began) / len(sources), 1)}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flows", type=int, default=100, help="good flows to write for each place")
    parser.add_argument("--places", nargs="+", default=["CN", "TW", "HK", "GB", "EU", "US"], help="whose rules apply")
    parser.add_argument("--mutated", type=int, default=60, help="written flows to change")
    parser.add_argument("--each", type=int, default=2, help="mutants of each kind and flow")
    parser.add_argument("--doubled", type=int, default=20, help="mutants of two kinds at once, of each flow")
    parser.add_argument("--wild", type=int, default=400, help="flows of chance")
    parser.add_argument("--show", type=int, default=3, help="disagreements to print in full")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    counts, found = [], {"reading alone": reading(arguments)}
    for name, part in (("good flows", good), ("changed flows", changed), ("flows of chance", thrown)):
        count, found[name] = part(arguments)
        counts.append(count)
    print(json.dumps(found) if arguments.json else show(found))
    wrong = [trial for count in counts for trial in count.disagreements]
    Random(0).shuffle(wrong)
    for trial in wrong[: arguments.show]:
        print(f"\n{trial}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
