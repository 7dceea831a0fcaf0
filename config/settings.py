"""What an operator decides. Each setting is declared here once, with its kind, default and help in two languages.

The documentation and ``config explain`` are made from these declarations; ``config.load`` fills them in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from config import setting as kinds
from config.errors import SettingsError
from config.secrets import Reference
from config.setting import EMBEDDED, Setting, choice, declare, hide_password, number, unknown


class Role(StrEnum):
    """What a process does: answer HTTP, work through the queues, or both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Switch(StrEnum):
    """On, off, or decided by what else is configured."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Language(StrEnum):
    """The language of what we tell the operator; ``auto`` follows the locale."""

    AUTO = "auto"
    ENGLISH = "en"
    CHINESE = "zh"


class LogFormat(StrEnum):
    """How log lines look; ``auto``: text on a terminal, else JSON."""

    AUTO = "auto"
    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Explained:
    """One setting as ``config explain`` shows it; passwords and secrets are not in it."""

    key: str
    value: str
    origin: str
    default: str
    form: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decided. Paths are absolute; addresses have their driver and, if any, their password."""

    host: str = declare(kinds.TEXT, "127.0.0.1", "address to listen on", "监听地址")
    port: int = declare(
        number(0, 65535), "8080", "port to listen on; 0 for any free one", "监听端口；0 表示任意空闲端口"
    )
    data: Path = declare(kinds.FOLDER, "data", "folder for everything that is kept here", "存放本机全部数据的文件夹")
    config: Path | None = declare(
        kinds.FILE,
        None,
        "file with settings; without it askfirst.yaml in the data folder, if there is one",
        "设置文件；未指定时使用数据文件夹中的 askfirst.yaml（如有）",
    )
    database: str = declare(
        kinds.DATABASE, "sqlite:///{data}/askfirst.db", "SQL database, the only truth", "SQL 数据库，唯一的事实来源"
    )
    redis: str = declare(
        kinds.REDIS,
        EMBEDDED,
        "Redis or Valkey for rates and wake-ups; embedded starts one in the data folder",
        "用于限速与唤醒的 Redis 或 Valkey；embedded 表示在数据文件夹中自行启动",
    )
    businesses: Path = declare(
        kinds.EXISTING_FOLDER,
        "{shipped}/businesses",
        "folder with one folder per business",
        "商家文件夹，每个商家一个子文件夹",
    )
    role: Role = declare(
        choice(Role),
        "all",
        "what this process does: web answers HTTP, worker sends, all does both",
        "本进程的职责：web 应答 HTTP，worker 发送，all 两者兼做",
    )
    public_url: str | None = declare(
        kinds.PUBLIC_URL, None, "address at which carriers and people reach us", "运营商与用户访问本站的地址"
    )
    master_key: Reference = declare(
        kinds.SECRET,
        "file:{data}/master.key",
        "key that seals personal data, by reference; made on the first start",
        "保护个人数据的主密钥的引用；首次启动时生成",
        secret=True,
    )
    language: Language = declare(choice(Language), "auto", "language of messages to the operator", "向操作者显示的语言")
    log_format: LogFormat = declare(
        choice(LogFormat),
        "auto",
        "log lines as text or JSON; auto by whether a terminal reads them",
        "日志格式：文本或 JSON；auto 表示按是否为终端决定",
    )
    sandbox: Switch = declare(
        choice(Switch),
        "auto",
        "simulator and movable clock; auto turns it on while every carrier is simulated",
        "模拟器与可调时钟；auto 表示所有通道均为模拟时开启",
    )
    origins: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)

    def explain(self, key: str, language: str = "en") -> Explained:
        """The value of a setting, where it was said, its default and its help. SettingsError for an unknown one."""
        setting = DECLARED.get(key)
        if setting is None:
            raise SettingsError([unknown(key, key, DECLARED)])
        value = getattr(self, key)
        shown = "" if value is None else hide_password(str(value)) if isinstance(value, str) else str(value)
        return Explained(
            key, shown, self.origins[key], setting.default or "", setting.kind.form, setting.help(language)
        )


DECLARED: Mapping[str, Setting] = {
    field.name: field.metadata["setting"] for field in dataclasses.fields(Settings) if "setting" in field.metadata
}
"""Every known setting, in the order of its declaration."""
