"""A text taken apart for the phrase grammar: words, single characters of unspaced scripts, telling emoji, clause ends.

It must never join what a person kept apart, except a word spelled letter by letter.
"""

from __future__ import annotations

import re

from flows.normalise import MARKS, UNSPACED, latin

SIGNS = "🛑🚫⛔✋🤚🙅🖕👎👍👌✅💯🤬😡🤮👋"
"""Emoji that may say something by themselves."""
QUESTION = "?"
END = "|"
"""Any other end of a clause."""
ENDS = QUESTION + END
LONGEST = 1600
"""Characters that are read of a longer text: the first two thirds of them and the last third."""

_WORD = rf"[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{MARKS}])*"
_TOKEN = re.compile(rf"{_WORD}|[{UNSPACED}]|[{SIGNS}]|[?؟.!,;:()\[\]\n\r。、،।]")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+|[?.!,;:()\[\]\n\r]")
_ENDS = dict.fromkeys(".!,;:()[]\n\r。、،।", END) | {"؟": QUESTION}
_SPELLED = re.compile(rf"(?<![^\W{UNSPACED}])[^\W\d_](?:[ .*'’-]{{1,9}}[^\W\d_](?!\w)){{2,}}")
_GAP = re.compile(r"[ .*'’-]+")
_NUMBER_SIGN = re.compile(r"(?<=my|is|ng|he) ?#(?!\w)")
"""Of my, this, wrong, the #."""
_DASH = re.compile(r"(?<=\w) [-–—]+ (?=\w)")
_PAUSED = re.compile("(?<=[\u4e00-\u9fff]{3}) +(?=[\u4e00-\u9fff]{3})")
"""A space between two runs of Chinese, which is how many end a clause."""
_TITLE = re.compile(r"\b(mrs?|ms|dr)\. ?(?=\w)")
"""A full stop that ends no clause."""


def tokens(plain: str) -> list[str]:
    """The tokens of a text that ``normalise.folded`` has made plain, in order; a run of clause ends is one."""
    if len(plain) > LONGEST:
        plain = f"{plain[: LONGEST * 2 // 3]}\n{plain[-LONGEST // 3 :]}"
    plain = _DASH.sub(" . ", _SPELLED.sub(_closed_up, plain))
    if "r." in plain or "s." in plain:
        plain = _TITLE.sub(r"\1 ", plain)
    if "#" in plain:
        plain = _NUMBER_SIGN.sub(" number ", plain)
    if plain.isascii():
        found = _ASCII_TOKEN.findall(plain)
    else:
        plain = _PAUSED.sub("\n", plain)
        found = [each if each.isascii() else latin(each) for each in _TOKEN.findall(plain)]
    parts: list[str] = []
    before = END
    for each in found:
        part = _ENDS.get(each, each)
        if part != END or before not in ENDS:
            parts.append(part)
        before = part
    return parts


def _closed_up(spelled: re.Match[str]) -> str:
    """``s.t.o.p`` as ``stop``; where the gap is wider a word ends: ``n.o. .s.t.o.p`` is ``no stop``."""
    least = min(map(len, _GAP.findall(spelled[0])))
    return _GAP.sub(lambda gap: _between(gap[0], least), spelled[0])


def _between(gap: str, least: int) -> str:
    if "'" in gap or "’" in gap:
        return "'"
    return "" if len(gap) == least else " "
