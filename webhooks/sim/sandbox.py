"""What the simulator stands on, and who may use it: a page of this very origin, never another site.

It has no keys, so it must never be opened beside a carrier that reaches real people.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from aiohttp import web
from yarl import URL

from bot.engine import SIMULATOR, Engine
from config.business_types import Business, ChannelConfig

HEADER = "X-Askfirst-Sandbox"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refused(Exception):  # an answer, not a failure
    """The sandbox does not do it: HTTP status, and a sentence with the cure."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Premises(Protocol):
    """What the doors give. ``tokens``: (business, channel) to hook token; ``public_url``: ourselves, without a
    trailing slash."""

    @property
    def engine(self) -> Engine:
        """The running engine."""

    @property
    def tokens(self) -> Mapping[tuple[str, str], str]:
        """The unguessable part of each hook's path."""

    @property
    def public_url(self) -> str:
        """``scheme://host:port``."""


def business_named(premises: Premises, name: str) -> Business:
    """The business in force; 404 with those that there are."""
    houses = premises.engine.catalogue.houses
    if name not in houses:
        raise Refused(404, f"there is no business {name!r}; there are {', '.join(sorted(houses))}")
    return houses[name].business


def simulated_channel(premises: Premises, business: str, name: str) -> ChannelConfig:
    """A channel of the simulated carrier; 404 for any other."""
    channels = business_named(premises, business).channels
    channel = channels.get(name)
    if channel is None or channel.provider != SIMULATOR:
        simulated = [one.name for one in channels.values() if one.provider == SIMULATOR]
        raise Refused(404, f"{name!r} is no simulated channel; there are {', '.join(simulated) or 'none'}")
    return channel


def live_channels(premises: Premises) -> list[str]:
    """``business/channel`` of everything that reaches real people."""
    return [
        f"{name}/{channel.name}"
        for name, house in premises.engine.catalogue.houses.items()
        for channel in house.business.channels.values()
        if channel.provider != SIMULATOR
    ]


def guarded(premises: Premises, handler: Handler) -> Handler:
    """Refuse other sites: a strange Host is a rebound name, and a form elsewhere cannot set our header."""

    async def guard(request: web.Request) -> web.StreamResponse:
        try:
            _admit(request, premises.public_url)
            return await handler(request)
        except Refused as refused:
            return answer({"detail": str(refused)}, refused.status)

    return guard


def answer(data: object, status: int = 200) -> web.Response:
    """JSON that no cache keeps."""
    text = json.dumps(data, ensure_ascii=False)
    return web.Response(
        text=text, status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _admit(request: web.Request, public_url: str) -> None:
    if not _ours(request.host, public_url):
        raise Refused(403, f"open the simulator as {public_url}, not as {request.host!r}")
    if request.method == "POST" and request.headers.get(HEADER) != "1":
        raise Refused(403, f"a POST to the sandbox needs the header {HEADER}: 1")


def _ours(host: str, public_url: str) -> bool:
    """An address, localhost, or the name we are known by: a name of somebody else's can be pointed at us."""
    try:
        name = URL(f"http://{host}").host or ""
    except ValueError:
        return False
    return name in ("localhost", URL(public_url).host) or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
