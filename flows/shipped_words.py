"""The word lists that come with the product: ``library/words/LANGUAGE.yaml``, read as they stand.

It must never drop a listed word: an unknown section is an error, not a comment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

SECTIONS = (
    "stop",
    "notices",
    "stop_marketing",
    "help",
    "start",
    "yes",
    "no",
    "human",
    "status",
    "why",
    "proof",
    "less",
    "pause",
)
"""What a list may hold, besides ``together``, ``letters`` and ``names``; each also under ``local``."""


@dataclass(frozen=True, slots=True)
class WordList:
    """One language. ``everywhere`` is heard whatever a business's languages, ``local`` only if they hold this one;
    ``together`` are stop words that mean the same said in a row; ``letters`` stop words of mainland China; ``names``:
    tag of a language -> what people call it."""

    language: str
    everywhere: Mapping[str, Sequence[str]]
    local: Mapping[str, Sequence[str]]
    together: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def serves(self, languages: Sequence[str]) -> bool:
        """Whether one of these BCP 47 tags is this language; ``zh`` alone is both Chinese scripts."""
        return any(self.language in spoken_as(language) for language in languages)


def spoken_as(tag: str) -> tuple[str, ...]:
    """The lists for a BCP 47 tag: ``es-MX`` es, ``zh-TW`` and ``yue`` zh-Hant, ``zh-CN`` zh-Hans, ``zh`` both."""
    primary, *rest = tag.replace("_", "-").lower().split("-")
    if primary == "yue":
        return ("zh-Hant",)
    if primary != "zh":
        return (primary,)
    if {"hant", "tw", "hk", "mo"} & set(rest):
        return ("zh-Hant",)
    return ("zh-Hans",) if rest else ("zh-Hans", "zh-Hant")


def is_chinese(tag: str) -> bool:
    """Whether a BCP 47 tag names Chinese, Cantonese included."""
    return any(name.startswith("zh") for name in spoken_as(tag))


@cache  # package data: the same for the life of the process
def shipped_lists() -> tuple[WordList, ...]:
    """Every list, by language; English first, so that a shared word is shown as the English one."""
    found = [item for item in (files("flows") / "library" / "words").iterdir() if item.name.endswith(".yaml")]
    lists = [_read(item.name.removesuffix(".yaml"), item.read_text(encoding="utf-8")) for item in found]
    return tuple(sorted(lists, key=lambda words: (words.language != "en", words.language)))


def _read(language: str, source: str) -> WordList:
    # "base" keeps every scalar a string: NO and 0000 stay what was typed.
    data = dict(YAML(typ="base", pure=True).load(source))
    together, letters = tuple(data.pop("together", ())), tuple(data.pop("letters", ()))
    local, names = dict(data.pop("local", {})), dict(data.pop("names", {}))
    if unknown := sorted({*data, *local} - set(SECTIONS)):
        raise ValueError(f"words/{language}.yaml: unknown section {unknown[0]!r}; use one of {', '.join(SECTIONS)}")
    return WordList(language, data, local, together, letters, names)
