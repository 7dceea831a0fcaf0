"""``flow new``: what it writes into which business, what it asks for first, and that it never breaks one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from config.blueprints import ABOUT
from config.business import load_business

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example"

EMPTY = """\
business: corner
brand: Corner Cafe
contact: "+86 400 000 0000"
languages: [{languages}]
place: {place}
channels:
  {channel}
"""
SMS = "sms: {provider: simulator, sender: '1069'}"
WHATSAPP = "whatsapp: {provider: simulator, sender: '106540352242922'}"
NEWS = "purposes:\n  news: {title: {en: the letter}, cap: 2 per month, lasts: 6 months, commercial: true}\n"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKFIRST_LANGUAGE", "en")


def shop(folder: Path, more: str = "", languages: str = "en", place: str = "CN", channel: str = SMS) -> Path:
    """A business that decides nothing but who it is."""
    home = folder / "corner"
    home.mkdir(parents=True)
    source = EMPTY.format(languages=languages, place=place, channel=channel) + more
    (home / "business.yaml").write_text(source, encoding="utf-8")
    return home


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["flow", "new", *words, "--businesses", str(home.parent)])


def files(home: Path) -> set[str]:
    return {file.relative_to(home).as_posix() for file in home.rglob("*") if file.is_file()}


def test_the_list_names_every_blueprint_in_the_language_of_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = CliRunner().invoke(main, ["flow", "new", "--list"])
    assert [line.split()[0] for line in listed.output.splitlines()] == list(ABOUT)
    monkeypatch.setenv("ASKFIRST_LANGUAGE", "zh")
    found = json.loads(CliRunner().invoke(main, ["flow", "new", "--list", "--json"]).output)
    assert found[0] == {"name": "optin-confirm", "about": "登记后先确认再发"}


@pytest.mark.parametrize(
    "languages, place, channel, refused",
    [
        ("es-MX, en-US", "US", SMS, []),
        ("zh-HK", "HK", WHATSAPP, ["repermission"]),
    ],
)
def test_every_blueprint_goes_into_an_empty_business_and_passes_there(
    languages: str, place: str, channel: str, refused: list[str], tmp_path: Path
) -> None:
    """In its own languages and on its own channels; one is for SMS alone. That all pass side by side is tried in the
    business that they are shipped in."""
    signed = channel.replace("}", ", signature: {zh-CN: 街角咖啡, zh-HK: 街角咖啡}}")
    spoken = set(languages.split(", "))
    for name in ABOUT:
        home = shop(tmp_path / name, languages=languages, place=place, channel=signed)
        made = run(home, name, "--add-missing")
        assert made.exit_code == (1 if name in refused else 0), made.output
        if name not in refused:
            flow = load_business(home).flows[name]
            assert (set(flow.languages), flow.channels) == (spoken, (channel.partition(":")[0],))
            assert f"flows/{name}.test.yaml" in files(home)


def test_what_it_wrote_is_played_in_the_business_that_it_was_written_for(tmp_path: Path) -> None:
    """In another language, on another channel, with quiet hours, limits and a stop flow of its own."""
    more = "quiet_hours: 20:00-09:00\nlimits: {person: [1 per 30 s, 4 per day], business: 200 per s}\n"
    home = shop(tmp_path, more, languages="es-MX", channel=WHATSAPP)
    (home / "flows").mkdir()
    (home / "flows" / "bye.yaml").write_text(
        "flow: bye\nkind: farewell\nchannels: [whatsapp]\nlanguages: [es-MX]\n"
        "start: {business: stop, basis: requested, go: stopped}\n"
        "states:\n  stopped: {revoke: all, say: goodbye, end: stopped}\n"
        "texts:\n  goodbye:\n    es-MX: 'Baja hecha.'\n",
        encoding="utf-8",
    )
    for name in ("birthday", "restock"):
        assert run(home, name, "--add-missing").exit_code == 0
    assert "{bot: goodbye}" in (home / "flows" / "restock.test.yaml").read_text(encoding="utf-8")
    played = CliRunner().invoke(main, ["flow", "test", str(home)])
    assert played.exit_code == 0, played.output
    assert "FAILED" not in played.output
    assert "8 passed" in played.output


def test_the_example_business_takes_them_as_it_stands(tmp_path: Path) -> None:
    home = Path(shutil.copytree(EXAMPLE, tmp_path / "example"))
    before = (home / "business.yaml").read_bytes()
    assert f"{home}/flows/birthday.yaml is there already" in run(home, "birthday").output
    assert run(home, "birthday", "--business", "bookshop", "--name", "birthday-two").exit_code == 0
    assert run(home, "verification-code", "--business", "example").exit_code == 0
    assert (home / "business.yaml").read_bytes() == before
    assert load_business(home).flows["birthday-two"].languages == ("zh-CN", "zh-TW", "en", "es")


def test_a_missing_purpose_is_asked_for_line_by_line_and_nothing_is_written(tmp_path: Path) -> None:
    home = shop(tmp_path, languages="en, fr", place="GB")
    said = run(home, "points-expiring")
    assert said.exit_code == 1
    assert files(home) == {"business.yaml"}
    shown = [line.strip() for line in said.output.splitlines() if line.startswith("    ")]
    assert shown[0] == "purposes:"
    assert shown[1].startswith("points: {title: {en: points and member gifts, fr: ")
    told = json.loads(run(home, "points-expiring", "--json").output)
    assert [line.strip() for line in told["lines"]] == shown


def test_the_shown_lines_are_all_that_it_takes(tmp_path: Path) -> None:
    home = shop(tmp_path, place="US")
    lines = json.loads(run(home, "repermission", "--json").output)["lines"]
    with (home / "business.yaml").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    assert "words:" in lines
    said = run(home, "repermission")
    assert said.exit_code == 0, said.output
    assert "askfirst basis on" in said.output


def test_a_letter_that_nobody_would_hear_as_a_stop_is_missing_too(tmp_path: Path) -> None:
    """On the mainland it is heard anyway."""
    abroad, mainland = shop(tmp_path / "a", place="US"), shop(tmp_path / "b", place="CN")
    assert "stop: [T]" in run(abroad, "repermission").output
    assert "stop: [T]" not in run(mainland, "repermission").output


def test_the_only_purpose_of_its_kind_is_used_where_the_request_names_it(tmp_path: Path) -> None:
    """A person who agrees has read its name; so it may stand in without being asked for."""
    home = shop(tmp_path, NEWS)
    said = run(home, "optin-confirm")
    assert said.exit_code == 0, said.output
    assert "offers became news: read its texts" in said.output
    flow = load_business(home).flows["optin-confirm"]
    assert flow.texts["ask"].asks_for == ("news",)
    assert flow.states["ask"].reply["Y"].grant == ("news",)


@pytest.mark.parametrize("blueprint", ["restock", "birthday", "timed-invitation"])
def test_no_purpose_stands_in_unasked_where_a_person_would_not_know(blueprint: str, tmp_path: Path) -> None:
    """Consent to one thing is not consent to another."""
    home = shop(tmp_path, NEWS)
    assert run(home, blueprint).exit_code == 1
    assert files(home) == {"business.yaml"}


def test_a_purpose_may_be_named_for_another(tmp_path: Path) -> None:
    home = shop(tmp_path, NEWS)
    assert run(home, "timed-invitation", "--purpose", "offers=news").exit_code == 0
    assert load_business(home).flows["timed-invitation"].needs == "news"


@pytest.mark.parametrize(
    "blueprint, wish, more, why",
    [
        ("timed-invitation", "offers=letters", NEWS, "corner has no purpose letters: it has news"),
        ("timed-invitation", "points=news", NEWS, "timed-invitation names no purpose points: it has offers"),
        ("restock", "restock=news", NEWS, "they do not say what it is called"),
        ("optin-confirm", "offers=news", NEWS.replace("month,", "week,"), "its cap is per week"),
        ("optin-confirm", "offers=news", NEWS.replace(" lasts: 6 months,", ""), "it has no `lasts`"),
        ("optin-confirm", "offers=news", NEWS.replace("true", "false"), "one of the two is commercial"),
        (
            "repermission",
            "offers=news",
            NEWS + "  bills: {title: {en: bills}, cap: 1 per month, lasts: 24 months, commercial: false}\n",
            "another one of them is tighter",
        ),
    ],
)
def test_a_purpose_that_the_texts_do_not_suit_is_refused(
    blueprint: str, wish: str, more: str, why: str, tmp_path: Path
) -> None:
    home = shop(tmp_path, more)
    said = run(home, blueprint, "--purpose", wish)
    assert (said.exit_code, why in said.output) == (1, True), said.output
    assert files(home) == {"business.yaml"}


def test_a_request_that_names_the_purpose_in_words_names_the_business_own(tmp_path: Path) -> None:
    more = NEWS + "  bills: {title: {en: invoices}, cap: 9 per month, lasts: 24 months, commercial: false}\n"
    home = shop(tmp_path, more)
    assert run(home, "repermission", "--purpose", "offers=news").exit_code == 0
    asked = load_business(home).flows["repermission"].texts["ask"].wording["en"]
    assert "Reply Y for the letter (max {{ cap }} a month, {{ lasts }}) and invoices, A for invoices only" in asked


def test_an_existing_flow_is_replaced_only_when_told_to(tmp_path: Path) -> None:
    home = shop(tmp_path)
    assert run(home, "verification-code").exit_code == 0
    file = home / "flows" / "verification-code.yaml"
    made = file.read_bytes()
    file.write_bytes(made.replace(b"valid for", b"good for"))
    assert run(home, "verification-code").exit_code == 1
    assert b"good for" in file.read_bytes()
    assert run(home, "verification-code", "--force").exit_code == 0
    assert file.read_bytes() == made


def test_what_asks_once_is_not_written_where_a_consent_has_to_be_confirmed(tmp_path: Path) -> None:
    home = shop(tmp_path, place="SG")
    said = run(home, "repermission", "--add-missing")
    assert (said.exit_code, "E301" in said.output, files(home)) == (1, True, {"business.yaml"})


def test_what_would_not_pass_in_this_business_is_not_written(tmp_path: Path) -> None:
    """Here: somebody else answers the stop already."""
    home = shop(tmp_path)
    assert run(home, "unsubscribe").exit_code == 0
    before = files(home)
    said = run(home, "unsubscribe", "--name", "second")
    assert said.exit_code == 1
    assert "E102" in said.output
    assert files(home) == before


def test_a_business_that_does_not_load_is_left_alone(tmp_path: Path) -> None:
    home = shop(tmp_path, "brnad: x\n")
    said = run(home, "verification-code")
    assert (said.exit_code, "E101" in said.output) == (1, True)
    assert files(home) == {"business.yaml"}


@pytest.mark.parametrize(
    "words, code, why",
    [
        (["birthdya"], 2, "there is no blueprint birthdya"),
        ([], 2, "name a blueprint"),
        (["birthday", "--business", "shop"], 1, "shop is no business: choose corner"),
        (["birthday", "--name", "../x"], 1, "../x is no name for a flow"),
        (["birthday", "--name", "a.test"], 1, "a.test is no name for a flow"),
    ],
)
def test_what_cannot_be_meant_is_said(words: list[str], code: int, why: str, tmp_path: Path) -> None:
    home = shop(tmp_path)
    said = run(home, *words)
    assert (said.exit_code, why in said.output) == (code, True), said.output
    assert files(home) == {"business.yaml"}


def test_languages_that_are_not_spoken_are_said_and_without_any_there_is_no_flow(tmp_path: Path) -> None:
    some, none = shop(tmp_path / "a", languages="fr, en"), shop(tmp_path / "b", languages="fr, de")
    assert "the flow does not speak fr: until you add it, these people get en" in run(some, "verification-code").output
    said = run(none, "verification-code")
    assert (said.exit_code, "add one of these languages" in said.output) == (1, True)
    wrong = shop(tmp_path / "c", channel=WHATSAPP)
    assert "repermission runs on sms and corner has no such channel" in run(wrong, "repermission").output


def test_into_a_folder_it_goes_as_it_is_and_into_a_business_adapted(tmp_path: Path) -> None:
    home, loose = shop(tmp_path), tmp_path / "loose"
    loose.mkdir()
    (home / "flows").mkdir()
    made = json.loads(run(home, "member-level", "--into", str(loose), "--name", "level", "--json").output)
    assert made["languages"] == ["zh-CN", "zh-TW", "en", "es"]
    assert made["next"] == [f"askfirst flow {verb} {loose / 'level.yaml'}" for verb in ("check", "test")]
    assert {file.name for file in loose.iterdir()} == {"level.yaml", "level.test.yaml"}
    for where in (home, home / "flows"):
        made = json.loads(run(home, "member-level", "--into", str(where), "--json", "--force").output)
        assert (made["flow"], made["languages"], made["channels"]) == ("member-level", ["en"], ["sms"])
        assert made["facts"] == ["member_no", "level", "until"]


def test_templates_that_whatsapp_needs_are_named(tmp_path: Path) -> None:
    home = shop(tmp_path, channel=WHATSAPP)
    assert "business.yaml: order_shipped_v1, order_out_v1" in run(home, "order-notices").output


def test_it_speaks_chinese_to_an_operator_who_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASKFIRST_LANGUAGE", "zh")
    home = shop(tmp_path, languages="zh-CN", channel=SMS.replace("}", ", signature: 街角咖啡}"))
    said = run(home, "points-balance").output
    assert "已写入" in said
    assert "启动方式：有人发来 积分" in said
    assert load_business(home).flows["points-balance"].about == "会员查询积分"
