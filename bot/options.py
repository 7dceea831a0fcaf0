"""What the verbs of the command line share: the operator's language, the settings as options, running to the end."""

from __future__ import annotations

import asyncio
import locale
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click
import uvloop

from config.load import load_settings
from config.settings import DECLARED, Settings

Answer = TypeVar("Answer")
Verb = TypeVar("Verb", bound=Callable[..., Any])

SHARED = ("data", "database", "redis", "businesses", "config")
"""The settings of every verb that looks into an installation."""


def language() -> str:
    """The operator's language, zh or en: by the setting's variable, else by locale."""
    said = os.environ.get("ASKFIRST_LANGUAGE", "auto")
    spoken = said if said in ("zh", "en") else (locale.getlocale()[0] or os.environ.get("LANG", ""))
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"


def read_settings(**flags: object) -> Settings:
    """By the flags given, the environment and the file. Raises ``SettingsError``."""
    return load_settings(flags, os.environ)


def with_settings(*names: str) -> Callable[[Verb], Verb]:
    """Options for the named settings, with their declared help."""

    def decorate(function: Verb) -> Verb:
        for name in reversed(names):
            setting = DECLARED[name]
            option = f"--{name.replace('_', '-')}"
            function = click.option(option, name, default=None, help=setting.help(language()))(function)
        return function

    return decorate


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """To its end, on a loop of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
