"""The names of a business in a reply: ``stop Bluebird``, ``unsubscribe from bluebird texts``, 退订蓝鸟.

A name says nothing by itself. What is left without it may be a stop; it must never be a yes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from flows.normalise import folded
from flows.reading.tokens import tokens

_TELLING = 4
"""Letters from which one word of a name stands for all of it, if it is no word of any language."""
_DASHES = re.compile(r"[-_]+")


def pattern_of(names: Iterable[str], known: Collection[str]) -> re.Pattern[str] | None:
    """What finds these names in a folded text, the longest first; None if there are none. ``known``: words of any
    language."""
    found = {form for name in names for form in _forms(folded(name).strip(), known) if form}
    if not found:
        return None
    listed = "|".join(map(re.escape, sorted(found, key=len, reverse=True)))
    return re.compile(rf"(?<![a-z0-9])(?:{listed})(?:['’]s)?(?![a-z0-9])")


def _forms(name: str, known: Collection[str]) -> Iterator[str]:
    """The name, without dashes, as one word, and each of its words that nothing else is called by."""
    spaced = _DASHES.sub(" ", name)
    yield from (name, spaced, spaced.replace(" ", ""))
    yield from (word for word in tokens(spaced) if len(word) >= _TELLING and word not in known)
