"""The database: ordinary SQLAlchemy for reading, and one short write transaction at a time that batches.

``read()`` gives a SQLAlchemy connection. ``write()`` gives a ``Transaction``: writes are kept back and sent along
with the next read or the commit, so that a batch costs SQLite one trip to its writer thread and PostgreSQL one
statement per table. Nothing here knows what the rows mean.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql import Executable

from storage.errors import NotStored
from storage.statements import BatchStatement, Compiled, Dialect, InsertRows, batch_sql, compile_once

_SESSION = {"jit": "off", "random_page_cost": "1.1", "enable_seqscan": "off"}
"""PostgreSQL's planner for many small look-ups by key: no compiling, and an index wherever there is one, also while a
table is still empty: the plan is kept for the session, and planning each row again costs more than the row."""

Rows = Sequence[Sequence[Any]]
Question = tuple[Executable, Mapping[str, Any]]


class Transaction(Protocol):
    """One write transaction."""

    dialect: Dialect

    async def fetch(self, statement: Executable, **given: Any) -> Rows:
        """Send what was kept back, run one select (or a write with RETURNING), give its rows."""

    async def fetch_all(self, *questions: Question) -> list[Rows]:
        """Several selects in one trip."""

    def write(self, statement: BatchStatement, rows: Sequence[tuple[Any, ...]]) -> None:
        """Keep a batch back until the next fetch or the commit."""


class SqliteTransaction:
    """A transaction on the one writer thread. SQLite has a single writer, so reads in it cannot be outdated."""

    dialect: Dialect = "sqlite"

    def __init__(self, writer: SqliteWriter) -> None:
        self._writer = writer
        self._kept: list[tuple[str, Sequence[tuple[Any, ...]]]] = []

    async def fetch(self, statement: Executable, **given: Any) -> Rows:
        return (await self.fetch_all((statement, given)))[0]

    async def fetch_all(self, *questions: Question) -> list[Rows]:
        asked = []
        for statement, given in questions:
            compiled = compile_once(statement, "sqlite")
            asked.append((compiled.text, compiled.arguments(given, "sqlite")))
        kept, self._kept = self._kept, []
        answers: list[Rows] = await self._writer.run(self._writer.ask, kept, asked)
        return answers

    def write(self, statement: BatchStatement, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._kept.append((batch_sql(statement, "sqlite"), rows))

    def commit(self) -> asyncio.Future[Any]:
        """Send what was kept back and commit, in one trip."""
        kept, self._kept = self._kept, []
        return self._writer.begin(self._writer.commit, kept)


class SqliteWriter:
    """The only thread that writes: a sqlite3 connection of its own, WAL, synchronous=FULL."""

    def __init__(self, path: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self.turn = asyncio.Lock()

    def begin(self, work: Any, *arguments: Any) -> asyncio.Future[Any]:
        """Put one piece of work behind what the writer thread has to do already."""
        return asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    async def end(self, future: asyncio.Future[Any]) -> Any:
        """Its result; a cancelled caller still waits for it to end."""
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait({future})
            raise

    async def run(self, work: Any, *arguments: Any) -> Any:
        """Begin and end."""
        return await self.end(self.begin(work, *arguments))

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=10, cached_statements=256)
            prepare_sqlite(connection)
            self._connection = connection
        return self._connection

    def ask(
        self, kept: list[tuple[str, Sequence[tuple[Any, ...]]]], asked: list[tuple[str, tuple[Any, ...]]]
    ) -> list[list[Any]]:
        """On the thread: begin if needed, write what was kept, answer the questions."""
        connection = self._open()
        self._send(connection, kept)
        return [connection.execute(text, arguments).fetchall() for text, arguments in asked]

    def commit(self, kept: list[tuple[str, Sequence[tuple[Any, ...]]]]) -> None:
        """On the thread: write what was kept and commit, or undo all of it: the next transaction waits behind."""
        connection = self._open()
        try:
            if kept:
                self._send(connection, kept)
            if connection.in_transaction:
                connection.execute("COMMIT")
        except BaseException:
            self.roll_back()
            raise

    def roll_back(self) -> None:
        """On the thread: undo everything since the transaction began. A connection that never opened has nothing."""
        if self._connection is not None and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _send(self, connection: sqlite3.Connection, kept: list[tuple[str, Sequence[tuple[Any, ...]]]]) -> None:
        if not connection.in_transaction:
            connection.execute("BEGIN IMMEDIATE")
        for text, rows in kept:
            connection.executemany(text, rows)

    def close(self) -> None:
        """Close the connection and end the thread."""

        def shut() -> None:
            if self._connection is not None:
                self._connection.close()

        self._thread.submit(shut).result()
        self._thread.shutdown()


def prepare_sqlite(connection: sqlite3.Connection) -> None:
    """The settings that make SQLite durable and concurrent."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")


class PostgresTransaction:
    """A transaction on an asyncpg connection out of SQLAlchemy's pool."""

    dialect: Dialect = "postgresql"

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection
        self._kept: list[tuple[BatchStatement, Sequence[tuple[Any, ...]]]] = []

    async def fetch(self, statement: Executable, **given: Any) -> Rows:
        await self.flush()
        compiled: Compiled = compile_once(statement, "postgresql")
        rows: Rows = await self._connection.fetch(compiled.text, *compiled.arguments(given, "postgresql"))
        return rows

    async def fetch_all(self, *questions: Question) -> list[Rows]:
        return [await self.fetch(statement, **given) for statement, given in questions]

    def write(self, statement: BatchStatement, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            self._kept.append((statement, rows))

    async def flush(self) -> None:
        """Send what was kept back."""
        kept, self._kept = self._kept, []
        for statement, rows in kept:
            if isinstance(statement, InsertRows) and statement.conflict == "error" and len(rows) > 1:
                await self._connection.copy_records_to_table(
                    statement.table.name, records=rows, columns=list(statement.columns)
                )
            else:
                await self._connection.executemany(batch_sql(statement, "postgresql"), rows)


class Database:
    """One SQL database, by URL. ``sqlite+aiosqlite:///path`` or ``postgresql+asyncpg://…``."""

    def __init__(self, url: str, *, pool: int = 10) -> None:
        self.url = make_url(url)
        if self.url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError(f"database {url!r}: use sqlite+aiosqlite:///PATH or postgresql+asyncpg://…")
        self.dialect: Dialect = "sqlite" if self.url.get_backend_name() == "sqlite" else "postgresql"
        self._writer: SqliteWriter | None = None
        self.engine: AsyncEngine
        if self.dialect == "sqlite":
            self.engine = create_async_engine(self.url)
            event.listen(self.engine.sync_engine, "connect", lambda connection, _: _prepare_reader(connection))
            self._writer = SqliteWriter(str(self.url.database))
        else:
            self.engine = create_async_engine(
                self.url, pool_size=pool, max_overflow=pool, connect_args={"server_settings": dict(_SESSION)}
            )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A SQLAlchemy connection for reading; what it reads may be a moment old."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """One write transaction: committed when the block ends, undone when it raises. NotStored when it failed."""
        opened = self._write_sqlite(self._writer) if self._writer is not None else self._write_postgres()
        async with opened as transaction:
            yield transaction

    @asynccontextmanager
    async def _write_sqlite(self, writer: SqliteWriter) -> AsyncIterator[Transaction]:
        try:
            async with writer.turn:
                transaction = SqliteTransaction(writer)
                try:
                    yield transaction
                except BaseException:  # whatever ends the block undoes it; it is raised again
                    await writer.run(writer.roll_back)
                    raise
                committing = transaction.commit()
            # The next transaction may be prepared meanwhile: whatever it asks comes after this on the thread.
            await writer.end(committing)
        except sqlite3.Error as error:
            raise NotStored(f"SQLite did not store it: {error}") from error

    @asynccontextmanager
    async def _write_postgres(self) -> AsyncIterator[Transaction]:
        try:
            async with self.engine.connect() as pooled:
                raw = await pooled.get_raw_connection()
                connection: Any = raw.driver_connection
                async with connection.transaction():
                    transaction = PostgresTransaction(connection)
                    yield transaction
                    await transaction.flush()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, OSError) as error:
            raise NotStored(f"PostgreSQL did not store it: {error}") from error

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        if self._writer is not None:
            self._writer.close()


def _prepare_reader(connection: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
