"""The map that a publisher gives: where those go who stand in a state, and whose conversation is closed instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RETIRED = "retired"
"""The outcome of a conversation that its business closed: nothing is sent, nothing is granted or withdrawn."""


@dataclass(frozen=True, slots=True)
class StateMap:
    """``to``: a state of an older version -> a state of the new one. ``closed``: states whose conversations end. A
    state in neither keeps its people in the version that they started."""

    to: Mapping[str, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[str]:
        """Every state whose people this map moves or closes."""
        return self.closed | self.to.keys()

    def as_plain(self) -> dict[str, object]:
        """For storing as JSON; ``of_plain`` takes it back."""
        return {"to": dict(self.to), "closed": sorted(self.closed)}

    @classmethod
    def of_plain(cls, plain: Mapping[str, object]) -> StateMap:
        """What ``as_plain`` gave. ValueError for anything else."""
        to, closed = plain.get("to", {}), plain.get("closed", [])
        if not isinstance(to, dict) or not isinstance(closed, list):
            raise ValueError(f"no map of states: {plain!r}")
        return cls({str(old): str(new) for old, new in to.items()}, frozenset(str(state) for state in closed))
