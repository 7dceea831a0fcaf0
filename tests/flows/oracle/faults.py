"""What may be wrong with a conversation, in the oracle's own words. Knows nothing of how the checker finds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """One kind of wrong. The value is what a reader is told."""

    SOLD_WITHOUT_NEEDS = "a commercial text that names no purpose"
    SOLD_WITHOUT_CONSENT = "a commercial text whose consent does not hold"
    SOLD_AFTER_EXPIRY = "a commercial text after its consent has run out"
    SOLD_ELSEWHERE = "a commercial text on a medium that the consent is not for"
    GRANTED_BY_ITSELF = "something other than the person's answer grants"
    GRANTED_UNASKED = "an answer grants what the text just shown did not ask for"
    GRANTED_BY_A_NO = "a word that refuses grants"
    REMINDED = "asked again, unprompted, for what was not agreed to"
    SILENCE_LOOPS = "silence goes round in circles"
    SILENCE_TALKS = "more than one further message into silence"
    WAITS_FOR_EVER = "a card that waits for ever"
    UNSET = "a placeholder that nothing has set on this way"
    UNREACHABLE = "a card that no conversation reaches"
    LOST = "a name that leads nowhere"
    STOP_STOLEN = "an answer that takes a word which belongs to the person"
    TWO_MEANINGS = "one word, two answers in one card"
    DEAF_BUTTON = "a button or row that cannot be answered"
    LANGUAGE_MISSING = "a text that is not there in a language of the flow"
    PLACEHOLDERS_DIFFER = "languages that disagree on placeholders"
    UNDECLARED = "a placeholder that nobody declared"
    TOO_LONG = "a text of more than two parts"
    TOO_MANY_CHOICES = "more than 3 buttons or 10 rows"
    LABEL_TOO_LONG = "a label longer than the channel shows"
    FAREWELL = "a farewell that sells, asks, or says more than one thing"
    BASIS = "a basis that this kind of flow may not use"
    SOLD_IN_SERVICE = "selling words where nothing may be sold"
    BOASTED = "an absolute claim"
    TERMS_MISSING = "a request that says neither how often, how long nor how to refuse"
    PURPOSE_UNKNOWN = "a purpose that the business does not have"
    NO_FLOW = "not a flow at all"

    # Where the language leaves open whether this is wrong: a checker may refuse it and need not.
    EVENTS_LOOP = "events of the business alone go round and send each time"
    FALLBACK = "a fallback medium for which only the gate knows the consent"
    GATE_ALONE = "a need that only the gate can have made sure of at the start"
    SILENT_CARD = "an answer to an earlier card's question grants"
    NEED_UNMET = "a need of nothing commercial that does not hold"
    MARKETING_REQUEST = "a request sent as a marketing template"
    UNREMEMBERED = "a placeholder that is remembered on some ways only"
    BEHIND_AN_END = "rows of a card that ends"
    NEVER_RINGS = "a timer that another one always forestalls"
    NUMBER_ELSEWHERE = "a number that names another row than the one it stands beside"
    SEVERAL_AT_ONCE = "one answer grants several purposes"
    OUTSIDE_THE_WINDOW = "speech on WhatsApp that may come late and has no template"
    ASKED_AGAIN = "asked again, unprompted, for what was agreed to, or for some of it"
    PERHAPS_TOO_LONG = "a text of more than two parts if the business's own values are long"
    TOO_MUCH_FOR_BUTTONS = "more or longer choices than buttons take, on a channel that has none"


ARGUABLE = frozenset(
    {
        Fault.EVENTS_LOOP,
        Fault.FALLBACK,
        Fault.GATE_ALONE,
        Fault.SILENT_CARD,
        Fault.NEED_UNMET,
        Fault.MARKETING_REQUEST,
        Fault.UNREMEMBERED,
        Fault.BEHIND_AN_END,
        Fault.NEVER_RINGS,
        Fault.NUMBER_ELSEWHERE,
        Fault.SEVERAL_AT_ONCE,
        Fault.OUTSIDE_THE_WINDOW,
        Fault.ASKED_AGAIN,
        Fault.PERHAPS_TOO_LONG,
        Fault.TOO_MUCH_FOR_BUTTONS,
    }
)
"""A flow with only these is neither counted as good nor as bad."""

OF_CONSENT = frozenset(
    {
        Fault.SOLD_WITHOUT_NEEDS,
        Fault.SOLD_WITHOUT_CONSENT,
        Fault.SOLD_AFTER_EXPIRY,
        Fault.SOLD_ELSEWHERE,
        Fault.GRANTED_BY_ITSELF,
        Fault.GRANTED_UNASKED,
    }
)
"""The faults that the consent proof is about: E301, E302, E303."""


@dataclass(frozen=True, slots=True)
class Found:
    """One fault and the conversation that shows it (empty where the file alone shows it)."""

    fault: Fault
    where: str
    conversation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every fault of one flow, each kind once, with its shortest conversation; ``reached``: the cards that any
    conversation comes to."""

    found: tuple[Found, ...]
    reached: frozenset[str] = frozenset()

    @property
    def faults(self) -> frozenset[Fault]:
        """The kinds of fault."""
        return frozenset(each.fault for each in self.found)

    @property
    def bad(self) -> bool:
        """Whether the flow must be refused."""
        return bool(self.faults - ARGUABLE)

    @property
    def good(self) -> bool:
        """Whether the flow must not be refused."""
        return not self.found
