"""The small language of phrase frames, turned into one regular expression over the tags of a reply.

``negate send`` one after the other · ``a|b`` either (or an end: ``a|>``) · ``a?`` perhaps · ``a*`` any number ·
``a+`` one or more · ``..3`` up to three of anything inside the clause (``..`` two) · ``<`` ``>`` ends of a clause ·
``<<`` ``>>`` of the text. A frame never reaches over the end of a clause unless it says ``/``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

UNKNOWN = "x"
"""The tag of a token that no vocabulary knows."""
ENDS = "|?"
_ANCHORS = {"<<": r"\A", ">>": rf"(?=[{ENDS}]*\Z)", "<": rf"(?<![^{ENDS}])", ">": rf"(?=[{ENDS}]|\Z)"}
_PARTS = {"?": r"\?", "/": rf"[{ENDS}]"}
_GAP = 2


class BadFrame(ValueError):
    """A frame names a concept that has no words."""


def expression(frames: Sequence[str], concepts: Mapping[str, str]) -> re.Pattern[str] | None:
    """One expression whose group N+1 is frame N; None without frames. ``concepts``: name -> its tags. Raises
    ``BadFrame``."""
    if not frames:
        return None
    return re.compile(
        "|".join(f"({''.join(_piece(frame, part, concepts) for part in frame.split())})" for frame in frames)
    )


def restricted(frame: str, concepts: Mapping[str, str]) -> str:
    """``frame`` with only these concepts; empty if one that it cannot do without is missing."""
    parts = []
    for part in frame.split():
        if part in _ANCHORS or part in _PARTS or part.startswith(".."):
            parts.append(part)
            continue
        names, many = _names(part)
        kept = [name for name in names if concepts.get(name) or name in _ANCHORS]
        if not kept and many in ("", "+"):
            return ""
        if kept:
            parts.append("|".join(kept) + many)
    return " ".join(parts)


def _names(part: str) -> tuple[list[str], str]:
    names, many = (part[:-1], part[-1]) if part[-1] in "?*+" else (part, "")
    return names.split("|"), many


def _piece(frame: str, part: str, concepts: Mapping[str, str]) -> str:
    if part in _ANCHORS:
        return _ANCHORS[part]
    if part in _PARTS:
        return _PARTS[part]
    if part.startswith(".."):
        return f"[^{ENDS}]{{0,{int(part[2:] or _GAP)}}}?"
    names, many = _names(part)
    if missing := [name for name in names if not concepts.get(name) and name not in _ANCHORS]:
        raise BadFrame(f"frame {frame!r}: no words are listed for {missing[0]!r}")
    tags = f"[{''.join(concepts.get(name, '') for name in names)}]"
    anchors = [_ANCHORS[name] for name in names if name in _ANCHORS]
    return f"(?:{'|'.join([tags, *anchors])}){many}" if anchors else f"{tags}{many}"
