"""What a place asks of consent, wording and form: one pack per place, as plain frozen data.

Nothing here reads a file (the packs lie with the configuration) or judges a text (the checks do). A pack without
anything in it asks for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How a consent must have been given, each more than the one before."""

    SINGLE = "single"
    """One clear act of the person."""

    CONFIRMED = "confirmed"
    """Asked for once, then confirmed from the very number that will be written to."""

    WRITTEN = "written"
    """Given in writing, to words on record that name who writes, what and how often."""


class Separation(StrEnum):
    """Which purposes one answer may not grant together."""

    NONE = "none"
    COMMERCIAL = "commercial"
    """Two purposes that sell."""

    ALL = "all"
    """Any two purposes."""


class Silence(StrEnum):
    """What it means that a person does not answer whether they meant a stop."""

    STOP = "stop"
    HOLD = "hold"
    """Nothing that sells is sent until somebody of the business has looked."""


@dataclass(frozen=True, slots=True)
class Source:
    """A law or a carrier's rule that a pack rests on: its name with the articles, and what it asks."""

    name: str
    asks: str


Phrases = Mapping[str, tuple[str, ...]]
"""By language: a tag (``zh-TW``), a primary subtag (``zh``) for tags without an entry of their own, or ``*`` for every
language without one."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Expressions by language, ``<n>`` for a number. ``absolute``: no text may say them; ``urging``: none that goes
    without a consent to be sold to; ``selling``: beside these, no service text may; ``fair``: what holds one of them
    and yet is none."""

    absolute: Phrases = field(default_factory=dict)
    urging: Phrases = field(default_factory=dict)
    selling: Phrases = field(default_factory=dict)
    fair: Phrases = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RulePack:
    """The rules of one place. Media are ``sms`` and ``whatsapp``.

    ``commercial`` and ``service`` give the level by medium. ``stop_phrases``: by medium, then language, what a
    commercial text must hold one of; the first is the one to recommend. ``signed``: languages whose SMS carry a
    signature in 【】, which then may not stand in a body. ``sms_by_template``: whether SMS leave as approved templates
    alone. ``linkless``: media where a link may not stand in a variable; ``longest_variable``: characters by medium,
    longer values are free text. ``longest_parts``: SMS parts of one text. ``silence``: what no answer to
    the question whether a stop was meant stands for. ``as_of``: the day on which the rules were
    looked up, as YYYY-MM-DD.
    """

    place: str = ""
    as_of: str = ""
    sources: tuple[Source, ...] = ()
    commercial: Mapping[str, Level] = field(default_factory=dict)
    service: Mapping[str, Level] = field(default_factory=dict)
    separate: Separation = Separation.NONE
    stop_phrases: Mapping[str, Phrases] = field(default_factory=dict)
    signed: frozenset[str] = frozenset()
    sms_by_template: bool = False
    linkless: frozenset[str] = frozenset()
    longest_variable: Mapping[str, int] = field(default_factory=dict)
    longest_parts: int = 2
    silence: Silence = Silence.STOP
    wording: Wording = field(default_factory=Wording)

    def level(self, medium: str, *, commercial: bool) -> Level:
        """How a consent for this medium must have been given."""
        return (self.commercial if commercial else self.service).get(medium, Level.SINGLE)


def phrases_for(phrases: Phrases, language: str) -> tuple[str, ...]:
    """What is listed for this tag, else for its primary subtag, else for every language."""
    return next((phrases[tag] for tag in (language, language.partition("-")[0], "*") if tag in phrases), ())
