"""What the web application is given by whoever starts it. Holds no rules and makes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.engine import Engine


@dataclass(frozen=True, slots=True)
class Standing:
    """How the process stands. ``problems``: why the latest edit of a business was refused, empty when it was not."""

    problems: tuple[str, ...] = ()
    redis_up: bool = True
    database_ready: bool = True


@dataclass(frozen=True, slots=True)
class Doors:
    """``tokens``: (business, channel) to the unguessable part of its hook path, read anew at every call.
    ``public_url``: scheme, host and port of ourselves, no trailing slash, for channels that name none of their own.
    """

    engine: Engine
    tokens: Mapping[tuple[str, str], str]
    sandbox: bool
    public_url: str
    standing: Callable[[], Standing]
