"""The ``campaign`` verbs: take back what has not left, lift that, show what is taken back. They work on the database,
beside a running service."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

import click

from bot.commands import Desk
from bot.options import SHARED, language, read_settings, run, with_settings
from bot.recalling import Counts, Decision, NotRecalled, Recalled, RecallFilter, Recalling, UnknownTarget, described
from bot.standing import open_database
from config.business import load_businesses
from config.settings import Settings
from flows.messages import Bilingual
from flows.spans import duration
from storage.clock import from_micros
from storage.recalls import Recall, Scope, Target

Verb = TypeVar("Verb", bound=Callable[..., Any])

ONE = "name one: a campaign's NAME, or --channel NAME, or --everything"
COUNTS = Bilingual(
    "stopped in the queue {stopped}, in the air {flying}, already gone since {since}: {gone}",
    "队列中拦下 {stopped} 条，在途 {flying} 条，自 {since} 起已发出 {gone} 条",
)
MADE = Bilingual("{target} is recalled ({id}): {counts}", "{target} 已召回（{id}）：{counts}")
ALREADY = Bilingual(
    "{target} was recalled already by {by} at {at} ({id}): {counts}",
    "{target} 早已由 {by} 于 {at} 召回（{id}）：{counts}",
)
TRIED = Bilingual("{target} would be recalled, nothing was changed: {counts}", "将召回 {target}，尚未改动：{counts}")
UNSURE = Bilingual("what is cancelled stays cancelled: add --yes", "取消后无法恢复：请加 --yes")
LIFTED = Bilingual(
    "{target} is lifted: new messages leave, what was cancelled stays cancelled",
    "{target} 已解除召回：新消息可以发出，已取消的不再发送",
)
NONE = Bilingual("nothing is recalled", "没有召回")
IN_FORCE = Bilingual("in force", "生效中")
OVER = Bilingual("lifted {at} by {by}: {reason}", "{at} 由 {by} 解除：{reason}")


@click.group()
def campaign() -> None:
    """Campaigns: recall what has not left, lift that, list it."""


def _of_scope(verb: Verb) -> Verb:
    """What both writers have."""
    options = (
        click.argument("name", default=""),
        click.option("--channel", default="", help="in place of NAME: whatever this channel says unasked"),
        click.option("--everything", is_flag=True, help="in place of NAME: whatever the business sells by"),
        click.option("--business", required=True),
        click.option("--by", required=True, help="who decides; kept for good"),
        click.option("--reason", required=True, help="kept for good, so it names nobody"),
        click.option("--dry-run", is_flag=True, help="say what would happen, change nothing"),
        click.option("--json", "as_data", is_flag=True),
    )
    for option in reversed(options):
        verb = option(verb)
    return verb


@campaign.command("recall")
@_of_scope
@click.option("--since", default="24h", show_default=True, help="how far back to count what is gone: 6h, 7d")
@click.option("--yes", is_flag=True, help="do it; without it nothing is changed, and the exit code is 2")
@with_settings(*SHARED)
def recall_verb(by: str, reason: str, dry_run: bool, as_data: bool, **said: Any) -> None:
    """Cancel at once what waits in the queue, and let nothing more of it leave until it is lifted."""
    back, yes = _back(said.pop("since")), said.pop("yes")
    target, settings = _target(said), read_settings(**said)

    async def work() -> tuple[Counts, Recalled | None]:
        async with _recalling(settings) as recalling:
            await recalling.require(target, lambda: _configured(settings, target))
            if dry_run or not yes:
                return await recalling.weigh(target, back), None
            done = await recalling.recall(target, Decision(by, reason), back)
            return done.counts, done

    counts, done = run(_or_usage(work()))
    if not (yes or dry_run):
        raise click.UsageError(f"{_said(target, counts, done)}\n{UNSURE.text(language())}")
    click.echo(_as_json(told(target, counts, done)) if as_data else _said(target, counts, done))


@campaign.command("lift")
@_of_scope
@with_settings(*SHARED)
def lift_verb(by: str, reason: str, dry_run: bool, as_data: bool, **said: Any) -> None:
    """Let new messages leave again. What was cancelled stays cancelled."""
    target, settings = _target(said), read_settings(**said)

    async def work() -> Recall:
        async with _recalling(settings) as recalling:
            return await recalling.lift(target, Decision(by, reason), dry_run=dry_run)

    done = run(_or_usage(work()))
    click.echo(_as_json(plain(done)) if as_data else LIFTED.fill({"target": described(target)}).text(language()))


@campaign.command("recalls")
@click.option("--business", required=True)
@click.option("--all", "every", is_flag=True, help="also those that were lifted")
@click.option("--json", "as_data", is_flag=True)
@with_settings(*SHARED)
def recalls_verb(business: str, every: bool, as_data: bool, **flags: object) -> None:
    """What is taken back at present: by whom, why, since when, and what came of it."""
    settings = read_settings(**flags)

    async def work() -> list[Recall]:
        async with _recalling(settings) as recalling:
            return await recalling.recalls(business, RecallFilter(None if every else True))

    found = run(work())
    if as_data:
        click.echo(_as_json({"recalls": [plain(each) for each in found]}))
        return
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo(NONE.text(language()))


def _target(said: dict[str, Any]) -> Target:
    """What the options mean; takes them out of ``said``."""
    name, channel, everything = said.pop("name"), said.pop("channel"), said.pop("everything")
    business = said.pop("business")
    if [bool(name), bool(channel), everything].count(True) != 1:
        raise click.UsageError(ONE)
    if everything:
        return Target(business, Scope.BUSINESS)
    return Target(business, Scope.CHANNEL, channel) if channel else Target(business, Scope.CAMPAIGN, name)


def _back(since: str) -> timedelta:
    found = duration(since)
    if found is None:
        raise click.UsageError(f"--since {since}: write 30m, 6h or 7d")
    return found


def _configured(settings: Settings, target: Target) -> Collection[str]:
    """What the folder names: campaigns or channels of the business, or the businesses."""
    businesses = load_businesses(settings.businesses)
    business = businesses.get(target.business)
    if target.scope is Scope.BUSINESS or business is None:
        return businesses if target.scope is Scope.BUSINESS else ()
    if target.scope is Scope.CHANNEL:
        return business.channels
    return [flow.start.campaign for flow in business.flows.values() if flow.start.campaign]


@asynccontextmanager
async def _recalling(settings: Settings) -> AsyncIterator[Recalling]:
    """On the installation's database, keys and clock."""
    desk = Desk(settings, os.environ)
    clock = await desk.clock(None)
    async with open_database(settings, upgrade=True) as database:
        yield Recalling(database, desk.vault(), clock)


async def _or_usage(work: Any) -> Any:
    """A name that is not there is a mistake of the command line."""
    try:
        return await work
    except (UnknownTarget, NotRecalled) as error:
        raise click.UsageError(str(error)) from error


# What is shown -----------------------------------------------------------------------------------------------------


def told(target: Target, counts: Counts, done: Recalled | None) -> dict[str, Any]:
    """What a recall came to, or would, as plain data: the counts of this call, and the recall as it is on record."""
    return {
        "scope": str(target.scope),
        "name": target.name,
        "stopped": counts.stopped,
        "in_the_air": counts.flying,
        "gone": counts.gone,
        "gone_since_at": _time(counts.since_at),
        "new": done is not None and done.fresh,
        "recall": plain(done.recall) if done is not None else None,
    }


def plain(recall: Recall) -> dict[str, Any]:
    """A recall as plain data; the counts are those of the moment when it was made."""
    lifted = recall.lifted_at is not None
    return {
        "id": recall.id,
        "business": recall.business,
        "scope": str(recall.scope),
        "name": recall.name,
        "by": recall.by,
        "reason": recall.reason,
        "at": _time(recall.at),
        "stopped": recall.stopped,
        "in_the_air": recall.flying,
        "gone": recall.gone,
        "record": recall.record,
        "lifted_at": _time(recall.lifted_at) if recall.lifted_at is not None else None,
        "lifted_by": recall.lifted_by if lifted else None,
        "lift_reason": recall.lift_reason if lifted else None,
        "lift_record": recall.lift_record if lifted else None,
    }


def _said(target: Target, counts: Counts, done: Recalled | None) -> str:
    numbers = {"stopped": counts.stopped, "flying": counts.flying, "gone": counts.gone}
    values: dict[str, object] = {
        "target": described(target),
        "counts": COUNTS.fill({**numbers, "since": _time(counts.since_at)}),
    }
    if done is None:
        return TRIED.fill(values).text(language())
    values |= {"id": done.recall.id, "by": done.recall.by, "at": _time(done.recall.at)}
    return (MADE if done.fresh else ALREADY).fill(values).text(language())


def _line(recall: Recall) -> str:
    state = IN_FORCE
    if recall.lifted_at is not None:
        over = {"at": _time(recall.lifted_at), "by": recall.lifted_by, "reason": recall.lift_reason}
        state = OVER.fill(over)
    made = f"{recall.id}  {described(recall.target)}  {_time(recall.at)}  {recall.by}: {recall.reason}"
    return f"{made}  [{recall.stopped} / {recall.flying} / {recall.gone}]  {state.text(language())}"


def _time(micros: int) -> str:
    return from_micros(micros).isoformat(timespec="seconds")


def _as_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
