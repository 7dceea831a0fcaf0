"""The end of background tasks: cancelled, and waited for until they are over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN = 0.5
"""Seconds after which a task that still runs is cancelled once more."""


async def cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel these until they have ended. What they raised is not raised here.

    Once is not enough: a task that was about to catch an error of its own may lose the cancellation in it.
    """
    ending = set(tasks)
    while ending:
        for task in ending:
            task.cancel()
        _, ending = await asyncio.wait(ending, timeout=AGAIN)
