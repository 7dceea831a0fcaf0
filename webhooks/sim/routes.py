"""Puts the simulator into an application. Call it for a sandbox only: it asks for no key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from webhooks.sim.api import Api
from webhooks.sim.carrier import Carrier
from webhooks.sim.carrier_routes import CarrierRoutes
from webhooks.sim.errands import Errands
from webhooks.sim.page import page, static
from webhooks.sim.posting import Poster
from webhooks.sim.sandbox import Handler, Premises, guarded
from webhooks.sim.stream import Stream

CARRIER = web.AppKey("simulated carrier", Carrier)


def add_simulator(app: web.Application, premises: Premises) -> None:
    """Add the routes under ``/sim``; the carrier opens and ends with the application."""
    errands = Errands()

    async def carry(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            app[CARRIER].poster.session = session
            await app[CARRIER].resume()
            yield
            await errands.end()

    async def close(_: web.Application) -> None:
        errands.closing.set()

    app[CARRIER] = Carrier(premises, Poster(), errands, asyncio.sleep)
    app.cleanup_ctx.append(carry)
    app.on_shutdown.append(close)
    _route(app, premises)


def _route(app: web.Application, premises: Premises) -> None:
    carrier = app[CARRIER]
    routes, api = CarrierRoutes(carrier), Api(premises, carrier)
    stream = Stream(api, carrier.errands)
    app.router.add_post("/sim/carrier/{business}/{channel}/messages", routes.send)
    app.router.add_get("/sim/carrier/{business}/{channel}/messages/{id}", routes.find)
    open_here: list[tuple[str, str, Handler]] = [
        ("GET", "/sim", page),
        ("GET", "/sim/static/{name}", static),
        ("GET", "/sim/api/businesses", api.businesses),
        ("POST", "/sim/api/inbound", api.inbound),
        ("POST", "/sim/api/event", api.event),
        ("POST", "/sim/api/clock", api.clock),
        ("POST", "/sim/api/trouble", api.trouble),
        ("GET", "/sim/api/person", api.person),
        ("GET", "/sim/api/stream", stream.follow),
        ("GET", "/sim/api/chat-as-test", api.chat_as_test),
    ]
    for method, path, handler in open_here:
        app.router.add_route(method, path, guarded(premises, handler))
