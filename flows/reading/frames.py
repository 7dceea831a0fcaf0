"""The small language of phrase frames, each turned into a regular expression over the tags of a reply.

``negate send`` one after the other · ``a|b`` either (or an end: ``a|>``) · ``a?`` perhaps · ``a*`` any number ·
``a+`` one or more · ``..3`` up to three of anything inside the clause (``..`` two) · ``<`` ``>`` ends of a clause ·
``<<`` ``>>`` of the text · ``!a|b`` not before either. A frame never reaches over the end of a clause unless it says
``/``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.reading.tokens import ENDS

UNKNOWN = "x"
"""The tag of a token that no vocabulary knows."""
_ANCHORS = {"<<": r"\A", ">>": rf"(?=[{ENDS}]*\Z)", "<": rf"(?<![^{ENDS}])", ">": rf"(?=[{ENDS}]|\Z)"}
_PARTS = {"?": r"\?", "/": rf"[{ENDS}]"}
_GAP = 2
_NOT = "!"


class BadFrame(ValueError):
    """A frame names a concept that has no words, or could match anything."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``source`` as written. ``needs``: for each part that must be there, the tags one of which a reply must have;
    the first is the rarest. To look for these is much cheaper than to try the pattern."""

    kind: str
    source: str
    expression: str
    needs: tuple[frozenset[str], ...]
    _compiled: list[re.Pattern[str]] = field(default_factory=list, repr=False, compare=False)

    @property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is tried first: most frames of most languages never are."""
        if not self._compiled:
            self._compiled.append(re.compile(self.expression))
        return self._compiled[0]


def compile_frame(kind: str, source: str, concepts: Mapping[str, str]) -> Frame:
    """A frame from its text. ``concepts``: name -> its tags. Raises ``BadFrame``."""
    parts = source.split()
    needed = [frozenset("".join(concepts.get(name, "") for name in names)) for names in map(_needed, parts) if names]
    if not needed:
        raise BadFrame(f"frame {source!r}: nothing in it must be there; name a concept without ? or *")
    expression = "".join(_piece(source, part, concepts) for part in parts)
    return Frame(kind, source, expression, tuple(sorted(needed, key=len)))


def restricted(frame: str, concepts: Mapping[str, str]) -> str:
    """``frame`` with only these concepts; empty if one that it cannot do without is missing."""
    parts = []
    for part in frame.split():
        if _is_structure(part):
            parts.append(part)
            continue
        names, many = _names(part)
        kept = [name for name in names if concepts.get(name) or name in _ANCHORS]
        if not kept and many in ("", "+"):
            return ""
        if kept:
            parts.append(_NOT + "|".join(kept) if many == _NOT else "|".join(kept) + many)
    return " ".join(parts)


def _is_structure(part: str) -> bool:
    return part in _ANCHORS or part in _PARTS or part.startswith("..")


def _needed(part: str) -> list[str]:
    """The names one of which must be there; none if the part may be missing."""
    if _is_structure(part):
        return []
    names, many = _names(part)
    return [] if many in ("?", "*", _NOT) or any(name in _ANCHORS for name in names) else names


def _names(part: str) -> tuple[list[str], str]:
    if part.startswith(_NOT):
        return part[1:].split("|"), _NOT
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
    if many == _NOT:
        return f"(?!{tags})"
    anchors = [_ANCHORS[name] for name in names if name in _ANCHORS]
    return f"(?:{'|'.join([tags, *anchors])}){many}" if anchors else f"{tags}{many}"
