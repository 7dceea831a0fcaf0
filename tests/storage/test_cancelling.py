"""A background task is over when its end was asked for, also one that loses the first request."""

from __future__ import annotations

import asyncio

from storage.cancelling import cancelled


async def stubborn(lost: list[str]) -> None:
    """Loses the first cancellation in an error of its own, as code that catches broadly may."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        lost.append("lost")
    await asyncio.Event().wait()


async def test_a_lost_cancellation_is_made_again() -> None:
    lost: list[str] = []
    task = asyncio.create_task(stubborn(lost))
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await cancelled([task])
    assert (task.cancelled(), lost) == (True, ["lost"])


async def test_what_a_task_raised_stays_with_it() -> None:
    async def failing() -> None:
        raise LookupError("gone")

    task = asyncio.create_task(failing())
    await asyncio.wait({task})
    await cancelled([task])
    assert isinstance(task.exception(), LookupError)


async def test_nothing_to_end_ends_at_once() -> None:
    await cancelled([])
