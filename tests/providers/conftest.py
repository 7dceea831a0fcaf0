"""A carrier, a session and a seal for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.permit import Seal
from tests.providers.carrier import Carrier


@pytest.fixture
def seal() -> Seal:
    return Seal()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def carrier() -> AsyncIterator[Carrier]:
    fake = Carrier()
    server = fake.server()
    await server.start_server()
    fake.url = str(server.make_url("")).rstrip("/")
    yield fake
    fake.released.set()
    await server.close()
