"""The simulated carrier: takes our messages once per id, reports on them, and brings us what its phones write.

What it holds is in the database, so that it outlives our crash as a real carrier would. It knows nothing of consent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.channel import Medium
from storage import sim_messages
from storage.clock import from_micros
from storage.ids import random_id
from storage.sim_messages import Content, Direction, Progress, SimMessage
from webhooks.sim.errands import Errands
from webhooks.sim.posting import Event, Hook, Poster
from webhooks.sim.sandbox import Premises
from webhooks.sim.trouble import Failure, Trouble, read_trouble

PROVIDER_ID = "sim_"
FROM_PHONE = "sin_"
_ORDER = (Progress.TAKEN, Progress.SENT, Progress.DELIVERED, Progress.READ)

Where = tuple[str, str]
"""(business, channel)"""


@dataclass(slots=True)
class Carrier:
    """``pause`` sleeps where the carrier is told to be slow."""

    premises: Premises
    poster: Poster
    errands: Errands
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def resume(self) -> None:
        """Go on with what was under way when the process ended."""
        async with self.premises.engine.stores.database.read() as connection:
            rows = (await connection.execute(sim_messages.UNFINISHED)).all()
        for message in map(sim_messages.from_row, rows):
            if (message.business, message.channel) in self.premises.tokens:
                deliver = self._report if message.direction is Direction.OUT else self._bring
                self.errands.begin(deliver(message))

    async def trouble(self, where: Where) -> Trouble:
        """What is switched on for a channel."""
        return await read_trouble(self.premises.engine.stores.database, *where)

    # What we send -------------------------------------------------------------------------------------------------

    async def take(self, where: Where, id_: str, phone: str, content: Content) -> str:
        """Take a message; its provider id. The same id again is counted, answered the same, and sent once."""
        stores = self.premises.engine.stores
        made = replace(content, provider_id=random_id(PROVIDER_ID, stores.vault.random))
        message = SimMessage(*where, id_, phone, Direction.OUT, made, Progress.TAKEN, stores.clock.micros())
        async with stores.database.write() as tx:
            tx.write(sim_messages.PUT_NEW, [sim_messages.to_row(message)])
            [row] = await tx.fetch(sim_messages.ONE, business=where[0], channel=where[1], id=id_)
            held = sim_messages.from_row(row)
            again = held.content.provider_id != made.provider_id
            if again:
                counted = replace(held.content, copies=held.content.copies + 1)
                tx.write(sim_messages.REWRITE, [(*where, id_, counted.json())])
        if not again:
            self.errands.begin(self._report(message))
        return held.content.provider_id

    async def find(self, where: Where, id_: str) -> str | None:
        """The provider id of a message of ours; None when it never came."""
        async with self.premises.engine.stores.database.write() as tx:
            rows = await tx.fetch(sim_messages.ONE, business=where[0], channel=where[1], id=id_)
        held = sim_messages.from_row(rows[0]) if rows else None
        return held.content.provider_id if held is not None and held.direction is Direction.OUT else None

    async def _report(self, message: SimMessage) -> None:
        """Let the message arrive, with a receipt for each step of it."""
        where = (message.business, message.channel)
        trouble = await self.trouble(where)
        steps = list(self._steps(message, trouble))
        if trouble.reorder:
            steps.reverse()
        furthest = message.status
        for step in steps:
            await self.pause(trouble.delay)
            if step is Progress.UNDELIVERED or _rank(step) > _rank(furthest):
                furthest = step
                await self._move(message, step)
            if not trouble.lose_receipts:
                await self._post(where, _receipt(message, step, self._now()), trouble)

    def _steps(self, message: SimMessage, trouble: Trouble) -> tuple[Progress, ...]:
        if trouble.fail is Failure.UNDELIVERED:
            return (Progress.SENT, Progress.UNDELIVERED)
        house = self.premises.engine.catalogue.houses.get(message.business)
        channel = house.business.channels.get(message.channel) if house is not None else None
        last = (
            Progress.READ if channel is not None and Medium(channel.medium) is Medium.WHATSAPP else Progress.DELIVERED
        )
        return _ORDER[_rank(message.status) + 1 : _rank(last) + 1]

    # What a phone does --------------------------------------------------------------------------------------------

    async def write(self, where: Where, phone: str, content: Content) -> SimMessage:
        """A phone writes or taps: kept here first, then brought to our hook; with how that ended."""
        stores = self.premises.engine.stores
        id_ = random_id(FROM_PHONE, stores.vault.random)
        message = SimMessage(*where, id_, phone, Direction.IN, content, Progress.WRITTEN, stores.clock.micros())
        async with stores.database.write() as tx:
            tx.write(sim_messages.PUT_NEW, [sim_messages.to_row(message)])
        self.errands.begin(self._bring(message))
        return message

    async def _bring(self, message: SimMessage) -> None:
        where = (message.business, message.channel)
        trouble = await self.trouble(where)
        await self.pause(trouble.delay)
        heard = await self._post(where, self._message(message), trouble)
        await self._move(message, Progress.HEARD if heard else Progress.UNHEARD)

    def _message(self, message: SimMessage) -> Event:
        channel = self.premises.engine.catalogue.houses[message.business].business.channels[message.channel]
        content = message.content
        whatsapp = Medium(channel.medium) is Medium.WHATSAPP
        address = {"scheme": "wa_id", "value": message.phone.lstrip("+")} if whatsapp else _number(message.phone)
        tapped = {"payload": content.payload} if content.payload else {}
        return {
            "type": "message",
            "id": message.id,
            "from": [address],
            "at": from_micros(message.at).isoformat(),
            "kind": content.kind,
            "text": content.text,
            **tapped,
        }

    # Both ---------------------------------------------------------------------------------------------------------

    async def _post(self, where: Where, event: Event, trouble: Trouble) -> bool:
        hook = self.hook(where)
        kept = await self.poster.post(hook, [event])
        if trouble.duplicate:
            await self.poster.post(hook, [event])
        return kept

    def hook(self, where: Where) -> Hook:
        """Where this channel's webhooks go."""
        business, channel = where
        config = self.premises.engine.catalogue.houses[business].business.channels[channel]
        token = self.premises.tokens[where]
        base = (config.public_url or self.premises.public_url).rstrip("/")
        return Hook(f"{base}/hooks/{business}/{channel}/{token}", token)

    async def _move(self, message: SimMessage, step: Progress) -> None:
        async with self.premises.engine.stores.database.write() as tx:
            tx.write(sim_messages.MOVE, [(message.business, message.channel, message.id, str(step))])

    def _now(self) -> str:
        return self.premises.engine.stores.clock.now().isoformat()


def _rank(step: Progress) -> int:
    return _ORDER.index(step) if step in _ORDER else len(_ORDER)


def _receipt(message: SimMessage, step: Progress, at: str) -> Event:
    failed = {"code": "absent_subscriber", "reason": "unreachable_temporary"} if step is Progress.UNDELIVERED else {}
    return {
        "type": "receipt",
        "provider_id": message.content.provider_id,
        "message_id": message.id,
        "status": str(step),
        "at": at,
        "to": [_number(message.phone)],
        **failed,
    }


def _number(phone: str) -> dict[str, str]:
    return {"scheme": "e164", "value": phone}
