"""The database: a block is stored as a whole or not at all, and a failure is NotStored."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage.database import Database
from storage.errors import NotStored
from storage.switches import OF_NAMES, PUT

ROW = ("shop", "x", "on", "me", "because", 1)


async def values(database: Database) -> list[str]:
    async with database.write() as tx:
        return [row[2] for row in await tx.fetch(OF_NAMES, businesses=["shop"], names=["x"])]


async def test_a_block_that_ends_is_stored(migrated_url: str) -> None:
    """Writes are kept back until the next read or the end, and seen by that read."""
    database = Database(migrated_url)
    async with database.write() as tx:
        tx.write(PUT, [ROW])
        assert len(await tx.fetch(OF_NAMES, businesses=["shop"], names=["x"])) == 1
    assert await values(database) == ["on"]
    await database.close()


async def test_a_block_that_raises_stores_nothing(migrated_url: str) -> None:
    """Whatever raised, and also when it was sent already; the next block works."""
    database = Database(migrated_url)

    async def half() -> None:
        async with database.write() as tx:
            tx.write(PUT, [ROW])
            await tx.fetch(OF_NAMES, businesses=["shop"], names=["x"])
            raise LookupError

    with pytest.raises(LookupError):
        await half()
    assert await values(database) == []
    await database.close()


async def test_a_cancelled_block_stores_nothing_and_blocks_nobody(migrated_url: str) -> None:
    """As when a request is dropped or the engine stops."""
    database, begun = Database(migrated_url), asyncio.Event()

    async def half() -> None:
        async with database.write() as tx:
            tx.write(PUT, [ROW])
            await tx.fetch(OF_NAMES, businesses=["shop"], names=["x"])
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(half())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await values(database) == []
    await database.close()


async def test_a_folder_that_is_not_there_is_not_stored(tmp_path: Path) -> None:
    """The error is ours and names what SQLite said."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/missing/askfirst.db")
    with pytest.raises(NotStored, match="unable to open"):
        await values(database)
    await database.close()


async def test_a_server_that_is_not_there_is_not_stored(tmp_path: Path) -> None:
    """The same for PostgreSQL."""
    database = Database(f"postgresql+asyncpg://askfirst@/x?host={tmp_path}")
    with pytest.raises(NotStored):
        await values(database)
    await database.close()


async def test_other_databases_are_refused() -> None:
    """With what to write instead."""
    with pytest.raises(ValueError, match="sqlite"):
        Database("mysql://x/y")
