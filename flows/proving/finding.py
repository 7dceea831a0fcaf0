"""What a proof found, and how it goes together with what the checks said: one mistake, one message.

A proof sees the conversation in which a mistake shows; a check sees the line. Where both mean the same mistake, the
check's message stands and gets the proof's conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flows.places import Place
from flows.problems import Problem


@dataclass(frozen=True, slots=True)
class Cause:
    """A message of the checks that already names a mistake: its code, at one ``place``, within ``lines``, or anywhere
    in the file."""

    code: str
    place: Place | None = None
    lines: range | None = None

    def names(self, each: Problem) -> bool:
        """Whether this message is it."""
        within = self.lines is None or each.line in self.lines
        return each.code == self.code and within and self.place in (None, Place(each.line, each.column))


@dataclass(frozen=True, slots=True)
class Finding:
    """``causes``: what would already name the same mistake, besides the same code at the same place."""

    problem: Problem
    causes: tuple[Cause, ...] = ()


def together(said: Sequence[Problem], findings: Iterable[Finding]) -> list[Problem]:
    """What the checks said with the conversations found for it, and what only the proofs found."""
    problems = list(said)
    for finding in findings:
        new = finding.problem
        twin = Cause(new.code, Place(new.line, new.column))
        named = next((n for n, each in enumerate(problems) if _meant(each, (twin, *finding.causes))), None)
        if named is None:
            problems.append(new)
        elif problems[named].witness is None:
            problems[named] = replace(problems[named], witness=new.witness)
    return problems


def _meant(each: Problem, causes: Iterable[Cause]) -> bool:
    return any(cause.names(each) for cause in causes)
