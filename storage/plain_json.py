"""Small JSON values as they are kept inside sealed columns: made with one encoder and one decoder for the process.

``json.dumps`` with an option makes a new encoder at every call, which costs more than the encoding.
"""

from __future__ import annotations

import json
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode


def write_json(value: object) -> str:
    """The JSON text of a value; characters stand as they are."""
    return _encode(value)


def read_json(data: bytes | str) -> Any:
    """The value of what ``write_json`` gave, as text or as UTF-8."""
    return _decode(data if isinstance(data, str) else data.decode())
