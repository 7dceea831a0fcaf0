"""The carrier's side of the wire that our adapter calls: send and look-up, as described at ``Simulator``."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from storage.sim_messages import Content
from webhooks.sim.carrier import Carrier, Where
from webhooks.sim.trouble import REFUSALS, Failure

HANGS_FOR = 30.0
"""Seconds. Longer than our deadline for one call."""

Filled = Annotated[str, Field(min_length=1, max_length=200)]


class AddressBody(BaseModel):
    """Who the message is for."""

    scheme: Filled
    value: Filled


class ChoiceBody(BaseModel):
    """A button or a row."""

    id: Filled
    label: str


class TemplateBody(BaseModel):
    """An approved template; the simulated carrier shows the body that comes beside it."""

    provider_id: str


class SendBody(BaseModel):
    """One send. What is not shown on the phone is not read."""

    id: Filled
    to: AddressBody
    body: str
    buttons: list[ChoiceBody] = []
    rows: list[ChoiceBody] = []
    list_label: str = ""
    template: TemplateBody | None = None

    def content(self) -> Content:
        """What the phone shows."""
        return Content(
            self.body,
            tuple((one.id, one.label) for one in self.buttons),
            tuple((one.id, one.label) for one in self.rows),
            self.list_label,
            self.template.provider_id if self.template is not None else "",
        )

    def phone(self) -> str:
        """In E.164, however the adapter addressed it."""
        return f"+{self.to.value.lstrip('+')}" if self.to.scheme in ("e164", "wa_id") else self.to.value


@dataclass(slots=True)
class CarrierRoutes:
    """The two routes. Every call needs the channel's hook token as bearer."""

    carrier: Carrier

    async def send(self, request: web.Request) -> web.StreamResponse:
        """``POST /sim/carrier/{business}/{channel}/messages``"""
        where = self._where(request)
        if where is None:
            return stranger()
        try:
            body = SendBody.model_validate_json(await request.read())
        except ValidationError as error:
            return refusal(400, "rejected", f"{error.error_count()} fields cannot be read")
        fail = (await self.carrier.trouble(where)).fail
        if fail in REFUSALS:
            return refusal(REFUSALS[fail], str(fail), f"switched on in the simulator: {fail}")
        if fail is Failure.CLOSE:
            return cut(request)
        provider_id = await self.carrier.take(where, body.id, body.phone(), body.content())
        if fail is Failure.HANG:
            return await self._hang(request)
        if fail is Failure.CLOSE_TAKEN:
            return cut(request)
        return web.json_response({"provider_id": provider_id}, status=201)

    async def find(self, request: web.Request) -> web.StreamResponse:
        """``GET /sim/carrier/{business}/{channel}/messages/{id}``"""
        where = self._where(request)
        if where is None:
            return stranger()
        found = await self.carrier.find(where, request.match_info["id"])
        if found is None:
            return refusal(404, "absent", "never taken")
        return web.json_response({"provider_id": found})

    def _where(self, request: web.Request) -> Where | None:
        """The channel called, if the bearer is its hook token."""
        where = (request.match_info["business"], request.match_info["channel"])
        token = self.carrier.premises.tokens.get(where, "")
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        return where if token and hmac.compare_digest(given, f"Bearer {token}".encode()) else None

    async def _hang(self, request: web.Request) -> web.StreamResponse:
        """Say nothing until the caller has given up, or the application ends."""
        try:
            async with asyncio.timeout(HANGS_FOR):
                await self.carrier.errands.closing.wait()
        except TimeoutError:
            return cut(request)
        return cut(request)


def refusal(status: int, code: str, message: str) -> web.Response:
    """Nothing was sent, and why."""
    pause = {"retry_after": 1} if code == Failure.RATE_LIMITED else {}
    return web.json_response({"error": {"code": code, "message": message, **pause}}, status=status)


def stranger() -> web.Response:
    """The caller is not the channel."""
    return refusal(401, "misconfigured", "the bearer is not this channel's hook token")


def cut(request: web.Request) -> web.Response:
    """Cut the line without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
