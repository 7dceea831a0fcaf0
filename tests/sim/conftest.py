"""A running sandbox for each test."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from storage.database import Database
from storage.schema import migrate
from tests.sim.sandbox import Sandbox, running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the newest shape, made once and copied."""
    file = tmp_path_factory.mktemp("migrated") / "askfirst.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate(database)
    await database.close()
    return file


@pytest.fixture
def sandbox_url(migrated_file: Path, tmp_path: Path) -> str:
    """A copy for this test."""
    return f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest_asyncio.fixture
async def sandbox(sandbox_url: str, valkey_url: str, redis: Redis) -> AsyncIterator[Sandbox]:
    """On SQLite and an emptied Valkey."""
    async with running(sandbox_url, valkey_url) as started:
        yield started
