"""What a reply can mean, and what was found in one. Closed lists: the same words are stored, shown and counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """The readings of a reply. PAUSE: unsure, so marketing waits and one question is asked."""

    STOP = "stop"
    STOP_MARKETING = "stop_marketing"
    BILLS_ONLY = "bills_only"
    GRANT = "grant"
    PAUSE = "pause"
    HELP = "help"
    START = "start"
    COMPLAINT = "complaint"
    OTHER = "other"


class Sub(StrEnum):
    """What kind of it. Who does not know one of these acts on the meaning alone and does no harm."""

    WRONG_NUMBER = "wrong_number"
    """STOP: we do not reach whom we think. Nothing about that person may be told."""
    NOTICES = "notices"
    """STOP: of bills and notices alone; what the person agreed to beside them stays."""
    PAUSE_FOR = "pause_for"
    """PAUSE: for ``Reading.detail`` days, or until further notice."""
    HUMAN = "human"
    """HELP: from a person."""
    STATUS = "status"
    """HELP: what have I agreed to?"""
    WHY = "why"
    """HELP: why do you write to me?"""
    PROOF = "proof"
    """HELP: show me what I agreed to."""
    LESS = "less"
    """OTHER: fewer messages."""
    LANGUAGE = "language"
    """OTHER: write to me in the language whose BCP 47 tag is ``Reading.detail``."""


class Layer(StrEnum):
    """Which layer decided; CARRIER: what the carrier had read and acted on before us."""

    NONE = "none"
    WORD = "word"
    PHRASE = "phrase"
    MODEL = "model"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply means; ``by`` the layer that found it and ``word`` the word as listed, the phrase's frame or the
    class of the model: never the person's own text. OTHER found by nobody has neither."""

    meaning: Meaning
    by: Layer = Layer.NONE
    word: str | None = None
    sub: Sub | None = None
    detail: str | None = None


OTHER = Reading(Meaning.OTHER)
