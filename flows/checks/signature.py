"""Whether a body leaves the place of the signature alone (E605): where SMS are signed in 【】, a body holds none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.checks.findings import at, within, wordings
from flows.checks.setting import Setting
from flows.problems import Problem
from flows.spec import Flow

_BRACKETS = re.compile("[【】]")


def check_signature(flow: Flow, setting: Setting) -> list[Problem]:
    """E605."""
    if "sms" not in flow.channels or not setting.rules.signed:
        return []
    return list(_bracketed(flow))


def _bracketed(flow: Flow) -> Iterator[Problem]:
    for text, _, wording, path in wordings(flow):
        if _BRACKETS.search(wording):
            yield at(flow, "E605.brackets", within(flow, path, _BRACKETS), name=text.name)
