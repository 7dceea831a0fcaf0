"""Reading what a carrier sent: strict JSON, typed fields, times, stable fingerprints.

A carrier's text is never trusted: whatever comes, a reader gives a value, ``Malformed`` for one element,
or ``BadRequest`` for the whole body, and no other error. What it gives can be stored (no NUL, no lone surrogate).
"""

from __future__ import annotations

import codecs
import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache

import orjson

from bot.errors import BadRequest, BotError
from bot.events import CarrierEvent, Unread

DEEPEST = 64
LONGEST_IDENTIFIER = 512
LONGEST_LABEL = 1000

Element = dict[str, object]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_SECONDS = re.compile("[0-9]{1,16}")


class Malformed(BotError):
    """One element cannot be read; it becomes ``Unread`` and its neighbours live. Never leaves a channel."""


class Ambiguous(dict[str, object]):
    """A JSON object that names a field twice: kept as evidence, refused as soon as it is read."""

    def get(self, name: str, instead: object = None) -> object:
        """Malformed, whichever field is asked for."""
        raise Malformed(f"an object names a field twice (asked for {name})")


def object_of(pairs: list[tuple[str, object]]) -> Element:
    """A JSON object; ``Ambiguous`` when a name comes twice."""
    read = dict(pairs)
    return read if len(read) == len(pairs) else Ambiguous(read)


def read_json(body: bytes, build: Callable[[list[tuple[str, object]]], Element] = object_of) -> object:
    """The JSON value of a body. Refuses (BadRequest) what RFC 8259 does not know (NaN, Infinity), numbers
    beyond a double, nesting deeper than ``DEEPEST`` and bytes that are not UTF-8. ``build`` makes its objects."""
    try:
        value = _quickly(body)
        if value is None:
            value = _decoder(build).decode(body.removeprefix(codecs.BOM_UTF8).decode())
    except UnicodeDecodeError as error:
        raise BadRequest(f"the body is not UTF-8: {error}") from error
    except ValueError as error:
        raise BadRequest(f"the body is not JSON: {error}") from error
    except RecursionError as error:
        raise BadRequest(f"the body is nested deeper than {DEEPEST}") from error
    # Counting brackets is far cheaper than a walk, and spares nearly every body one.
    if body.count(b"{") + body.count(b"[") > DEEPEST or _ESCAPED_UNSTORABLE.search(body):
        return _clean(value, DEEPEST)
    return value


def _quickly(body: bytes) -> object:
    """The value of a body that, written again, is the very same: so no name stood in it twice. Else None."""
    try:
        value: object = orjson.loads(body)
        return value if orjson.dumps(value) == body else None
    except (ValueError, TypeError):  # it may be JSON all the same: deep, or with half a surrogate pair
        return None


@lru_cache(maxsize=8)
def _decoder(build: Callable[[list[tuple[str, object]]], Element]) -> json.JSONDecoder:
    """Made once for each way of building objects: making one costs more than reading a short body."""
    return json.JSONDecoder(object_pairs_hook=build, parse_constant=_refuse, parse_float=_number)


def read_object(body: bytes, build: Callable[[list[tuple[str, object]]], Element] = object_of) -> Element:
    """As ``read_json``; BadRequest unless the root is an object."""
    value = read_json(body, build)
    if not isinstance(value, dict):
        raise BadRequest(f"the body is a JSON {type(value).__name__}; an object is needed")
    return value


def storable(text: str) -> str:
    """The text with NUL and lone surrogates, which no database keeps, replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def field(source: Element, name: str) -> object:
    """The field's value, None when missing. Malformed when the object names any field twice."""
    return source.get(name)


def text(source: Element, name: str) -> str:
    """A text that must be there, possibly empty."""
    value = source.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{name} is {_kind(value)}; a text is needed")
    return value


def identifier(source: Element, name: str) -> str:
    """An id that must be there: 1 to 512 characters."""
    value = optional_identifier(source, name)
    if value is None:
        raise Malformed(f"{name} is {_kind(source.get(name))}; an id of 1 to {LONGEST_IDENTIFIER} is needed")
    return value


def optional_identifier(source: Element, name: str) -> str | None:
    """An id, or None when it is missing or not one: a wrong side field must not cost the event."""
    value = source.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_IDENTIFIER else None


def label(source: Element, name: str) -> str:
    """A text that is only shown: empty when missing, cut at 1,000 characters."""
    value = source.get(name)
    return value[:LONGEST_LABEL] if isinstance(value, str) else ""


def code(source: Element, name: str) -> str | None:
    """A provider's code, which comes as number or text."""
    value = source.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value).strip()[:64] or None


def mapping(source: Element, name: str) -> Element:
    """An object that must be there."""
    value = source.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"{name} is {_kind(value)}; an object is needed")
    return value


def optional_mapping(source: Element, name: str) -> Element:
    """An object; an empty one when it is missing or something else."""
    value = source.get(name)
    return value if isinstance(value, dict) else {}


def items(source: Element, name: str) -> list[object]:
    """An array; empty when missing. Malformed when it is something else."""
    value = source.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{name} is {_kind(value)}; an array is needed")
    return value


def moment(value: object) -> datetime | None:
    """Unix seconds, or milliseconds when above 10^12, as number or text; None for anything else,
    because an unreadable time must not cost a stop."""
    if isinstance(value, str) and _SECONDS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value / 1000 if value > 10**12 else value, UTC)
    except (ValueError, OverflowError, OSError):
        # Beyond what a calendar holds: the carrier said no usable time.
        return None


def fingerprint(value: object) -> str:
    """A stable name for what has none: SHA-256 over the sorted JSON of the value."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def unread(why: str, raw: object) -> Unread:
    """An element kept as it came. Its id is a fingerprint, so it never takes the place of a readable event."""
    kept = raw if isinstance(raw, dict) else {"value": raw}
    return Unread(fingerprint([why, raw]), why[:LONGEST_LABEL], kept)


def each(elements: Iterable[object], read: Callable[[Element], CarrierEvent]) -> list[CarrierEvent]:
    """Every element read on its own: one that cannot be read becomes Unread."""
    return [_one(element, read) for element in elements]


def _one(element: object, read: Callable[[Element], CarrierEvent]) -> CarrierEvent:
    if not isinstance(element, dict):
        return unread(f"malformed: an element is {_kind(element)}; an object is needed", element)
    try:
        return read(element)
    except Malformed as error:
        return unread(f"malformed: {error}", element)


def _kind(value: object) -> str:
    """What a value is, never the value: it may be personal, and it is kept beside as it came."""
    return "missing" if value is None else f"a {type(value).__name__}"


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text[:40]} does not fit a double")
    return value


def _clean(value: object, depth: int) -> object:
    if depth < 0:
        raise BadRequest(f"the body is nested deeper than {DEEPEST}")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_clean(item, depth - 1) for item in value]
    if isinstance(value, dict):
        return type(value)((storable(name), _clean(item, depth - 1)) for name, item in value.items())
    return value
