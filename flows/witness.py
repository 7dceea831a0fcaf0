"""A conversation that breaks a promise: what happened in which order, and how to print it. Plain data, no judgement."""

from __future__ import annotations

from dataclasses import dataclass

from flows.messages.bilingual import Bilingual

START = "start"
OUTSIDE = "outside"
"""A trigger ``outside:withdrawn`` is something that the flow does not see happen."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. ``trigger``: ``start``, what a ``Trigger`` prints (``reply:Y``), or ``outside:…``;
    ``state``: where the conversation stands afterwards; ``line``: the row in the file, 0 for none; ``says``: the texts
    that were asked for; ``consent``: what then holds for the purpose in question, empty when none is."""

    trigger: str
    state: str
    line: int = 0
    says: tuple[str, ...] = ()
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """The shortest such conversation, about one ``purpose`` (empty for none), and ``chat``: the same to be read."""

    purpose: str
    moments: tuple[Moment, ...]
    chat: Bilingual
