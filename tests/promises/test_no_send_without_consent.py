"""Promise 1: nothing leaves without a consent or basis in the ledger, whatever happens in whatever order, crashes too.

Every example is a list of things that people, businesses, carriers and machines do. After each provider call begins,
and once more at the end, an oracle that knows only the ledger looks for anything that speaks against it.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.channel import Found, Outgoing, Sent
from bot.errors import OptedOut, Reject, Retry, Unclear
from bot.events import DeliveryStatus, IdentityChange, Preference, PreferenceValue, Reason, Receipt
from bot.inbox import Incoming
from storage.database import Database, Transaction
from tests.fixtures.engines import BUSINESS, Example, Play, Shop, address, take
from tests.promises.ledger_oracle import objections

PHONES = ("+8613800000001", "+8613800000002", "+34600000003")
NEW_PHONE = "+8613800000009"
WORDS = ("Y", "Y", "1", "1", "A", "prefs", "偏好", "3", "STOP", "TD", "START", "恢复", "HELP", "hello", "stop ads")
RANK = {"unknown": 0, "accepted": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5}

people = st.sampled_from(PHONES)
channels = st.sampled_from(["sms", "sms", "whatsapp"])
says = st.tuples(st.just("say"), people, channels, st.sampled_from(WORDS))
facts = st.tuples(
    st.just("event"),
    people,
    st.sampled_from(
        ["signup.form", "signup.form", "member.birthday", "member.birthday", "order.shipped", "order.delivered"]
    ),
)
answers = st.tuples(
    st.just("carrier"), st.sampled_from(["take", "take", "retry", "unclear", "absent", "reject", "opted out", "hang"])
)
reports = st.tuples(
    st.just("report"),
    st.integers(0, 5),
    st.sampled_from([DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED, DeliveryStatus.READ]),
    st.sampled_from([None, None, Reason.OPTED_OUT, Reason.OPTED_OUT_MARKETING]),
)
switches = st.tuples(st.just("switch"), people, st.sampled_from([PreferenceValue.STOP, PreferenceValue.RESUME]))
moves = st.tuples(st.just("move"), people)
waits = st.tuples(st.just("wait"), st.sampled_from([1.0, 1.0, 25.0, 80.0, 24.0 * 400]))
works = st.tuples(st.just("work"), st.sampled_from(["step", "send", "settle", "settle", "settle", "settle"]))
crashes = st.tuples(
    st.just("crash"), st.integers(0, 8), st.sampled_from(["before", "inside", "after"]), people, st.sampled_from(WORDS)
)
anything = st.lists(
    st.one_of(says, says, facts, facts, answers, reports, switches, moves, waits, works, works, works, crashes),
    min_size=5,
    max_size=40,
)
CONFIRMED = (
    ("event", PHONES[0], "signup.form"),
    ("work", "settle"),
    ("say", PHONES[0], "sms", "Y"),
    ("work", "settle"),
)
PICKED = (("say", PHONES[0], "whatsapp", "prefs"), ("work", "settle"), ("say", PHONES[0], "whatsapp", "2"))
HANGING = (
    ("event", PHONES[0], "signup.form"),
    ("carrier", "hang"),
    ("work", "send"),
    ("say", PHONES[0], "sms", "STOP"),
)
# Ways into a held consent and into a call in the air, so that what follows has something to break.
openings = st.sampled_from([(), CONFIRMED, PICKED, HANGING])


class Fragile(Database):
    """A database whose process dies at a chosen write transaction: before it, inside it, or after its commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.doom: tuple[int, str] | None = None
        self.died = asyncio.Event()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """As it is, until the chosen one."""
        point = self._point()
        await self._die(point == "before")
        async with super().write() as transaction:
            yield transaction
            await self._die(point == "inside")
        await self._die(point == "after")

    def _point(self) -> str:
        if self.doom is None:
            return ""
        left, point = self.doom
        self.doom = (left - 1, point)
        return point if left == 0 else ""

    async def _die(self, now: bool) -> None:
        if now:
            self.died.set()
        if self.died.is_set():
            await asyncio.Event().wait()


@dataclass(slots=True)
class Witness:
    """Looks at every call as it begins, and at everything once more at the end."""

    shop: Shop
    how: str = "take"
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    unclear: set[str] = field(default_factory=set)
    ranks: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    in_the_air: dict[str, str] = field(default_factory=dict)

    async def begun(self, message: Outgoing) -> None:
        """The call has begun: by the ledger as it stands now, it may."""
        query = "SELECT person, nature, commercial, basis FROM outbox WHERE id = :id"
        person, nature, commercial, basis = (await self.shop.rows(query, id=message.id))[0]
        entries, _ = await self.shop.chain(person)
        self.wrong += objections(entries, message.id, message.body)
        told = [e.seq for e in entries if e.kind == "withdrawal.effective"]
        permitted = [e.seq for e in entries if e.kind == "send.authorised" and _names(e.record, message.id)]
        if told and permitted and permitted[-1] < told[-1]:
            self.wrong.append(f"{message.id} began after its person's stop was effective")
        if nature == "farewell" and person in self.in_the_air.values():
            self.wrong.append(f"{message.id} says stopped while a call to that person has not ended")
        self.in_the_air[message.id] = person
        if message.id in self.unclear and (commercial or basis == "past-purchase"):
            self.wrong.append(f"{message.id} is marketing and was sent again after an unclear outcome")

    async def answer(self, message: Outgoing) -> Sent:
        """As the carrier was told to."""
        try:
            return await self._answer(message)
        finally:
            del self.in_the_air[message.id]

    async def _answer(self, message: Outgoing) -> Sent:
        match self.how:
            case "retry":
                raise Retry("busy", after=timedelta(seconds=5))
            case "unclear" | "absent":
                self.unclear.add(message.id)
                raise Unclear("no answer")
            case "reject":
                raise Reject("never")
            case "opted out":
                raise OptedOut("they left", reason=Reason.OPTED_OUT)
            case "hang":
                await self.let_go.wait()
        return await take(message)

    def tell(self, how: str) -> None:
        """The carrier behaves like this from now on; what hung is let go."""
        self.how = how
        self.let_go.set()
        self.let_go = asyncio.Event()
        self.shop.wire.found = Found.ABSENT if how == "absent" else Found.UNKNOWN

    async def look(self) -> None:
        """Statuses only move forward, and nothing was wrong so far."""
        assert not self.wrong, self.wrong
        for id_, status in await self.shop.rows("SELECT id, status FROM outbox"):
            rank, before = RANK.get(status, -1), self.ranks.get(id_, -1)
            assert rank >= before, f"{id_} fell to {status}"
            self.ranks[id_] = rank

    async def conclude(self) -> None:
        """Everything settles; nobody was sent anything twice, and every chain holds."""
        self.tell("take")
        await self.shop.settle()
        await self.look()
        taken = Counter(message.id for message in self.shop.wire.taken)
        assert all(times == 1 for times in taken.values()), taken
        await self.shop.verify_all()


def _names(record: bytes, message: str) -> bool:
    return bool(json.loads(record)["facts"]["message"] == message)


async def act(shop: Shop, witness: Witness, what: tuple[Any, ...]) -> None:
    """One thing happens."""
    match what:
        case ("say", phone, channel, words):
            await shop.accept(shop.message(words, phone, channel=channel))
        case ("event", phone, name):
            await shop.accept(shop.event(name, phone, page="官网", order_no="A1", **COUPON))
        case ("carrier", how):
            witness.tell(how)
        case ("report", which, status, reason):
            await report(shop, which, status, reason)
        case ("switch", phone, value):
            event = Preference(f"pref-{next(shop.numbers)}", address(phone, "whatsapp"), value, None)
            await shop.accept(Incoming(BUSINESS, "whatsapp", "simulator", event))
        case ("move", phone):
            change = IdentityChange(f"move-{next(shop.numbers)}", address(phone), address(NEW_PHONE), "changed", None)
            await shop.accept(Incoming(BUSINESS, "sms", "simulator", change))
        case ("wait", hours):
            shop.wait(hours=hours)
        case ("work", part):
            await work(shop, witness, part)
        case ("crash", *doom):
            await crash(shop, witness, doom)


COUPON = {"name": "周", "coupon": "B8", "until": "2026-12-31", "balance": "12", "carrier": "SF", "tracking": "1"}


async def report(shop: Shop, which: int, status: DeliveryStatus, reason: Reason | None) -> None:
    """A delivery report on one of the last messages."""
    if not shop.wire.calls:
        return
    message = shop.wire.calls[-1 - which % len(shop.wire.calls)]
    channel = "sms" if message.to.scheme == "e164" else "whatsapp"
    told = Receipt(f"p-{message.id}", status, None, message.id, reason=reason, recipient=(message.to,))
    await shop.accept(shop.receipt(told, channel))


async def work(shop: Shop, witness: Witness, part: str) -> None:
    """The workers do something. What hangs at the carrier is not waited for."""
    if part == "step":
        await shop.engine.stepper.sweep()
    elif part == "send" or witness.how == "hang":
        await shop.engine.stepper.sweep()
        await shop.engine.outbox.send_due()
    else:
        await shop.settle()


async def crash(shop: Shop, witness: Witness, doom: list[Any]) -> None:
    """While everything works and a person writes, the process dies at one of its transactions."""
    left, point, phone, words = doom
    database = shop.database
    assert isinstance(database, Fragile)
    database.doom = (left, point)
    working = [asyncio.create_task(w) for w in (work(shop, witness, "settle"), shop.accept(shop.message(words, phone)))]
    died = asyncio.create_task(database.died.wait())
    done = asyncio.gather(*working, return_exceptions=True)
    waiting: list[asyncio.Future[Any]] = [died, done]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in (*working, died):
        task.cancel()
    await asyncio.gather(*working, died, return_exceptions=True)
    await shop.crash()


def played(steps: list[tuple[Any, ...]], at_once: bool) -> Example:
    """An example that does these things and looks after each."""

    async def example(shop: Shop) -> None:
        shop.act_at_once(at_once)
        witness = Witness(shop)
        shop.wire.begun, shop.wire.answer = witness.begun, witness.answer
        for step in steps:
            await act(shop, witness, step)
            await witness.look()
        await witness.conclude()

    return example


UNHURRIED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # shrinking a failure takes minutes: add Phase.shrink when there is one
)


@settings(UNHURRIED, max_examples=40)
@given(opening=openings, steps=anything, at_once=st.booleans())
def test_on_sqlite(on_sqlite: Play, opening: tuple[Any, ...], steps: list[Any], at_once: bool) -> None:
    """Whatever happens, by the ledger alone every send was allowed; nothing leaves twice; every chain verifies."""
    on_sqlite(played([*opening, *steps], at_once), Fragile)


@settings(UNHURRIED, max_examples=12)
@given(opening=openings, steps=anything, at_once=st.booleans())
def test_on_postgresql(on_postgres: Play, opening: tuple[Any, ...], steps: list[Any], at_once: bool) -> None:
    """The same on PostgreSQL."""
    on_postgres(played([*opening, *steps], at_once), Fragile)
