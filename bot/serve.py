"""The main job: open everything, run the parts of the role, answer HTTP until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import structlog
from aiohttp import web

from bot.engine import SIMULATOR, Engine, Stores
from bot.hook_tokens import tokens_of
from bot.reloading import Reloader
from bot.standing import channel_maker, open_stores
from config.business import load_businesses
from config.business_types import Business
from config.reload import Watcher
from config.settings import Role, Settings, Switch
from flows.reading.reader import prepare as prepare_reading
from storage import switches

log = structlog.get_logger()

RELOAD_EVERY = 1.0
GRACE = 10.0
COLLECT_AFTER = (20_000, 20, 50)
"""Objects made and not freed before the collector looks for cycles (Python's own: 700, 10, 10). What a message makes is
freed without it; by default it would look several times a batch, for 3 % of the processor."""


@dataclass(slots=True)
class Serving:
    """What the web application is given."""

    engine: Engine
    tokens: dict[tuple[str, str], str]
    sandbox: bool
    public_url: str
    reloader: Reloader

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the latest edit of a business is not in force; empty when it is."""
        return self.reloader.problems


MakeApp = Callable[[Serving], web.Application]


async def serve(settings: Settings, environ: Mapping[str, str], make_app: MakeApp, say: Callable[[str], None]) -> int:
    """Serve until a signal; 0 when ended in order, 3 when a part failed."""
    businesses = load_businesses(settings.businesses)
    listening = _listen(settings)
    own_url = f"http://{settings.host}:{listening.getsockname()[1]}"
    with contextlib.closing(listening):
        async with open_stores(settings, environ, own_url) as stores, aiohttp.ClientSession() as session:
            tokens = await tokens_of(businesses, stores.database, stores.vault, stores.clock)
            await _restore_clock(stores)
            make_channel = channel_maker(settings, environ, session, tokens, own_url)
            engine = Engine.build(stores, make_channel)
            reloader = Reloader(engine, tokens, Watcher(settings.businesses, businesses))
            await reloader.begin()
            sandbox = _sandbox(settings, businesses)
            serving = Serving(engine, tokens, sandbox, settings.public_url or own_url, reloader)
            return await _run(settings, serving, make_app, listening, say)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((settings.host, settings.port))
    return listening


def _sandbox(settings: Settings, businesses: Mapping[str, Business]) -> bool:
    """The simulator and the movable clock: never beside a carrier that reaches real people, unless told so."""
    if settings.sandbox is not Switch.AUTO:
        return settings.sandbox is Switch.ON
    return all(c.provider == SIMULATOR for b in businesses.values() for c in b.channels.values())


async def _restore_clock(stores: Stores) -> None:
    """A sandbox whose clock jumped ahead stays there after a restart."""
    async with stores.database.write() as tx:
        rows = await tx.fetch(switches.OF_NAMES, businesses=[switches.EVERY_BUSINESS], names=[switches.CLOCK])
    for _, _, microseconds in rows:
        stores.clock.advance(timedelta(microseconds=int(microseconds)))


async def _run(
    settings: Settings, serving: Serving, make_app: MakeApp, listening: socket.socket, say: Callable[[str], None]
) -> int:
    engine, role = serving.engine, settings.role
    await engine.start(web=role is not Role.WORKER, worker=role is not Role.WEB)
    runner = web.AppRunner(make_app(serving), access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    await web.SockSite(runner, listening, backlog=1024).start()
    reloading = asyncio.create_task(_reload(serving.reloader))
    prepare_reading()
    _announce(serving, say)
    spare_the_collector()
    try:
        return await _until_told(engine)
    finally:
        reloading.cancel()
        await runner.cleanup()
        await engine.stop()


def spare_the_collector() -> None:
    """All that was loaded stays: the collector need never look at it again, and seldom at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def _announce(serving: Serving, say: Callable[[str], None]) -> None:
    url = serving.public_url
    if serving.sandbox:
        say(f"simulator  {url}/sim")
    say(f"API docs   {url}/docs")
    for (business, channel), token in serving.tokens.items():
        say(f"webhook    {url}/hooks/{business}/{channel}/{token}")
    say(f"ready {url}")


async def _until_told(engine: Engine) -> int:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    ending = asyncio.create_task(told.wait())
    failing = asyncio.create_task(engine.failed())
    await asyncio.wait({ending, failing}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    failing.cancel()
    if told.is_set():
        return 0
    log.error("engine.part-failed", error=repr(failing.result()))
    return 3


async def _reload(reloader: Reloader) -> None:
    """Put edits in force without a restart, until cancelled."""
    while True:
        await asyncio.sleep(RELOAD_EVERY)
        await reloader.look()
