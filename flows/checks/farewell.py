"""Whether the answer to a stop is one plain message and then silence (E307).

Why: who says stop gets one confirmation; anything more is the very thing they refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks.expressions import selling_words
from flows.checks.findings import at, is_broken, where_said, wordings
from flows.checks.setting import Setting
from flows.places import Path
from flows.problems import Problem
from flows.spec import Flow, Kind, Role, State

PARTS = (Role.STOP, Role.WRONG_NUMBER)
"""What a farewell answers, and nothing else may."""


def check_farewell(flow: Flow, setting: Setting) -> list[Problem]:
    """E307."""
    if flow.places.hurt("kind") or flow.places.hurt("start"):
        return []
    if flow.kind is not Kind.FAREWELL:
        return _unkind(flow)
    if flow.start.business not in PARTS:
        return [at(flow, "E307.start", flow.places.key("start"))]
    steps = [] if is_broken(flow) else _steps(flow)
    return [*steps, *_sales(flow, setting)]


def _unkind(flow: Flow) -> list[Problem]:
    if flow.start.business not in PARTS:
        return []
    return [at(flow, "E307.kind", flow.places.value("kind"), kind=flow.kind)]


def _steps(flow: Flow) -> list[Problem]:
    """The first thing that makes it more than one message and an end: one message for one mistake."""
    first = flow.states.get(flow.start.go)
    longer = None if first is None else _goes_on(first)
    if first is not None and longer is not None:
        return [at(flow, "E307.steps", flow.places.key("states", first.name, longer), name=first.name, key=longer)]
    return []


def _goes_on(state: State) -> str | None:
    """The key of the card that keeps the conversation going."""
    goes_on = {
        "reply": bool(state.reply),
        "event": bool(state.event),
        "after": bool(state.after),
        "else": state.otherwise is not None,
        "hand_over": state.hand_over,
    }
    return next((key for key, there in goes_on.items() if there), None)


def _sales(flow: Flow, setting: Setting) -> Iterator[Problem]:
    for _, language, wording, path in wordings(flow):
        expression = selling_words(wording, language, setting.rules.wording)
        if expression is not None:
            yield at(flow, "E307.sells", where_said(flow, path, expression), expression=expression)
    for text in flow.texts.values():
        offered = _offers(text.name, text.asks_for, (*text.buttons, *text.rows))
        if offered is not None:
            yield at(flow, "E307.asks", flow.places.key(*offered), name=text.name)


def _offers(name: str, asked: tuple[str, ...], choices: tuple[str, ...]) -> Path | None:
    if asked:
        return ("texts", name, "asks_for")
    return ("texts", name, "buttons") if choices else None
