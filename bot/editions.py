"""What putting a set of businesses in force would change for the people who are in the middle of a flow, and whether
it may. Looks at what it is given; stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.proving import Prover
from config.business import setting_of
from config.business_files import BUSINESS
from config.business_types import Business
from flows.checks.setting import Setting
from flows.moving.check import check_moves
from flows.moving.state_map import StateMap
from flows.places import Place
from flows.problems import Problem, problem
from flows.proof import Proof
from flows.spec import Flow
from storage.publications import Publication
from storage.whereabouts import Group

Name = tuple[str, str]
"""A business and one of its flows."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One flow as it would be in force. ``flow`` None: its file is gone. ``last``: what was published before.
    ``groups``: who stands where in which version; ``older``: those versions, None where one cannot be read."""

    business: Business
    name: str
    flow: Flow | None
    proof: Proof | None
    last: Publication | None
    moves: StateMap = field(default_factory=StateMap)
    groups: tuple[Group, ...] = ()
    older: Mapping[str, Flow | None] = field(default_factory=dict)

    @property
    def key(self) -> Name:
        """Its business and its name."""
        return self.business.name, self.name

    @property
    def hash(self) -> str:
        """Of the version, empty when there is none."""
        return self.flow.hash if self.flow is not None else ""

    @property
    def was(self) -> str:
        """The version that was published last, empty when there is none."""
        return self.last.hash if self.last is not None else ""

    @property
    def changed(self) -> bool:
        """Whether this is another version than was published last."""
        return self.hash != self.was

    @property
    def elsewhere(self) -> tuple[Group, ...]:
        """Those who are in another version than this one."""
        return tuple(group for group in self.groups if group.hash != self.hash)

    @property
    def moved(self) -> tuple[Group, ...]:
        """Those whom the map moves, or whose conversation it closes."""
        return tuple(group for group in self.elsewhere if group.state in self.moves.named)


def stranded(edition: Edition, prover: Prover) -> list[Problem]:
    """Why this edition may not be put in force: whom it would leave in a state that it does not have, or move wrongly;
    and whose version is not proved any more. Empty when it may."""
    if not edition.elsewhere:
        return []
    setting = setting_of(edition.business)
    found = [*_vanished(edition)] if edition.changed else []
    found += _wrongly_moved(edition, setting, prover)
    return found or [*_unproved(edition, setting, prover)]


def _vanished(edition: Edition) -> Iterator[Problem]:
    known = edition.flow.states if edition.flow is not None else {}
    for group in _together(edition.elsewhere):
        if group.state not in known and group.state not in edition.moves.named:
            entry = "E701.state" if edition.flow is not None else "E701.flow"
            yield _said(edition, entry, people=group.people, state=group.state, known=", ".join(known) or "-")


def _together(groups: Sequence[Group]) -> list[Group]:
    """One group per state, whatever the version."""
    found: dict[str, Group] = {}
    for group in groups:
        before = found.get(group.state)
        found[group.state] = group if before is None else replace(before, people=before.people + group.people)
    return list(found.values())


def _wrongly_moved(edition: Edition, setting: Setting, prover: Prover) -> list[Problem]:
    found: list[Problem] = []
    for group in edition.moved:
        old = edition.older.get(group.hash)
        if group.state not in edition.moves.to:
            continue
        if edition.flow is None or old is None or group.state not in old.states:
            values = {"people": group.people, "state": group.state, "version": group.hash[:12]}
            found.append(_said(edition, "E701.unread", **values))
        else:
            found += check_moves(old, edition.flow, edition.moves, setting, prover.objections)
    return list(dict.fromkeys(found))


def _unproved(edition: Edition, setting: Setting, prover: Prover) -> Iterator[Problem]:
    """People stay in the version that they started, so it must hold under what the business decides now."""
    for group in edition.elsewhere:
        if group in edition.moved:
            continue
        old = edition.older.get(group.hash)
        verdict = prover.verdict(old, setting) if old is not None else ()
        if not isinstance(verdict, Proof):
            reason = verdict[0].sentence if verdict else "-"
            values = {"people": group.people, "state": group.state, "version": group.hash[:12], "reason": reason}
            yield _said(edition, "E701.unproved", **values)


def unknown_states(edition: Edition) -> list[Problem]:
    """States that the map names and in which nobody is: most likely misspelt."""
    there = {group.state for group in edition.elsewhere}
    return [_said(edition, "E701.source", state=state) for state in sorted(edition.moves.named - there)]


def _said(edition: Edition, entry: str, /, **values: object) -> Problem:
    flow = edition.flow
    file = flow.file if flow is not None else str(edition.business.folder / BUSINESS)
    place = flow.places.key("states") if flow is not None else Place()
    return problem(entry, file, place, flow=edition.name, **values)
