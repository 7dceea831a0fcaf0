"""The settings from flags, then ``ASKFIRST_*`` in the environment, then one file, then the defaults.

Everything missing, wrong or misspelt is reported at once. Never falls back to a default over a value that somebody
gave and that cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import Problem, SecretError, SettingsError
from config.secrets import Reference, resolve
from config.setting import EMBEDDED, Context, Unfit, unknown
from config.settings import DECLARED, Role, Settings
from flows.document import decode, read_document
from flows.errors import FlowProblems

PREFIX = "ASKFIRST_"
SECRETS_PREFIX = "ASKFIRST_SECRET_"
"""Names beginning so are the operator's own, for references to point at."""

READ_ELSEWHERE = frozenset({"ASKFIRST_NO_INSTALL"})
"""Read by ``run.py`` before any setting is."""

FILE_NAME = "askfirst.yaml"
SHIPPED = Path(__file__).parent
DEFAULT = "default"
"""The origin of a value that nobody gave."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A value as somebody wrote it: where, and the folder that its relative paths start from."""

    text: str
    origin: str
    folder: Path


def load_settings(flags: Mapping[str, object], environ: Mapping[str, str], folder: Path | None = None) -> Settings:
    """The settings. ``flags`` by the names of settings, None for not given; relative paths start from ``folder``
    (the current one). SettingsError with everything that is missing, wrong or unknown."""
    here = (folder or Path()).absolute()
    problems: list[Problem] = []
    said = _said_in_environment(environ, here, problems) | _said_in_flags(flags, here, problems)
    file = _find_file(said, here)
    if file is not None:
        said = _said_in_file(file, "config" in said, problems) | said
    values = _read_all(said, Context(here, environ), problems)
    problems.extend(_contradictions(values))
    if problems:
        raise SettingsError(problems)
    origins = {key: said[key].origin if key in said else DEFAULT for key in DECLARED}
    return Settings(**values, origins=origins)


def _said_in_flags(flags: Mapping[str, object], here: Path, problems: list[Problem]) -> dict[str, _Said]:
    given = {key: str(value) for key, value in flags.items() if value is not None}
    problems.extend(unknown(key, _flag(key), DECLARED) for key in given if key not in DECLARED)
    return {key: _Said(text, _flag(key), here) for key, text in given.items() if key in DECLARED}


def _flag(key: str) -> str:
    return "--" + key.replace("_", "-")


def _said_in_environment(environ: Mapping[str, str], here: Path, problems: list[Problem]) -> dict[str, _Said]:
    names = {PREFIX + key.upper(): key for key in DECLARED}
    ours = [name for name in environ if name.startswith(PREFIX) and not name.startswith(SECRETS_PREFIX)]
    strangers = sorted(set(ours) - set(names) - READ_ELSEWHERE)
    problems.extend(unknown(name, "environment", names) for name in strangers)
    return {key: _Said(environ[name], name, here) for name, key in names.items() if environ.get(name)}


def _find_file(said: Mapping[str, _Said], here: Path) -> Path | None:
    """The file of ``config``, else the one in the data folder; None where there is none."""
    config, data = said.get("config"), said.get("data")
    if config is not None:
        file = config.folder / Path(config.text).expanduser()
    else:
        file = here / Path(data.text if data else DECLARED["data"].default or "").expanduser() / FILE_NAME
    return file if file.is_file() else None


def _said_in_file(file: Path, named: bool, problems: list[Problem]) -> dict[str, _Said]:
    try:
        document, found = read_document(decode(file.read_bytes(), str(file)), str(file))
    except FlowProblems as error:
        document, found = None, list(error.problems)
    for each in found:
        where = f"{each.file}:{each.line}:{each.column}"
        en, zh = (f"{each.sentence.text(tongue)} ({each.cure.text(tongue)})" for tongue in ("en", "zh"))
        problems.append(Problem("", where, en, zh))
    said: dict[str, _Said] = {}
    for key, value in document.root.items() if document else ():
        place = document.places.key(key) if document else None
        origin = f"{file}:{place.line}:{place.column}" if place else str(file)
        wrong = _wrong_in_file(key, value, origin, named)
        if wrong is not None:
            problems.append(wrong)
        elif value:
            said[key] = _Said(str(value), origin, file.parent)
    return said


def _wrong_in_file(key: str, value: object, origin: str, named: bool) -> Problem | None:
    if key not in DECLARED:
        return unknown(key, origin, DECLARED)
    if key == "config" or (key == "data" and not named):
        return Problem(
            key,
            origin,
            f"{key} decides which file is read, so it cannot be said in it: use --{key} or {PREFIX}{key.upper()}",
            f"{key} 决定读取哪个文件，不能写在文件里：请用 --{key} 或 {PREFIX}{key.upper()}",
        )
    if value is not None and not isinstance(value, str):
        return Problem(key, origin, f"{key} takes one value, not a list or a block", f"{key} 只能是单个值")
    return None


def _read_all(said: Mapping[str, _Said], context: Context, problems: list[Problem]) -> dict[str, Any]:
    """The values that can be read, by name; those that cannot are problems."""
    values: dict[str, Any] = {}
    for key, setting in DECLARED.items():
        given = said.get(key) or _default(setting.default, values, context.folder)
        if given is None:
            values[key] = None
            continue
        try:
            values[key] = setting.kind.read(given.text, Context(given.folder, context.environ))
            if key in said and isinstance(values[key], Reference):
                resolve(values[key], context.environ)
        except (Unfit, SecretError) as error:
            problems.append(Problem(key, given.origin, f"{key}: {error.en}", f"{key}：{error.zh}"))
    return values


def _default(text: str | None, values: Mapping[str, Any], here: Path) -> _Said | None:
    if text is None:
        return None
    filled = text.replace("{data}", str(values.get("data", here))).replace("{shipped}", str(SHIPPED))
    return _Said(filled, DEFAULT, here)


def _contradictions(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Settings that are right each and wrong together."""
    role = values.get("role", Role.ALL)
    if role is Role.ALL:
        return
    if str(values.get("database", "")).startswith("sqlite"):
        yield Problem(
            "database",
            "database",
            f"role {role} shares its database with other processes, and SQLite has one writer: use postgresql://",
            f"角色 {role} 与其他进程共用数据库，而 SQLite 只允许一个写入者：请给出 postgresql:// 地址",
        )
    if values.get("redis") == EMBEDDED:
        yield Problem(
            "redis",
            "redis",
            f"role {role} shares its Redis with other processes: give a redis:// URL",
            f"角色 {role} 与其他进程共用 Redis：请给出 redis:// 地址",
        )
