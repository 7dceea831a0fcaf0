"""The closed list of what a decision may ask for. Effects are data; one database transaction carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Say:
    """Queue one text. ``needs`` is the purpose whose consent the send requires, None for none;
    ``fresh`` drops it when it could not leave in that time."""

    text: str
    needs: str | None = None
    fresh: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """Record consent for these purposes, given by the reply being decided."""

    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revoke:
    """Record withdrawal for these purposes; ``("all",)`` for every one."""

    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep a fact for the rest of the conversation."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Mark the person for segments."""

    name: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Set a timer that fires ``trigger`` after ``delay`` unless the state is left first."""

    delay: timedelta
    trigger: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel every timer of this conversation (the state was left)."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Give the conversation to a person of the business."""


@dataclass(frozen=True, slots=True)
class End:
    """The conversation is over, with this outcome."""

    outcome: str


Effect = Say | Grant | Revoke | Remember | Tag | Wait | Cancel | HandOver | End
