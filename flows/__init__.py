"""The language of conversations: pure, without network, database, clock, random or asyncio."""
