"""The batching core: whoever waits is served together, in order, and told what became of their own."""

from __future__ import annotations

import asyncio

import pytest

from bot.group_commit import GroupCommit, Overloaded


class Store:
    """Keeps batches; refuses any that holds ``bad``."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    async def __call__(self, items: list[str]) -> None:
        await asyncio.sleep(0)
        if "bad" in items:
            raise ValueError("bad")
        self.batches.append(items)


async def served(commits: GroupCommit[str], *calls: list[str]) -> list[BaseException | None]:
    """All calls at once, with the core running."""
    asked = asyncio.gather(*(commits.put(items) for items in calls), return_exceptions=True)
    running = asyncio.create_task(commits.run())
    results = await asked
    running.cancel()
    return results


async def test_those_who_wait_are_stored_together_and_in_order() -> None:
    """One batch for all that came before it."""
    store = Store()
    assert await served(GroupCommit(store), ["a", "b"], ["c"], ["d"]) == [None, None, None]
    assert store.batches == [["a", "b", "c", "d"]]


async def test_a_call_is_never_torn_apart() -> None:
    """A limit ends a batch between callers; a call that is larger than the limit is a batch of its own."""
    store = Store()
    await served(GroupCommit(store, limit=3), ["a", "b"], ["c", "d"], ["e", "f", "g", "h"], ["i"])
    assert store.batches == [["a", "b"], ["c", "d"], ["e", "f", "g", "h"], ["i"]]


async def test_a_bad_item_fails_its_own_caller_alone() -> None:
    """The neighbours are stored one by one."""
    store = Store()
    results = await served(GroupCommit(store), ["a"], ["b", "bad"], ["c"])
    assert [type(result) for result in results] == [type(None), ValueError, type(None)]
    assert store.batches == [["a"], ["c"]]


async def test_more_than_the_bound_is_refused_and_those_who_wait_are_not() -> None:
    """The bound counts items, not callers."""
    store = Store()
    results = await served(GroupCommit(store, bound=3), ["a", "b"], ["c", "d"], ["e"])
    assert [type(result) for result in results] == [type(None), Overloaded, type(None)]
    assert store.batches == [["a", "b", "e"]]


async def test_a_caller_who_left_does_not_stop_the_others() -> None:
    """Their items are stored all the same: nobody can take back what was handed in."""
    store = Store()
    commits = GroupCommit(store)
    gone = asyncio.create_task(commits.put(["a"]))
    await asyncio.sleep(0)
    gone.cancel()
    assert await served(commits, ["b"]) == [None]
    assert store.batches == [["a", "b"]]
    with pytest.raises(asyncio.CancelledError):
        await gone
