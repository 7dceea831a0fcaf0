"""One authenticated call of the API on its way to its operation, and what every operation may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bot.catalogue import House
from bot.metrics import Metrics
from bot.notify import Notify
from flows.complaints import nearest
from storage.api_keys import ApiKey, ApiKeys, Mode
from storage.clock import Clock
from storage.idempotency import Idempotency
from storage.ids import EVENT, ordered_id
from storage.inquiry import Inquiry
from webhooks.doors import Doors
from webhooks.problems import Fault, Problem
from webhooks.rest.shapes import Nothing


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands behind the API: made once per application."""

    doors: Doors
    metrics: Metrics
    keys: ApiKeys
    idempotency: Idempotency
    notify: Notify
    inquiry: Inquiry

    @classmethod
    def of(cls, doors: Doors, metrics: Metrics) -> Desk:
        """On the stores of the engine."""
        engine, stores = doors.engine, doors.engine.stores
        return cls(
            doors,
            metrics,
            ApiKeys(stores.database, stores.vault, stores.clock),
            Idempotency(stores.database, stores.vault, stores.clock),
            Notify(engine.inbox, engine.steps, stores.database),
            Inquiry(stores.database, stores.vault),
        )

    @property
    def clock(self) -> Clock:
        """The time that people and flows live in."""
        return self.doors.engine.stores.clock


@dataclass(frozen=True, slots=True)
class Call:
    """``body`` and ``query`` are in the operation's shapes; ``event`` is the id of the event that it may store."""

    desk: Desk
    key: ApiKey
    path: dict[str, str]
    query: Any
    body: Any
    event: str

    @property
    def test(self) -> bool:
        """Whether what it causes must never reach a real person."""
        return self.key.mode is Mode.TEST

    def house(self) -> House:
        """The business of the key; Problem when it is not in force."""
        house = self.desk.doors.engine.catalogue.houses.get(self.key.business)
        if house is None:
            raise Problem("unknown-name", "the business of this key is not in force: put its folder back")
        return house

    def named_house(self, named: str) -> House:
        """The same, where the body names the business."""
        if named != self.key.business:
            raise Problem(
                "other-business", f"this key belongs to {self.key.business}", (Fault("#/business", "not yours"),)
            )
        return self.house()


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers. ``problem`` in place of a body: an error that is the result of the act itself;
    ``final``: asking again would be answered the same."""

    body: BaseModel | None
    status: int = 200
    problem: Problem | None = None
    final: bool = True


Handle = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, eq=False)  # itself and no other, so that it can be a key
class Operation:
    """One method of one path: how it is read, what does it, what it answers."""

    method: str
    path: str
    summary: str
    handle: Handle
    answers: dict[int, type[BaseModel]]
    body: type[BaseModel] | None = None
    query: type[BaseModel] = Nothing
    problems: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its id in the OpenAPI document."""
        return str(getattr(self.handle, "__name__", ""))


def fresh_event(desk: Desk) -> str:
    """An id for an event that nobody claimed before."""
    stores = desk.doors.engine.stores
    return ordered_id(EVENT, stores.clock.micros(), stores.vault.random)


def unknown_name(pointer: str, kind: str, given: str, known: list[str]) -> Problem:
    """A name that the business does not have, with the nearest right one."""
    near = nearest(given, known)
    cure = f"did you mean {near}?" if near else f"there are: {', '.join(sorted(known)) or 'none'}"
    return Problem("unknown-name", f"there is no {kind} of this name", (Fault(pointer, f"no such {kind}", cure),))


def absent(kind: str) -> Problem:
    """Nothing here, or another business's."""
    return Problem("not-found", f"there is no such {kind}")
