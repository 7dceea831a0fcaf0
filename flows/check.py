"""Whether a flow is fit for its business: names, words, grants, languages, placeholders, and every conversation.

Reads the flow and the setting, nothing else.
"""

from __future__ import annotations

from flows.checks.answers import check_answers
from flows.checks.consent import check_consent
from flows.checks.setting import Setting
from flows.checks.targets import check_targets
from flows.checks.texts import check_texts
from flows.load import draft_flow
from flows.problems import Problem, in_reading_order
from flows.proving.finding import together
from flows.proving.properties import explore, is_closed
from flows.spec import Flow

CHECKS = (check_targets, check_answers, check_consent, check_texts)


def check_flow(flow: Flow, setting: Setting) -> list[Problem]:
    """Every problem of the flow in reading order; empty when there is none."""
    said = in_reading_order([found for check in CHECKS for found in check(flow, setting)])
    if not is_closed(flow, setting):
        return said
    return in_reading_order(together(said, explore(flow, setting).findings))


def check_source(source: str, file: str, setting: Setting) -> tuple[Flow | None, list[Problem]]:
    """Load and check in one run: also what is wrong beside the parts that could not be read. The flow, if clean."""
    draft = draft_flow(source, file)
    found = check_flow(draft.flow, setting) if draft.flow is not None else []
    problems = in_reading_order([*draft.problems, *found])
    return (None if problems else draft.flow), problems
