"""The few SQL forms that the write path uses: selects compiled once per dialect, and whole-batch writes.

On PostgreSQL a batch is one statement over arrays (``unnest``); on SQLite it is ``executemany``. Both cost a few
microseconds a row; a statement per row costs hundreds. No other module writes SQL by dialect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Integer, LargeBinary, String, Table, and_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import asyncpg as postgresql_dialect
from sqlalchemy.dialects.sqlite import pysqlite as sqlite_dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Boolean

Dialect = Literal["sqlite", "postgresql"]

_DIALECTS = {"sqlite": sqlite_dialect.dialect(), "postgresql": postgresql_dialect.dialect()}  # type: ignore[no-untyped-call]  # sqlalchemy's dialect constructors carry no types


class among(ColumnElement[bool]):  # noqa: N801  # reads like SQLAlchemy's own lower-case functions
    """``column`` is one of the values of the array parameter ``name``; one statement text for any number."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True  # else SQLite gets "… = 1", and its planner no longer sees the index

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.name = name


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    array = bindparam(element.name, type_=ARRAY(String))
    return f"{compiler.process(element.column, **options)} = ANY ({compiler.process(array, **options)})"


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    array = compiler.process(bindparam(element.name), **options)
    return f"{compiler.process(element.column, **options)} IN (SELECT value FROM json_each({array}))"


def of_business(business: ColumnElement[Any], column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Rows whose ``business`` is one of ``:businesses`` and whose ``column`` is one of ``:name``; found by the key."""
    return and_(among(business, "businesses"), among(column, name))


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL text for the driver, and how to order its parameters."""

    text: str
    order: tuple[str, ...]
    fixed: Mapping[str, Any]

    def arguments(self, given: Mapping[str, Any], dialect: Dialect) -> tuple[Any, ...]:
        """The driver's positional arguments; on SQLite arrays travel as JSON."""
        values = {**self.fixed, **given}
        if dialect == "postgresql":
            return tuple(values[name] for name in self.order)
        return tuple(_json_if_array(values[name]) for name in self.order)


def _json_if_array(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list) else value


@lru_cache(maxsize=512)
def compile_once(statement: Executable, dialect: Dialect) -> Compiled:
    """Compile a module-level statement, once per dialect."""
    compiled = statement.compile(dialect=_DIALECTS[dialect])  # type: ignore[attr-defined]  # Executable's compile() is declared on its subclasses
    return Compiled(str(compiled), tuple(compiled.positiontup or ()), dict(compiled.params))


def _array_type(table: Table, column: str) -> str:
    kind = table.c[column].type
    if isinstance(kind, BigInteger):
        return "bigint[]"
    if isinstance(kind, Integer):
        return "integer[]"
    if isinstance(kind, LargeBinary):
        return "bytea[]"
    return "varchar[]"


@dataclass(frozen=True, slots=True)
class InsertRows:
    """Insert a batch. ``conflict``: ``error``, ``ignore``, or ``replace`` (the row of the same key takes the new values)."""

    table: Table
    columns: tuple[str, ...]
    conflict: Literal["error", "ignore", "replace"] = "error"

    def sql(self, dialect: Dialect) -> str:
        """The statement for one dialect."""
        names = ", ".join(f'"{c}"' for c in self.columns)
        if dialect == "sqlite":
            source = f"VALUES ({', '.join('?' * len(self.columns))})"
        else:
            arrays = ", ".join(f"${i}::{_array_type(self.table, c)}" for i, c in enumerate(self.columns, 1))
            source = f"SELECT * FROM unnest({arrays})"
        return f"INSERT INTO {self.table.name} ({names}) {source}{self._on_conflict()}"

    def _on_conflict(self) -> str:
        if self.conflict == "error":
            return ""
        if self.conflict == "ignore":
            return " ON CONFLICT DO NOTHING"
        key = [c.name for c in self.table.primary_key.columns]
        sets = ", ".join(f'"{c}" = excluded."{c}"' for c in self.columns if c not in key)
        return f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {sets}"


@dataclass(frozen=True, slots=True)
class UpdateRows:
    """Update a batch by key: rows carry the key's values first, then the new values. ``guard`` is a fixed condition."""

    table: Table
    key: tuple[str, ...]
    columns: tuple[str, ...]
    guard: str = ""

    def sql(self, dialect: Dialect) -> str:
        """The statement for one dialect; parameters in the order key, columns."""
        name = self.table.name
        guard = f" AND {self.guard}" if self.guard else ""
        if dialect == "sqlite":
            place = {c: f"?{i}" for i, c in enumerate((*self.key, *self.columns), 1)}
            sets = ", ".join(f'"{c}" = {place[c]}' for c in self.columns)
            match = " AND ".join(f'"{c}" = {place[c]}' for c in self.key)
            return f"UPDATE {name} SET {sets} WHERE {match}{guard}"
        every = (*self.key, *self.columns)
        arrays = ", ".join(f"${i}::{_array_type(self.table, c)}" for i, c in enumerate(every, 1))
        fresh = ", ".join(f'"{c}"' for c in every)
        sets = ", ".join(f'"{c}" = fresh."{c}"' for c in self.columns)
        match = " AND ".join(f'{name}."{c}" = fresh."{c}"' for c in self.key)
        return f"UPDATE {name} SET {sets} FROM unnest({arrays}) AS fresh({fresh}) WHERE {match}{guard}"


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Delete a batch by key."""

    table: Table
    key: tuple[str, ...]

    def sql(self, dialect: Dialect) -> str:
        """The statement for one dialect."""
        name = self.table.name
        if dialect == "sqlite":
            return f"DELETE FROM {name} WHERE " + " AND ".join(f'"{c}" = ?' for c in self.key)
        arrays = ", ".join(f"${i}::{_array_type(self.table, c)}" for i, c in enumerate(self.key, 1))
        gone = ", ".join(f'"{c}"' for c in self.key)
        match = " AND ".join(f'{name}."{c}" = gone."{c}"' for c in self.key)
        return f"DELETE FROM {name} USING unnest({arrays}) AS gone({gone}) WHERE {match}"


BatchStatement = InsertRows | UpdateRows | DeleteRows


@lru_cache(maxsize=256)
def batch_sql(statement: BatchStatement, dialect: Dialect) -> str:
    """The text of a batch statement, made once."""
    return statement.sql(dialect)


def columns_of(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows turned into one array per column, as PostgreSQL takes them."""
    return [list(column) for column in zip(*rows, strict=True)]
