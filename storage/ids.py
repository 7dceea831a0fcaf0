"""Identifiers: a prefix that says what it names, then random bits; time first where order helps the index."""

from __future__ import annotations

from collections.abc import Callable

PERSON = "prs_"
EVENT = "evt_"
MESSAGE = "msg_"
CONVERSATION = "cnv_"
API_KEY = "key_"
PROCESS = "prc_"
REVIEW = "rev_"
RECALL = "rcl_"


def random_id(prefix: str, random: Callable[[int], bytes]) -> str:
    """128 random bits, hex: says nothing about when or who."""
    return prefix + random(16).hex()


def ordered_id(prefix: str, at_micros: int, random: Callable[[int], bytes]) -> str:
    """Microseconds (14 hex digits) then 64 random bits: later ids sort later."""
    return f"{prefix}{at_micros:014x}{random(8).hex()}"
