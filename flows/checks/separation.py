"""Whether one answer grants more than the place lets one answer grant (E306).

Held back where a purpose does not exist or was not asked for: then that is what to mend.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks.findings import answer_rows, at
from flows.checks.setting import Setting
from flows.problems import Problem
from flows.rules import Separation
from flows.spec import Flow


def check_separation(flow: Flow, setting: Setting) -> list[Problem]:
    """E306."""
    return list(_bundled(flow, setting))


def _bundled(flow: Flow, setting: Setting) -> Iterator[Problem]:
    for path, row in answer_rows(flow):
        state = flow.states[path[1]]
        text = flow.texts.get(state.say or "")
        if text is None or not set(row.grant) <= set(text.asks_for) & set(setting.purposes):
            continue
        apart = [name for name in dict.fromkeys(row.grant) if _stands_alone(name, setting)]
        if len(apart) > 1:
            place = flow.places.key(*path, "grant")
            yield at(flow, "E306.row", place, purposes=", ".join(apart), place=setting.rules.place)


def _stands_alone(name: str, setting: Setting) -> bool:
    separate = setting.rules.separate
    return separate is Separation.ALL or (separate is Separation.COMMERCIAL and setting.purposes[name])
