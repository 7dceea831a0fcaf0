"""Whether every text that WhatsApp may have to carry later than a day after the person's last message has an approved
template (E503). Outside that day WhatsApp takes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache

from flows.checks.expressions import PLACEHOLDER
from flows.checks.findings import KEPT, at, is_broken, missing_name, saying
from flows.checks.reminders import reminded
from flows.checks.setting import Setting, Template
from flows.checks.silence import WINDOW, silences
from flows.problems import Problem
from flows.spec import Flow, Text

WHATSAPP = "whatsapp"


def check_windows(flow: Flow, setting: Setting) -> list[Problem]:
    """E503. Says nothing of a flow whose cards or start could not be read."""
    if WHATSAPP not in flow.channels or is_broken(flow) or flow.places.hurt("channels"):
        return []
    late = late_texts(flow)
    found: list[Problem] = []
    for name, text in flow.texts.items():
        if text.template is not None:
            found += _unfit(flow, text, setting, late=name in late)
        elif name in late:
            found.append(at(flow, "E503.template", flow.places.key("texts", name), name=name, state=late[name]))
    return found


@lru_cache(maxsize=KEPT)
def late_texts(flow: Flow) -> Mapping[str, str]:
    """The texts that may be said outside the window, each with a state that does; without what is only said by a
    reminder, which is refused as such (E305)."""
    silent = silences(flow)
    reminders = {state.name for _, state in reminded(flow)}
    late: dict[str, str] = {}
    for name, states in saying(flow).items():
        for state in states:
            late_state = silent.get(state.name, timedelta()) >= WINDOW and state.name not in reminders
            # What an `else` says answers the person and is inside the window, whenever the card was entered.
            if late_state and state.say == name:
                late.setdefault(name, state.name)
    return late


def _unfit(flow: Flow, text: Text, setting: Setting, *, late: bool) -> Iterator[Problem]:
    """Why the template cannot carry the text. A business that lists no templates has them approved elsewhere."""
    if not setting.templates:
        return
    place = flow.places.value("texts", text.name, "template")
    template = setting.templates.get(text.template or "")
    if template is None:
        yield missing_name("E503.unknown", flow, place, text.template or "", setting.templates)
        return
    if late and not template.approved:
        yield at(flow, "E503.approval", place, name=template.name)
    missing = [language for language in flow.languages if language not in template.languages]
    if late and missing and template.approved:
        yield at(flow, "E503.language", place, name=template.name, languages=" ".join(missing))
    strange = _strange_parameters(text, template)
    if strange:
        yield at(flow, "E503.parameter", place, name=template.name, parameters=" ".join(strange))


def _strange_parameters(text: Text, template: Template) -> list[str]:
    """The template's parameters that the text has no value for."""
    told = {name for wording in text.wording.values() for name in PLACEHOLDER.findall(wording)}
    return [name for name in template.parameters or () if name not in told]
