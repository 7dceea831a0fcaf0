"""Somebody of the business settles an entry: what it held back goes on, or everything stops, or it is only seen to.

Works under the lock of the person's row. It can lift what we held back ourselves; a person's own stop, pause or cap it
cannot touch, and no consent comes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.farewell import TIMER, Goodbye
from bot.holding import release
from bot.withdrawal import Stop, withdraw
from storage import reviews
from storage.casebook import Case, Casebook
from storage.clock import Clock
from storage.database import Database
from storage.dossier import Dossier, load_standing, lock, save
from storage.reviews import Kind, Outcome, Review
from storage.suppressions import COMPLAINT, DOUBTFUL, WRONG_NUMBER
from storage.timers import Timer
from storage.vault import Vault

HELD_BY = {Kind.DOUBT: DOUBTFUL, Kind.COMPLAINT: COMPLAINT, Kind.WRONG_NUMBER: WRONG_NUMBER}
"""What an entry of this kind holds back."""
SOURCE = "review"


@dataclass(frozen=True, slots=True)
class Ruling:
    """``by``: who of the business decides; ``note``: what they write down, kept encrypted."""

    outcome: Outcome
    by: str
    note: str = ""


@dataclass(slots=True)
class Settling:
    """``medium`` of (business, channel); ``arrived`` is called with whom something is due for now."""

    database: Database
    vault: Vault
    clock: Clock
    medium: Callable[[str, str], str]
    arrived: Callable[[list[tuple[str, str]]], None]
    _cases: Casebook = field(init=False)

    def __post_init__(self) -> None:
        self._cases = Casebook(self.database, self.vault)

    async def settle(self, business: str, id_: str, ruling: Ruling) -> tuple[Case | None, bool]:
        """The entry as it stands then, and whether this settled it. The first ruling stays."""
        found = await self._cases.one(business, id_)
        if found is None or found.review.settled_at is not None:
            return found, False
        now = self.clock.micros()
        async with self.database.write() as tx:
            (person,) = await lock(tx, self.vault, [(business, found.review.person)])
            rows = await tx.fetch(reviews.WAITING, businesses=[business], ids=[id_])
            if rows:
                await load_standing(tx, [person])
                self._apply(person, found.review, ruling, now)
                save(tx, self.vault, [person], now)
                note = person.key.seal(ruling.note.encode(), reviews.LABEL) if ruling.note else None
                tx.write(reviews.SETTLE, [(business, id_, now, ruling.by, str(ruling.outcome), note)])
        self.arrived([(business, found.review.person)])
        return await self._cases.one(business, id_), bool(rows)

    def _apply(self, person: Dossier, review: Review, ruling: Ruling, now: int) -> None:
        facts = {"review": review.id, "kind": str(review.kind), "outcome": str(ruling.outcome), "by": ruling.by}
        person.record("review.settled", now, dict(facts))
        if ruling.outcome is Outcome.RESUME and review.kind in HELD_BY:
            release(person, HELD_BY[review.kind], SOURCE, review.id, now)
        if ruling.outcome is Outcome.STOP:
            withdraw(person, Stop(SOURCE, self.medium(person.business, review.channel)), review.id, now)
            key = ("", f"{TIMER}{review.channel}:{Goodbye.CONFIRM}")
            person.set_timers[key] = Timer(*key, now)
