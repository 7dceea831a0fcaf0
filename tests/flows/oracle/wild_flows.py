"""Flows thrown together at random: well formed, and otherwise whatever chance makes of them. Half of them are tame:
they only go onwards and grant mostly what was asked, so that some turn out good."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.flows.oracle.documents import Document
from tests.flows.oracle.good_flows import reached
from tests.flows.oracle.phrases import ANSWERS, HINTS, OFFERS, REQUESTS, THANKS, USES, Sentence

ASKED = ("offers", "points", "bills")


class Chance:
    """Throws one flow together: up to six cards, rows between any two of them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.cards = [f"card-{number}" for number in range(random.randint(2, 6))]
        self.channels = random.choice((["sms"], ["whatsapp", "sms"]))
        self.tame = random.random() < 0.5

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
            "states": {name: self._card(number, texts) for number, name in enumerate(self.cards)},
            "texts": texts,
            "uses": {"until": USES["until"]},
        }
        document["start"]["go"] = self.cards[0]
        if kind == "commercial":
            document["needs"] = self.random.choice(("offers", "points"))
        return self._tidied(document) if self.tame else document

    def _tidied(self, document: Document) -> Document:
        """Without the cards that nothing leads to, and what only they say."""
        states = reached(document["states"], self.cards[0])
        texts = {name: text for name, text in document["texts"].items() if f"'{name}'" in str(states)}
        return {**document, "states": states, "texts": texts}

    def _wording(self, sentence: Sentence) -> Document:
        template = {"template": f"notice_{self.random.randrange(12)}"} if len(self.channels) > 1 else {}
        return {**template, "zh-CN": sentence[0], "en": sentence[2]}

    def _label(self, name: str) -> Document:
        return {"zh-CN": ANSWERS[name][0][0], "en": ANSWERS[name][0][2]}

    def _some(self, among: tuple[str, ...], least: int = 0) -> list[str]:
        return self.random.sample(among, self.random.randint(least, min(2, len(among))))

    def _card(self, number: int, texts: Document) -> Document:
        card: dict[str, Any] = {}
        onwards = self.cards[number + 1 :] if self.tame else self.cards
        if self.random.random() < 0.8:
            card["say"] = self.random.choice(sorted(texts))
            if card["say"] == "offer" or self.random.random() < 0.1:
                card["needs"] = self.random.choice(("offers", "points"))
        if self.random.random() < 0.3 or not onwards:
            return {**card, "end": "over"}
        asked = tuple(texts[card["say"]].get("asks_for", ())) if "say" in card and self.tame else ASKED
        if self.random.random() < 0.7:
            heard = self.random.choice((("yes", "later"), ("yes", "drop"), ("fine",), ("more", "change")))
            card["reply"] = {name: self._row(onwards, asked, 0.6) for name in heard}
        if self.random.random() < 0.3:
            card["event"] = {
                self.random.choice(("order.sent", "order.here")): self._row(onwards, ASKED, 0.01 if self.tame else 0.05)
            }
        if self.random.random() < 0.3:
            go = {"go": self.random.choice(onwards)} if self.random.random() < 0.5 else {}
            card["else"] = {"say": "hint", "times": "1", **go}
        delay = self.random.choice(("1h", "72h", "400d"))
        return {**card, "after": {delay: self._row(onwards, ASKED, 0 if self.tame else 0.02)}}

    def _row(self, onwards: list[str], granted: tuple[str, ...], granting: float) -> Document:
        row: Document = {"go": self.random.choice(onwards)}
        if granted and self.random.random() < granting:
            row["grant"] = self._some(granted, 1)
        if self.random.random() < 0.1:
            row["revoke"] = self._some(ASKED, 1)
        if self.random.random() < 0.1:
            row["remember"] = {"said": "reply"}
        if not self.tame and self.random.random() < 0.05:
            del row["go"]
            row["tag"] = "stayed"
        return row


def wild_flow(random: Random) -> Document:
    """A flow of chance."""
    return Chance(random).throw()
