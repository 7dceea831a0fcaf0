"""Whether the channel carries what a variable may hold: links and free text (E603).

A carrier that approves texts beforehand approves the words around a variable, not what it will hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.checks.expressions import PLACEHOLDER
from flows.checks.findings import at, within, wordings
from flows.checks.setting import Setting
from flows.places import Path
from flows.problems import Problem
from flows.spec import Flow, Placeholder, Text

AUTHENTICATION = "AUTHENTICATION"
LONGEST_CODE = 15
"""Characters of a parameter in a WhatsApp authentication template; a link may not stand there either."""


def check_variables(flow: Flow, setting: Setting) -> list[Problem]:
    """E603: one message for each text and placeholder."""
    found: dict[tuple[str, str], Problem] = {}
    for text, _, wording, path in wordings(flow):
        for name in dict.fromkeys(PLACEHOLDER.findall(wording)):
            use = flow.uses.get(name)
            if use is not None and (text.name, name) not in found:
                found.update(((text.name, name), each) for each in _refused(flow, text, use, path, setting))
    return list(found.values())


def _refused(flow: Flow, text: Text, use: Placeholder, path: Path, setting: Setting) -> Iterator[Problem]:
    place = within(flow, path, re.compile(rf"\{{\{{\s*({re.escape(use.name)})\b"))
    for medium in flow.channels:
        most = _longest(text, medium, setting)
        if use.type == "link" and (medium in setting.rules.linkless or _is_code(text, medium, setting)):
            yield at(flow, "E603.link", place, name=use.name, medium=medium)
            return
        if use.type == "text" and most is not None and (use.max is None or use.max > most):
            yield at(flow, "E603.text", place, name=use.name, medium=medium, most=most)
            return


def _longest(text: Text, medium: str, setting: Setting) -> int | None:
    return LONGEST_CODE if _is_code(text, medium, setting) else setting.rules.longest_variable.get(medium)


def _is_code(text: Text, medium: str, setting: Setting) -> bool:
    template = setting.templates.get(text.template or "")
    return medium == "whatsapp" and template is not None and template.category == AUTHENTICATION
