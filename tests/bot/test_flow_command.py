"""``flow check``, ``flow test`` and ``flow show``: what they print, and the code they end with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot import flow_command

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example"
LIBRARY = Path(__file__).parents[2] / "flows" / "library"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the example business that may be spoilt, in a folder of businesses."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "businesses" / "shop"))


def edit(shop: Path, name: str, before: str, after: str) -> Path:
    file = shop / "flows" / name
    source = file.read_text(encoding="utf-8")
    assert source.count(before) == 1
    file.write_text(source.replace(before, after), encoding="utf-8")
    return file


def check(*paths: Path, form: str = "text", language: str = "en") -> tuple[int, str]:
    said: list[str] = []
    code = flow_command.check(paths, form, language, said.append)
    return code, "\n".join(said)


def play(*paths: Path, as_json: bool = False, language: str = "en") -> tuple[int, str]:
    said: list[str] = []
    code = flow_command.test(paths, said.append, as_json, language)
    return code, "\n".join(said)


def test_what_we_ship_has_no_problem() -> None:
    assert check(EXAMPLE.parent, LIBRARY) == (0, "43 files, no problem")


@pytest.mark.parametrize(
    "name, before, after, place",
    [
        ("optin-confirm.yaml", "    after: {72h: silent}", "    afer: {72h: silent}", "17:5  E101"),
        ("repermission.yaml", "A: [A, 账单", "A: [A, T, 账单", "10:10  E210"),
        ("repermission.yaml", "go: bills_only", "go: bils_only", "17:45  E201"),
        ("birthday.yaml", "needs: points\n", "", "3:1  E301"),
        ("optin-confirm.yaml", "{72h: silent}", "{72h: {grant: offers, go: welcome}}", "17:19  E302"),
        ("order-notices.yaml", "订单{{ order_no }}正", "订单{{ order }}正", "31:18  E402"),
        (
            "birthday.test.yaml",
            "{bot: nothing}]\n    then: {refused",
            "{bott: nothing}]\n    then: {refused",
            "9:20  E101",
        ),
        ("stop.test.yaml", "{name: TD, ", "{nam: TD, ", "3:6  E101"),
    ],
)
def test_a_planted_mistake_is_named_with_its_place_and_its_line(
    name: str, before: str, after: str, place: str, shop: Path
) -> None:
    """The same, whether the businesses, the business, its flows or the file is named."""
    file = edit(shop, name, before, after)
    for path in (shop.parent, shop, shop / "business.yaml", shop / "flows", file):
        code, said = check(path)
        assert code == 1
        assert said.splitlines()[0].startswith(f"{file}:{place}  "), said
        assert said.splitlines()[1].strip() in file.read_text(encoding="utf-8")
        assert said.splitlines()[2].strip() == "^"
        assert said.splitlines()[3].startswith("  = ")
    assert check(shop)[1].splitlines()[-1].startswith("problems: 1, in ")


def test_a_problem_is_told_in_chinese_and_to_programs(shop: Path) -> None:
    file = edit(shop, "repermission.yaml", "A: [A, 账单", "A: [A, T, 账单")
    assert check(file, language="zh")[1].splitlines()[-1] == "3 个文件中有 1 个问题"
    code, said = check(file, form="json")
    (problem,) = json.loads(said)["problems"]
    assert (code, problem["file"], problem["line"], problem["column"]) == (1, str(file), 10, 10)
    assert (problem["code"], problem["severity"]) == ("E210", "error")
    assert problem["sentence"]
    assert problem["cure"]


def test_a_file_is_judged_by_its_business_and_not_for_its_neighbours(shop: Path) -> None:
    edit(shop, "birthday.yaml", "needs: points\n", "")
    assert check(shop / "flows" / "repermission.yaml")[0] == 0
    assert check(shop / "flows" / "birthday.yaml")[0] == 1
    (shop / "business.yaml").write_text("business: shop\n", encoding="utf-8")
    code, said = check(shop / "flows" / "repermission.yaml")
    assert code == 1
    assert f"{shop / 'business.yaml'}:1:1  E103" in said


def test_a_flow_of_no_business_is_judged_by_what_it_names_itself(tmp_path: Path, shop: Path) -> None:
    alone = Path(shutil.copy(shop / "flows" / "optin-confirm.yaml", tmp_path))
    assert check(alone) == (0, "1 files, no problem")
    alone.write_text(alone.read_text(encoding="utf-8").replace("grant: offers", "grant: other"), encoding="utf-8")
    assert "E303" in check(alone)[1]
    alone.write_bytes(b"\xff")
    assert check(alone)[1].startswith(f"{alone}:1:1  E001")


@pytest.mark.parametrize("name", ["none.yaml", "notes.txt", "empty"])
def test_what_is_no_flow_is_a_mistake_of_the_command_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "empty").mkdir()
    for verb in (check, play):
        code, said = verb(tmp_path / name)
        assert code == 2
        assert str(tmp_path / name) in said


def test_tests_that_hold_are_told_one_a_line_with_what_none_of_them_visited(shop: Path) -> None:
    code, said = play(shop / "flows" / "birthday.yaml")
    assert code == 0
    *held, unvisited, visited, summary = said.splitlines()
    assert held == [
        "ok      birthday: consented member",
        "ok      birthday: only agreed to offers, so nothing is sent",
        "ok      birthday: withdrew between greeting and reply",
    ]
    assert unvisited == f"{shop}/flows/birthday.yaml: never visited: state over; greet: after 336h"
    assert visited == "visited: 2 of 3 states, 1 of 2 rows"
    assert summary.startswith("3 passed in ")


def test_a_test_that_fails_shows_its_place_and_the_conversation(shop: Path) -> None:
    file = edit(shop, "repermission.test.yaml", "then: {state: bills_only,", "then: {state: keep_all,")
    code, said = play(file)
    assert code == 1
    lines = said.splitlines()
    at = lines.index(f"FAILED  repermission: A keeps bills, drops offers  ({file}:7)")
    assert [line.strip() for line in lines[at + 1 : at + 8]] == [
        *("start", "bot      ask", "me       Ａ", "bot      bills_only"),
        *("- state: keep_all", "+ state: bills_only", "granted: bills"),
    ]
    assert lines[-1].startswith("1 failed, 3 passed in ")
    assert play(file, language="zh")[1].splitlines()[-1].startswith("1 个失败，3 个通过")


def test_results_are_told_to_programs(shop: Path) -> None:
    file = edit(shop, "repermission.test.yaml", "then: {state: bills_only,", "then: {state: keep_all,")
    code, said = play(file, as_json=True)
    told = json.loads(said)
    assert (code, told["passed"], told["failed"]) == (1, 3, 1)
    (failed,) = [each for each in told["tests"] if not each["passed"]]
    assert (failed["file"], failed["line"], failed["name"]) == (str(file), 7, "A keeps bills, drops offers")
    assert "+ state: bills_only" in failed["transcript"]
    assert told["visited"] == {"states": 3, "all_states": 4, "rows": 2, "all_rows": 3}
    (unvisited,) = told["unvisited"]
    assert (unvisited["states"], unvisited["rows"]) == (["silent"], [{"state": "ask", "row": "after 168h"}])


def test_flows_of_no_business_are_played_in_a_neutral_one(tmp_path: Path) -> None:
    for name in ("birthday.yaml", "birthday.test.yaml"):
        shutil.copy(EXAMPLE / "flows" / name, tmp_path)
    code, said = play(tmp_path / "birthday.test.yaml")
    assert code == 0, said


def test_what_does_not_load_is_not_played(shop: Path) -> None:
    edit(shop, "birthday.yaml", "reply: {more: points}", "reply: {more: point}")
    code, said = play(shop)
    assert code == 1
    assert f"{shop}/flows/birthday.yaml:15:19  E201" in said
    assert "ok  " not in said
    assert json.loads(play(shop, as_json=True)[1])["problems"][0]["code"] == "E201"


def test_a_flow_without_tests_is_said_to_have_none(shop: Path) -> None:
    (shop / "flows" / "birthday.test.yaml").unlink()
    code, said = play(shop / "flows" / "birthday.yaml")
    assert code == 2
    assert "birthday" not in said
    assert "NAME.test.yaml" in said


def show(name: str, form: str = "table") -> tuple[int, str]:
    said: list[str] = []
    return flow_command.show(name, form, EXAMPLE.parent, said.append), "\n".join(said)


def test_a_flow_is_shown_as_a_table_of_its_rows() -> None:
    code, said = show("repermission")
    assert code == 0
    assert said.splitlines() == [
        "repermission (consent-request; sms; zh-CN, en)",
        "starts by campaign repermission, basis past-purchase, proof last_order, once ever -> ask",
        "",
        "state       says        when        does                        goes to",
        "ask         ask         reply Y     grant offers, bills         keep_all",
        "                        reply A     revoke offers; grant bills  bills_only",
        "                        after 168h                              silent",
        "keep_all    keep_all                                            (end: granted)",
        "bills_only  bills_only                                          (end: granted)",
        "silent                                                          (end: no-consent)",
    ]
    assert show("bookshop/repermission") == show(str(EXAMPLE / "flows" / "repermission.yaml")) == (0, said)


def test_a_flow_is_shown_as_mermaid() -> None:
    code, said = show("optin-confirm", "mermaid")
    assert code == 0
    lines = [line.strip() for line in said.splitlines()]
    assert lines[0] == "stateDiagram-v2"
    assert 'state "ask - says ask" as s0' in lines
    assert "[*] --> s0 : by event signup.form, basis requested" in lines
    assert "s0 --> s1 : reply Y / grant offers" in lines
    assert "s0 --> s0 : else / say again" in lines
    assert "s1 --> [*] : granted" in lines


def test_a_name_that_is_not_there_lists_those_that_are() -> None:
    code, said = show("optin")
    assert code == 2
    assert "bookshop/optin-confirm" in said
