"""Who may grant what (E302 E303), and that a flow which sells names the consent it needs (E301).

Looks at one row at a time; that the consent still holds on every path is for the proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks.findings import answer_rows, at, other_rows
from flows.checks.setting import Setting
from flows.places import Path
from flows.problems import Problem
from flows.spec import Flow, Kind, Text


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
    """Several grants behind a text that asks for nothing are one mistake, of the text."""
    granting: dict[str, list[Path]] = {}
    for path, row in answer_rows(flow):
        if row.grant:
            granting.setdefault(flow.states[path[1]].say or "", []).append(path)
    for name, paths in granting.items():
        text = flow.texts.get(name)
        if text is not None and not text.asks_for and len(paths) > 1:
            yield at(flow, "E303.text", flow.places.key("texts", name), name=name)
        elif text is not None:
            yield from (each for path in paths for each in _not_asked_for(flow, setting, text, path))


def _not_asked_for(flow: Flow, setting: Setting, text: Text, path: Path) -> Iterator[Problem]:
    for number, name in enumerate(flow.states[path[1]].reply[path[3]].grant):
        if name in setting.purposes and name not in text.asks_for:
            place = flow.places.value(*path, "grant", str(number))
            yield at(flow, "E303.purpose", place, name=name, text=text.name)
