"""Our answer to what everybody may say: the business's flow for it, or the shipped one."""

from __future__ import annotations

from collections.abc import Mapping

from bot.starting import start
from bot.turn import Turn
from flows.spec import Role


def answer_role(turn: Turn, channel: str, role: Role, facts: Mapping[str, str] | None = None) -> None:
    """Say it on this channel. ``facts`` are what its text may name."""
    running = turn.house.by_role.get(role)
    if running is not None:
        start(turn, running, facts or {}, channel=channel)
