"""The ``sim`` verbs: talk with a running sandbox from a terminal. They only speak HTTP with it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import sim_chat


@click.group()
def sim() -> None:
    """Talk with a running sandbox."""


_URL = click.option("--url", default="http://127.0.0.1:8080", show_default=True, help="the running sandbox")
_BUSINESS = click.option("--business", default="bookshop", show_default=True)
_PHONE = click.option("--phone", default="+8613800000000", show_default=True)


@sim.command("chat")
@_URL
@_BUSINESS
@_PHONE
@click.option("--flow", "flow_name", default="")
@click.option("--channel", default="sms", show_default=True)
@click.option("--lang", "spoken", default="", help="the person's language")
def sim_chat_verb(**said: str) -> None:
    """A phone in the terminal."""
    who = sim_chat.Talker(said["business"], said["phone"], said["channel"], said["flow_name"], said["spoken"])
    sys.exit(sim_chat.run_chat(said["url"], who, sys.stdin, click.echo))


@sim.command("trigger")
@click.argument("event")
@click.argument("facts", nargs=-1)
@_URL
@_BUSINESS
@_PHONE
@click.option("--channel", default="", help="else the flow's first that reaches the person")
def sim_trigger(event: str, facts: tuple[str, ...], url: str, business: str, **said: str) -> None:
    """Report a business event: sim trigger signup.form page=shop."""
    named = dict(fact.partition("=")[::2] for fact in facts)
    who = sim_chat.Talker(business, said["phone"], said["channel"])
    click.echo(json.dumps(sim_chat.trigger(url, who, event, named), ensure_ascii=False))


@sim.command("webhook")
@click.argument("channel")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--token", required=True, help="of the channel's hook, as shown at start")
@_URL
@_BUSINESS
def sim_webhook(channel: str, file: Path, token: str, url: str, business: str) -> None:
    """Sign a file as the simulated carrier would and post it to a channel's hook."""
    body = file.read_bytes()
    headers = sim_chat.sign(token, body, datetime.now(UTC))
    click.echo(sim_chat.post_webhook(url, (business, channel, token), body, headers))
