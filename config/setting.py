"""One setting: how it is declared, and how each kind of value is read from the text that a person wrote.

Knows no setting by name (see ``settings``) and prints no secret.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from config.errors import Problem, SecretError
from config.secrets import Reference, Source, read_reference, resolve


class Unfit(ValueError):
    """A text is not a value of its setting; ``en`` and ``zh`` say what would be."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


@dataclass(frozen=True, slots=True)
class Context:
    """What a text is read against: the folder for relative paths, the environment for references."""

    folder: Path
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: ``form`` is how one is written (``0..65535``), ``read`` turns the text into the value."""

    form: str
    read: Callable[[str, Context], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """A declaration. ``default`` is text as a person would write it, ``{data}`` and ``{shipped}`` filled in; None for
    none. ``secret``: given by reference only. ``en`` and ``zh`` are its one-line help."""

    kind: Kind
    default: str | None
    en: str
    zh: str
    secret: bool = False

    def help(self, language: str) -> str:
        """The one-line help in ``zh`` or ``en``."""
        return self.zh if language.startswith("zh") else self.en


def declare(kind: Kind, default: str | None, en: str, zh: str, *, secret: bool = False) -> Any:
    """A field of ``Settings`` that carries its declaration; addresses and secrets stay out of its ``repr``."""
    shown = not secret and kind not in {DATABASE, REDIS}
    return dataclasses.field(repr=shown, metadata={"setting": Setting(kind, default, en, zh, secret=secret)})


def choice(options: type[StrEnum]) -> Kind:
    """One word of a closed list."""
    form = "|".join(options)

    def read(text: str, _: Context) -> StrEnum:
        if text not in set(options):
            raise Unfit(f"{text!r} is none of {form}", f"{text!r} 不在可选值 {form} 之中")
        return options(text)

    return Kind(form, read)


def number(least: int, most: int) -> Kind:
    """A whole number from ``least`` to ``most``."""

    def read(text: str, _: Context) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise Unfit(
                f"{text!r} is not a whole number from {least} to {most}", f"{text!r} 不是 {least} 到 {most} 之间的整数"
            )
        return int(text)

    return Kind(f"{least}..{most}", read)


def _read_text(text: str, _: Context) -> str:
    if text != text.strip() or any(letter.isspace() for letter in text):
        raise Unfit(f"{text!r} has a blank in it", f"{text!r} 中有空白")
    return text


def _read_folder(text: str, context: Context) -> Path:
    folder = context.folder.absolute() / Path(text).expanduser()
    if folder.exists() and not folder.is_dir():
        raise Unfit(f"{folder} is a file, not a folder", f"{folder} 是文件，不是文件夹")
    return folder


def _read_existing_folder(text: str, context: Context) -> Path:
    folder = _read_folder(text, context)
    if not folder.is_dir():
        raise Unfit(f"there is no folder {folder}", f"文件夹 {folder} 不存在")
    return folder


def _read_file(text: str, context: Context) -> Path:
    file = context.folder.absolute() / Path(text).expanduser()
    if not file.is_file():
        raise Unfit(f"there is no file {file}", f"文件 {file} 不存在")
    return file


def _read_public_url(text: str, _: Context) -> str:
    url = _split(text)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise Unfit(
            f"{text!r} is not the address that carriers reach us at: write https://HOST[/PREFIX]",
            f"{text!r} 不是运营商访问本站的地址：请写 https://主机名[/前缀]",
        )
    return text.rstrip("/")


def _read_database(text: str, context: Context) -> str:
    given = _address(text, context)
    scheme, separator, rest = given.partition("://")
    backend, _, driver = scheme.partition("+")
    backend = {"postgres": "postgresql"}.get(backend, backend)
    wanted = {"sqlite": "aiosqlite", "postgresql": "asyncpg"}.get(backend)
    nowhere = backend == "sqlite" and rest in {"", "/", "/:memory:"}
    if not separator or wanted is None or driver not in {"", wanted} or nowhere:
        raise Unfit(
            f"{hide_password(given)!r} is no database of ours: write sqlite:///PATH or postgresql://USER@HOST/NAME",
            f"{hide_password(given)!r} 不是可用的数据库：请写 sqlite:///路径 或 postgresql://用户@主机/库名",
        )
    if backend == "sqlite":
        rest = f"/{context.folder.absolute() / rest.removeprefix('/')}"
    return f"{backend}+{wanted}://{rest}"


def _read_redis(text: str, context: Context) -> str:
    given = _address(text, context)
    if given != EMBEDDED and _split(given).scheme not in {"redis", "rediss", "unix"}:
        raise Unfit(
            f"{hide_password(given)!r} is no Redis: write embedded, redis://HOST:6379/0, rediss://… or unix:///PATH",
            f"{hide_password(given)!r} 不是 Redis 地址：请写 embedded、redis://主机:6379/0、rediss://… 或 unix:///路径",
        )
    return given


def _read_secret(text: str, context: Context) -> Reference:
    try:
        return read_reference(text, context.folder)
    except SecretError as error:
        raise Unfit(error.en, error.zh) from None


def _address(text: str, context: Context) -> str:
    """An address may hold a password, so it may be a reference too."""
    if text.partition(":")[0] not in set(Source):
        return text
    try:
        return resolve(read_reference(text, context.folder), context.environ)
    except SecretError as error:
        raise Unfit(error.en, error.zh) from None


def hide_password(url: str) -> str:
    """The address with ``***`` for its password and for anything in its query."""
    if "@" not in url and "?" not in url:
        return url
    parts = _split(url)
    account, at, host = parts.netloc.rpartition("@")
    user, colon, _ = account.partition(":")
    query = "***" if parts.query else ""
    return urlunsplit(parts._replace(netloc=f"{user}{':***' if colon else ''}{at}{host}", query=query))


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise Unfit("it is not an address", "不是有效的地址") from None


def unknown(name: str, origin: str, known: Iterable[str]) -> Problem:
    """The problem of a name that is no setting, with the nearest that is one."""
    nearest = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    en = f"did you mean {nearest[0]}?" if nearest else "askfirst config check lists them all"
    zh = f"是否想写 {nearest[0]}？" if nearest else "askfirst config check 会列出全部设置"
    return Problem(name, origin, f"there is no setting {name}: {en}", f"没有名为 {name} 的设置：{zh}")


EMBEDDED = "embedded"
"""The Redis that we start ourselves."""

TEXT = Kind("text", _read_text)
FOLDER = Kind("folder", _read_folder)
EXISTING_FOLDER = Kind("folder", _read_existing_folder)
FILE = Kind("file", _read_file)
PUBLIC_URL = Kind("https://HOST[/PREFIX]", _read_public_url)
DATABASE = Kind("sqlite:///PATH | postgresql://USER@HOST/NAME | env:NAME | file:PATH", _read_database)
REDIS = Kind("embedded | redis://HOST:PORT/N | rediss://… | unix:///PATH | env:NAME | file:PATH", _read_redis)
SECRET = Kind("env:NAME | file:PATH", _read_secret)
