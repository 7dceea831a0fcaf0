"""Small JSON values as they are kept inside sealed columns."""

from __future__ import annotations

import json
from typing import Any

import orjson


def write_json(value: object) -> bytes:
    """The JSON of a value in UTF-8; characters stand as they are. Half a surrogate pair, which JSON may carry and which
    is no text, becomes a question mark."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def read_json(data: bytes | str) -> Any:
    """The value of what ``write_json`` gave."""
    return orjson.loads(data)
