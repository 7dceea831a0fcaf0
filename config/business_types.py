"""What a business decides, once it is loaded: plain frozen data. Secrets stay references (``env:``, ``file:``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Literal

from flows.problems import Problem
from flows.spec import Flow, Localised

Unit = Literal["day", "week", "month", "year"]
Medium = Literal["sms", "whatsapp"]
Category = Literal["MARKETING", "UTILITY", "AUTHENTICATION"]
Approval = Literal["approved", "pending", "rejected", "paused"]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``count`` messages in each calendar ``unit``."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Term:
    """How long a consent lasts: ``count`` calendar units from the day it was given."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a person is asked for. ``lasts`` None: until withdrawn."""

    name: str
    title: Localised
    cap: Cap
    lasts: Term | None
    commercial: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` messages in any ``period``."""

    count: int
    period: timedelta


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """One sender at one provider. ``credentials`` hold what the provider asks for, secrets as references;
    ``token`` is the unguessable part of the hook path, None when it is to be made; ``rate`` what the carrier takes from
    this sender, None for the provider's own default."""

    name: str
    provider: str
    medium: Medium
    sender: str
    base_url: str | None = None
    public_url: str | None = None
    token: str | None = None
    signature: Localised = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class TemplateConfig:
    """A template as the provider knows it. ``languages``: our language tag to the provider's; ``parameters``: the
    placeholders in the order of its body, None for the order in which they stand in our text."""

    name: str
    provider_id: str
    languages: Mapping[str, str]
    category: Category
    approval: Approval
    parameters: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` to ``end`` in the person's own time nothing leaves that can wait; may span midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates for each person and for the whole business."""

    person: tuple[Rate, ...] = ()
    business: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The business's own words on top of the shipped ones."""

    stop: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    start: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Business:
    """A whole business. ``flows`` holds its own and the shipped ones it did not replace; ``hash`` is the SHA-256
    (hex) over its files; ``source`` the exact text of business.yaml; ``place`` the code of the default rule pack;
    ``remarks`` what is worth a word and no reason to refuse it."""

    name: str
    brand: Localised
    contact: str
    languages: tuple[str, ...]
    place: str | None
    words: Words
    purposes: Mapping[str, Purpose]
    channels: Mapping[str, ChannelConfig]
    templates: Mapping[str, TemplateConfig]
    quiet_hours: QuietHours | None
    limits: Limits
    flows: Mapping[str, Flow]
    folder: Path
    hash: str
    source: str
    remarks: tuple[Problem, ...] = ()
