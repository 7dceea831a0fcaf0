"""Settings come from flags, the environment, one file and the defaults, in that order, and say where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.load import load_settings
from config.settings import DECLARED, Role, Settings, Switch


def load(folder: Path, flags: Mapping[str, object] | None = None, **environ: str) -> Settings:
    return load_settings(flags or {}, environ, folder)


def problems(folder: Path, flags: Mapping[str, object] | None = None, **environ: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load(folder, flags, **environ)
    return [f"{problem.origin}: {problem.en}" for problem in refused.value.problems]


def write_file(folder: Path, text: str) -> Path:
    file = folder / "data" / "askfirst.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_with_nothing_said_it_runs_embedded_in_the_data_folder(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.data == tmp_path / "data"
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path}/data/askfirst.db"
    assert settings.redis == "embedded"
    assert (settings.port, settings.role, settings.sandbox) == (8080, Role.ALL, Switch.AUTO)
    assert (settings.businesses / "example").is_dir()
    assert str(settings.master_key) == f"file:{tmp_path}/data/master.key"
    assert set(settings.origins.values()) == {"default"}


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = write_file(tmp_path, "port: 1\nhost: a\nlanguage: zh\n")
    settings = load(tmp_path, {"port": 3, "role": None}, ASKFIRST_PORT="2", ASKFIRST_HOST="b", ASKFIRST_ROLE="")
    assert (settings.port, settings.host, settings.language) == (3, "b", "zh")
    assert settings.origins["port"] == "--port"
    assert settings.origins["host"] == "ASKFIRST_HOST"
    assert settings.origins["language"] == f"{file}:3:1"
    assert settings.origins["role"] == "default"


def test_values_of_the_file_stay_as_typed(tmp_path: Path) -> None:
    """YAML 1.1 would make true of `on`."""
    write_file(tmp_path, "sandbox: on\n")
    assert load(tmp_path).sandbox is Switch.ON


def test_a_named_file_is_read_instead_and_its_paths_start_beside_it(tmp_path: Path) -> None:
    write_file(tmp_path, "port: 1\n")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "here.yaml").write_text("data: kept\nmaster_key: file:key\n")
    (tmp_path / "etc" / "key").touch(mode=0o600)
    (tmp_path / "etc" / "key").write_text("k")
    settings = load(tmp_path, ASKFIRST_CONFIG="etc/here.yaml")
    assert (settings.port, settings.data) == (8080, tmp_path / "etc" / "kept")
    assert settings.master_key.name == str(tmp_path / "etc" / "key")
    assert settings.database.endswith("/etc/kept/askfirst.db")


def test_everything_wrong_is_listed_at_once_with_where_and_what_to_do(tmp_path: Path) -> None:
    file = write_file(tmp_path, "prot: 1\nrole: boss\ndata: x\nredis: [1]\n")
    said = problems(
        tmp_path, {"port": "70000"}, ASKFIRST_MASTER_KEY="hunter2", ASKFIRST_DATABSE="x", ASKFIRST_REDIS="r"
    )
    assert said == [
        "environment: there is no setting ASKFIRST_DATABSE: did you mean ASKFIRST_DATABASE?",
        f"{file}:1:1: there is no setting prot: did you mean port?",
        f"{file}:3:1: data decides which file is read, so it cannot be said in it: use --data or ASKFIRST_DATA",
        f"{file}:4:1: redis takes one value, not a list or a block",
        "--port: port: '70000' is not a whole number from 0 to 65535",
        "ASKFIRST_REDIS: redis: 'r' is no Redis: write embedded, redis://HOST:6379/0, rediss://… or unix:///PATH",
        f"{file}:2:1: role: 'boss' is none of all|web|worker",
        "ASKFIRST_MASTER_KEY: master_key: a secret is given by reference, never as itself: write env:NAME or file:PATH",
    ]


def test_problems_can_be_read_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, {"port": "x"})
    assert refused.value.describe("zh-CN") == "--port: port：'x' 不是 0 到 65535 之间的整数"
    assert refused.value.describe("en") == str(refused.value)


def test_a_file_that_is_not_yaml_is_refused_at_its_line(tmp_path: Path) -> None:
    file = write_file(tmp_path, "port: 1\nport: 2\n")
    assert problems(tmp_path)[0].startswith(f"{file}:2:1: ")


def test_a_named_file_that_is_missing_is_a_problem_and_not_the_defaults(tmp_path: Path) -> None:
    assert problems(tmp_path, {"config": "gone.yaml"}) == [f"--config: config: there is no file {tmp_path}/gone.yaml"]


def test_the_names_that_operators_may_choose_are_not_taken_for_mistakes(tmp_path: Path) -> None:
    load(tmp_path, ASKFIRST_SECRET_TWILIO="x", ASKFIRST_NO_INSTALL="1", PATH="/bin")


@pytest.mark.parametrize(
    "text,url",
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///{here}/a.db"),
        ("sqlite:////var/a.db", "sqlite+aiosqlite:////var/a.db"),
        ("postgres://u:p@h/n", "postgresql+asyncpg://u:p@h/n"),
        ("postgresql://h/n?ssl=require", "postgresql+asyncpg://h/n?ssl=require"),
        ("postgresql+asyncpg://h/n", "postgresql+asyncpg://h/n"),
        ("env:DSN", "postgresql+asyncpg://u:p@h/secret"),
    ],
)
def test_a_database_address_is_given_its_driver(text: str, url: str, tmp_path: Path) -> None:
    settings = load(tmp_path, {"database": text}, DSN="postgresql://u:p@h/secret")
    assert settings.database == url.format(here=tmp_path)


@pytest.mark.parametrize(
    "text", ["mysql://h/n", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg://h/n", "a.db", "env:GONE"]
)
def test_a_database_that_we_do_not_speak_or_that_forgets_is_refused(text: str, tmp_path: Path) -> None:
    assert len(problems(tmp_path, {"database": text})) == 1


@pytest.mark.parametrize("text", ["ftp://x", "https://", "example.com", "https://x/?a=1", "http://[x"])
def test_a_public_url_is_a_scheme_host_and_prefix(text: str, tmp_path: Path) -> None:
    assert len(problems(tmp_path, {"public_url": text})) == 1
    assert load(tmp_path, {"public_url": "https://shop.example/bot/"}).public_url == "https://shop.example/bot"


def test_processes_that_share_the_work_must_share_a_database_and_redis(tmp_path: Path) -> None:
    said = problems(tmp_path, {"role": "worker"})
    assert [line.split(":")[0] for line in said] == ["database", "redis"]
    shared = {"role": "worker", "database": "postgresql://h/n", "redis": "redis://h"}
    assert load(tmp_path, shared).role is Role.WORKER


def test_explain_says_which_source_won(tmp_path: Path) -> None:
    shown = load(tmp_path, ASKFIRST_PORT="0").explain("port")
    assert (shown.value, shown.origin, shown.default, shown.form) == ("0", "ASKFIRST_PORT", "8080", "0..65535")
    assert load(tmp_path).explain("port", "zh").help == "监听端口；0 表示任意空闲端口"
    assert load(tmp_path).explain("public_url").value == ""


def test_explain_of_an_unknown_setting_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="did you mean public_url"):
        load(tmp_path).explain("public-url")


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        {
            "database": "postgresql://u:hunter2@h/n?password=hunter2",
            "redis": "redis://:hunter2@h",
            "master_key": "env:K",
        },
        K="hunter2",
    )
    assert settings.explain("master_key").value == "env:K"
    assert settings.explain("redis").value == "redis://:***@h"
    shown = [settings.explain(key).value for key in DECLARED]
    assert "hunter2" not in repr(settings) + "".join(shown)
    refused = problems(tmp_path, {"database": "mysql://u:hunter2@h/n"}, ASKFIRST_REDIS="http://:hunter2@h")
    assert "hunter2" not in "".join(refused)


def test_a_secret_that_is_pointed_at_must_be_there(tmp_path: Path) -> None:
    """Only the default may be missing: it is made on the first start."""
    assert problems(tmp_path, {"master_key": "env:GONE"})[0].startswith("--master-key: master_key: env:GONE: ")
    load(tmp_path)


def test_every_setting_has_help_in_both_languages_and_a_readable_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    for key, setting in DECLARED.items():
        assert setting.en, key
        assert setting.zh not in {"", setting.en}, key
        assert hasattr(settings, key)
    assert [key for key, setting in DECLARED.items() if setting.secret] == ["master_key"]
