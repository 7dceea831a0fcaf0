"""What is fetched beside a person's dossier where their words ask for it; see ``recollection``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Before:
    """Something that the person wrote a moment ago: the event's id, the channel, when, and the words."""

    id: str
    channel: str
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class LastMessage:
    """The latest message of our own accord that left: ``record`` is its authorisation's."""

    flow: str
    text: str
    purpose: str | None
    medium: str
    basis: str
    at: int
    record: int


@dataclass(frozen=True, slots=True)
class Account:
    """The last message, and the hash of records by their number."""

    last: LastMessage | None
    hashes: Mapping[int, bytes]


NOBODY = Account(None, {})
