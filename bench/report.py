"""How figures are shown to a person."""

from __future__ import annotations

from collections.abc import Mapping


def show(found: Mapping[str, Mapping[str, object]]) -> str:
    """One block a part, one line a figure."""
    lines: list[str] = []
    for name, figures in found.items():
        lines += [name, *(f"  {key:24} {value}" for key, value in figures.items())]
    return "\n".join(lines)
