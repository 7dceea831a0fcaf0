"""Secrets by reference: ``env:NAME`` or ``file:PATH``. Settings and businesses hold references, never values.

Must never print, log or keep a secret, and never read a file that others on the machine can read too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from config.errors import SecretError


class Source(StrEnum):
    """Where a secret is kept."""

    ENVIRONMENT = "env"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret lies. Files are absolute: a relative path was taken from its configuration's folder."""

    source: Source
    name: str

    def __str__(self) -> str:
        return f"{self.source}:{self.name}"


def read_reference(text: str, folder: Path) -> Reference:
    """``env:NAME`` or ``file:PATH`` (relative to ``folder``). A bare value is refused, unprinted: SecretError."""
    source, colon, name = text.partition(":")
    if not colon or source not in set(Source):
        raise SecretError(
            "a secret is given by reference, never as itself: write env:NAME or file:PATH",
            "密钥不能直接写出，只能引用：请写 env:变量名 或 file:路径",
        )
    if not name.strip():
        raise SecretError(f"{source}: names nothing: write env:NAME or file:PATH", f"{source}: 后面缺少名称或路径")
    if source == Source.FILE:
        name = str(folder.absolute() / Path(name).expanduser())
    return Reference(Source(source), name)


def resolve(reference: Reference, environ: Mapping[str, str]) -> str:
    """The secret itself. SecretError when it is missing, empty, or in a file that everybody can read."""
    secret = (
        _from_environment(reference.name, environ)
        if reference.source is Source.ENVIRONMENT
        else _from_file(Path(reference.name))
    )
    if not secret:
        raise SecretError(f"{reference} is empty: put the secret there", f"{reference} 是空的：请写入密钥")
    return secret


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    try:
        return environ[name]
    except KeyError:
        raise SecretError(
            f"env:{name}: the environment has no {name}: set it where askfirst is started",
            f"env:{name}：环境中没有变量 {name}，请在启动处设置",
        ) from None


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read().decode()
    except FileNotFoundError:
        raise SecretError(
            f"file:{path}: there is no such file: write the secret into it, then chmod 600 {path}",
            f"file:{path}：文件不存在，请写入密钥，然后执行 chmod 600 {path}",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(
            f"file:{path}: cannot be read ({_reason(error)}): it must be a UTF-8 text file that we may read",
            f"file:{path}：无法读取（{_reason(error)}），它必须是本程序可读的 UTF-8 文本文件",
        ) from None
    if mode & stat.S_IROTH:
        raise SecretError(
            f"file:{path}: everybody on this machine can read it (mode {mode:04o}): chmod 600 {path}",
            f"file:{path}：本机任何人都能读取（权限 {mode:04o}），请执行 chmod 600 {path}",
        )
    return content.removesuffix("\n").removesuffix("\r")


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "refused") if isinstance(error, OSError) else "not UTF-8"
