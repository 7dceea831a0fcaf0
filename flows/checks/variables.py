"""Whether the channel carries what a variable may hold: links and free text (E603).

A carrier that approves texts beforehand approves the words around a variable, not what it will hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks.expressions import PLACEHOLDER
from flows.checks.findings import at
from flows.checks.setting import Setting
from flows.problems import Problem
from flows.spec import Flow, Placeholder, Text

AUTHENTICATION = "AUTHENTICATION"
LONGEST_CODE = 15
"""Characters of a parameter in a WhatsApp authentication template; a link may not stand there either."""


def check_variables(flow: Flow, setting: Setting) -> list[Problem]:
    """E603: one message for each placeholder, where it is declared."""
    found: dict[str, Problem] = {}
    for text in flow.texts.values():
        for use in used_in(flow, text):
            if use.name not in found:
                found.update((use.name, each) for each in _refused(flow, text, use, setting))
    return list(found.values())


def used_in(flow: Flow, text: Text) -> Iterator[Placeholder]:
    """The declared placeholders of a text, each once."""
    names = dict.fromkeys(name for wording in text.wording.values() for name in PLACEHOLDER.findall(wording))
    return (flow.uses[name] for name in names if name in flow.uses)


def carries_all(flow: Flow, text: Text, setting: Setting) -> bool:
    """Whether nothing in this text's variables is refused."""
    return not any(True for use in used_in(flow, text) for _ in _refused(flow, text, use, setting))


def _refused(flow: Flow, text: Text, use: Placeholder, setting: Setting) -> Iterator[Problem]:
    for medium in flow.channels:
        most = _longest(text, medium, setting)
        if use.type == "link" and (medium in setting.rules.linkless or _is_code(text, medium, setting)):
            yield at(flow, "E603.link", flow.places.value("uses", use.name, "type"), name=use.name, medium=medium)
            return
        if use.type == "text" and most is not None and (use.max is None or use.max > most):
            key = "max" if use.max is not None else "type"
            place = flow.places.value("uses", use.name, key)
            yield at(flow, "E603.text", place, name=use.name, medium=medium, most=most)
            return


def _longest(text: Text, medium: str, setting: Setting) -> int | None:
    return LONGEST_CODE if _is_code(text, medium, setting) else setting.rules.longest_variable.get(medium)


def _is_code(text: Text, medium: str, setting: Setting) -> bool:
    template = setting.templates.get(text.template or "")
    return medium == "whatsapp" and template is not None and template.category == AUTHENTICATION
