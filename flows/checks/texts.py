"""Whether texts are complete: every language, declared placeholders, the same ones everywhere (E401 E402 E403)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flows.checks.findings import at, missing_name, within
from flows.checks.requests import missing_aspects
from flows.checks.setting import Setting
from flows.errors import BadWording, TextTooLong
from flows.places import Path
from flows.problems import Problem
from flows.render import placeholders
from flows.spec import Flow, Text


def check_texts(flow: Flow, setting: Setting) -> list[Problem]:
    """E401, E402, E403, and E103 for a wording that is no template."""
    found = [*_missing_languages(flow)]
    for text in flow.texts.values():
        found.extend(_placeholders(flow, text, setting))
    return found


def _missing_languages(flow: Flow) -> Iterator[Problem]:
    if flow.places.hurt("languages"):
        return
    for text in flow.texts.values():
        yield from _gaps(flow, "text", ("texts", text.name), text.wording)
    for answer in flow.answers.values():
        if answer.label:
            yield from _gaps(flow, "label", ("answers", answer.name, "label"), answer.label)
    for use in flow.uses.values():
        if use.otherwise:
            yield from _gaps(flow, "else", ("uses", use.name, "else"), use.otherwise)


def _gaps(flow: Flow, what: str, path: Path, wording: Mapping[str, str]) -> Iterator[Problem]:
    for language in flow.languages:
        if language not in wording and not flow.places.hurt(*path):
            yield at(flow, f"E401.{what}", flow.places.key(*path), name=path[1], language=language)


def _placeholders(flow: Flow, text: Text, setting: Setting) -> list[Problem]:
    found: list[Problem] = []
    used: dict[str, frozenset[str]] = {}
    declared = setting.built_in | flow.uses.keys()
    for language, wording in text.wording.items():
        path = ("texts", text.name, language)
        try:
            used[language] = names = frozenset(placeholders(wording))
        except (BadWording, TextTooLong) as error:
            found.append(at(flow, "E103.placeholder", flow.places.value(*path), reason=error))
            continue
        unknown = sorted(name for name in names - declared if not flow.places.hurt("uses", name))
        found += [
            missing_name("E402.placeholder", flow, within(flow, path, _mention(name)), name, sorted(declared))
            for name in unknown
        ]
    return found or [each for each in _disagreements(flow, text, used) if not _left_out(flow, text, setting)]


def _left_out(flow: Flow, text: Text, setting: Setting) -> bool:
    """Whether a language of a request leaves out what it has to say, so that the others have a placeholder more."""
    return any(missing_aspects(flow, text, language, setting) for language in text.wording)


def _disagreements(flow: Flow, text: Text, used: Mapping[str, frozenset[str]]) -> list[Problem]:
    """The first language sets the measure: one message for each that differs from it."""
    first = next(iter(used), "")
    return [
        at(
            flow,
            "E403.text",
            flow.places.key("texts", text.name, language),
            name=text.name,
            language=language,
            other=first,
            differing=" ".join(sorted(names ^ used[first])),
        )
        for language, names in used.items()
        if names != used[first]
    ]


def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"\{{\{{\s*({re.escape(name)})\b")
