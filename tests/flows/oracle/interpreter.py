"""What a flow does, read from its cards by hand, one move at a time, and what is wrong with it on the way.

Slow and plain on purpose: written from the description of the language and not from the machine or the proof, so that
an error of theirs is not repeated here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from flows.spec import Basis, Flow, Kind, Row, Text
from tests.flows.oracle.faults import Fault
from tests.flows.oracle.worlds import Cause, Consent, House, Move, World

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
OF_A_PURPOSE = frozenset({"purpose", "cap", "lasts"})
OUTSIDE = ("stopped", "consents end")
"""What the world outside may do at any time. Consents end by another flow's withdrawal, the calendar, the carrier's own
switch or a new number: to this conversation it is all the same."""


@dataclass(slots=True)
class Happened:
    """The world after a move, what was done in its order (``say ask``, ``withhold ask`` by the gate, ``grant offers``,
    ``end granted``), and what was wrong with it."""

    world: World
    done: list[str] = field(default_factory=list)
    faults: list[tuple[Fault, str]] = field(default_factory=list)

    def wrong(self, fault: Fault, where: str) -> None:
        """Note a fault."""
        self.faults.append((fault, where))

    def now(self, **changes: object) -> None:
        """The world changes."""
        self.world = replace(self.world, **changes)


class Interpreter:
    """One flow of one business, played by hand."""

    def __init__(self, flow: Flow, house: House) -> None:
        self.flow, self.house = flow, house
        rows = [row for _, row in every_row(flow)]
        self.remembered_somewhere = {name for row in rows for name in row.remember}

    def begin(self, medium: str, language: str) -> Happened:
        """The conversation opens. The gate lets nobody in who lacks what the first text needs."""
        happened = Happened(World(medium, language))
        first = self.flow.states[self.flow.start.go]
        needed = first.needs or self.flow.needs
        if needed is not None and first.say is not None:
            happened.now(held=frozenset({Consent(needed, medium, brought=True)}))
            if self.flow.needs != needed or self.flow.start.basis is not Basis.CONSENT:
                happened.wrong(Fault.GATE_ALONE, first.name)
        elif self.flow.needs is not None and self.flow.start.basis is Basis.CONSENT:
            happened.now(held=frozenset({Consent(self.flow.needs, medium, brought=True)}))
        self._enter(happened, first.name, Move(Cause.START))
        return happened

    def moves(self, world: World) -> Iterator[Move]:
        """Everything that may happen in this world, the likely first."""
        if world.over:
            return
        card = self.flow.states[world.state]
        if not world.refused:
            yield from (Move(Cause.ANSWER, name) for name in card.reply)
            if card.otherwise is not None:
                yield Move(Cause.OTHER)
        yield from (Move(Cause.EVENT, name) for name in card.event)
        yield from (Move(Cause.WAIT, str(number)) for number in self.next_waits(world))
        yield from (Move(Cause.ENVIRONMENT, name) for name in OUTSIDE)

    def next_waits(self, world: World) -> list[int]:
        """The timers that may ring next: of those that have not rung, the earliest."""
        card = self.flow.states[world.state]
        left = [(delay, number) for number, (delay, _) in enumerate(card.after) if str(number) not in world.rung]
        return [number for delay, number in left if delay == min(left)[0]]

    def play(self, world: World, move: Move) -> Happened:
        """The world after this move."""
        happened = Happened(world)
        card = self.flow.states[world.state]
        match move.cause:
            case Cause.ANSWER:
                happened.now(answered=True)
                self._take(happened, card.reply[move.name], move)
            case Cause.OTHER:
                self._not_understood(happened, move)
            case Cause.EVENT:
                self._take(happened, card.event[move.name], move)
            case Cause.WAIT:
                self._ring(happened, move)
            case Cause.ENVIRONMENT:
                self._outside(happened, move.name)
        return happened

    def _ring(self, happened: Happened, move: Move) -> None:
        world = happened.world
        delay, row = self.flow.states[world.state].after[int(move.name)]
        older = frozenset(self._older(each, delay - world.waited) for each in world.held)
        happened.now(held=older, waited=delay, rung=world.rung | {move.name})
        self._take(happened, row, move)

    def _older(self, consent: Consent, by: timedelta) -> Consent:
        lasts = self.house.purposes[consent.purpose].lasts if consent.purpose in self.house.purposes else None
        if lasts is None:
            return consent
        return replace(consent, age=min(consent.age + by, lasts))

    def _not_understood(self, happened: Happened, move: Move) -> None:
        world = happened.world
        rule = self.flow.states[world.state].otherwise
        assert rule is not None
        if rule.say is not None and world.misunderstood < rule.times:
            needs = self.flow.states[world.state].needs or self.flow.needs
            happened.now(misunderstood=world.misunderstood + 1)
            self._say(happened, rule.say, needs, move)
        elif rule.go is not None:
            self._enter(happened, rule.go, move)

    def _outside(self, happened: Happened, what: str) -> None:
        world = happened.world
        if what == "stopped":
            happened.now(over=True)
        else:
            commercial = {name for name, each in self.house.purposes.items() if each.commercial}
            happened.now(lost=frozenset(commercial | {each.purpose for each in world.held}))

    def _take(self, happened: Happened, row: Row, move: Move) -> None:
        """A row: withdrawals, then grants, then what is kept, then the next card."""
        self._revoke(happened, row.revoke)
        for purpose in row.grant:
            self._grant(happened, purpose, move)
        if len({name for name in row.grant if self._commercial(name)}) > 1:
            happened.wrong(Fault.SEVERAL_AT_ONCE, happened.world.state)
        happened.now(remembered=happened.world.remembered | set(row.remember))
        happened.done += [f"remember {name}" for name in row.remember]
        happened.done += [f"tag {row.tag}"] if row.tag else []
        if row.go is not None:
            self._enter(happened, row.go, move)

    def _revoke(self, happened: Happened, purposes: tuple[str, ...]) -> None:
        world = happened.world
        happened.done += [f"revoke {name}" for name in purposes]
        kept = {
            each
            for each in world.held
            if "all" not in purposes and (each.purpose not in purposes or each.medium != world.medium)
        }
        happened.now(held=frozenset(kept))

    def _grant(self, happened: Happened, purpose: str, move: Move) -> None:
        world = happened.world
        happened.done.append(f"grant {purpose}")
        if move.cause is not Cause.ANSWER:
            happened.wrong(Fault.GRANTED_BY_ITSELF, world.state)
        elif purpose not in world.asked:
            happened.wrong(Fault.GRANTED_UNASKED, world.state)
        elif self.flow.states[world.state].say is None:
            happened.wrong(Fault.SILENT_CARD, world.state)
        others = {each for each in world.held if (each.purpose, each.medium) != (purpose, world.medium)}
        granted = Consent(purpose, world.medium)
        happened.now(held=frozenset(others | {granted}), lost=world.lost - {purpose})

    def _enter(self, happened: Happened, name: str, move: Move) -> None:
        card = self.flow.states[name]
        happened.now(state=name, misunderstood=0, waited=timedelta(), rung=frozenset())
        self._revoke(happened, card.revoke)
        if card.say is not None:
            sent = self._say(happened, card.say, card.needs or self.flow.needs, move)
            asks = frozenset(self.flow.texts[card.say].asks_for) if sent else frozenset[str]()
            happened.now(asked=asks, requested=happened.world.requested | asks, refused=not sent)
        happened.done += ["hand over"] if card.hand_over else []
        if card.end is not None:
            happened.done.append(f"end {card.end}")
            happened.now(over=True)
            if card.reply or card.event or card.after or card.otherwise:
                happened.wrong(Fault.BEHIND_AN_END, name)

    def _say(self, happened: Happened, name: str, needs: str | None, move: Move) -> bool:
        """Whether the text leaves. Every reason why it should not have been written is noted."""
        text, world = self.flow.texts[name], happened.world
        if self._sells(text, needs):
            self._selling(happened, text, needs)
        elif needs is not None and world.consent(needs, world.medium) is None:
            happened.wrong(Fault.NEED_UNMET, name)
        asks = set(text.asks_for)
        if asks & world.requested and not move.by_the_person:
            agreed = asks & {each.purpose for each in world.held}
            happened.wrong(Fault.ASKED_AGAIN if agreed else Fault.REMINDED, name)
        unprompted = move.cause in (Cause.EVENT, Cause.WAIT)
        if unprompted and text.template is None and "whatsapp" in self.flow.channels:
            happened.wrong(Fault.OUTSIDE_THE_WINDOW, name)
        self._worded(happened, text, needs)
        if needs is not None and needs in world.lost:
            happened.done.append(f"withhold {name}")
            return False
        happened.done.append(f"say {name}")
        return True

    def _commercial(self, purpose: str | None) -> bool:
        promise = self.house.purposes.get(purpose or "")
        return promise is not None and promise.commercial

    def _sells(self, text: Text, needs: str | None) -> bool:
        marketing = self.house.categories.get(text.template or "") == "MARKETING"
        return self.flow.kind is Kind.COMMERCIAL or self._commercial(needs) or marketing

    def _selling(self, happened: Happened, text: Text, needs: str | None) -> None:
        world = happened.world
        if needs is None or not self._commercial(needs):
            asking = self.flow.kind in (Kind.CONSENT_REQUEST, Kind.PREFERENCES)
            happened.wrong(Fault.MARKETING_REQUEST if asking else Fault.SOLD_WITHOUT_NEEDS, text.name)
            return
        consent = world.consent(needs, world.medium)
        if consent is None:
            elsewhere = any(each.purpose == needs for each in world.held)
            happened.wrong(Fault.SOLD_ELSEWHERE if elsewhere else Fault.SOLD_WITHOUT_CONSENT, text.name)
        elif consent.age == self.house.purposes[needs].lasts:
            happened.wrong(Fault.SOLD_AFTER_EXPIRY, text.name)
        other = text.fallback.undelivered if text.fallback else world.medium
        if consent is not None and other != world.medium:
            happened.wrong(Fault.FALLBACK if consent.brought else Fault.SOLD_ELSEWHERE, text.name)

    def _worded(self, happened: Happened, text: Text, needs: str | None) -> None:
        """What the business fills in about a purpose needs a purpose: the text's, else the last question's."""
        wording = text.wording.get(happened.world.language)
        if wording is None:
            happened.wrong(Fault.LANGUAGE_MISSING, text.name)
            return
        about = {*(text.asks_for or happened.world.asked), *([needs] if needs else [])}
        for name in PLACEHOLDER.findall(wording):
            if name in OF_A_PURPOSE and not about:
                happened.wrong(Fault.UNSET, f"{text.name}.{name}")
            use = self.flow.uses.get(name)
            if use is None or happened.world.language in use.otherwise:
                continue
            if use.type == "answer" and not happened.world.answered:
                happened.wrong(Fault.UNSET, f"{text.name}.{name}")
            elif name in self.remembered_somewhere and name not in happened.world.remembered:
                happened.wrong(Fault.UNREMEMBERED, f"{text.name}.{name}")


def every_row(flow: Flow) -> Iterator[tuple[str, Row]]:
    """Every row of the file with its card."""
    for card in flow.states.values():
        rows = [*card.reply.values(), *card.event.values(), *(row for _, row in card.after)]
        yield from ((card.name, row) for row in rows)
        if card.otherwise is not None and card.otherwise.go is not None:
            yield card.name, Row(card.otherwise.go)
