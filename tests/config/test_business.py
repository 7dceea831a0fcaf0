"""A business's folder is loaded whole or refused with everything that is wrong in any of its files."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.business import Business, Cap, QuietHours, Rate, TemplateConfig, Term, load_business, load_businesses
from config.business_flows import read_flows
from config.business_read import read_business
from config.business_types import Limits
from config.errors import BusinessProblems
from flows.load import load_flow
from flows.spec import Role

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example"

SMALL = """\
business: small
brand: Small
languages: [zh-CN, en]
place: TW
words: {stop: [不要了, "0000"]}
purposes:
  offers: {title: {zh-CN: 优惠, en: offers}, cap: 4 per month, lasts: 12 months}
channels:
  sms: {provider: simulator, sender: "106"}
quiet_hours: 20:00-09:00
limits: {person: 1 per 30 s, business: [200 per s, 90000 per day]}
"""
FLOW = """\
flow: hello
kind: service
channels: [sms]
languages: [en]
start: {word: {en: hello}, basis: requested, go: hi}
states:
  hi: {say: hi, end: done}
texts:
  hi: {en: "Hi from {{ brand }}."}
"""


CLOUD = """\
cloud: {provider: whatsapp_cloud, phone_number_id: '106', access_token: env:A, app_secret: env:B,
    verify_token: env:C, graph_version: v23.0}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small business with one flow."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "business.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "flows" / "hello.yaml").write_text(FLOW, encoding="utf-8")
    return tmp_path


def write(folder: Path, before: str, after: str, name: str = "business.yaml") -> None:
    source = (folder / name).read_text(encoding="utf-8")
    assert before in source
    (folder / name).write_text(source.replace(before, after, 1), encoding="utf-8")


def refused(folder: Path) -> list[tuple[str, str, int, int]]:
    with pytest.raises(BusinessProblems) as error:
        load_business(folder)
    return [(Path(each.file).name, each.code, each.line, each.column) for each in error.value.problems]


@pytest.fixture(scope="module")
def example() -> Business:
    return load_business(EXAMPLE)


def test_the_example_is_sound_and_whole(example: Business) -> None:
    assert (example.name, example.place, example.contact) == ("bookshop", "CN", "400-000-0000")
    assert {"birthday", "optin-confirm", "order-notices", "preferences", "repermission", "stop"} <= example.flows.keys()
    assert example.brand["zh-TW"] == "小滿書店"
    assert "0000" in example.words.stop
    assert example.quiet_hours == QuietHours(time(20), time(9))


def test_purposes_and_limits_are_read(example: Business) -> None:
    offers = example.purposes["offers"]
    assert (offers.cap, offers.lasts, offers.commercial) == (Cap(4, "month"), Term(12, "month"), True)
    assert (example.purposes["orders"].lasts, example.purposes["orders"].commercial) == (None, False)
    daily = Rate(4, timedelta(days=1))
    assert example.limits == Limits((Rate(1, timedelta(seconds=30)), daily), (Rate(200, timedelta(seconds=1)),))


def test_channels_are_read(example: Business) -> None:
    sms = example.channels["sms"]
    assert (sms.provider, sms.medium, sms.sender, sms.credentials) == ("simulator", "sms", "10690000", {})
    assert sms.signature == {"zh-CN": "小满书店", "zh-TW": "小滿書店"}
    assert example.channels["whatsapp"].medium == "whatsapp"


def test_shorthands_of_a_business(folder: Path) -> None:
    small = load_business(folder)
    assert small.brand == {"zh-CN": "Small", "en": "Small"}
    assert small.purposes["offers"].commercial
    assert [rate.period for rate in small.limits.business] == [timedelta(seconds=1), timedelta(days=1)]


def test_a_conversation_test_is_no_flow(folder: Path) -> None:
    (folder / "flows" / "hello.test.yaml").write_text("not: a flow", encoding="utf-8")
    assert "hello" in load_business(folder).flows


def test_the_hash_follows_every_file(folder: Path) -> None:
    first = load_business(folder).hash
    assert load_business(folder).hash == first
    write(folder, "Hi from", "Hello from", "flows/hello.yaml")
    second = load_business(folder).hash
    write(folder, "4 per month", "5 per month")
    assert len({first, second, load_business(folder).hash}) == 3


@pytest.mark.parametrize(
    "written,medium,sender",
    [
        ("sms: {provider: simulator, sender: '1'}", "sms", "1"),
        ("whatsapp: {provider: simulator, sender: '1'}", "whatsapp", "1"),
        ("main: {provider: simulator, sender: '1'}", "sms", "1"),
        ("main: {provider: simulator, sender: '1', medium: whatsapp}", "whatsapp", "1"),
        ("main: {provider: twilio, sender: +1555, account_sid: AC1, auth_token: env:T}", "sms", "+1555"),
        (
            "main: {provider: twilio, sender: 'whatsapp:+1', account_sid: A, auth_token: env:T}",
            "whatsapp",
            "whatsapp:+1",
        ),
        ("main: {provider: twilio, messaging_service_sid: MG1, account_sid: A, auth_token: env:T}", "sms", "MG1"),
        (CLOUD, "whatsapp", "106"),
    ],
)
def test_a_channel_knows_its_medium_and_sender(folder: Path, written: str, medium: str, sender: str) -> None:
    write(folder, 'sms: {provider: simulator, sender: "106"}', written)
    (channel,) = load_business(folder).channels.values()
    assert (channel.medium, channel.sender) == (medium, sender)


def test_secrets_stay_references(folder: Path) -> None:
    write(
        folder,
        'simulator, sender: "106"',
        'twilio, sender: "+1", account_sid: AC1, auth_token: env:TOKEN, base_url: "http://127.0.0.1:9/", token: t1',
    )
    sms = load_business(folder).channels["sms"]
    assert sms.credentials == {"account_sid": "AC1", "auth_token": "env:TOKEN"}
    assert (sms.base_url, sms.public_url, sms.token) == ("http://127.0.0.1:9", None, "t1")


def test_templates_are_read(folder: Path) -> None:
    write(
        folder,
        "quiet_hours:",
        "templates:\n"
        "  gift: {provider_id: gift_2, languages: {zh-CN: zh_CN, en: en_US}, category: MARKETING,"
        " approval: approved, parameters: [name, until]}\n"
        "  shipped: {id: HX1, language: en_GB, category: utility}\n"
        "quiet_hours:",
    )
    templates = load_business(folder).templates
    tags = {"zh-CN": "zh_CN", "en": "en_US"}
    assert templates["gift"] == TemplateConfig("gift", "gift_2", tags, "MARKETING", "approved", ("name", "until"))
    assert templates["shipped"] == TemplateConfig("shipped", "HX1", {"en": "en_GB"}, "UTILITY", "pending", None)


@pytest.mark.parametrize(
    "before,after,code",
    [
        pytest.param("brand: Small\n", "‸brnad: Small\n", "E101", id="misspelt key"),
        pytest.param("business: small\nbrand: Small", "‸business: small", "E103", id="key missing"),
        pytest.param("brand: Small", "‸brand: {en: Small}", "E401", id="brand lacks a language"),
        pytest.param("title: {zh-CN: 优惠, en: offers}", "‸title: {en: offers}", "E401", id="title lacks a language"),
        pytest.param("place: TW", "place: ‸China", "E103", id="place"),
        pytest.param("place: TW", "place: ‸ZZ", "E103", id="no place at all"),
        pytest.param("[不要了,", "[不要了, ‸？？,", "E103", id="a stop word that cannot be heard"),
        pytest.param("4 per month", "‸4 monthly", "E103", id="cap"),
        pytest.param("12 months", "‸a year", "E103", id="lasts"),
        pytest.param("12 months}", "12 months, commercial: ‸perhaps}", "E103", id="commercial"),
        pytest.param("  offers: {", "  ‸all: {", "E103", id="purpose called all"),
        pytest.param("20:00-09:00", "‸20-9", "E103", id="quiet hours"),
        pytest.param("20:00-09:00", "‸20:00-24:00", "E103", id="quiet hours beyond the day"),
        pytest.param("1 per 30 s", "‸1 each 30 s", "E103", id="rate"),
        pytest.param("200 per s", "‸200 per blink", "E103", id="rate's period"),
        pytest.param("simulator,", "‸simulater,", "E103", id="provider"),
        pytest.param("simulator,", "simulator, ‸senders: x,", "E101", id="key of a channel"),
        pytest.param("  sms: {provider: simulator", "  ‸sms: {provider: twilio", "E103", id="credentials"),
        pytest.param(
            '  sms: {provider: simulator, sender: "106"}', "  ‸sms: {provider: simulator}", "E103", id="sender"
        ),
        pytest.param('"106"}', '"106", public_url: ‸example.org}', "E103", id="address"),
        pytest.param("quiet_hours:", "quiet_hours: 1\n‸quiet_hours:", "E102", id="twice"),
        pytest.param("business: small", "business: ‸&small small", "E104", id="anchor"),
        pytest.param("place: TW", "place:\n‸\tCN", "E001", id="tab"),
        pytest.param(
            'place: TW\nwords: {stop: [不要了, "0000"]}\npurposes:\n'
            "  offers: {title: {zh-CN: 优惠, en: offers}, cap: 4 per month, lasts: 12 months}\nchannels:\n  sms",
            "place: CN\npurposes: {}\nchannels:\n  ‸sms",
            "E605",
            id="mainland SMS without a signature",
        ),
        pytest.param('"106"}', '"106", signature: ‸【小店】}', "E605", id="brackets in a signature"),
    ],
)
def test_a_mistake_in_business_yaml_is_named_where_it_stands(folder: Path, before: str, after: str, code: str) -> None:
    """The mark ‸ stands where the mistake is to be found."""
    write(folder, before, after)
    marked = (folder / "business.yaml").read_text(encoding="utf-8")
    at = marked.index("‸")
    line = marked[:at].count("\n") + 1
    column = at - marked.rfind("\n", 0, at)
    (folder / "business.yaml").write_text(marked.replace("‸", ""), encoding="utf-8")
    assert refused(folder) == [("business.yaml", code, line, column)]


def test_missing_credentials_are_named_all_at_once(folder: Path) -> None:
    write(folder, "provider: simulator", "provider: whatsapp_cloud, app_secret: env:S")
    with pytest.raises(BusinessProblems, match="lacks phone_number_id, access_token, verify_token"):
        load_business(folder)


def test_an_unknown_provider_brings_the_known_ones(folder: Path) -> None:
    write(folder, "provider: simulator", "provider: pigeon")
    with pytest.raises(BusinessProblems) as error:
        load_business(folder)
    assert "simulator, twilio, whatsapp_cloud" in error.value.problems[0].cure.en


def test_every_error_of_every_file_comes_at_once(folder: Path) -> None:
    write(folder, "4 per month", "4 monthly")
    write(folder, "kind: service", "kind: servce", "flows/hello.yaml")
    (folder / "flows" / "odd.yaml").write_bytes(b"flow: \xff")
    assert refused(folder) == [
        ("business.yaml", "E103", 7, 49),
        ("hello.yaml", "E103", 2, 7),
        ("odd.yaml", "E001", 1, 7),
    ]


def test_flows_are_checked_against_their_business(folder: Path) -> None:
    write(folder, "en: hello}", "en: 不要了}", "flows/hello.yaml")
    write(folder, "kind: service", "kind: service\nneeds: gifts", "flows/hello.yaml")
    assert [(file, code) for file, code, _, _ in refused(folder)] == [("hello.yaml", "E201"), ("hello.yaml", "E210")]


def test_what_a_flow_means_is_not_judged_while_its_business_cannot_be_read(folder: Path) -> None:
    write(folder, "purposes:", "purpose:")
    write(folder, "kind: service", "kind: service\nneeds: offers", "flows/hello.yaml")
    assert [code for _, code, _, _ in refused(folder)] == ["E101"]


@pytest.mark.parametrize(
    "source,code",
    [
        pytest.param(FLOW, "E102", id="the same name"),
        pytest.param(FLOW.replace("flow: hello", "flow: hi"), "E211", id="the same word"),
    ],
)
def test_two_flows_share_neither_name_nor_starting_word(folder: Path, source: str, code: str) -> None:
    (folder / "flows" / "hi.yaml").write_text(source, encoding="utf-8")
    assert [(file, found) for file, found, _, _ in refused(folder)] == [("hi.yaml", code)]


def test_only_one_flow_answers_a_stop(folder: Path) -> None:
    stop = (EXAMPLE / "flows" / "stop.yaml").read_text(encoding="utf-8")
    for name in ("one", "two"):
        (folder / "flows" / f"{name}.yaml").write_text(stop.replace("flow: stop", f"flow: {name}"), encoding="utf-8")
    assert [(file, code) for file, code, _, _ in refused(folder)] == [("two.yaml", "E102")]


def test_shipped_flows_stand_in_for_what_a_business_does_not_write(folder: Path) -> None:
    flows = load_business(folder).flows
    assert {"hello", *Role} == flows.keys()
    assert {flow.start.business for flow in flows.values()} == {None, *Role}


def test_a_business_may_replace_a_shipped_flow(folder: Path, example: Business) -> None:
    assert Path(example.flows["stop"].file).parent.name == "flows"
    assert example.flows["help"].file == "library/help.yaml"
    farewell = (EXAMPLE / "flows" / "stop.yaml").read_text(encoding="utf-8").replace("flow: stop", "flow: farewell")
    (folder / "flows" / "farewell.yaml").write_text(farewell, encoding="utf-8")
    flows = load_business(folder).flows
    assert ("farewell" in flows, "stop" in flows) == (True, False)


def test_shipped_flows_serve_a_business_of_any_language(folder: Path) -> None:
    write(folder, "languages: [zh-CN, en]", "languages: [fr]")
    write(folder, "{zh-CN: 优惠, en: offers}", "offres")
    assert "stop" in load_business(folder).flows


def test_a_shipped_flow_whose_purposes_a_business_lacks_is_left_out(folder: Path) -> None:
    source = FLOW.replace("flow: hello", "flow: sale").replace("en: hello", "en: sale")
    selling = load_flow(source.replace("basis: requested", "basis: consent"), "library/sale.yaml")
    shipped = [replace(selling, needs="offers"), replace(selling, name="gifts", needs="gifts")]
    decisions, _ = read_business((folder / "business.yaml").read_text(encoding="utf-8"), "business.yaml")
    flows, problems = read_flows(folder, {}, decisions, shipped)
    assert (list(flows), problems) == (["sale"], [])


def test_a_folder_without_business_yaml_is_no_business(tmp_path: Path) -> None:
    assert refused(tmp_path) == [("business.yaml", "E001", 1, 1)]


def test_businesses_are_loaded_by_name(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("businesses")
    shutil.copytree(folder, home / "a")
    shutil.copytree(EXAMPLE, home / "b")
    (home / ".git").mkdir()
    assert {name: each.folder.name for name, each in load_businesses(home).items()} == {"small": "a", "bookshop": "b"}


def test_a_folder_that_is_a_business_itself_is_loaded_as_one(folder: Path) -> None:
    assert list(load_businesses(folder)) == ["small"]


def test_one_bad_business_refuses_them_all(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("businesses")
    shutil.copytree(folder, home / "a")
    shutil.copytree(folder, home / "b")
    (home / "c").mkdir()
    with pytest.raises(BusinessProblems) as error:
        load_businesses(home)
    found = [(Path(each.file).parent.name, each.code) for each in error.value.problems]
    assert found == [("c", "E001"), ("b", "E102")]


def test_a_folder_of_businesses_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BusinessProblems, match="gone"):
        load_businesses(tmp_path / "gone")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_business_yaml_makes_the_reader_fail(data: st.DataObject) -> None:
    """Each line may be gone, doubled or replaced: the answer is decisions or problems, never another error."""
    lines = (EXAMPLE / "business.yaml").read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        other = st.sampled_from(
            [lines[at], f"  {lines[at]}", "x", "- x", "sms: {provider: twilio}", "limits:", "brand: []"]
        )
        lines[at : at + data.draw(st.integers(0, 2))] = [data.draw(other)]
    decisions, problems = read_business("\n".join(lines), "business.yaml")
    assert (decisions is None) == bool(problems)
