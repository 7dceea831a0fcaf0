"""Who may grant what (E302 E303), and that a flow which sells names the consent it needs (E301).

Looks at one row at a time; that the consent still holds on every path is for the proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks.findings import answer_rows, at, other_rows
from flows.checks.setting import Setting
from flows.places import Path
from flows.problems import Problem
from flows.spec import Flow, Kind, State


def check_consent(flow: Flow, setting: Setting) -> list[Problem]:
    """E301 (no ``needs``), E302 and E303."""
    return [*_needless(flow, setting), *_unasked(flow, setting), *_unanswered(flow)]


def _needless(flow: Flow, setting: Setting) -> Iterator[Problem]:
    unread = flow.places.hurt("kind") or flow.places.hurt("needs")
    if flow.kind is Kind.COMMERCIAL and flow.needs is None and not unread:
        known = " ".join(name for name, commercial in setting.purposes.items() if commercial)
        yield at(flow, "E301.needs", flow.places.key("kind"), known=known or "-")


def _unanswered(flow: Flow) -> Iterator[Problem]:
    for path, row in other_rows(flow):
        if row.grant:
            yield at(flow, f"E302.{path[2]}", flow.places.key(*path, "grant"))


def _unasked(flow: Flow, setting: Setting) -> Iterator[Problem]:
    for path, row in answer_rows(flow):
        state = flow.states[path[1]]
        for number, name in enumerate(row.grant):
            if name in setting.purposes:
                yield from _not_asked_for(flow, state, name, (*path, "grant", str(number)))


def _not_asked_for(flow: Flow, state: State, name: str, path: Path) -> Iterator[Problem]:
    text = flow.texts.get(state.say or "")
    if text is not None and name not in text.asks_for:
        yield at(flow, "E303.purpose", flow.places.value(*path), name=name, text=text.name)
