"""The stage of conversation tests: one person and one business on the real path, with a clock that only acts move.

Machine, words, storage, ledger, gate and limits are those that run in production; only the carrier is ours. Each act
is driven by hand until nothing moves, so a rehearsal never waits for real time and goes the same way every time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.engine import Engine
from bot.events import CarrierEvent, DeliveryStatus, InboundMessage, MessageKind, Receipt
from bot.inbox import BusinessEvent, Incoming
from bot.rehearsal_cast import CannotPlay, Cast
from bot.rehearsal_channel import Departure
from bot.rehearsal_outcome import Aftermath
from bot.speech import BETWEEN
from flows.render import choose_language, reply_to
from flows.spec import Flow
from flows.talk import Outcome, Visit
from storage.clock import from_micros

PATIENCE = timedelta(minutes=2)
"""After each act the clock follows messages that only their pace holds back (one per 30 s) for so long. What quiet
hours hold back stays back: waiting for the morning is for the test to say."""

MOST_ROUNDS = 1000
"""Without an end by then something in the path acts on itself."""

ROLES = {"stop": "STOP", "help": "HELP", "start": "START"}
"""Heard everywhere, whatever a business calls them besides."""


@dataclass(slots=True)
class Rehearsal:
    """A ``Stage``. ``departures`` grows with what the channels send, ``visits`` with what the stepper decides."""

    who: Cast
    engine: Engine
    departures: list[Departure]
    visits: list[Visit] = field(default_factory=list)
    _events: int = 0
    _told: int = 0

    async def start(self, flow: str, facts: Mapping[str, str]) -> None:
        """As the flow's ``start`` says: the event, the campaign, or the person's own word."""
        begin = self.who.business.flows[flow].start
        if begin.event is not None:
            await self._report(begin.event, facts, self._channel_of(self.who.business.flows[flow]))
        elif begin.campaign is not None:
            channel = self._channel_of(self.who.business.flows[flow])
            await self._report(f"campaign.{begin.campaign}", facts, channel)
        elif begin.word is not None:
            await self.say(begin.word[choose_language(self.who.talk.person.language, tuple(begin.word))])
        else:
            await self.say(self._role_word(begin.business or ""))

    def _channel_of(self, flow: Flow) -> str:
        """The person's channel where the flow runs on it; else the path finds one, or says why not."""
        channel = self.who.channel
        return channel.name if {channel.name, channel.medium} & set(flow.channels) else ""

    def _role_word(self, role: str) -> str:
        words = self.who.business.words
        own = {"stop": words.stop, "help": words.help, "start": words.start}[role]
        return next(iter(own), ROLES[role])

    async def say(self, text: str) -> None:
        """A text message from the person."""
        await self._accept(InboundMessage(self._id(), (self.who.address,), None, MessageKind.TEXT, text))

    async def tap(self, button: str) -> None:
        """A press on the last message that showed this answer, with the id that it bore; where there are no buttons,
        what its line said to reply. Raises ``CannotPlay`` when none showed it."""
        names = await self._names()
        for departure in reversed(self.departures):
            pressed = self._pressed(departure, button, names[departure.message.id])
            if pressed is not None:
                await self._accept(pressed)
                return
        raise CannotPlay(f"no text that left has a button or row {button!r}")

    def _pressed(self, departure: Departure, button: str, name: tuple[str, str]) -> InboundMessage | None:
        message = departure.message
        for kind, shown in ((MessageKind.BUTTON, message.buttons), (MessageKind.LIST, message.rows)):
            for each in shown:
                if each.id.partition(BETWEEN)[2] == button:
                    return InboundMessage(
                        self._id(), (self.who.address,), None, kind, each.label, each.id, departure.provider_id
                    )
        flow = self.who.business.flows[name[0]]
        text = flow.texts[name[1]]
        if self.who.business.channels[departure.channel].medium == "sms" and button in (*text.buttons, *text.rows):
            return InboundMessage(self._id(), (self.who.address,), None, MessageKind.TEXT, reply_to(flow, button))
        return None

    async def wait(self, span: timedelta) -> None:
        """Move the clock from one thing that is due to the next, so that each happens at its time."""
        until = self._now + span // timedelta(microseconds=1)
        while (due := await self._aftermath.next_due(self._now, until)) is not None:
            self._move_to(due)
            await self._drain()
        self._move_to(until)
        await self._settle()

    async def event(self, name: str, facts: Mapping[str, str]) -> None:
        """The business reports it through its API, for this person."""
        await self._report(name, facts, self.who.channel.name)

    async def receipt(self, status: str) -> None:
        """The carrier's report on the last message that left. Raises ``CannotPlay`` when none did."""
        if not self.departures:
            raise CannotPlay("there is no receipt: nothing has left yet")
        await self._accept(Receipt(self.departures[-1].provider_id, DeliveryStatus(status), None))

    async def heard(self) -> tuple[str, ...]:
        """Text names, in the order in which the carrier got them."""
        new, self._told = self.departures[self._told :], len(self.departures)
        names = await self._names()
        return tuple(names[departure.message.id][1] for departure in new)

    async def outcome(self) -> Outcome:
        """From the database."""
        return await self._aftermath.outcome(self._now, len(self.departures), self.visits)

    # Driving the path -------------------------------------------------------------------------------------------

    @property
    def _aftermath(self) -> Aftermath:
        return Aftermath(self.engine.stores.database, self.who)

    @property
    def _now(self) -> int:
        return self.engine.stores.clock.micros()

    def _move_to(self, moment: int) -> None:
        self.engine.stores.clock.advance(from_micros(moment) - from_micros(self._now))

    def _id(self) -> str:
        self._events += 1
        return f"rehearsal-{self._events}"

    async def _names(self) -> dict[str, tuple[str, str]]:
        return await self._aftermath.names([departure.message.id for departure in self.departures])

    async def _report(self, name: str, facts: Mapping[str, str], channel: str) -> None:
        told = {"type": name, "facts": dict(facts)}
        event = BusinessEvent(self._id(), "event", (self.who.address,), told, language=self.who.talk.person.language)
        await self._accept(event, channel)

    async def _accept(self, event: CarrierEvent | BusinessEvent, channel: str | None = None) -> None:
        where = self.who.channel.name if channel is None else channel
        await self.engine.inbox.accept([Incoming(self.who.business.name, where, "rehearsal", event)])
        await self._settle()

    async def _settle(self) -> None:
        """Until nothing moves, and nothing is left that only its pace holds back for a moment."""
        until = self._now + PATIENCE // timedelta(microseconds=1)
        await self._drain()
        while (paced := await self._aftermath.paced_until(self._now, until)) is not None:
            due = await self._aftermath.next_due(self._now, paced)
            self._move_to(paced if due is None else due)
            await self._drain()

    async def _drain(self) -> None:
        """Step, send and apply receipts until nothing moves. Raises ``CannotPlay`` with what failed in the path."""
        for _ in range(MOST_ROUNDS):
            moved = await self._round()
            failures = await self._aftermath.failures()
            if failures:
                raise CannotPlay(f"acting on it failed: {failures[0]}")
            if not moved:
                return
        raise CannotPlay(f"it still moves after {MOST_ROUNDS} rounds without time passing")

    async def _round(self) -> int:
        moved = await self.engine.stepper.sweep() + await self.engine.outbox.send_due()
        await self.engine.outbox.settled()
        return moved + await self.engine.receipts.apply()
