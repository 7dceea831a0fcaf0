"""The schema's version: what the code needs, what the database has, and the way from one to the other."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import IO

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database
from storage.errors import MigrationPending

_MIGRATIONS = str(resources.files("storage") / "migrations")
_LOCK = 0x61736B6669727374  # "askfirst": one migration at a time on PostgreSQL


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", _MIGRATIONS.replace("%", "%%"))
    return config


def newest() -> str:
    """The revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


async def present(database: Database) -> str:
    """The revision that the database has; empty for a new database."""
    async with database.read() as connection:
        return await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision() or "")


async def require_newest(database: Database) -> None:
    """MigrationPending unless the database is at the code's revision."""
    has, needs = await present(database), newest()
    if has != needs:
        raise MigrationPending(
            f"the database is at revision {has or 'none'}, this version needs {needs}: run `askfirst db migrate`"
        )


async def migrate(database: Database) -> tuple[str, str]:
    """Bring the database to the newest revision; the revisions before and after. Safe to run from several places."""
    async with _alone(database):
        before = await present(database)
        async with database.engine.begin() as connection:
            if database.dialect == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            await connection.run_sync(_upgrade)
        return before, await asyncio.shield(present(database))


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    """On SQLite, whose schema changes are no transaction: a lock on a file beside the database, freed if we die."""
    if database.dialect != "sqlite":
        yield
        return
    file = await asyncio.to_thread(_locked, Path(f"{database.url.database}-migrating"))
    try:
        yield
    finally:
        file.close()


def _locked(path: Path) -> IO[str]:
    file = path.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
