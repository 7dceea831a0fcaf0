"""What a flow is checked against: the parts of a business that flows refer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.normalise import normalise

BUILT_IN = frozenset({"purpose", "cap", "lasts", "contact", "brand"})
"""Placeholders that every text may use without declaring them: the business fills them in."""


@dataclass(frozen=True, slots=True)
class Setting:
    """``purposes`` maps each purpose to whether it is commercial; ``heard`` says what a word means in every
    conversation before any flow sees it (``stop``, ``help``, ``start``, None for nothing); ``normalise`` gives the
    form in which words are compared."""

    purposes: Mapping[str, bool]
    heard: Callable[[str], str | None]
    normalise: Callable[[str], str] = normalise
    built_in: frozenset[str] = BUILT_IN
