"""Whether buttons and rows fit: at most 3 buttons or 10 rows (E501), short labels (E502).

Source: WhatsApp Cloud API, interactive messages: 3 reply buttons of 20 characters, 10 list rows of 24.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks.findings import at
from flows.checks.setting import Setting
from flows.problems import Problem
from flows.spec import Flow, Text

MOST_BUTTONS = 3
MOST_ROWS = 10
LONGEST_BUTTON = 20
LONGEST_ROW = 24
"""Characters."""


def check_choices(flow: Flow, setting: Setting) -> list[Problem]:
    """E501 and E502."""
    del setting
    return [*_too_many(flow), *_too_long(flow)]


def _too_many(flow: Flow) -> Iterator[Problem]:
    for text in flow.texts.values():
        for key, names, most in _offers(text):
            if len(names) > most:
                place = flow.places.value("texts", text.name, key, str(most))
                yield at(flow, f"E501.{key}", place, name=text.name, count=len(names), most=most)
        if text.buttons and text.rows:
            yield at(flow, "E501.both", flow.places.key("texts", text.name, "list"), name=text.name)


def _offers(text: Text) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    return ("buttons", text.buttons, MOST_BUTTONS), ("list", text.rows, MOST_ROWS)


def _too_long(flow: Flow) -> Iterator[Problem]:
    for name, answer in flow.answers.items():
        longest = _room(flow, name)
        for language, label in answer.label.items() if longest is not None else ():
            if longest is not None and len(label) > longest:
                place = flow.places.value("answers", name, "label", language)
                yield at(flow, "E502.label", place, label=label, length=len(label), most=longest)


def _room(flow: Flow, name: str) -> int | None:
    """The characters that the label may have wherever it is shown; None when it never is."""
    if any(name in text.buttons for text in flow.texts.values()):
        return LONGEST_BUTTON
    return LONGEST_ROW if any(name in text.rows for text in flow.texts.values()) else None
