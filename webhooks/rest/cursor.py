"""The place where a page ended, as the opaque text that asks for the next one."""

from __future__ import annotations

import base64
import json
import re

from webhooks.problems import Fault, Problem

LARGEST = 2**63
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def write(*place: str | int) -> str:
    """The cursor of a place."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def read(cursor: str | None, *kinds: type) -> tuple[object, ...] | None:
    """The place of a cursor that ``write`` made for these kinds; None for none."""
    if cursor is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        place = None
    if not isinstance(place, list) or [type(part) for part in place] != list(kinds) or not all(map(_storable, place)):
        fault = Fault("?cursor", "this is no cursor of this list", "take `next` of the page before, as it is")
        raise Problem("invalid", "the cursor is not one of ours", (fault,))
    return tuple(place)


def _storable(part: object) -> bool:
    """What a database can compare with."""
    if isinstance(part, int):
        return 0 <= part < LARGEST
    return isinstance(part, str) and not _UNSTORABLE.search(part)
