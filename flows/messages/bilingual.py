"""A sentence and its cure in two languages: what the catalogue of messages is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same sentence twice."""

    en: str
    zh: str

    def text(self, language: str) -> str:
        """The Chinese for any ``zh…`` tag, else the English."""
        return self.zh if language.lower().startswith("zh") else self.en

    def fill(self, values: Mapping[str, object]) -> Bilingual:
        """The same with ``{name}`` replaced by the value of that name, a bilingual one by its own half."""
        return Bilingual(self.en.format_map(_half(values, "en")), self.zh.format_map(_half(values, "zh")))


def _half(values: Mapping[str, object], language: str) -> dict[str, object]:
    return {key: each.text(language) if isinstance(each, Bilingual) else each for key, each in values.items()}


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the catalogue."""

    sentence: Bilingual
    cure: Bilingual


def message(en: str, zh: str, cure_en: str, cure_zh: str) -> Message:
    """One entry: the sentence, then what to do."""
    return Message(Bilingual(en, zh), Bilingual(cure_en, cure_zh))
