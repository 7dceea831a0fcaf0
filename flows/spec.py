"""The shape of a flow once it is loaded: plain frozen data that every other module reads.

Nothing here parses YAML (see ``load``) or judges a flow (see ``check``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from flows.places import Places

Localised = Mapping[str, str]
"""One wording per BCP 47 language tag, as written in the file (``zh-CN``, ``en``)."""

STOPPED = "stopped"
"""The state that every machine has besides the states of its file."""

ALL_PURPOSES = "all"
"""What ``revoke: all`` names."""


class Kind(StrEnum):
    """What a flow is for; decides which texts and bases it may use."""

    CONSENT_REQUEST = "consent-request"
    PREFERENCES = "preferences"
    SERVICE = "service"
    COMMERCIAL = "commercial"
    FAREWELL = "farewell"


class Basis(StrEnum):
    """Why the first message of a flow may be sent at all."""

    CONSENT = "consent"
    REQUESTED = "requested"
    CONTRACT = "contract"
    PAST_PURCHASE = "past-purchase"


class Role(StrEnum):
    """What everybody may say in every flow; the business's flow for it answers. ``marketing``, ``notices``, ``less``,
    ``pause`` and ``language`` confirm what was asked for; ``doubt`` asks what was meant."""

    STOP = "stop"
    HELP = "help"
    START = "start"
    MARKETING = "marketing"
    NOTICES = "notices"
    LESS = "less"
    PAUSE = "pause"
    STATUS = "status"
    WHY = "why"
    PROOF = "proof"
    LANGUAGE = "language"
    HUMAN = "human"
    COMPLAINT = "complaint"
    WRONG_NUMBER = "wrong-number"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Once:
    """How often a flow may start for one person: ``period`` None means once in a lifetime."""

    period: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """What starts the flow (exactly one of event, word, campaign, business) and on which basis."""

    go: str
    basis: Basis
    event: str | None = None
    word: Localised | None = None
    campaign: str | None = None
    business: Role | None = None
    proof: str | None = None
    once: Once | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing a person may answer: its words in any language, and the label of its button."""

    name: str
    words: tuple[str, ...]
    label: Localised = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One transition: where it goes (None: stays) and what it does on the way."""

    go: str | None = None
    grant: tuple[str, ...] = ()
    revoke: tuple[str, ...] = ()
    remember: Mapping[str, str] = field(default_factory=dict)
    tag: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The ``else`` of a card: say a text up to ``times`` times, then go."""

    say: str | None = None
    times: int = 1
    go: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """One card of the file, one state of the machine."""

    name: str
    say: str | None = None
    needs: str | None = None
    revoke: tuple[str, ...] = ()
    reply: Mapping[str, Row] = field(default_factory=dict)
    event: Mapping[str, Row] = field(default_factory=dict)
    after: tuple[tuple[timedelta, Row], ...] = ()
    otherwise: Otherwise | None = None
    fresh: timedelta | None = None
    hand_over: bool = False
    end: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Fallback:
    """Send on another channel when this one reports undelivered ``within`` the time."""

    undelivered: str
    within: timedelta


@dataclass(frozen=True, slots=True)
class Text:
    """One message: its wording per language, what it asks for, its buttons or list rows."""

    name: str
    wording: Localised
    asks_for: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    template: str | None = None
    fallback: Fallback | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What may stand in ``{{ name }}``: ``text number date link answer``; otherwise per language."""

    name: str
    type: str
    max: int | None = None
    example: Localised | str | None = None
    otherwise: Localised = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole conversation. ``hash`` is the SHA-256 (hex) of ``source``, the file's exact text; ``places`` says where
    each value stands in it."""

    name: str
    about: str
    kind: Kind
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    start: Start
    states: Mapping[str, State]
    texts: Mapping[str, Text]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    uses: Mapping[str, Placeholder] = field(default_factory=dict)
    needs: str | None = None
    source: str = ""
    hash: str = ""
    file: str = ""
    places: Places = field(default_factory=Places, compare=False, repr=False)

    def __hash__(self) -> int:
        return hash((self.name, self.hash))
