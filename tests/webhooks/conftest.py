"""The application, started with and without workers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.channel import Outgoing
from config.business import load_businesses
from config.business_types import Business
from storage.clock import StoppedClock
from tests.webhooks.service import NOON, PUBLIC, Service, build, make_keys, open_stores, write_businesses
from webhooks.app import make_app
from webhooks.doors import Doors, Standing

Opener = Callable[..., Awaitable[Service]]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log lines are caught, not written: a traceback in colours takes longer than the test."""
    with capture_logs():
        yield


@pytest.fixture(scope="session")
def both_businesses(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Business]:
    """Read once: nothing changes them."""
    return load_businesses(write_businesses(tmp_path_factory.mktemp("businesses")))


@pytest.fixture
async def open_service(
    migrated_url: str,
    redis: Redis,
    both_businesses: Mapping[str, Business],
    aiohttp_client: Callable[..., Awaitable[Any]],
) -> AsyncIterator[Opener]:
    """Opens the application: ``worker=False`` for a process that only answers HTTP."""
    async with AsyncExitStack() as stack:

        async def opened(*, worker: bool = True, standing: Callable[[], Standing] = Standing) -> Service:
            service = await stack.enter_async_context(_service(migrated_url, redis, both_businesses, worker))
            doors = Doors(service.engine, service.tokens, False, PUBLIC, standing)
            service.client = await aiohttp_client(make_app(doors))
            return service

        yield opened


@asynccontextmanager
async def _service(
    database_url: str, redis: Redis, businesses: Mapping[str, Business], worker: bool
) -> AsyncIterator[Service]:
    clock = StoppedClock(start=NOON)
    sent: list[Outgoing] = []
    stores = open_stores(database_url, redis, clock)
    async with aiohttp.ClientSession() as session:
        engine = await build(stores, session, businesses, sent)
        tokens = {
            ("realshop", "sms"): "tw",
            ("realshop", "whatsapp"): "wa",
            ("bookshop", "sms"): "sim",
            ("bookshop", "whatsapp"): "sim",
        }
        await engine.start(web=True, worker=worker)
        nobody: Any = None
        service = Service(engine, nobody, await make_keys(stores), sent, clock, tokens)
        yield service
        if service.client is not None:
            await service.client.close()
        await engine.stop()
        await stores.database.close()


@pytest.fixture
async def service(open_service: Opener) -> Service:
    """One process that does everything."""
    return await open_service()
