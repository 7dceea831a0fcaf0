"""The sandbox API that the page and the terminal use: JSON, no key, this origin only.

What a phone does goes the carrier's way over HTTP; what a business reports goes the way of the REST API.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.engine import SEND, STEP, Engine
from bot.events import Address, Scheme
from bot.inbox import BusinessEvent, Incoming
from flows.spans import duration
from storage import switches
from storage.clock import MICROSECOND, Clock
from storage.errors import NotStored
from storage.ids import EVENT, ordered_id
from storage.sim_messages import Content
from webhooks.sim.carrier import Carrier
from webhooks.sim.chat import Told, as_test, flow_talked
from webhooks.sim.offer import describe, reportable
from webhooks.sim.person import explained, view
from webhooks.sim.records import read_records
from webhooks.sim.sandbox import Premises, Refused, answer, business_named, live_channels, simulated_channel
from webhooks.sim.trouble import LONGEST_DELAY, Failure, Trouble, read_trouble, switch_trouble

PATIENCE = timedelta(seconds=5)
"""How long an event is waited for; it goes on without us."""
FARTHEST = timedelta(days=3660)

Phone = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Shape = TypeVar("Shape", bound=BaseModel)


class Body(BaseModel):
    """What is posted; an unknown key is a slip."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Tap(Body):
    """A button or row as it stood in the message."""

    id: Annotated[str, Field(min_length=1, max_length=256)]
    label: str = ""
    row: bool = False


class InboundBody(Body):
    """A phone writes ``text`` or taps."""

    business: Name
    channel: Name
    phone: Phone
    text: Annotated[str, Field(max_length=4096)] | None = None
    tap: Tap | None = None


class EventBody(Body):
    """A business reports. ``channel``: where to start, when every flow that the event starts runs there."""

    business: Name
    phone: Phone
    type: Name
    facts: dict[str, str] = {}
    language: str = ""
    channel: str = ""


class ClockBody(Body):
    """``30m``, ``72h`` or ``7d``."""

    advance: Name


class TroubleBody(Body):
    """How a channel's carrier misbehaves from now on; what is left out is switched off."""

    business: Name
    channel: Name
    delay: Annotated[float, Field(ge=0, le=LONGEST_DELAY)] = 0.0
    duplicate: bool = False
    reorder: bool = False
    lose_receipts: bool = False
    fail: Failure | None = None


@dataclass(slots=True)
class Api:
    """Its routes."""

    premises: Premises
    carrier: Carrier
    _jump: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def engine(self) -> Engine:
        """The running engine."""
        return self.premises.engine

    async def businesses(self, request: web.Request) -> web.StreamResponse:
        """``GET /sim/api/businesses?lang``"""
        language = request.query.get("lang", "en")
        database, found = self.engine.stores.database, []
        for name, house in sorted(self.engine.catalogue.houses.items()):
            simulated = [
                one.name for one in house.business.channels.values() if (name, one.name) in self.premises.tokens
            ]
            troubles = {channel: await read_trouble(database, name, channel) for channel in simulated}
            found.append(describe(house.business, troubles, language))
        clock = {"now": self.engine.stores.clock.now().isoformat(), "movable": not live_channels(self.premises)}
        return answer({"businesses": found, "clock": clock, "failures": [str(one) for one in Failure]})

    async def inbound(self, request: web.Request) -> web.StreamResponse:
        """``POST /sim/api/inbound`` -> 202 ``{id}``: the carrier has it and brings it to us."""
        body = await read_body(request, InboundBody)
        simulated_channel(self.premises, body.business, body.channel)
        if (body.text is None) == (body.tap is None):
            raise Refused(422, "give either text or tap")
        tap = body.tap
        content = (
            Content(tap.label, kind="list" if tap.row else "button", payload=tap.id)
            if tap is not None
            else Content(body.text or "")
        )
        message = await self.carrier.write((body.business, body.channel), body.phone, content)
        return answer({"id": message.id}, 202)

    async def event(self, request: web.Request) -> web.StreamResponse:
        """``POST /sim/api/event`` -> 202 ``{id, started, refused, messages}``, each refusal with meaning and cure."""
        body = await read_body(request, EventBody)
        channel = self._start_channel(body)
        stores = self.engine.stores
        id_ = ordered_id(EVENT, stores.clock.micros(), stores.vault.random)
        facts = {"type": body.type, "facts": body.facts, "language": body.language}
        event = BusinessEvent(id_, "event", (Address(Scheme.E164, body.phone),), facts, None, body.language)
        result = self.engine.steps.expect(id_)
        try:
            await self.engine.inbox.accept([Incoming(body.business, channel, "sandbox", event)])
            async with asyncio.timeout(PATIENCE.total_seconds()):
                came: dict[str, Any] = json.loads(await result or "{}")
        except NotStored as error:
            raise Refused(503, f"{error}; nothing was kept, try again") from error
        except TimeoutError:
            return answer({"id": id_, "started": [], "refused": [], "messages": [], "pending": True}, 202)
        finally:
            self.engine.steps.forget(id_)
        refused = [{**one, **explained(one["reason"])} for one in came.get("refused", ())]
        what = {name: came.get(name, []) for name in ("started", "messages")}
        return answer({"id": id_, **what, "refused": refused, "pending": False}, 202)

    def _start_channel(self, body: EventBody) -> str:
        """The channel asked for, where the event's flows run on it; else empty: the engine chooses."""
        business = business_named(self.premises, body.business)
        reported = [one for flow in business.flows.values() for one in reportable(flow, "en") if one.type == body.type]
        if not reported:
            types = {one.type for flow in business.flows.values() for one in reportable(flow, "en")}
            known = ", ".join(sorted(types))
            raise Refused(422, f"no flow waits for {body.type!r}; there are {known}")
        channel = business.channels.get(body.channel)
        if channel is None:
            return ""
        fits = all(channel.name in one.channels or channel.medium in one.channels for one in reported if one.starts)
        return channel.name if fits else ""

    async def clock(self, request: web.Request) -> web.StreamResponse:
        """``POST /sim/api/clock`` -> ``{now}``. The jump is kept before it is made."""
        body = await read_body(request, ClockBody)
        by = duration(body.advance)
        stores = self.engine.stores
        if by is None or stores.clock.offset + by > FARTHEST:
            raise Refused(422, f"{body.advance!r} is no jump: give 30m, 72h or 7d, ten years in all")
        live = live_channels(self.premises)
        if live:
            raise Refused(409, f"the clock does not move while people are real: {', '.join(live)} is live")
        async with self._jump:
            value = str((stores.clock.offset + by) // MICROSECOND)
            row = (switches.EVERY_BUSINESS, switches.CLOCK, value, "sandbox", "simulator", _real_micros(stores.clock))
            async with stores.database.write() as tx:
                tx.write(switches.PUT, [row])
            stores.clock.advance(by)
        self.engine.stepper.hint(())
        self.engine.outbox.queued()
        stores.wake.notify(STEP)
        stores.wake.notify(SEND)
        return answer({"now": stores.clock.now().isoformat()})

    async def trouble(self, request: web.Request) -> web.StreamResponse:
        """``POST /sim/api/trouble`` -> the trouble that is in force now."""
        body = await read_body(request, TroubleBody)
        simulated_channel(self.premises, body.business, body.channel)
        values = body.model_dump(exclude={"business", "channel"})
        stores = self.engine.stores
        await switch_trouble(stores.database, stores.clock, (body.business, body.channel), Trouble(**values))
        return answer(body.model_dump(mode="json"))

    async def person(self, request: web.Request) -> web.StreamResponse:
        """``GET /sim/api/person?business&phone``"""
        business, phone = self.who(request)
        return answer(await view(self.engine, business, phone))

    async def chat_as_test(self, request: web.Request) -> web.StreamResponse:
        """``GET /sim/api/chat-as-test?business&phone&channel&flow``"""
        name, phone = self.who(request)
        business = business_named(self.premises, name)
        channel = request.query.get("channel") or next(iter(business.channels))
        if channel not in business.channels:
            raise Refused(404, f"{name} has no channel {channel!r}")
        records = await read_records(self.engine.stores, name, phone)
        asked = request.query.get("flow")
        flow = business.flows.get(asked) if asked else flow_talked(business, records)
        if flow is None:
            raise Refused(404, f"no chat of {asked or 'any flow'} with {phone}: start one first")
        text = as_test(Told(business, flow, channel, self.engine.stores.clock.micros()), records)
        headers = {"Content-Disposition": f'attachment; filename="{flow.name}.test.yaml"'}
        return web.Response(text=text, content_type="text/yaml", charset="utf-8", headers=headers)

    def who(self, request: web.Request) -> tuple[str, str]:
        """The business and the phone of a query."""
        business = business_named(self.premises, request.query.get("business", "")).name
        phone = request.query.get("phone", "")
        if not phone.startswith("+") or not phone[1:].isdigit():
            raise Refused(422, f"phone is +COUNTRY and digits, not {phone!r}")
        return business, phone


def _real_micros(clock: Clock) -> int:
    return clock.micros() - clock.offset // MICROSECOND


async def read_body(request: web.Request, shape: type[Shape]) -> Shape:
    """The posted JSON; 422 names every wrong field."""
    try:
        return shape.model_validate_json(await request.read())
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in error.errors())
        raise Refused(422, wrong) from error
