"""What ``flow publish``, ``rollback`` and ``people`` do: weigh one flow against who is where, and record it.

Works on the database and on the businesses' folder, beside a running server or without one; sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.editions import Edition, unknown_states
from bot.errors import BotError
from bot.publishing import Plan, Publisher
from config.business_types import Business
from flows.moving.state_map import StateMap
from flows.problems import Problem
from storage.publications import Publication


class NoSuchFlow(BotError):
    """A name on the command line is none of a flow, or of several."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants: ``name`` of a flow, or BUSINESS/NAME; empty for every flow. ``by``: who they are."""

    name: str = ""
    moves: StateMap = field(default_factory=StateMap)
    by: str = "operator"
    dry_run: bool = False
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What came of it. ``editions``: the flows it is about; ``problems``: why nothing was done; ``made``: what was
    recorded; ``waits``: people would be moved, and nobody said yes."""

    editions: tuple[Edition, ...]
    problems: tuple[Problem, ...] = ()
    made: tuple[Publication, ...] = ()
    moved: int = 0
    waits: bool = False
    dry_run: bool = False


async def publish(publisher: Publisher, businesses: Mapping[str, Business], asked: Asked) -> Sheet:
    """Put the named flow in force as its file has it now, or every flow that changed. Raises ``NoSuchFlow``, and
    ``BusinessProblems`` when a flow is not proved."""
    plan = await publisher.weigh(businesses)
    chosen = _chosen(plan, asked.name)
    if asked.moves.named:
        if len(chosen) != 1:
            raise NoSuchFlow("a map of states is for one flow: name it before --map or --end")
        plan = await publisher.weigh(businesses, {chosen[0].key: asked.moves})
        chosen = _chosen(plan, asked.name)
    return await _publish(publisher, plan, chosen, asked)


async def _publish(publisher: Publisher, plan: Plan, chosen: Sequence[Edition], asked: Asked) -> Sheet:
    news = [edition for edition in chosen if edition.changed or asked.moves.named]
    problems = [each for edition in news for each in (*unknown(edition, asked), *plan.against.get(edition.key, ()))]
    sheet = Sheet(tuple(news if asked.name == "" else chosen), tuple(problems), dry_run=asked.dry_run)
    if problems or not news or asked.dry_run:
        return sheet
    if not asked.yes and any(edition.moved for edition in news):
        return replace(sheet, waits=True)
    part = Plan(tuple(news), plan.proofs, {})
    made = await publisher.record(part, asked.by)
    return replace(sheet, made=tuple(made), moved=await publisher.move(part))


def unknown(edition: Edition, asked: Asked) -> list[Problem]:
    """States that this very command names and in which nobody is."""
    return unknown_states(replace(edition, moves=asked.moves)) if asked.moves.named else []


def _chosen(plan: Plan, name: str) -> list[Edition]:
    if not name:
        return list(plan.editions)
    found = [each for each in plan.editions if name in (each.name, f"{each.business.name}/{each.name}")]
    if len(found) != 1:
        known = ", ".join(f"{each.business.name}/{each.name}" for each in found or plan.editions)
        raise NoSuchFlow(f"{name} is no single flow: name one of {known}")
    return found


async def people(publisher: Publisher, businesses: Mapping[str, Business], name: str) -> list[Edition]:
    """The named flow, or every flow that somebody is in, with who is where. Raises ``NoSuchFlow``."""
    plan = await publisher.weigh(businesses)
    return [each for each in _chosen(plan, name) if each.groups or name]
