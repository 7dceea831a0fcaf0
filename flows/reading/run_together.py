"""Words written without a space between them: ``stoptexting``, ``dont txtme``.

Only for a token that nobody knows, and only into words that a file lists for this.
"""

from __future__ import annotations

from collections.abc import Collection

_SHORTEST = 6
_LONGEST = 40
_TELLING = 4
"""Letters of the longest part at least: of shorter ones any name can be made."""


def parted(token: str, words: Collection[str]) -> list[str]:
    """The words that ``token`` is made of, as few as may be; none if there is a rest."""
    if not _SHORTEST <= len(token) <= _LONGEST:
        return []
    best: list[list[str] | None] = [[], *[None] * len(token)]
    for begin in range(len(token)):
        if (before := best[begin]) is None:
            continue
        for end in range(begin + 1, len(token) + 1):
            if token[begin:end] not in words:
                continue
            if (shortest := best[end]) is None or len(before) + 1 < len(shortest):
                best[end] = [*before, token[begin:end]]
    parts = best[-1]
    return parts if parts and max(map(len, parts)) >= _TELLING else []
