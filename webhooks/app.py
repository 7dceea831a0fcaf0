"""The web application, put together: middleware, doors, API, probes, documents. Holds no rules of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import structlog
from aiohttp import web

from bot.metrics import Metrics
from storage.cancelling import cancelled
from storage.idempotency import PURGE_BATCH, Idempotency
from webhooks import docs_page, openapi
from webhooks.doors import Doors
from webhooks.health import Health
from webhooks.hooks import LARGEST_BODY, Hooks
from webhooks.problems import UNAVAILABLE
from webhooks.rest.call import Desk
from webhooks.rest.routes import add_routes
from webhooks.sim.routes import add_simulator
from webhooks.trace import finish_headers, tracing

log = structlog.get_logger()

DOORS = web.AppKey("doors", Doors)
METRICS = web.AppKey("metrics", Metrics)
PURGE_EVERY = 600.0
"""Seconds between looks for answers that are older than a day."""


def make_app(doors: Doors) -> web.Application:
    """Everything that is answered over HTTP."""
    app = web.Application(middlewares=[tracing(doors.engine.stores.vault.random)], client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(finish_headers)
    metrics = Metrics()
    app[DOORS], app[METRICS] = doors, metrics
    hooks = Hooks(doors, metrics)
    for method in ("GET", "POST"):
        app.router.add_route(method, "/hooks/{business}/{channel}/{token}", hooks.handle)
    desk = Desk.of(doors, metrics)
    add_routes(app, desk)
    Health(doors, metrics).add_routes(app)
    _add_documents(app, doors)
    if doors.sandbox:
        add_simulator(app, doors)
    app.cleanup_ctx.append(_purging(desk.idempotency))
    return app


def _add_documents(app: web.Application, doors: Doors) -> None:
    described, text = openapi.document(), openapi.text()

    async def as_data(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="application/json")

    async def as_page(_: web.Request) -> web.Response:
        business = next(iter(doors.engine.catalogue.houses), "bookshop")
        html = docs_page.page(described, doors.public_url, business)
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": docs_page.POLICY})

    app.router.add_get("/openapi.json", as_data)
    app.router.add_get("/docs", as_page)


def _purging(idempotency: Idempotency) -> Callable[[web.Application], AsyncIterator[None]]:
    """Forget old answers now and then while the application runs."""

    async def purge() -> None:
        while True:
            try:
                while await idempotency.purge() == PURGE_BATCH:
                    pass
            except UNAVAILABLE as error:  # what is not purged now is purged next time
                log.warning("idempotency.not-purged", error=repr(error))
            await asyncio.sleep(PURGE_EVERY)

    async def run(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(purge())
        yield
        await cancelled([task])

    return run
