"""A flow and its conversation tests, made to fit another business: names, languages, media; the conversation stays.

Changes text and judges nothing: the result is loaded and checked like any other flow before it is written anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from flows.checks.targets import named_purposes
from flows.patch import Patch, patch_of
from flows.places import Path, Place
from flows.spec import ALL_PURPOSES, Flow
from flows.talk import Hear, Talk
from flows.talk_file import load_talks


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of it. ``languages``: the kept ones, ours to theirs; ``media``: those that both have;
    ``purposes``: ours to theirs, every one that the business has; ``titles``: by our language, what a purpose is called
    here and there; ``heard``: texts of shipped flows that are called otherwise in the business."""

    name: str
    about: str
    languages: Mapping[str, str]
    media: tuple[str, ...]
    purposes: Mapping[str, str]
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    heard: Mapping[str, str] = field(default_factory=dict)


def adapted_flow(flow: Flow, change: Change) -> str:
    """The text of this flow with the change made."""
    patch = Patch(flow.source, flow.places)
    _reword(patch, flow, change)
    for path in _maps_of_languages(flow):
        patch.entries(path, lambda tag: change.languages.get(tag) if tag in flow.languages else tag)
    patch.word(flow.places.value("flow"), flow.name, change.name)
    if change.about != flow.about:
        patch.word(flow.places.value("about"), flow.about, change.about)
    patch.listing(("channels",), tuple(each for each in flow.channels if each in change.media))
    patch.listing(("languages",), tuple(change.languages.values()))
    for path, name in named_purposes(flow):
        if name != ALL_PURPOSES:
            patch.word(flow.places.value(*path), name, change.purposes[name])
    return patch.text()


def _maps_of_languages(flow: Flow) -> Iterator[Path]:
    """The paths of everything that is written once for each language."""
    yield ("start", "word")
    yield from (("texts", name) for name in flow.texts)
    yield from (("answers", name, "label") for name in flow.answers)
    for name in flow.uses:
        yield ("uses", name, "example")
        yield ("uses", name, "else")


def _reword(patch: Patch, flow: Flow, change: Change) -> None:
    """Where a text names a purpose by its title, the business's own title."""
    for name, language in product(flow.texts, change.languages):
        place = flow.places.value("texts", name, language)
        for ours, theirs in change.titles.get(language, {}).items():
            patch.within_line(place, ours, json.dumps(theirs, ensure_ascii=False)[1:-1])


def adapted_talks(source: str, file: str, flow: Flow, change: Change) -> str:
    """The text of its conversation tests, without those of people and purposes that the business does not have; empty
    when none is left."""
    talks = load_talks(source, file)
    patch = patch_of(source, file)
    patch.word(patch.places.value("flow"), flow.name, change.name)
    ends = [talk.line for talk in talks[1:]]
    kept = 0
    for number, talk in enumerate(talks):
        if _fits(talk, change):
            kept += 1
            _readdress(patch, ("tests", str(number)), talk, change)
            continue
        start = patch.offset(Place(talk.line))
        end = patch.line_end(ends[number] - 1) if number < len(ends) else len(source)
        patch.put(start, end, "")
    return patch.text() if kept else ""


def _fits(talk: Talk, change: Change) -> bool:
    named = {*talk.person.granted, *(talk.then.granted or ())}
    return talk.person.language in change.languages and named <= change.purposes.keys()


def _readdress(patch: Patch, path: Path, talk: Talk, change: Change) -> None:
    """The same talk in the business's own names."""
    who = talk.person
    language = change.languages[who.language]
    patch.word(patch.places.value(*path, "person", "language"), who.language, language)
    if talk.name.startswith(who.language):
        patch.word(patch.places.value(*path, "name"), who.language, language)
    if who.channel not in change.media:
        patch.word(patch.places.value(*path, "person", "channel"), who.channel, change.media[0])
    for inside, names in ((("person", "granted"), who.granted), (("then", "granted"), talk.then.granted or ())):
        for number, name in enumerate(names):
            patch.word(patch.places.value(*path, *inside, str(number)), name, change.purposes[name])
    for number, step in enumerate(talk.steps):
        if isinstance(step, Hear) and step.text is not None and step.text in change.heard:
            patch.word(patch.places.value(*path, "talk", str(number), "bot"), step.text, change.heard[step.text])
