"""Writes good flows of every kind, at random: whatever it writes, a checker must let pass.

A flow is composed card by card; the way into each card is known (a tree, but for quiet ends), so that a text that
sells is only ever written where the consent for it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.flows.oracle.documents import Document
from tests.flows.oracle.phrases import (
    ANSWERS,
    CHOSEN,
    DECLINED,
    FAREWELLS,
    GREETINGS,
    HINTS,
    LANGUAGES,
    MENUS,
    NOTICES,
    OFFERS,
    PASSED_ON,
    QUESTIONS,
    REQUESTS,
    STARTING_WORDS,
    THANKS,
    USES,
    Sentence,
)

SHORT = ("6h", "12h", "23h")
LONG = ("24h", "48h", "72h", "7d", "168h")
PURPOSES = ("offers", "points", "bills")


@dataclass(frozen=True, slots=True)
class Way:
    """How a card is reached. ``held``: the consents that stand on every way here; ``asked``: the purposes asked for so
    far; ``late``: it may be entered without the person having just written; ``by_wait``: by a timer; ``answered``: the
    person has answered something; ``left``: how many more cards may follow below."""

    held: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    late: bool = True
    by_wait: bool = False
    answered: bool = False
    left: int = 3

    def replied(self, *, granted: Sequence[str] = (), revoked: Sequence[str] = ()) -> Way:
        """After the person's answer."""
        held = (self.held - set(revoked)) | set(granted)
        return replace(self, held=held, late=False, by_wait=False, answered=True, left=self.left - 1)

    def later(self, *, by_wait: bool) -> Way:
        """After a wait or an event."""
        return replace(self, late=True, by_wait=by_wait, left=self.left - 1)


class Author:
    """Writes one flow."""

    def __init__(self, random: Random, kind: str) -> None:
        self.random, self.kind = random, kind
        self.states: dict[str, Document] = {}
        self.texts: dict[str, Document] = {}
        self.answers: dict[str, Document] = {}
        self.uses: dict[str, object] = {}
        self.languages = sorted(random.sample(LANGUAGES, random.randint(1, 4)), key=LANGUAGES.index)
        self.channels = random.choice((["sms"], ["whatsapp"], ["sms", "whatsapp"], ["whatsapp", "sms"]))
        self.needs: str | None = None

    def write(self) -> Document:
        """The whole file."""
        start = {
            "consent-request": self._consent_request,
            "preferences": self._preferences,
            "service": self._service,
            "commercial": self._commercial,
            "farewell": self._farewell,
        }[self.kind]()
        document: Document = {
            "flow": f"written-{self.random.randrange(10**9)}",
            "about": "Written for a test.",
            "kind": self.kind,
            "channels": self.channels,
            "languages": self.languages,
            "start": start,
        }
        optional = {"needs": self.needs, "answers": self.answers}
        document |= {key: value for key, value in optional.items() if value}
        states = reached(self.states, str(start["go"]))
        said = str(states)
        texts = {name: text for name, text in self.texts.items() if f"'{name}'" in said}
        uses = {name: use for name, use in self.uses.items() if f"{{{{ {name} }}}}" in str(texts)}
        document |= {"states": states, "texts": texts}
        return document | ({"uses": uses} if uses else {})

    # The kinds ---------------------------------------------------------------------------------------------------

    def _consent_request(self) -> Document:
        how = self.random.choice(("form", "word", "past"))
        if how == "past":
            self.channels = ["sms"]
        way = Way(late=how != "word")
        go = self._request(way)
        if how == "word":
            return {"word": self._starting_words(), "basis": "requested", "go": go}
        if how == "form":
            once = self.random.choice(({}, {"once": "per 90 days"}))
            return {"event": "signup.form", "basis": "requested", **once, "go": go}
        return {"campaign": "again", "basis": "past-purchase", "proof": "last_order", "once": "ever", "go": go}

    def _preferences(self) -> Document:
        go = self._menu(Way(late=False))
        return {"word": self._starting_words(), "basis": "requested", "go": go}

    def _service(self) -> Document:
        way = Way(asked=frozenset(PURPOSES))
        go = self.random.choice((self._events, self._question))(way)
        if self.random.random() < 0.7:
            return {"event": "order.made", "basis": "contract", "proof": "order_no", "go": go}
        return {"event": "code.asked", "basis": "requested", "go": go}

    def _commercial(self) -> Document:
        purpose = self.random.choice(("offers", "points"))
        self.needs = purpose
        go = self._offer(Way(held=frozenset({purpose}), asked=frozenset(PURPOSES)), purpose)
        once = self.random.choice(({}, {"once": "per year"}, {"once": "ever"}))
        started = self.random.choice(({"event": "member.day"}, {"campaign": "spring"}))
        return {**started, "basis": "consent", **once, "go": go}

    def _farewell(self) -> Document:
        say = self._text("farewell", FAREWELLS, greet=False)
        self.states["stopped"] = {"revoke": "all", "say": say, "end": "stopped"}
        return {"business": "stop", "basis": "requested", "go": "stopped"}

    # The cards ---------------------------------------------------------------------------------------------------

    def _request(self, way: Way) -> str:
        """Asks for one purpose; a yes grants it."""
        purpose = self.random.choice([name for name in PURPOSES if name not in way.asked])
        text = self._text("ask", REQUESTS, late=way.late, kind="request")
        self.texts[text]["asks_for"] = self.random.choice((purpose, [purpose]))
        here = replace(way, asked=way.asked | {purpose})
        yes: Document = {"grant": purpose, "go": self._onward(here.replied(granted=(purpose,)))}
        reply: Document = {self._answer("yes"): yes}
        if self.random.random() < 0.4:
            reply[self._answer("later")] = self._declined(here.replied())
        if self.random.random() < 0.2 and len(reply) == 2:
            self.texts[text]["buttons"] = list(reply)
        if self.random.random() < 0.15:
            yes["tag"] = "agreed"
        card = {"say": text, "reply": reply, **self._hint()}
        return self._card("ask", {**card, "after": {self.random.choice(LONG): self._quiet("no-consent")}})

    def _menu(self, way: Way) -> str:
        """Several purposes by button or row; each answer grants one, or takes back the others."""
        chosen = sorted(self.random.sample(PURPOSES, self.random.randint(1, 3)), key=PURPOSES.index)
        chosen = list(PURPOSES[: len(chosen)])  # the number before a label is the number it is known by
        text = self._text("menu", MENUS, greet=False)
        self.texts[text]["asks_for"] = chosen
        self.texts[text][self.random.choice(("buttons", "list"))] = [self._answer(name) for name in chosen]
        reply: Document = {}
        for name in chosen:
            others = [other for other in chosen if other != name]
            revoked = others if others and self.random.random() < 0.4 else []
            here = replace(way, asked=way.asked | set(chosen))
            go = self._onward(here.replied(granted=(name,), revoked=revoked))
            reply[name] = {"grant": name, **({"revoke": revoked} if revoked else {}), "go": go}
        after = {self.random.choice(SHORT): self._quiet("unchanged")}
        otherwise = {"else": {"say": text, "times": "1", "go": self._quiet("unchanged")}}
        hint = self.random.choice((otherwise, self._hint()))
        return self._card("menu", {"say": text, "reply": reply, **hint, "after": after})

    def _onward(self, way: Way) -> str:
        """What follows a person's answer."""
        choices: list[Callable[[Way], str]] = [self._thanks, self._thanks, self._quiet_end]
        commercial = sorted(way.held & {"offers", "points"})
        if commercial:
            choices.append(lambda way: self._first_offer(way, self.random.choice(commercial)))
        if way.left > 0 and way.held:
            choices.append(self._second_thoughts)
        if way.left > 0 and set(PURPOSES) - way.asked:
            choices += [self._request, self._request]
        return self.random.choice(choices)(way)

    def _first_offer(self, way: Way, purpose: str) -> str:
        text = self._text("offer", OFFERS, late=way.late, kind="offer")
        card = {"say": text, "needs": purpose}
        if way.left > 0 and self.random.random() < 0.4:
            reply = {self._answer("more"): self._onward(way.replied())}
            wait = {self.random.choice(LONG): self._quiet("over")}
            return self._card("first", {**card, "reply": reply, "after": wait})
        return self._card("first", {**card, "end": "granted"})

    def _second_thoughts(self, way: Way) -> str:
        """A card on which a consent just given can be taken back."""
        purpose = self.random.choice(sorted(way.held))
        text = self._text("thanks", THANKS, late=way.late)
        gone = way.replied(revoked=(purpose,))
        reply = {self._answer("drop"): {"revoke": purpose, "go": self._declined(gone)}}
        after = {self.random.choice(LONG): self._quiet("granted")}
        return self._card("sure", {"say": text, "reply": reply, **self._hint(), "after": after})

    def _offer(self, way: Way, purpose: str) -> str:
        """A text of a commercial flow; a person who has enough is left alone at once."""
        card: Document = {"say": self._text("offer", OFFERS, late=way.late, kind="offer")}
        if way.left == 0 or self.random.random() < 0.3:
            return self._card("offer", {**card, "end": "done"})
        reply: Document = {}
        if self.random.random() < 0.8:
            reply[self._answer("more")] = self._offer(way.replied(), purpose)
        if self.random.random() < 0.5 or not reply:
            reply[self._answer("drop")] = {"revoke": purpose, "go": self._quiet("dropped")}
        wait = self.random.choice(LONG)
        after: Document = {wait: self._quiet("over")}
        if not way.by_wait and self.random.random() < 0.3:
            after = {wait: self._offer(replace(way.later(by_wait=True), left=0), purpose)}
        return self._card("offer", {**card, "reply": reply, "after": after, **self._fresh()})

    def _events(self, way: Way) -> str:
        """A fact of the business, then perhaps the next."""
        card: Document = {"say": self._text("notice", NOTICES, late=True, kind="notice", greet=False), **self._fresh()}
        if way.left == 0 or self.random.random() < 0.25:
            return self._card("notice", {**card, "end": "done"})
        names = self.random.sample(
            ("order.sent", "order.here", "order.late", "order.changed"), self.random.randint(1, 3)
        )
        event = {name: self._events(way.later(by_wait=False)) for name in names}
        return self._card(
            "notice", {**card, "event": event, "after": {self.random.choice(LONG): self._quiet("closed")}}
        )

    def _question(self, way: Way) -> str:
        """Asks something that is no consent, reminds once at most, and passes on whom it does not understand."""
        text = self._text("question", QUESTIONS, late=way.late, kind="notice")
        fine, change = self._answer("fine"), self._answer("change")
        if self.random.random() < 0.5:
            self.texts[text]["buttons"] = [fine, change]
        done = self._chosen if self.random.random() < 0.5 else self._declined
        reply: Document = {fine: {"remember": {"agreed": "reply"}, "go": done(way.replied())}}
        reply[change] = self._handed_over(way.replied())
        after: Document = {self.random.choice(LONG): self._quiet("silent")}
        if not way.by_wait and way.left > 0 and self.random.random() < 0.4:
            after = {self.random.choice(LONG): self._question(replace(way.later(by_wait=True), left=0))}
        return self._card("question", {"say": text, "reply": reply, **self._hint(), "after": after})

    def _thanks(self, way: Way) -> str:
        if way.answered and self.random.random() < 0.3:
            return self._chosen(way)
        return self._card("thanks", {"say": self._text("thanks", THANKS, late=way.late), "end": "granted"})

    def _chosen(self, way: Way) -> str:
        return self._card("chosen", {"say": self._text("chosen", CHOSEN, late=way.late), "end": "chosen"})

    def _declined(self, way: Way) -> str:
        if self.random.random() < 0.4:
            return self._quiet("declined")
        return self._card("declined", {"say": self._text("declined", DECLINED, late=way.late), "end": "declined"})

    def _handed_over(self, way: Way) -> str:
        text = self._text("colleague", PASSED_ON, late=way.late, greet=False)
        after = self.random.choice(({}, {"after": {"72h": self._quiet("closed")}}))
        return self._card("colleague", {"say": text, "hand_over": "true", **after})

    def _quiet_end(self, way: Way) -> str:
        return self._quiet("granted")

    def _quiet(self, outcome: str) -> str:
        """A card that says nothing and ends; shared."""
        self.states.setdefault(f"quiet-{outcome}", {"end": outcome})
        return f"quiet-{outcome}"

    # The parts ---------------------------------------------------------------------------------------------------

    def _card(self, stem: str, card: Document) -> str:
        name = f"{stem}-{len(self.states)}"
        self.states[name] = card
        return name

    def _hint(self) -> Document:
        how = self.random.choice(("nothing", "say", "go", "both"))
        if how == "nothing":
            return {}
        rule: Document = {}
        if how != "go":
            rule |= {"say": self._text("hint", HINTS), "times": self.random.choice(("1", "2"))}
        if how != "say":
            rule["go"] = self._quiet("lost")
        return {"else": rule}

    def _fresh(self) -> Document:
        return self.random.choice(({}, {}, {"fresh": "6h"}, {"fresh": "2d"}))

    def _answer(self, name: str) -> str:
        label, words = ANSWERS[name]
        labels = {tag: label[LANGUAGES.index(tag)] for tag in self.languages}
        self.answers.setdefault(name, {"label": labels, "words": list(words)})
        return name

    def _text(
        self, stem: str, among: Sequence[Sentence], *, late: bool = False, kind: str = "notice", greet: bool = True
    ) -> str:
        """One text in every language of the flow, with its template where it may have to leave outside the window."""
        sentence = self.random.choice(among)
        greeting = self.random.choice(GREETINGS) if greet else ("", "", "", "")
        wordings = [greeting[number] + sentence[number] for number in range(len(LANGUAGES))]
        name = f"{stem}-{len(self.texts)}"
        text: Document = {"template": f"{kind}_{len(self.texts) % 12}"} if late and "whatsapp" in self.channels else {}
        self.texts[name] = text | {tag: wordings[LANGUAGES.index(tag)] for tag in self.languages}
        for used, use in USES.items():
            if f"{{{{ {used} }}}}" in wordings[0]:
                self.uses[used] = self._use(use)
        return name

    def _use(self, use: dict[str, object]) -> dict[str, Any]:
        """As declared, in the languages of this flow."""
        return {
            key: {tag: value[tag] for tag in self.languages} if isinstance(value, dict) else value
            for key, value in use.items()
        }

    def _starting_words(self) -> Document:
        words = self.random.choice(STARTING_WORDS)
        return {tag: words[LANGUAGES.index(tag)] for tag in self.languages}


KINDS = ("consent-request", "preferences", "service", "commercial", "farewell")
WEIGHTS = (5, 5, 4, 4, 1)


def good_flow(random: Random) -> Document:
    """A good flow of any kind."""
    return Author(random, random.choices(KINDS, WEIGHTS)[0]).write()


def shape_of(document: Document) -> str:
    """What makes a flow another flow: everything but its name."""
    return str({key: value for key, value in document.items() if key != "flow"})


def reached(states: dict[str, Document], first: str) -> dict[str, Document]:
    """The cards that something leads to: parts are written before it is known who needs them."""
    found, waiting = {first: states[first]}, [first]
    while waiting:
        card = str(states[waiting.pop()])
        new = [name for name in states if name not in found and f"'{name}'" in card]
        found |= {name: states[name] for name in new}
        waiting += new
    return found
