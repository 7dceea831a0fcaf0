"""What the ledger says about a send, worked out from the records alone and apart from the code that decides.

Written from the promises, not from the gate: it reads a person's chain up to ``send.authorised`` and says what is
wrong with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.ledger import Entry

LASTS_DAYS = {"offers": 366, "points": 366, "bills": 2 * 366}
"""The example business's terms, at their longest."""
COMMERCIAL = {"offers", "points"}
GIVES = ("consent.given", "consent.confirmed", "consent.renewed")
ENDS = ("consent.withdrawn", "consent.refused", "consent.invalidated")


@dataclass(slots=True)
class Standing:
    """What stands after some records: consents by purpose and medium with the record that gave them and when."""

    held: dict[tuple[str, str], tuple[int, datetime]] = field(default_factory=dict)
    stopped: bool = False
    marketing_stopped: set[str] = field(default_factory=set)
    epoch: int = 0

    def read(self, seq: int, kind: str, at: datetime, facts: dict[str, Any]) -> None:
        """Take one more record into account."""
        if kind in GIVES:
            self.held[facts["purpose"], facts["medium"]] = (seq, at)
        elif kind in ENDS:
            self.held.pop((facts["purpose"], facts["medium"]), None)
        elif kind == "stop":
            self.held, self.stopped = {}, True
            self.epoch += 1
        elif kind == "stop.marketing":
            self.marketing_stopped.add(facts["medium"])
            for purpose in COMMERCIAL:
                self.held.pop((purpose, facts["medium"]), None)
        elif kind == "stop.lifted":
            self.stopped, self.marketing_stopped = False, set()
            self.epoch += 1
        elif kind == "preference.resumed":
            self.marketing_stopped.discard(facts["channel"])


def objections(entries: Sequence[Entry], message: str, body: str) -> list[str]:
    """Everything that speaks against this message having left, by the person's records; empty when nothing does."""
    standing = Standing()
    found: list[str] = []
    authorised = 0
    for entry in entries:
        record = json.loads(entry.record)
        kind, facts, at = record["kind"], record["facts"], datetime.fromisoformat(record["at"])
        if kind == "send.authorised" and facts["message"] == message:
            authorised += 1
            found = _against(standing, facts, at)
            if facts["content"] != hashlib.sha256(body.encode()).hexdigest():
                found.append("what left is not what was authorised")
        standing.read(record["seq"], kind, at, facts)
    return found if authorised else ["it was never authorised"]


def _against(standing: Standing, facts: dict[str, Any], at: datetime) -> list[str]:
    nature, purpose, medium = facts["nature"], facts["purpose"], facts["channel"]
    found = []
    if standing.stopped and nature != "farewell":
        found.append("the person had stopped")
    if nature == "farewell" and not standing.stopped:
        found.append("the person had not stopped")
    if purpose in COMMERCIAL and medium in standing.marketing_stopped:
        found.append("the person had stopped marketing")
    if facts["epoch"] != standing.epoch:
        found.append(f"bound to epoch {facts['epoch']}, not {standing.epoch}")
    if purpose is not None:
        found += _consent(standing, facts, at)
    elif nature == "commercial":
        found.append("commercial without a purpose")
    elif facts["basis"] == "contract" and not facts["proof"]:
        found.append("a contract without its proof")
    elif facts["basis"] == "past-purchase" and nature == "request":
        found.append("nobody switched the past-purchase basis on")
    return found


def _consent(standing: Standing, facts: dict[str, Any], at: datetime) -> list[str]:
    held = standing.held.get((facts["purpose"], facts["channel"]))
    if held is None:
        return [f"no consent to {facts['purpose']} on {facts['channel']}"]
    record, given_at = held
    if facts["consent"] != record:
        return [f"it names record {facts['consent']}, the consent stands on {record}"]
    if (at - given_at).days >= LASTS_DAYS.get(facts["purpose"], 10**6):
        return ["the consent's term was over"]
    return []
