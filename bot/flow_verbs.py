"""The ``flow`` verbs that look into the database: publish, rollback, people, diff."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.commands import Desk
from bot.flow_diff import AT, find, of_file
from bot.flow_diff import as_plain as differing
from bot.flow_diff import told as compared
from bot.flow_press import Asked, NoSuchFlow, Sheet, people, publish
from bot.flow_report import as_json
from bot.flow_rollback import SHORTEST, roll_back
from bot.flow_sheet import DIGITS, as_plain, everybody, plain_edition, told
from bot.options import SHARED, language, read_settings, run, with_settings
from bot.publishing import Publisher
from bot.standing import open_database
from config.business import load_businesses
from config.settings import Settings
from flows.messages import Bilingual
from flows.moving.state_map import StateMap
from flows.spec import Flow

OK, FOUND, USAGE = 0, 1, 2
Verb = TypeVar("Verb", bound=Callable[..., Any])

KEPT = Bilingual("what the file held is kept in {file}", "文件原来的内容保存在 {file}")
WRITTEN = Bilingual("{file} holds {version} again", "{file} 已恢复为 {version}")


def _of_writers(verb: Verb) -> Verb:
    """The options that both writers have."""
    options = (
        click.option("--map", "maps", multiple=True, metavar="OLD=NEW", help="people in OLD go on in NEW; repeatable"),
        click.option("--end", "ends", multiple=True, metavar="STATE", help="close conversations in STATE; repeatable"),
        click.option("--by", default="operator", show_default=True, help="who publishes; kept on record"),
        click.option("--dry-run", is_flag=True, help="say what would happen, change nothing"),
        click.option("--yes", is_flag=True, help="do it, also where people are moved"),
        click.option("--json", "as_data", is_flag=True),
    )
    for option in reversed(options):
        verb = option(verb)
    return verb


@click.command("publish")
@click.argument("name", default="")
@_of_writers
@with_settings(*SHARED)
def publish_verb(name: str, as_data: bool, **said: Any) -> None:
    """Put a flow in force as its file is now: shows who is where, and takes a map for states that vanished."""
    asked, settings = _asked(name, said)

    async def work() -> Sheet:
        businesses = load_businesses(settings.businesses)
        async with _publisher(settings) as publisher:
            return await publish(publisher, businesses, asked)

    sys.exit(_show(run(_or_usage(work())), as_data))


@click.command("rollback")
@click.argument("name")
@click.option("--to", "to", default="", help=f"the version, by {SHORTEST} or more digits of it; else the one before")
@_of_writers
@with_settings(*SHARED)
def rollback_verb(name: str, to: str, as_data: bool, **said: Any) -> None:
    """Put an earlier version back into the folder and in force."""
    asked, settings = _asked(name, said)

    async def work() -> Sheet:
        async with _publisher(settings) as publisher:
            sheet, back = await roll_back(publisher, settings.businesses, asked, to)
        if not (sheet.problems or sheet.waits or sheet.dry_run or as_data):
            shown: tuple[tuple[Bilingual, Path | None], ...] = ((WRITTEN, back.file), (KEPT, back.kept))
            for words, file in shown:
                if file is not None:
                    values = {"file": file, "version": back.version.hash[:DIGITS]}
                    click.echo(words.fill(values).text(language()))
        return sheet

    sys.exit(_show(run(_or_usage(work())), as_data))


@click.command("people")
@click.argument("name", default="")
@click.option("--json", "as_data", is_flag=True)
@with_settings(*SHARED)
def people_verb(name: str, as_data: bool, **flags: object) -> None:
    """Who is where: how many people are in which state of which version."""
    settings = read_settings(**flags)

    async def work() -> None:
        businesses = load_businesses(settings.businesses)
        async with _publisher(settings) as publisher:
            found = await people(publisher, businesses, name)
        if as_data:
            click.echo(as_json({"flows": [plain_edition(each, language()) for each in found]}))
        else:
            click.echo(everybody(found, language()))

    run(_or_usage(work()))


@click.command("diff")
@click.argument("old")
@click.argument("new", default="")
@click.option("--json", "as_data", is_flag=True)
@with_settings(*SHARED)
def diff_verb(old: str, new: str, as_data: bool, **flags: object) -> None:
    """Which conversations change between two versions: files, flows of the folder, or NAME@VERSION on record. One name
    alone: from what was published last to what the folder holds. Exit 1 where anything differs."""
    names = (old, new) if new else (f"{old}{AT}", old)
    flows = {name: flow for name in names if (flow := of_file(name)) is not None}
    missing = [name for name in names if name not in flows]
    if missing:
        flows |= run(_or_usage(_named(read_settings(**flags), missing)))
    before, after = (flows[name] for name in names)
    found, said = compared(before, after, language())
    click.echo(as_json(differing(found)) if as_data else said)
    sys.exit(FOUND if found.anything else OK)


async def _named(settings: Settings, names: Sequence[str]) -> dict[str, Flow]:
    """Flows of the folder, and versions on record."""
    businesses = load_businesses(settings.businesses)
    async with _publisher(settings) as publisher:
        return {name: await find(publisher, businesses, name) for name in names}


@asynccontextmanager
async def _publisher(settings: Settings) -> AsyncIterator[Publisher]:
    """On the installation's database, keys and clock."""
    desk = Desk(settings, os.environ)
    clock = await desk.clock(None)
    async with open_database(settings, upgrade=True) as database:
        yield Publisher(database, desk.vault(), clock)


def _asked(name: str, said: dict[str, Any]) -> tuple[Asked, Settings]:
    """What the options say, and the settings."""
    to = dict(_pair(each) for each in said.pop("maps"))
    moves = StateMap(to, frozenset(said.pop("ends")) - to.keys())
    by, dry_run, yes = said.pop("by"), said.pop("dry_run"), said.pop("yes")
    return Asked(name, moves, by, dry_run, yes), read_settings(**said)


def _pair(text: str) -> tuple[str, str]:
    old, mark, new = text.partition("=")
    if not (old and mark and new):
        raise click.UsageError(f"--map {text}: write OLD=NEW, two states")
    return old, new


async def _or_usage(work: Any) -> Any:
    """A name that is not there is a mistake of the command line."""
    try:
        return await work
    except NoSuchFlow as error:
        raise click.UsageError(str(error)) from error


def _show(sheet: Sheet, as_data: bool) -> int:
    """Print it; the exit code."""
    click.echo(as_json(as_plain(sheet, language())) if as_data else told(sheet, language()))
    if sheet.problems:
        return FOUND
    return USAGE if sheet.waits else OK
