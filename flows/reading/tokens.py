"""A text taken apart for the phrase grammar: words, single characters of unspaced scripts, telling emoji, clause ends.

It must never join what a person kept apart, except a word spelled letter by letter.
"""

from __future__ import annotations

import re

from flows.normalise import MARKS, UNSPACED, has_look_alikes, latin

SIGNS = "🛑🚫⛔✋🤚🙅🖕👎👍👌✅💯🤬😡🤮👋"
"""Emoji that may say something by themselves."""
QUESTION = "?"
END = "|"
"""Any other end of a clause."""
ENDS = QUESTION + END
LONGEST = 1600
"""Characters that are read of a longer text: the first two thirds of them and the last third."""

_WORD = rf"[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{MARKS}])*"
_TOKEN = re.compile(rf"[{UNSPACED}]|{_WORD}|[{SIGNS}]|[?؟.!,;:()\[\]\n\r。、،।]")
_ENDS = dict.fromkeys(".!,;:()[]\n\r。、،।", END) | {"؟": QUESTION}
_ASCII = bytes(
    byte if re.match(rb"[a-z0-9?]", bytes((byte,))) else ord(_ENDS.get(chr(byte), " ")) for byte in range(256)
)
"""Ends of clauses as one, and a space for whatever is no token; bytes are translated and split six times as fast as
searched."""
_SPELLED = re.compile(rf"(?<![^\W{UNSPACED}])[^\W\d_](?:[ .*'’-]{{1,9}}[^\W\d_](?!\w)){{2,}}")
_PERHAPS_SPELLED = re.compile(r"[ .*'’-](?<![a-z0-9]{2}.)[^\W\d_][ .*'’-]{1,9}[^\W\d_](?!\w)")
"""The last gaps and letters of what is spelled. Few texts have them, and they are looked for in a quarter of the time
because a search for a set of characters skips the others quickly."""
_GAP = re.compile(r"[ .*'’-]+")
_NUMBER_SIGN = re.compile(r"(?<=my|is|ng|he) ?#(?!\w)")
"""Of my, this, wrong, the #."""
_DASH = re.compile(r"(?<=\w) [-–—]+ (?=\w)")
_PAUSED = re.compile(r"(?<=\w\w[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
"""A space between two runs of Chinese, which is how many end a clause."""
_TITLE = re.compile(r"\b(mrs?|ms|dr)\. ?(?=\w)")
"""A full stop that ends no clause."""


def tokens(plain: str) -> list[str]:
    """The tokens of a text that ``normalise.folded`` has made plain, in order; a run of clause ends is one."""
    if len(plain) > LONGEST:
        plain = f"{plain[: LONGEST * 2 // 3]}\n{plain[-LONGEST // 3 :]}"
    plain = _told_apart(plain)
    return _ascii_tokens(plain) if plain.isascii() else _tokens(plain)


def _told_apart(plain: str) -> str:
    """With what is spelled closed up, and dots, dashes and signs as what they mean. Each pattern is slow, and most
    texts have nothing that it could find. ``don't`` is ``dont``, so that lists need only one of them."""
    plain = plain.replace("n't", "nt") if plain.isascii() else plain.replace("n't", "nt").replace("n’t", "nt")
    if _PERHAPS_SPELLED.search(plain) is not None:
        plain = _SPELLED.sub(_closed_up, plain)
    if " -" in plain or " –" in plain or " —" in plain:
        plain = _DASH.sub(" . ", plain)
    if "mr" in plain or "ms." in plain or "dr." in plain:
        plain = _TITLE.sub(r"\1 ", plain)
    return _NUMBER_SIGN.sub(" number ", plain) if "#" in plain else plain


def _ascii_tokens(plain: str) -> list[str]:
    parted = plain.encode("ascii").translate(_ASCII).decode("ascii")
    first, *others = parted.replace(QUESTION, f" {QUESTION} ").split(END)
    found = first.split()
    for clause in others:
        if found and found[-1] not in ENDS:
            found.append(END)
        found += clause.split()
    return found


def _tokens(plain: str) -> list[str]:
    found: list[str] = _TOKEN.findall(_PAUSED.sub("\n", plain) if " " in plain else plain)
    if has_look_alikes(plain):
        found = [each if each.isascii() else latin(each) for each in found]
    found = list(map(_ENDS.get, found, found))
    if END not in found:
        return found
    return [each for before, each in zip((END, *found), found, strict=False) if each != END or before not in ENDS]


def _closed_up(spelled: re.Match[str]) -> str:
    """``s.t.o.p`` as ``stop``; where the gap is wider a word ends: ``n.o. .s.t.o.p`` is ``no stop``."""
    least = min(map(len, _GAP.findall(spelled[0])))
    return _GAP.sub(lambda gap: _between(gap[0], least), spelled[0])


def _between(gap: str, least: int) -> str:
    if "'" in gap or "’" in gap:
        return "'"
    return "" if len(gap) == least else " "
