"""What a flow is checked against: the parts of a business that flows refer to, and the rules of its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from functools import cached_property

from flows.normalise import normalise
from flows.rules import RulePack
from flows.spec import Localised

BUILT_IN = frozenset({"purpose", "cap", "lasts", "contact", "brand"})
"""Placeholders that every text may use without declaring them: the business fills them in."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template as the provider approved it (or not). ``languages``: in our tags; ``parameters``: in the order of its
    body, None for the order of our text."""

    name: str
    languages: frozenset[str]
    category: str
    approved: bool
    parameters: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """A channel of the business. ``simulated``: no carrier, so no carrier's approvals."""

    name: str
    medium: str
    sender: str = ""
    signature: Localised = field(default_factory=dict)
    simulated: bool = False


def nothing_promised(purposes: tuple[str, ...], language: str) -> Mapping[str, str]:
    """No business, so no value of a built-in placeholder is known."""
    del purposes, language
    return {}


def nothing_refuses(word: str) -> bool:
    """No list of words, so none of them is a no."""
    del word
    return False


@dataclass(frozen=True)
class Setting:
    """``purposes`` maps each purpose to whether it is commercial; ``heard`` says what a word means in every
    conversation before any flow sees it (``stop``, ``help``, ``start``, None for nothing); ``normalise`` gives the
    form in which words are compared.

    ``terms``: the shortest that a consent lasts, by purpose; one without an entry lasts until withdrawn.
    ``promises`` gives the values of the built-in placeholders for a text about these purposes in a language.
    ``channels`` by name; empty when no business is known. ``languages``: those of the business, the first is used when
    a person's is unknown. ``refuses``: whether a word is a plain no.
    """

    purposes: Mapping[str, bool]
    heard: Callable[[str], str | None]
    normalise: Callable[[str], str] = normalise
    built_in: frozenset[str] = BUILT_IN
    terms: Mapping[str, timedelta] = field(default_factory=dict)
    promises: Callable[[tuple[str, ...], str], Mapping[str, str]] = nothing_promised
    templates: Mapping[str, Template] = field(default_factory=dict)
    channels: Mapping[str, Sender] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    place: str | None = None
    rules: RulePack = field(default_factory=RulePack)
    refuses: Callable[[str], bool] = nothing_refuses

    @cached_property
    def written(self) -> str:
        """Everything that a verdict depends on but what words mean, as JSON, always the same way."""
        parts = ("purposes", "terms", "templates", "channels", "languages", "place", "rules", "built_in")
        return json.dumps({part: _plain(getattr(self, part)) for part in parts}, sort_keys=True, separators=(",", ":"))

    def of_medium(self, medium: str) -> tuple[Sender, ...]:
        """The business's channels of this medium."""
        return tuple(each for each in self.channels.values() if each.medium == medium)


def _plain(value: object) -> object:
    """The same as JSON knows it, in an order of its own."""
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(each) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.total_seconds() if isinstance(value, timedelta) else value
