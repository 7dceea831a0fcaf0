"""Chinese words as they are typed by ear: one character taken for another that sounds alike, or spelled in letters.

Only for words that a file lists under ``slips``: never a rule for whatever sounds like something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sounds:
    """``spelling``: character -> its syllable; ``alike``: character -> all characters that are taken for it."""

    spelling: Mapping[str, str]
    alike: Mapping[str, str]

    @classmethod
    def listed(cls, groups: Sequence[str]) -> Sounds:
        """From ``ding 订定丁``: a syllable and the characters that are typed for each other."""
        pairs = [group.split(" ", 1) for group in groups]
        return cls(
            {character: syllable for syllable, characters in pairs for character in characters},
            {character: characters for _, characters in pairs for character in characters},
        )

    def typed(self, word: str) -> Iterator[str]:
        """What may be typed for ``word``, itself left out; nothing for one with a character that is in no group."""
        if any(character not in self.alike for character in word):
            return
        for at, character in enumerate(word):
            before, after = word[:at], word[at + 1 :]
            yield from (before + other + after for other in self.alike[character] if other != character)
            yield f"{before} {self.spelling[character]} {after}".strip()
        syllables = [self.spelling[character] for character in word]
        yield " ".join(syllables)
        yield "".join(syllables)
