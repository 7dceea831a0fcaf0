"""How many SMS a text costs: GSM-7 or UCS-2, and the segments it is cut into (3GPP TS 23.038, 23.040 §9.2.3.24).

Counts only; never cuts, changes or replaces a character.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

ESCAPED = frozenset("\f^{}\\[~]|€")
"""The extension table: escape and code, two septets that stay together."""

GSM_7 = ESCAPED | frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""What can be said in seven bits. The escape code itself is not a character of anybody's text."""

LAST_OF_ONE_UNIT = "\uffff"
"""Beyond it a character takes two UTF-16 units, a surrogate pair that stays together."""


class Encoding(StrEnum):
    """How the characters travel."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Measure:
    """``units``: septets in GSM-7, UTF-16 units in UCS-2. ``segments``: what is paid for; an empty text is one."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Measure:
    """The cost of this text as it stands: 160 septets or 70 units in one segment, else 153 or 67 in each (8-bit
    reference)."""
    if GSM_7.issuperset(text):
        costs = [2 if letter in ESCAPED else 1 for letter in text]
        return Measure(Encoding.GSM_7, sum(costs), _segments(costs, 160, 153))
    costs = [1 if letter <= LAST_OF_ONE_UNIT else 2 for letter in text]
    return Measure(Encoding.UCS_2, sum(costs), _segments(costs, 70, 67))


def forces_ucs2(text: str) -> tuple[str, ...]:
    """The characters that GSM-7 does not have, each once, in order of appearance."""
    return tuple(dict.fromkeys(letter for letter in text if letter not in GSM_7))


def _segments(costs: Iterable[int], alone: int, each: int) -> int:
    """How many segments hold these characters when none is split; a pair that does not fit opens the next one."""
    total, segments, filled = 0, 1, 0
    for cost in costs:
        total += cost
        filled += cost
        if filled > each:
            segments, filled = segments + 1, cost
    return 1 if total <= alone else segments
