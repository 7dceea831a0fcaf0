"""The command line, and the one place where everything is put together: ``bot`` meets ``webhooks`` here alone."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import structlog

from bot import check_command, flow_command
from bot.campaign_verbs import campaign
from bot.commands import Desk
from bot.errors import BotError
from bot.flow_new_command import new_verb
from bot.flow_report import FORMS
from bot.flow_verbs import diff_verb, people_verb, publish_verb, rollback_verb
from bot.flow_watch import Watch
from bot.options import SHARED, language, read_settings, run, with_settings
from bot.serve import Serving, serve
from bot.sim_verbs import sim
from bot.words_command import read_lines
from config.errors import BusinessProblems, ConfigError, SettingsError
from flows.errors import FlowProblems
from flows.reading.reader import Reader
from flows.spans import duration
from storage.errors import StorageError

FOUND, USAGE, UNAVAILABLE = 1, 2, 3


class Verbs(click.Group):
    """Turns the errors that we know into one sentence and the contract's exit codes."""

    def invoke(self, context: click.Context) -> Any:
        """Run the verb."""
        try:
            return super().invoke(context)
        except SettingsError as error:
            click.echo(error.describe(language()), err=True)
            context.exit(USAGE)
        except (BusinessProblems, FlowProblems) as error:
            for problem in error.problems:
                click.echo(problem.headline(language()), err=True)
            context.exit(FOUND)
        except (ConfigError, BotError, StorageError, OSError) as error:
            click.echo(f"askfirst: {error}", err=True)
            context.exit(UNAVAILABLE)


def _configure_logs(log_format: str = "auto") -> None:
    """To standard error; tracebacks without the values of variables, which may be personal."""
    as_text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = plain if as_text else structlog.processors.JSONRenderer(ensure_ascii=False)
    shaping: list[Any] = [] if as_text else [structlog.processors.format_exc_info]
    logging.getLogger("transitions").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *shaping,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


@click.group(cls=Verbs, invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """askfirst: the messaging bot that asks before it sends. Without a verb: serve, on an embedded default."""
    if context.invoked_subcommand is None:
        context.invoke(serve_verb)


@main.command("serve")
@with_settings("host", "port", *SHARED, "role", "public_url", "sandbox")
def serve_verb(**flags: object) -> None:
    """Answer webhooks and the API, run the workers, until stopped."""
    settings = read_settings(**flags)
    _configure_logs(settings.log_format)
    sys.exit(run(serve(settings, os.environ, _make_app, click.echo)))


def _make_app(serving: Serving) -> Any:
    from webhooks.app import make_app
    from webhooks.doors import Doors, Standing

    def standing() -> Standing:
        return Standing(problems=serving.problems, redis_up=serving.engine.stores.breaker.up)

    return make_app(Doors(serving.engine, serving.tokens, serving.sandbox, serving.public_url, standing))


@main.group()
def flow() -> None:
    """Conversations: check, test, show, compare, publish."""
    _configure_logs()


@flow.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMS), default="text")
@click.option("--watch", is_flag=True, help="judge again whenever a file is saved, until Ctrl-C")
def flow_check(paths: tuple[Path, ...], form: str, watch: bool) -> None:
    """Every mistake with its place and cure, before anything runs."""

    def verdict() -> int:
        return flow_command.check(paths, form, language(), click.echo)

    sys.exit(Watch(paths, verdict, click.echo, time.sleep, language()).run() if watch else verdict())


@flow.command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def flow_test(paths: tuple[Path, ...], as_json: bool) -> None:
    """Play the conversation tests on the real path."""
    sys.exit(flow_command.test(paths, click.echo, as_json, language()))


@flow.command("show")
@click.argument("name")
@click.option("--format", "form", type=click.Choice(["table", "mermaid", "svg"]), default="table")
@with_settings("businesses")
def flow_show(name: str, form: str, **flags: object) -> None:
    """One flow as a table, a Mermaid graph or a drawing."""
    sys.exit(flow_command.show(name, form, read_settings(**flags).businesses, click.echo, language()))


for verb in (new_verb, diff_verb, publish_verb, rollback_verb, people_verb):
    flow.add_command(verb)

main.add_command(sim)
main.add_command(campaign)


@main.command()
@click.argument("file", type=click.File("r"), default="-")
def words(file: Any) -> None:
    """JSONL {id, text, lang?, ctx?, place?} in, readings out."""
    bad = False
    for line in read_lines(file, Reader.shipped(None, ())):
        bad = bad or "reading" not in json.loads(line)
        click.echo(line)
    sys.exit(FOUND if bad else 0)


@main.group()
def key() -> None:
    """API keys."""


@key.command("new")
@click.option("--business", required=True)
@click.option("--live/--test", default=False)
@click.option("--label", default="")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*SHARED)
def key_new(business: str, live: bool, label: str, as_json: bool, **flags: object) -> None:
    """Make a key; it is shown this once."""
    made = run(Desk(read_settings(**flags), os.environ).new_key(business, "live" if live else "test", label))
    click.echo(json.dumps({"key": made}) if as_json else made)


@key.command("list")
@click.option("--business", required=True)
@click.option("--json", "as_json", is_flag=True)
@with_settings(*SHARED)
def key_list(business: str, as_json: bool, **flags: object) -> None:
    """The keys in force; never the keys themselves."""
    found = run(Desk(read_settings(**flags), os.environ).keys(business))
    if as_json:
        click.echo(json.dumps(found))
        return
    for one in found:
        click.echo(f"{one['id']}  {one['mode']}  {one['label']}")


@key.command("revoke")
@click.argument("id_", metavar="ID")
@click.option("--business", required=True)
@click.option("--yes", is_flag=True, help="do it")
@with_settings(*SHARED)
def key_revoke(id_: str, business: str, yes: bool, **flags: object) -> None:
    """Take a key out of force, for good."""
    if not yes:
        raise click.UsageError(f"{id_} would be revoked for good: add --yes")
    run(Desk(read_settings(**flags), os.environ).revoke_key(business, id_))
    click.echo(f"{id_} is revoked")


@main.group()
def db() -> None:
    """The database."""


@db.command("status")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*SHARED)
def db_status(as_json: bool, **flags: object) -> None:
    """Its revision and sizes; exit 1 while a migration is pending."""
    found = run(Desk(read_settings(**flags), os.environ).database_status())
    _show(found, as_json)
    sys.exit(0 if found["revision"] == found["needs"] else FOUND)


@db.command("migrate")
@click.option("--dry-run", is_flag=True)
@with_settings(*SHARED)
def db_migrate(dry_run: bool, **flags: object) -> None:
    """Bring it to this version's revision."""
    desk = Desk(read_settings(**flags), os.environ)
    if dry_run:
        found = run(desk.database_status())
        click.echo(f"would go from {found['revision'] or 'empty'} to {found['needs']}")
        return
    before, after = run(desk.migrate())
    click.echo(f"from {before or 'empty'} to {after}")


@main.group()
def ledger() -> None:
    """The record of consents."""


@ledger.command("verify")
@click.option("--person", default=None, help="one person's id; everybody without it")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*SHARED)
def ledger_verify(person: str | None, as_json: bool, **flags: object) -> None:
    """Find any changed, dropped, moved or cut record; exit 1 when there is one."""
    found = run(Desk(read_settings(**flags), os.environ).verify(person))
    _show(found, as_json)
    sys.exit(FOUND if found["broken"] else 0)


@main.group("config")
def config_group() -> None:
    """Settings."""


@config_group.command("check")
@with_settings(*SHARED)
def config_check(**flags: object) -> None:
    """Everything that is missing or wrong, at once."""
    settings = read_settings(**flags)
    sys.exit(flow_command.check((settings.businesses,), "text", language(), click.echo))


@config_group.command("explain")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*SHARED)
def config_explain(name: str, as_json: bool, **flags: object) -> None:
    """Which value a setting has, and who said so."""
    explained = read_settings(**flags).explain(name, language())
    _show({k: getattr(explained, k) for k in ("key", "value", "origin", "default", "form", "help")}, as_json)


@main.group()
def clock() -> None:
    """The sandbox's clock."""


@clock.command("show")
@with_settings(*SHARED)
def clock_show(**flags: object) -> None:
    """What time the sandbox has."""
    click.echo(run(Desk(read_settings(**flags), os.environ).clock(None)).now().isoformat())


@clock.command("advance")
@click.argument("by")
@with_settings(*SHARED)
def clock_advance(by: str, **flags: object) -> None:
    """Jump ahead: 72h, 7d. A running server takes the jump from its own page instead."""
    click.echo(run(Desk(read_settings(**flags), os.environ).clock(_duration(by))).now().isoformat())


def _duration(text: str) -> timedelta:
    found = duration(text)
    if found is None:
        raise click.UsageError(f"{text!r} is no duration: write 30m, 72h or 7d")
    return found


@main.command("basis")
@click.argument("switch", type=click.Choice(["on", "off"]))
@click.option("--business", required=True)
@click.option("--by", required=True, help="who decides")
@click.option("--reason", required=True)
@with_settings(*SHARED)
def basis(switch: str, business: str, by: str, reason: str, **flags: object) -> None:
    """Allow or forbid the past-purchase basis: one consent request to former customers by SMS."""
    run(Desk(read_settings(**flags), os.environ).allow_past_purchase(business, switch == "on", by, reason))
    click.echo(f"past-purchase is {switch} for {business}")


@main.command()
@click.option("--static", is_flag=True, help="without the tests")
def check(static: bool) -> None:
    """Linters, types, import rules, shipped flows, tests."""
    sys.exit(check_command.check(static=static))


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("name", type=click.Choice(["check", "inbound", "outbound", "proof", "reading", "scoring"]))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str, arguments: tuple[str, ...]) -> None:
    """Measure beside the limit of the stack, in one run (in a checkout)."""
    if not (check_command.CHECKOUT / "bench").is_dir():
        raise click.UsageError("the benchmarks are in the checkout: clone the project and run it there")
    command = [sys.executable, "-m", f"bench.{name}", *arguments]
    sys.exit(subprocess.run(command, cwd=check_command.CHECKOUT, check=False).returncode)  # noqa: S603  # our own


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        click.echo(f"{name:10} {value}")


if __name__ == "__main__":
    main()
