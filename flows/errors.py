"""The errors of flows.

FlowError
└── FlowProblems      a file is refused; carries every problem found in it
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.problems import Problem


class FlowError(Exception):
    """Root of the errors of flows."""


class FlowProblems(FlowError):
    """A flow file is refused: ``problems`` holds each reason in reading order, with its place and its cure."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = tuple(problems)
