"""Whether a flow is fit for its business: names, words, grants, languages, placeholders, and every conversation.

Reads the flow and the setting, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.checks.answers import check_answers
from flows.checks.basis import check_basis
from flows.checks.choices import check_choices
from flows.checks.consent import check_consent
from flows.checks.farewell import check_farewell
from flows.checks.length import check_length
from flows.checks.reminders import check_reminders
from flows.checks.requests import check_requests
from flows.checks.separation import check_separation
from flows.checks.setting import Setting
from flows.checks.signature import check_signature
from flows.checks.stopping import check_stopping
from flows.checks.targets import check_targets
from flows.checks.texts import check_texts
from flows.checks.variables import check_variables
from flows.checks.windows import check_windows
from flows.checks.wording import check_wording
from flows.load import draft_flow
from flows.problems import Problem, in_reading_order, refuses
from flows.proving.finding import together
from flows.proving.properties import explore, is_closed
from flows.spec import Flow

CHECKS = (
    check_targets,
    check_answers,
    check_consent,
    check_texts,
    check_requests,
    check_reminders,
    check_separation,
    check_farewell,
    check_basis,
    check_length,
    check_choices,
    check_windows,
    check_wording,
    check_variables,
    check_stopping,
    check_signature,
)

UNREACHED, NO_CONSENT, UNFOUNDED = "E202", "E301", "E308"
ASTRAY = frozenset({"E204", "E301", "E302", "E303"})


@dataclass(frozen=True, slots=True)
class Examined:
    """``problems`` in reading order, empty when there is none; ``size``: how many points of the products of states and
    consents were visited, 0 where the flow's names lead nowhere, so that no path can be followed."""

    problems: list[Problem]
    size: int


def examine(flow: Flow, setting: Setting) -> Examined:
    """Check the flow line by line, then over every conversation; each mistake is one problem."""
    said = in_reading_order([found for check in CHECKS for found in check(flow, setting)])
    if not is_closed(flow, setting):
        return Examined(said, 0)
    explored = explore(flow, setting, said)
    return Examined(in_reading_order(_causes(flow, together(said, explored.findings))), explored.size)


def _causes(flow: Flow, problems: list[Problem]) -> list[Problem]:
    """Without what another message already explains: the states that nothing leads to, where a row that goes astray may
    be why; the basis of a flow that may not even say what it needs, since its kind may be what is wrong."""
    kind = flow.places.key("kind")
    needless = any(
        each.code == NO_CONSENT and (each.line, each.column) == (kind.line, kind.column) for each in problems
    )
    explained = {UNREACHED} if any(each.code in ASTRAY for each in problems) else set()
    explained |= {UNFOUNDED} if needless else set()
    return [each for each in problems if each.code not in explained]


def check_flow(flow: Flow, setting: Setting) -> list[Problem]:
    """Every problem of the flow in reading order; empty when there is none."""
    return examine(flow, setting).problems


def check_source(source: str, file: str, setting: Setting) -> tuple[Flow | None, list[Problem]]:
    """Load and check in one run: also what is wrong beside the parts that could not be read. The flow, unless it is
    refused."""
    draft = draft_flow(source, file)
    found = check_flow(draft.flow, setting) if draft.flow is not None else []
    problems = in_reading_order([*draft.problems, *found])
    return (None if refuses(problems) else draft.flow), problems
