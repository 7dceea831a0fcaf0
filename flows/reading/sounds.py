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
        """What may be typed for ``word``, itself left out; all in letters only if each character has a syllable."""
        for at, character in enumerate(word):
            before, after = word[:at], word[at + 1 :]
            yield from (before + other + after for other in self.alike.get(character, "") if other != character)
            if character in self.spelling:
                yield f"{before} {self.spelling[character]} {after}".strip()
        if all(character in self.spelling for character in word):
            syllables = [self.spelling[character] for character in word]
            yield " ".join(syllables)
            yield "".join(syllables)
