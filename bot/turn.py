"""A turn: one event or timer of one person being acted on, with all it may look at.

Everything it changes it changes in the dossier; nothing is sent and nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.catalogue import Catalogue, House, Running
from bot.judgement import Circumstances, Sent
from bot.recalled import Account, Before
from bot.why import Why
from flows.machine import Trigger
from flows.reading.meaning import Reading
from flows.talk import Visit
from storage.clock import from_micros
from storage.conversations import Conversation
from storage.dossier import Dossier
from storage.messages import Message
from storage.plain_json import write_json
from storage.recalls import Recall
from storage.timers import Timer


@dataclass(slots=True)
class Surroundings:
    """What the whole batch shares: ``shown``: status and sealed content of messages that asked a question;
    ``starts``: when a person last started a flow; ``sent``: what was sent to them of our own accord; ``flying``:
    people with an authorised send that is not finished; ``live``: channels that reach real people; ``watched``:
    messages whose time to be delivered is over; ``recalls``: what the businesses took back; ``unsaid``: conversations
    of which nothing left before it was recalled; ``before``, ``offers`` (by person and channel) and ``accounts``: see
    ``recollection``; ``visits``: what the machines decided so far; ``failed_timers``: as they were, with their business
    and person."""

    catalogue: Catalogue
    now: int
    random: Callable[[int], bytes]
    live: Callable[[str, str], bool]
    address_hash: Callable[[str, str, str], str]
    shown: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    starts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    sent: Mapping[str, list[Sent]] = field(default_factory=dict)
    flying: frozenset[str] = frozenset()
    past_purchase: frozenset[str] = frozenset()
    watched: Mapping[str, Message] = field(default_factory=dict)
    recalls: Sequence[Recall] = ()
    unsaid: frozenset[str] = frozenset()
    before: dict[str, list[Before]] = field(default_factory=dict)
    offers: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    failed_timers: list[tuple[str, str, Timer]] = field(default_factory=list)


@dataclass(slots=True)
class Turn:
    """``at`` is when it happened (a timer's due time, a message's arrival); ``now`` when we act on it. ``spoke``: the
    person's own words are the cause, so what we say is an answer;
    ``reread``: what their words mean after the question that was open, where that changes it."""

    around: Surroundings
    house: House
    person: Dossier
    at: int
    cause: str
    spoke: bool
    channel: str = ""
    reply: str = ""
    test: bool = False
    started: list[dict[str, str]] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    reread: Reading | None = None

    @property
    def now(self) -> int:
        """Microseconds, as stored."""
        return self.around.now

    @property
    def language(self) -> str:
        """What the person is written to in."""
        return self.person.language or self.house.business.languages[0]

    @property
    def commercial(self) -> frozenset[str]:
        """The purposes of the business that sell."""
        return self.house.commercial

    def medium(self, channel: str) -> str:
        """What messages on a channel are seen in."""
        return self.house.business.channels[channel].medium

    @property
    def moment(self) -> datetime:
        """Now, aware UTC."""
        return from_micros(self.around.now)

    def running(self, run: Conversation) -> Running | None:
        """The flow version that a conversation is pinned to."""
        return self.around.catalogue.running(self.person.business, run.flow, run.flow_hash)

    def refuse(self, flow: str, why: Why, detail: str = "") -> None:
        """Note that a flow did not start, or a message will not leave."""
        self.refused.append({"flow": flow, "reason": str(why), **({"detail": detail} if detail else {})})

    def visit(self, flow: str, state: str, trigger: Trigger | None = None) -> None:
        """Note that a trigger was decided in this state of a flow; without a trigger: that the state was entered."""
        self.around.visits.append(Visit(flow, state, trigger))

    def circumstances(self, channel: str) -> Circumstances:
        """For the judgement of a message on a channel."""
        person, around = self.person, self.around
        return Circumstances(
            around.now,
            around.live(person.business, channel),
            around.sent.get(person.id, ()),
            person.business in around.past_purchase,
            around.recalls,
        )

    def result(self) -> str:
        """What came of it, for whoever asked."""
        found = _noted(self.reread) if self.reread is not None else {}
        parts = {"reading": found, "started": self.started, "refused": self.refused, "messages": self.messages}
        return write_json({name: value for name, value in parts.items() if value}).decode()


def _noted(reading: Reading) -> dict[str, str]:
    more = {"sub": reading.sub, "detail": reading.detail}
    noted = {"meaning": reading.meaning, "by": reading.by, "word": reading.word or ""}
    return noted | {name: value for name, value in more.items() if value is not None}
