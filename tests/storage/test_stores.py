"""The stores that tests run on are real, empty and their own."""

from __future__ import annotations

from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def count_tables(url: str) -> int:
    """Make one table in a database and count all of ours there."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE kept (id integer)"))
        sqlite = url.startswith("sqlite")
        listed = "sqlite_master WHERE type = 'table'" if sqlite else "pg_tables WHERE schemaname = 'public'"
        found = (await connection.execute(text(f"SELECT count(*) FROM {listed}"))).scalar_one()
    await engine.dispose()
    return int(found)


async def test_a_database_is_empty(database_url: str) -> None:
    assert await count_tables(database_url) == 1


async def test_the_next_database_is_empty_again(database_url: str) -> None:
    assert await count_tables(database_url) == 1


async def test_redis_is_empty(redis: Redis) -> None:
    assert await redis.dbsize() == 0
    await redis.set("left", "over")


async def test_redis_is_empty_again(redis: Redis) -> None:
    assert await redis.dbsize() == 0
    await redis.set("left", "over")
