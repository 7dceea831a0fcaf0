"""How the columns of every table are written, and the metadata that holds the tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str) -> Column[str]:
    """Text that is part of the key."""
    return Column(name, String, primary_key=True)


def words(name: str) -> Column[str]:
    """Text, empty where nothing was said."""
    return Column(name, String, nullable=False, server_default="")


def maybe(name: str) -> Column[str]:
    """Text, or nothing."""
    return Column(name, String)


def number(name: str, default: str = "0") -> Column[int]:
    """A whole number."""
    return Column(name, Integer, nullable=False, server_default=default)


def time(name: str) -> Column[int]:
    """Microseconds since 1970 UTC."""
    return Column(name, BigInteger, nullable=False)


def time_or_none(name: str) -> Column[int]:
    """The same, or not yet."""
    return Column(name, BigInteger)


def sealed(name: str) -> Column[bytes]:
    """Bytes, encrypted where they are about a person."""
    return Column(name, LargeBinary)
