"""Opening what the engine stands on, from settings: keys, database, Redis, channels. Closes it all in order."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp

from bot.channel import Channel
from bot.channels.open import open_channel
from bot.engine import SIMULATOR, ChannelMaker, Stores
from bot.errors import BotError
from bot.permit import Seal
from config.business_types import Business
from config.secrets import Source, read_reference, resolve
from config.setting import EMBEDDED
from config.settings import Settings
from storage.clock import Clock
from storage.database import Database
from storage.limits import Limiter
from storage.redis import Breaker, Wake, open_redis
from storage.schema import migrate, present, require_newest
from storage.valkey import EmbeddedValkey
from storage.vault import KEY, Vault


class DataInUse(BotError):
    """Another askfirst runs on the same data folder."""


class BadMasterKey(BotError):
    """The master key cannot be read."""


def master_key(settings: Settings, environ: Mapping[str, str], random: Callable[[int], bytes] = os.urandom) -> bytes:
    """The 32 bytes of the master key (hex in its file or variable). The default file is made where it is missing."""
    reference = settings.master_key
    if reference.source is Source.FILE and settings.origins.get("master_key") == "default":
        path = Path(reference.name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_once(path, random(KEY).hex())
    text = resolve(reference, environ)
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY:
        raise BadMasterKey(f"{reference}: the master key is {2 * KEY} hex digits; make one: openssl rand -hex {KEY}")
    return key


def _write_once(path: Path, text: str) -> None:
    """Two first starts at once: the first one's key stands."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(handle)


def is_embedded(settings: Settings) -> bool:
    """Whether the database is our own SQLite file."""
    return settings.database.startswith("sqlite")


@asynccontextmanager
async def open_database(settings: Settings, *, upgrade: bool) -> AsyncIterator[Database]:
    """The database at the code's revision. Our own file and an empty database are migrated, others only on request."""
    if is_embedded(settings):
        settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        if upgrade and (is_embedded(settings) or not await present(database)):
            await migrate(database)
        if upgrade:
            await require_newest(database)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def open_stores(settings: Settings, environ: Mapping[str, str], process: str) -> AsyncIterator[Stores]:
    """Everything, in order; an embedded Valkey is started. DataInUse when another process holds the data folder."""
    async with AsyncExitStack() as stack:
        if is_embedded(settings) or settings.redis == EMBEDDED:
            settings.data.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_hold(settings.data / "askfirst.lock"))
        vault = Vault(master_key(settings, environ))
        database = await stack.enter_async_context(open_database(settings, upgrade=True))
        url = settings.redis
        if url == EMBEDDED:
            url = await stack.enter_async_context(EmbeddedValkey(settings.data))
        redis = open_redis(url)
        stack.push_async_callback(redis.aclose)
        breaker = Breaker(time.monotonic)
        yield Stores(database, vault, Clock(), Limiter(redis, breaker), breaker, Wake(redis, breaker, process))


class _hold:  # noqa: N801  # a context manager that reads as a verb
    """Holds a lock file: one process per data folder, so that whoever came before is proven dead."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = self._path.open("a")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataInUse(f"{self._path.parent} is in use by another askfirst: stop it, or give --data") from error

    def __exit__(self, *_: object) -> None:
        self._file.close()


def channel_maker(
    settings: Settings,
    environ: Mapping[str, str],
    session: aiohttp.ClientSession,
    tokens: Mapping[tuple[str, str], str],
    own_url: str,
) -> ChannelMaker:
    """Opens a business's channels; the simulated carrier is this very process unless ``base_url`` says otherwise."""

    def make(business: Business, name: str, seal: Seal) -> Channel:
        config = business.channels[name]
        token = tokens[business.name, name]
        base = config.base_url
        if base is None and config.provider == SIMULATOR:
            base = f"{own_url}/sim/carrier/{business.name}/{name}"
        hook = f"{config.public_url or settings.public_url or own_url}/hooks/{business.name}/{name}/{token}"

        def secret(reference: str) -> str:
            return resolve(read_reference(reference, business.folder), environ)

        return open_channel(replace(config, base_url=base, token=token), secret, session, seal, hook)

    return make
