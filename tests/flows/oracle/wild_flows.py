"""Flows thrown together at random: well formed, and otherwise whatever chance makes of them."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.flows.oracle.documents import Document
from tests.flows.oracle.phrases import ANSWERS, HINTS, OFFERS, REQUESTS, THANKS, USES, Sentence

ASKED = ("offers", "points", "bills")


class Chance:
    """Throws one flow together: up to six cards, rows between any two of them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.cards = [f"card-{number}" for number in range(random.randint(2, 6))]
        self.channels = random.choice((["sms"], ["whatsapp", "sms"]))

    def throw(self) -> Document:
        """The whole file."""
        kind = self.random.choice(("consent-request", "preferences", "service", "commercial"))
        texts = {
            "ask": {"asks_for": self._some(ASKED, 1), **self._wording(REQUESTS[0])},
            "ask-more": {"asks_for": self._some(ASKED, 1), **self._wording(REQUESTS[1])},
            "thanks": self._wording(THANKS[0]),
            "offer": self._wording(OFFERS[1]),
            "hint": self._wording(HINTS[1]),
        }
        document: Document = {
            "flow": f"wild-{self.random.randrange(10**9)}",
            "kind": kind,
            "channels": self.channels,
            "languages": ["zh-CN", "en"],
            "start": {"event": "signup.form", "basis": "consent" if kind == "commercial" else "requested"},
            "answers": {name: {"label": self._label(name), "words": list(ANSWERS[name][1])} for name in ANSWERS},
            "states": {name: self._card(texts) for name in self.cards},
            "texts": texts,
            "uses": {"until": USES["until"]},
        }
        document["start"]["go"] = self.cards[0]
        if kind == "commercial":
            document["needs"] = self.random.choice(("offers", "points"))
        return document

    def _wording(self, sentence: Sentence) -> Document:
        template = {"template": f"notice_{self.random.randrange(12)}"} if len(self.channels) > 1 else {}
        return {**template, "zh-CN": sentence[0], "en": sentence[2]}

    def _label(self, name: str) -> Document:
        return {"zh-CN": ANSWERS[name][0][0], "en": ANSWERS[name][0][2]}

    def _some(self, among: tuple[str, ...], least: int = 0) -> list[str]:
        return self.random.sample(among, self.random.randint(least, min(2, len(among))))

    def _card(self, texts: Document) -> Document:
        card: dict[str, Any] = {}
        if self.random.random() < 0.8:
            card["say"] = self.random.choice(sorted(texts))
            if card["say"] == "offer" or self.random.random() < 0.1:
                card["needs"] = self.random.choice(("offers", "points"))
        if self.random.random() < 0.3:
            return {**card, "end": "over"}
        if self.random.random() < 0.7:
            heard = self.random.choice((("yes", "later"), ("yes", "drop"), ("fine",), ("more", "change")))
            card["reply"] = {name: self._row(granting=0.6) for name in heard}
        if self.random.random() < 0.3:
            card["event"] = {self.random.choice(("order.sent", "order.here")): self._row(granting=0.05)}
        if self.random.random() < 0.3:
            go = {"go": self.random.choice(self.cards)} if self.random.random() < 0.5 else {}
            card["else"] = {"say": "hint", "times": "1", **go}
        delay = self.random.choice(("1h", "72h", "400d"))
        return {**card, "after": {delay: self._row(granting=0.02)}}

    def _row(self, granting: float) -> Document:
        row: Document = {"go": self.random.choice(self.cards)}
        if self.random.random() < granting:
            row["grant"] = self._some(ASKED, 1)
        if self.random.random() < 0.1:
            row["revoke"] = self._some(ASKED, 1)
        if self.random.random() < 0.1:
            row["remember"] = {"said": "reply"}
        if self.random.random() < 0.05:
            del row["go"]
            row["tag"] = "stayed"
        return row


def wild_flow(random: Random) -> Document:
    """A flow of chance."""
    return Chance(random).throw()
