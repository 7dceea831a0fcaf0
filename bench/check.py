"""``bench check``: CPU time of checking and proving flows, beside the limit: only reading the same YAML.

Needs no database, no Redis and no network.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from bench.report import show
from config.business import load_business
from config.business_flows import setting_of
from flows.check import check_source, examine
from flows.checks.setting import Setting
from flows.document import read_document
from flows.load import load_flow
from flows.proving.properties import explore

EXAMPLE = Path(__file__).parent.parent / "config" / "businesses" / "example"
STATES, FLOWS, ROUNDS = 200, 50, 3
PURPOSES = ("offers", "points", "bills")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench check")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measured(setting_of(load_business(EXAMPLE)))
    print(json.dumps(found, indent=2) if arguments.json else show(found))


def measured(setting: Setting) -> dict[str, dict[str, object]]:
    """Milliseconds of CPU, the best of some rounds."""
    one = (EXAMPLE / "flows" / "optin-confirm.yaml").read_text(encoding="utf-8")
    shop = [path.read_text(encoding="utf-8") for path in sorted((EXAMPLE / "flows").glob("*.yaml"))]
    shop = [source for source in shop if source.startswith("flow:") and "\ntests:" not in source]
    fifty = (shop * (FLOWS // len(shop) + 1))[:FLOWS]
    large = large_flow(STATES)
    flow = load_flow(large, "large.yaml")
    return {
        "one flow": _beside(lambda: check_source(one, "f.yaml", setting), lambda: read_document(one, "f.yaml")),
        f"{FLOWS} flows": _beside(
            lambda: [check_source(each, "f.yaml", setting) for each in fifty],
            lambda: [read_document(each, "f.yaml") for each in fifty],
        ),
        f"one flow of {STATES} states": {
            **_beside(lambda: examine(flow, setting), lambda: read_document(large, "f.yaml")),
            "proof_ms": _cpu(lambda: explore(flow, setting)),
            "points": explore(flow, setting).size,
        },
    }


def _beside(ours: Callable[[], object], limit: Callable[[], object]) -> dict[str, object]:
    return {"check_ms": _cpu(ours), "reading_yaml_ms": _cpu(limit)}


def _cpu(work: Callable[[], object]) -> float:
    def once() -> float:
        began = time.process_time()
        work()
        return (time.process_time() - began) * 1000

    return round(min(once() for _ in range(ROUNDS)), 1)


def large_flow(states: int) -> str:
    """A flow of so many questions, each with three answers that lead to others, grant and take back."""
    head = [
        "flow: large",
        "kind: preferences",
        "channels: [sms, whatsapp]",
        "languages: [zh-CN, en]",
        "start: {word: {en: large}, basis: requested, go: s0}",
        "answers:",
        *(f"  {name}: {{label: {{zh-CN: {word}, en: {word}}}, words: [{word}]}}" for name, word in _WORDS),
        "states:",
    ]
    cards = [line for number in range(states) for line in _card(number, states)]
    texts = [line for number in range(states) for line in _text(number)]
    return "\n".join([*head, *cards, "  over: {end: done}", "texts:", *texts, ""])


_WORDS = (("yes", "Y"), ("less", "A"), ("other", "B"))


def _card(number: int, states: int) -> list[str]:
    asked, taken = PURPOSES[number % 3], PURPOSES[(number + 1) % 3]
    return [
        f"  s{number}:",
        f"    say: t{number}",
        "    reply:",
        f"      yes: {{grant: {asked}, go: s{(number + 1) % states}}}",
        f"      less: {{revoke: {taken}, go: s{(number * 7 + 3) % states}}}",
        f"      other: s{(number * 5 + 2) % states}",
        f"    else: {{say: t{number}, times: 1, go: over}}",
        "    after: {24h: over}",
    ]


def _text(number: int) -> list[str]:
    return [
        f"  t{number}:",
        f"    asks_for: {PURPOSES[number % 3]}",
        f'    zh-CN: "第{number}问：{{{{ purpose }}}}，每月最多{{{{ cap }}}}条，为期{{{{ lasts }}}}。回复Y或T。"',
        f'    en: "No. {number}: {{{{ purpose }}}}, max {{{{ cap }}}} a month for {{{{ lasts }}}}? Y, or T to refuse."',
    ]


if __name__ == "__main__":
    main()
