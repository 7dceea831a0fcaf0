"""The schema: what the migrations build is what the code declares, however often and from wherever they run."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.errors import MigrationPending
from storage.schema import migrate, newest, present, require_newest
from storage.tables import metadata


def differences(connection: Connection) -> list[object]:
    """What alembic would change to make the database what the code declares."""
    defaults = connection.dialect.name == "postgresql"  # alembic cannot compare SQLite's
    options = {"compare_type": True, "compare_server_default": defaults}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_migrations_build_what_the_code_declares(database_url: str) -> None:
    """Tables, columns, types, defaults, keys and indexes."""
    database = Database(database_url)
    assert await migrate(database) == ("", newest())
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
        where = await connection.run_sync(lambda c: inspect(c).get_indexes("inbox"))
        assert any(index["name"] == "uq_inbox_dedupe" and index["unique"] for index in where)
    await database.close()


async def test_a_second_migration_changes_nothing(database_url: str) -> None:
    """Rows and revision stay."""
    database = Database(database_url)
    await migrate(database)
    async with database.engine.begin() as connection:
        await connection.execute(text("INSERT INTO switches (business, name, at) VALUES ('shop', 'x', 1)"))
    assert await migrate(database) == (newest(), newest())
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM switches"))).scalar() == 1
    await database.close()


async def test_two_at_once_migrate_once(database_url: str) -> None:
    """Two processes that start together."""
    first, second = Database(database_url), Database(database_url)
    await asyncio.gather(migrate(first), migrate(second))
    await require_newest(first)
    assert await present(second) == newest()
    await first.close()
    await second.close()


async def test_an_empty_database_is_named_as_such(database_url: str) -> None:
    """The error says what to run."""
    database = Database(database_url)
    with pytest.raises(MigrationPending, match="askfirst db migrate"):
        await require_newest(database)
    await database.close()
