"""The few SQL forms that the write path uses: selects compiled once per dialect, and whole-batch writes.

A batch is one ``executemany``, or a COPY on PostgreSQL where rows are only added: a few microseconds a row (arrays
through ``unnest`` cost asyncpg three times as much); a statement per row costs hundreds. No other module writes SQL by
dialect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, Table, and_, bindparam
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


def _places(count: int, dialect: Dialect) -> list[str]:
    """Numbered parameters: ``?1`` or ``$1``."""
    mark = "?" if dialect == "sqlite" else "$"
    return [f"{mark}{number}" for number in range(1, count + 1)]


@dataclass(frozen=True, slots=True)
class InsertRows:
    """Insert a batch. ``conflict``: ``error``, ``ignore``, or ``replace`` (the row of that key gets the values,
    but for the columns of ``first``, which never change after the first insert: their indexes are left alone).

    PostgreSQL takes a batch without conflicts by COPY.
    """

    table: Table
    columns: tuple[str, ...]
    conflict: Literal["error", "ignore", "replace"] = "error"
    first: tuple[str, ...] = ()

    def sql(self, dialect: Dialect) -> str:
        """The statement for one dialect."""
        names = ", ".join(f'"{c}"' for c in self.columns)
        values = ", ".join(_places(len(self.columns), dialect))
        return f"INSERT INTO {self.table.name} ({names}) VALUES ({values}){self._on_conflict()}"

    def _on_conflict(self) -> str:
        if self.conflict == "error":
            return ""
        if self.conflict == "ignore":
            return " ON CONFLICT DO NOTHING"
        key = [c.name for c in self.table.primary_key.columns]
        sets = ", ".join(f'"{c}" = excluded."{c}"' for c in self.columns if c not in (*key, *self.first))
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
        every = (*self.key, *self.columns)
        place = dict(zip(every, _places(len(every), dialect), strict=True))
        sets = ", ".join(f'"{c}" = {place[c]}' for c in self.columns)
        match = " AND ".join(f'"{c}" = {place[c]}' for c in self.key)
        guard = f" AND {self.guard}" if self.guard else ""
        return f"UPDATE {self.table.name} SET {sets} WHERE {match}{guard}"


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Delete a batch by key."""

    table: Table
    key: tuple[str, ...]

    def sql(self, dialect: Dialect) -> str:
        """The statement for one dialect."""
        places = _places(len(self.key), dialect)
        match = " AND ".join(f'"{c}" = {p}' for c, p in zip(self.key, places, strict=True))
        return f"DELETE FROM {self.table.name} WHERE {match}"


BatchStatement = InsertRows | UpdateRows | DeleteRows


@lru_cache(maxsize=256)
def batch_sql(statement: BatchStatement, dialect: Dialect) -> str:
    """The text of a batch statement, made once."""
    return statement.sql(dialect)
