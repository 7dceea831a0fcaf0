"""The rule packs of ``rules/PLACE.yaml`` and the expressions of ``rules/words/LANGUAGE.yaml``, read as they stand.

It must never drop a rule: an unknown key is an error, not a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from config.errors import BrokenRules
from flows.checks.expressions import UNSPACED
from flows.rules import Level, Phrases, RulePack, Separation, Silence, Source, Wording

DEFAULT = "default"
"""The pack of a place without one of its own."""

NOWHERE = "ZZ"
"""The place of flows that lie in no business: ISO 3166's code for none. No business may name it."""

EVERY_LANGUAGE = "any"
"""The list that every language has."""

_KEYS = {
    *("place", "as_of", "sources", "serves", "commercial", "service", "separate", "stop_phrases", "signed"),
    *("sms_by_template", "linkless", "longest_variable", "longest_parts", "silence"),
}
_LISTS = ("absolute", "urging", "selling", "fair")


def rules_of(place: str | None, languages: Iterable[str]) -> RulePack:
    """The pack of a country (``CN``) or of the country that a region lies in (``US-CA``), the strict one for others;
    with the expressions of these BCP 47 tags."""
    if place == NOWHERE:
        return placeless(languages)
    pack = _pack_of(place.partition("-")[0]) if place else _pack_of(DEFAULT)
    return replace(pack, wording=_wording(_lists_for(languages)))


def placeless(languages: Iterable[str]) -> RulePack:
    """For a flow that lies in no business: what holds in every place, and nothing that only a place can ask."""
    return RulePack(wording=_wording(_lists_for(languages)))


def places() -> tuple[str, ...]:
    """The places that have a pack."""
    return _names()


@cache  # package data: the same for the life of the process
def _pack_of(place: str) -> RulePack:
    if place in _names():
        return _pack(place, _document(f"{place}.yaml"))
    for name in _names():
        data = _document(f"{name}.yaml")
        if place in data.get("serves", ()):
            return _pack(name, data)
    return _pack_of(DEFAULT)


@cache  # as above
def _names(*folder: str) -> tuple[str, ...]:
    listed = [each.name for each in files("config").joinpath("rules", *folder).iterdir()]
    return tuple(sorted(name.removesuffix(".yaml") for name in listed if name.endswith(".yaml")))


def _lists_for(languages: Iterable[str]) -> frozenset[str]:
    """The lists that texts in these languages are held to; scripts without blanks also hold English words."""
    primary = {tag.partition("-")[0] for tag in languages}
    return frozenset({EVERY_LANGUAGE, *primary, *({"en"} if primary & UNSPACED else ())} & {*_names("words")})


@cache  # as above
def _wording(lists: frozenset[str]) -> Wording:
    data = {name: _words(name) for name in sorted(lists)}
    shared = data[EVERY_LANGUAGE]

    def listed(kind: str) -> Phrases:
        every = {name: (*each.get(kind, ()), *shared.get(kind, ())) for name, each in data.items()}
        return {("*" if name == EVERY_LANGUAGE else name): each for name, each in every.items()}

    return Wording(*(listed(kind) for kind in _LISTS))


def _words(language: str) -> Mapping[str, Sequence[str]]:
    data = {**_document("words", f"{language}.yaml")}
    if strangers := sorted(set(data) - {*_LISTS}):
        raise BrokenRules(f"words/{language}.yaml", f"unknown: {', '.join(strangers)}")
    return data


@cache  # as above
def _document(*path: str) -> Mapping[str, Any]:
    # "base" keeps every scalar a string: NO stays Norway.
    text = files("config").joinpath("rules", *path).read_text(encoding="utf-8")
    return dict(YAML(typ="base", pure=True).load(text))


def _pack(name: str, data: Mapping[str, Any]) -> RulePack:
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
        silence=Silence(data["silence"]),
    )
