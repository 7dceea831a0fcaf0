"""What the oracle remembers of one conversation, and what can happen next. Plain data, no judgement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

MONTH = timedelta(days=30)


class Cause(StrEnum):
    """Who or what moves the conversation."""

    START = "start"
    ANSWER = "answer"
    OTHER = "other text"
    EVENT = "event"
    WAIT = "wait"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happens. ``name``: the answer, the event, the number of the wait, or what the environment does."""

    cause: Cause
    name: str = ""

    def __str__(self) -> str:
        return f"{self.cause}:{self.name}" if self.name else str(self.cause)

    @property
    def by_the_person(self) -> bool:
        """Whether the person said something."""
        return self.cause in (Cause.ANSWER, Cause.OTHER)


@dataclass(frozen=True, slots=True)
class Promise:
    """What the business promises of a purpose. ``lasts`` None: until withdrawn."""

    commercial: bool
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class House:
    """What the oracle must know of a business. ``taken`` says whether a word belongs to the person everywhere,
    ``refuses`` whether it is a no; ``categories``: template -> ``MARKETING`` and so on; ``signature``: the longest that
    stands before an SMS."""

    purposes: Mapping[str, Promise]
    languages: tuple[str, ...]
    taken: Callable[[str], bool]
    refuses: Callable[[str], bool] = lambda word: False
    categories: Mapping[str, str] = field(default_factory=dict)
    signature: int = 6


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent by the flow's own doing. ``age``: since it was granted here, or, if it was ``brought`` along, since the
    conversation began: it is at least that old."""

    purpose: str
    medium: str
    age: timedelta = timedelta()
    brought: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the rest of a conversation depends on.

    ``held`` is what the flow's own doing left of the consents; ``lost`` what something outside has ended since;
    ``asked`` what the last card's text asked for and ``requested`` all that was asked so far; ``refused``: the gate
    held the last card's text back, so that there is nothing to answer; ``waited``: since the card was entered.
    """

    medium: str
    language: str
    state: str = ""
    over: bool = False
    misunderstood: int = 0
    answered: bool = False
    refused: bool = False
    asked: frozenset[str] = frozenset()
    requested: frozenset[str] = frozenset()
    remembered: frozenset[str] = frozenset()
    held: frozenset[Consent] = frozenset()
    lost: frozenset[str] = frozenset()
    waited: timedelta = timedelta()
    rung: frozenset[str] = frozenset()

    def consent(self, purpose: str, medium: str) -> Consent | None:
        """The consent that the flow itself has left standing, if any."""
        return next((each for each in self.held if (each.purpose, each.medium) == (purpose, medium)), None)

    def ages(self) -> dict[tuple[str, str], int]:
        """How many months old each consent is: two worlds that differ by less are taken for one."""
        return {(each.purpose, each.medium): each.age // MONTH for each in self.held}

    def ageless(self) -> World:
        """This world but for how old its consents are."""
        held = (replace(each, age=timedelta()) for each in self.held)
        return replace(self, held=frozenset(held))
