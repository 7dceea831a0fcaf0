"""Signs that take a yes back: who asks, frowns or sneers in the same breath has not clearly agreed."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[?؟👎🖕❌❎🚫🛑⛔✋🙅🤬😡😠🤮🤢🙄😒😤😑]|[:=][-']?[(/\\]")


def taken_back(plain: str) -> str | None:
    """The first such sign in a text that ``normalise.folded`` has made plain, or None."""
    found = _SIGNS.search(plain)
    return None if found is None else found[0]
