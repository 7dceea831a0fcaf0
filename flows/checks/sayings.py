"""How people say how often, for how long and how to refuse, language by language: ``library/sayings/LANGUAGE.yaml``.

Matched against the plain form of a wording (see ``expressions.plain``). A language without a file cannot be judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

NUMBER = r"(?:\{\{\s*\w+\s*\}\}|\d+(?:[.,]\d+)?)"
"""Digits or a placeholder."""

Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Sayings:
    """One language. ``frequency`` and ``term``: any of them says it, the first only together with ``counted`` where
    there is one. ``orders``: what stands before a word to write. ``ways``: beside a link or a contact they say where to
    refuse. ``claims``: after a word they say that it refuses."""

    frequency: Patterns
    counted: re.Pattern[str] | None
    term: Patterns
    orders: re.Pattern[str] | None
    ways: Patterns
    claims: Patterns

    def says_how_often(self, told: str) -> bool:
        """Whether a plain text states a frequency."""
        return _any(self.frequency, told) and (self.counted is None or self.counted.search(told) is not None)

    def says_how_long(self, told: str) -> bool:
        """Whether a plain text states a term."""
        return _any(self.term, told)

    def says_where(self, told: str) -> bool:
        """Whether a plain text speaks of refusing."""
        return _any(self.ways, told)

    def claims_a_word(self, told: str) -> bool:
        """Whether a plain text says of a word that it refuses."""
        return _any(self.claims, told)


@cache  # package data: the same for the life of the process
def sayings_of(language: str) -> Sayings | None:
    """Those of a BCP 47 tag's language; None where nothing is known of it."""
    listed = files("flows") / "library" / "sayings" / f"{language.partition('-')[0]}.yaml"
    if not listed.is_file():
        return None
    # "base" keeps every scalar a string.
    return _read(YAML(typ="base", pure=True).load(listed.read_text(encoding="utf-8")))


def _read(data: dict[str, Any]) -> Sayings:
    numbers = data.get("numbers")
    number = f"(?:{NUMBER}|{numbers})" if numbers else NUMBER

    def compiled(key: str) -> Patterns:
        return tuple(re.compile(each.replace("{N}", number)) for each in data.get(key, ()))

    def single(key: str) -> re.Pattern[str] | None:
        return re.compile(data[key].replace("{N}", number)) if key in data else None

    return Sayings(
        compiled("frequency"),
        single("counted"),
        compiled("term"),
        single("orders"),
        compiled("ways"),
        compiled("claims"),
    )


def _any(patterns: Patterns, told: str) -> bool:
    return any(each.search(told) for each in patterns)
