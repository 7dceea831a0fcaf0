"""What the smaller verbs do: keys, database, ledger, clock, basis. Each opens what it needs and says what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from bot.errors import BotError
from bot.standing import master_key, open_database
from config.business import load_businesses
from config.settings import Settings
from storage import acts, ledger, switches
from storage.api_keys import ApiKeys, Mode
from storage.clock import Clock
from storage.errors import BrokenChain
from storage.schema import migrate, newest, present
from storage.tables import ledger as ledger_table
from storage.tables import people
from storage.vault import Vault


class UnknownBusiness(BotError):
    """There is no business of that name."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the small verbs work: settings and environment."""

    settings: Settings
    environ: Mapping[str, str]

    def vault(self) -> Vault:
        """The vault of the configured master key."""
        return Vault(master_key(self.settings, self.environ))

    async def new_key(self, business: str, mode: str, label: str) -> str:
        """A new API key; it is shown this once. UnknownBusiness for a business that is not there."""
        if business not in load_businesses(self.settings.businesses):
            raise UnknownBusiness(f"there is no business {business!r} in {self.settings.businesses}")
        async with open_database(self.settings, upgrade=True) as database:
            return (await ApiKeys(database, self.vault(), Clock()).new(business, Mode(mode), label)).text

    async def keys(self, business: str) -> list[dict[str, str]]:
        """The keys of a business in force."""
        async with open_database(self.settings, upgrade=True) as database:
            found = await ApiKeys(database, self.vault(), Clock()).of_business(business)
            return [{"id": key.id, "mode": str(key.mode), "label": key.label} for key in found]

    async def revoke_key(self, business: str, id_: str) -> None:
        """Take a key out of force."""
        async with open_database(self.settings, upgrade=True) as database:
            await ApiKeys(database, self.vault(), Clock()).revoke(business, id_)

    async def database_status(self) -> dict[str, Any]:
        """The revision it has and needs, and how many rows each table holds."""
        async with open_database(self.settings, upgrade=False) as database:
            has = await present(database)
            found: dict[str, Any] = {"dialect": database.dialect, "revision": has, "needs": newest()}
            if has == newest():
                found["rows"] = await self._counts(database)
            return found

    async def _counts(self, database: Any) -> dict[str, int]:
        names = ("people", "inbox", "outbox", "conversations", "consents", "ledger", "timers")
        async with database.read() as connection:
            return {
                name: int((await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one())  # noqa: S608  # fixed names
                for name in names
            }

    async def migrate(self) -> tuple[str, str]:
        """Bring the database to the code's revision: before and after."""
        async with open_database(self.settings, upgrade=False) as database:
            return await migrate(database)

    async def verify(self, person: str | None) -> dict[str, Any]:
        """Check every chain, those of the businesses themselves among them, or one person's: how many were checked,
        and the first wrong record of each bad one."""
        vault, broken, checked = self.vault(), [], 0
        async with open_database(self.settings, upgrade=True) as database, database.read() as connection:
            statement = select(people).order_by(people.c.business, people.c.id)
            if person is not None:
                statement = statement.where(people.c.id == person)
            for row in (await connection.execute(statement)).mappings().all():
                end = ledger.Head(row["business"], row["id"], row["chain_length"], row["chain_head"], row["chain_seal"])
                try:
                    ledger.verify(await self._entries(connection, row["business"], row["id"]), end, vault)
                except BrokenChain as error:
                    broken.append({"person": error.person, "record": error.seq, "why": error.why})
                checked += 1
            for end in await acts.ends(connection) if person is None else ():
                try:
                    ledger.verify(await acts.entries(connection, end.business), end, vault)
                except BrokenChain as error:
                    broken.append({"business": end.business, "record": error.seq, "why": error.why})
                checked += 1
        return {"checked": checked, "broken": broken}

    async def _entries(self, connection: Any, business: str, person: str) -> list[ledger.Entry]:
        columns = ledger_table.c
        statement = (
            select(columns.seq, columns.kind, columns.at, columns.record, columns.hash, columns.payload)
            .where(columns.business == business, columns.person == person)
            .order_by(columns.seq)
        )
        return [ledger.Entry(*row) for row in await connection.execute(statement)]

    async def allow_past_purchase(self, business: str, on: bool, by: str, reason: str) -> None:
        """Switch the past-purchase basis of a business; who and why is kept."""
        async with open_database(self.settings, upgrade=True) as database, database.write() as tx:
            row = (business, switches.PAST_PURCHASE, "on" if on else "off", by, reason, Clock().micros())
            tx.write(switches.PUT, [row])

    async def clock(self, advance: timedelta | None) -> Clock:
        """The sandbox's clock, moved forward first when ``advance`` is given (a running server reads it at start)."""
        clock = Clock()
        async with open_database(self.settings, upgrade=True) as database, database.write() as tx:
            rows = await tx.fetch(switches.OF_NAMES, businesses=[switches.EVERY_BUSINESS], names=[switches.CLOCK])
            clock.advance(timedelta(microseconds=sum(int(value) for _, _, value in rows)))
            if advance is not None:
                clock.advance(advance)
                micros = str(clock.offset // timedelta(microseconds=1))
                tx.write(
                    switches.PUT,
                    [(switches.EVERY_BUSINESS, switches.CLOCK, micros, "operator", "clock advance", Clock().micros())],
                )
        return clock
