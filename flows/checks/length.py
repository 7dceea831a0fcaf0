"""Whether a text stays within what its place allows an SMS to cost, with the longest values (E404), and whether single
characters make it cost more than it need (W405).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from flows.checks.expressions import PLACEHOLDER
from flows.checks.findings import KEPT, at, where_said, wordings
from flows.checks.setting import Setting
from flows.checks.variables import carries_all
from flows.places import Path
from flows.problems import Problem, Severity
from flows.render import as_sms, choices_of, signature_in
from flows.spec import Flow, Placeholder, Text
from flows.text import Encoding, forces_ucs2, measure

ASSUMED: Mapping[str, int] = {"text": 20, "number": 10, "date": 11, "link": 40, "answer": 20}
"""Characters of a value whose ``max`` is not said, by type; of a built-in one, as a text."""

_WIDE = "中"
_NARROW = "x"
_MOSTLY = 0.8
"""From this part of its characters on, a text is meant to be GSM-7."""

SMS = "sms"


@dataclass(frozen=True, slots=True)
class _Said:
    """One wording to be measured."""

    flow: Flow
    text: Text
    language: str
    setting: Setting


def check_length(flow: Flow, setting: Setting) -> list[Problem]:
    """E404 and W405, for flows that speak by SMS."""
    if SMS not in flow.channels:
        return []
    found: list[Problem] = []
    for text, language, wording, path in wordings(flow):
        if _can_be_said(flow, wording, setting) and carries_all(flow, text, setting):
            said = _Said(flow, text, language, setting)
            found += _needlessly_wide(said, wording, path) or _too_long(said, path)
    return found


def longest_sms(flow: Flow, text: Text, language: str, setting: Setting) -> str:
    """The text as it leaves by SMS with the longest values, signed with the longest signature of the business."""
    said = _Said(flow, text, language, setting)
    return _worst(said, text.wording[language])


def _can_be_said(flow: Flow, wording: str, setting: Setting) -> bool:
    """Whether every placeholder has a value and is one; else that is what to mend (E402, E103)."""
    known = setting.built_in | flow.uses.keys()
    rest = PLACEHOLDER.sub("", wording)
    return known.issuperset(PLACEHOLDER.findall(wording)) and not any(mark in rest for mark in ("{{", "}}", "{%", "{#"))


def _too_long(said: _Said, path: Path) -> list[Problem]:
    body = longest_sms(said.flow, said.text, said.language, said.setting)
    measured, most = measure(body), said.setting.rules.longest_parts
    if measured.segments <= most:
        return []
    told = {"parts": measured.segments, "units": measured.units, "encoding": measured.encoding, "most": most}
    place = said.flow.places.key(*path)
    return [at(said.flow, "E404.text", place, name=said.text.name, language=said.language, **told)]


def _needlessly_wide(said: _Said, wording: str, path: Path) -> list[Problem]:
    """Names the characters of the wording itself that GSM-7 lacks, where without them it would cost fewer parts. A
    remark, unless they alone make it longer than a text may be."""
    strange = forces_ucs2(wording)
    kept = sum(letter not in strange for letter in wording)
    if not strange or kept < _MOSTLY * len(wording):
        return []
    cheaper = measure(_worst(said, "".join(_NARROW if letter in strange else letter for letter in wording)))
    dearer, most = measure(_worst(said, wording)), said.setting.rules.longest_parts
    if cheaper.encoding is Encoding.UCS_2 or not cheaper.segments < dearer.segments or cheaper.segments > most:
        return []
    told = {"characters": " ".join(strange), "parts": dearer.segments, "fewer": cheaper.segments}
    remark = at(said.flow, "W405.text", where_said(said.flow, path, strange[0]), **told)
    return [remark if dearer.segments <= most else replace(remark, severity=Severity.ERROR)]


def _worst(said: _Said, wording: str) -> str:
    body = PLACEHOLDER.sub(lambda match: _longest_value(said, match[1]), wording)
    choices = choices_of(said.flow, said.text, said.language)
    signatures = [signature_in(each.signature, said.language) or "" for each in said.setting.of_medium(SMS)]
    return as_sms(said.flow, body, choices, max(signatures, key=len, default=""))


def _longest_value(said: _Said, name: str) -> str:
    use = said.flow.uses.get(name)
    if use is None:
        return _built_in(said, name)
    if use.type == "answer":
        labels = [answer.label.get(said.language, answer.name) for answer in said.flow.answers.values()]
        return max(labels, key=len, default="")[: use.max]
    instead = [use.otherwise[said.language]] if said.language in use.otherwise else list(use.otherwise.values())
    known = [*_examples(use, said.language), *instead]
    longest = use.max if use.max is not None else max([ASSUMED[use.type], *map(len, known)])
    return _letter(use, known, said.language) * longest


def _built_in(said: _Said, name: str) -> str:
    """The longest of what it may say: the purposes of this text, of any request of the flow, or those it needs."""
    about = [said.text.asks_for] if said.text.asks_for else _in_question(said.flow)
    values = [said.setting.promises(purposes, said.language).get(name, "") for purposes in about or [()]]
    longest = max(values, key=lambda value: (measure(value).encoding is Encoding.UCS_2, len(value)), default="")
    return longest or _letter(None, (), said.language) * ASSUMED["text"]


@lru_cache(maxsize=KEPT)
def _in_question(flow: Flow) -> Sequence[tuple[str, ...]]:
    """The purposes that any of its texts asks for together, and each that it needs."""
    asked = {each.asks_for for each in flow.texts.values() if each.asks_for}
    needed = {state.needs or flow.needs for state in flow.states.values()} - {None}
    return sorted(asked | {(name,) for name in needed if name is not None})


def _examples(use: Placeholder, language: str) -> list[str]:
    if use.example is None:
        return []
    if isinstance(use.example, str):
        return [use.example]
    return [use.example[language]] if language in use.example else list(use.example.values())


def _letter(use: Placeholder | None, known: list[str] | tuple[str, ...], language: str) -> str:
    """A letter as wide as those that the value is made of: by the examples, else by the language."""
    if use is not None and use.type in ("number", "link"):
        return _NARROW
    if known:
        return _WIDE if any(forces_ucs2(each) for each in known) else _NARROW
    return _WIDE if language.partition("-")[0] in ("zh", "ja", "ko", "yue") else _NARROW
