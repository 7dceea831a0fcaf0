"""The rule packs of ``rules/PLACE.yaml`` and the expressions of ``rules/words/LANGUAGE.yaml``, read as they stand.

It must never drop a rule: an unknown key is an error, not a comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from config.errors import BrokenRules
from flows.rules import Level, Phrases, RulePack, Separation, Source, Wording

DEFAULT = "default"
"""The pack of a place without one of its own."""

EVERY_LANGUAGE = "any"
"""The list that every language has."""

_KEYS = {
    *("place", "as_of", "sources", "serves", "commercial", "service", "separate", "stop_phrases", "signed"),
    *("sms_by_template", "linkless", "longest_variable", "longest_parts"),
}
_LISTS = ("absolute", "urging", "selling", "fair")


def rules_of(place: str | None) -> RulePack:
    """The pack of a country (``CN``) or of the country that a region lies in (``US-CA``); the strict one for others."""
    packs = shipped_packs()
    for code in (place, place.partition("-")[0]) if place else ():
        if code in packs:
            return packs[code]
    return packs[DEFAULT]


def placeless() -> RulePack:
    """For a flow that lies in no business: what holds in every place, and nothing that only a place can ask."""
    return RulePack(wording=shipped_wording(), separate=Separation.NONE)


@cache  # package data: the same for the life of the process
def shipped_packs() -> Mapping[str, RulePack]:
    """Every pack by place; a pack that ``serves`` several countries stands under each of them too."""
    packs: dict[str, RulePack] = {}
    served: dict[str, RulePack] = {}
    for name, data in _documents("rules").items():
        pack = _pack(name, data)
        packs[name] = pack
        served.update(dict.fromkeys(data.get("serves", ()), pack))
    return served | packs


@cache  # as above
def shipped_wording() -> Wording:
    """The expressions of every language, each with those that are said alike in all."""
    lists = _documents("rules", "words")
    for name, data in lists.items():
        if strangers := sorted(set(data) - set(_LISTS)):
            raise BrokenRules(f"words/{name}.yaml", f"unknown: {', '.join(strangers)}")
    shared = lists[EVERY_LANGUAGE]
    return Wording(*(_by_language(lists, shared, kind) for kind in _LISTS))


def _by_language(lists: Mapping[str, dict[str, Any]], shared: dict[str, Any], kind: str) -> Phrases:
    found = {name: (*data.get(kind, ()), *shared.get(kind, ())) for name, data in lists.items()}
    return {("*" if name == EVERY_LANGUAGE else name): each for name, each in found.items()}


def _documents(*folder: str) -> dict[str, dict[str, Any]]:
    """The data of each YAML file of a folder of this package, by its name."""
    listed = [each for each in files("config").joinpath(*folder).iterdir() if each.name.endswith(".yaml")]
    # "base" keeps every scalar a string: NO stays Norway.
    reader = YAML(typ="base", pure=True)
    return {each.name.removesuffix(".yaml"): dict(reader.load(each.read_text(encoding="utf-8"))) for each in listed}


def _pack(name: str, data: dict[str, Any]) -> RulePack:
    if strangers := sorted(set(data) - _KEYS):
        raise BrokenRules(f"{name}.yaml", f"unknown: {', '.join(strangers)}")
    if data["place"] != name:
        raise BrokenRules(f"{name}.yaml", f"place is {data['place']}")
    return RulePack(
        place=name,
        as_of=data["as_of"],
        sources=tuple(Source(each["name"], each["asks"]) for each in data["sources"]),
        commercial={medium: Level(level) for medium, level in data["commercial"].items()},
        service={medium: Level(level) for medium, level in data["service"].items()},
        separate=Separation(data["separate"]),
        stop_phrases={
            medium: {language: tuple(phrases) for language, phrases in by_language.items()}
            for medium, by_language in data["stop_phrases"].items()
        },
        signed=frozenset(data.get("signed", ())),
        sms_by_template=data.get("sms_by_template") == "true",
        linkless=frozenset(data.get("linkless", ())),
        longest_variable={medium: int(most) for medium, most in data.get("longest_variable", {}).items()},
        longest_parts=int(data["longest_parts"]),
        wording=shipped_wording(),
    )
