"""Texts: what a wording may hold, what a value can never do, how a medium shows choices, which language is spoken."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from flows.errors import BadWording, MissingValue, TextTooLong, UnknownText
from flows.render import LONGEST, Renderer, Shown, Voice, choose_language, placeholders
from flows.spec import Answer, Basis, Flow, Kind, Placeholder, Start, State, Text

FLOW = Flow(
    name="tried",
    about="",
    kind=Kind.PREFERENCES,
    channels=("sms", "whatsapp"),
    languages=("zh-CN", "en"),
    start=Start(go="here", basis=Basis.REQUESTED, business="help"),
    states={"here": State("here", say="hi", end="over")},
    answers={
        "new": Answer("new", ("prefs", "1", "新品"), {"zh-CN": "新品", "en": "New items"}),
        "bills": Answer("bills", ("账单", "bills"), {"zh-CN": "仅账单", "en": "Bills only"}),
        "Y": Answer("Y", ("Y", "yes")),
    },
    texts={
        "hi": Text("hi", {"zh-CN": "{{ name }}您好，{{ until }}前有效", "en": "Hi {{name}}, until {{ until }}"}),
        "menu": Text("menu", {"zh-CN": "选什么？", "en": "Which?"}, buttons=("new", "bills", "Y")),
        "list": Text("list", {"zh-CN": "选什么？", "en": "Which?"}, rows=("new", "bills")),
        "order": Text("order", {"en": "{{ no }} by {{ by }}, again {{ no }}"}, template="order_v1"),
    },
    uses={
        "name": Placeholder("name", "text", 8, otherwise={"zh-CN": "会员", "en": "friend"}),
        "until": Placeholder("until", "date", 11),
    },
)
VALUES = {"name": "小周", "until": "2026-12-31", "no": "A1", "by": "SF"}


def body(wording: str, **values: str) -> str:
    flow = replace(FLOW, texts={"text": Text("text", {"en": wording})})
    return Renderer().show(flow, "text", values, Voice("en", "whatsapp")).body


def test_values_stand_where_their_names_were() -> None:
    assert Renderer().show(FLOW, "hi", VALUES, Voice("zh-CN", "sms")).body == "小周您好，2026年12月31日前有效"
    assert Renderer().show(FLOW, "hi", VALUES, Voice("en", "sms")).body == "Hi 小周, until 31 Dec 2026"


@pytest.mark.parametrize("given_value", [None, "", "  ", "\n", "\u202e"])
def test_else_stands_in_for_a_value_that_says_nothing(given_value: str | None) -> None:
    values = {"until": "x"} | ({} if given_value is None else {"name": given_value})
    assert Renderer().show(FLOW, "hi", values, Voice("en", "sms")).body == "Hi friend, until x"


def test_without_an_else_a_missing_value_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingValue, match="until") as caught:
        Renderer().show(FLOW, "hi", {"name": "Zhou"}, Voice("en", "sms"))
    assert caught.value.name == "until"


@pytest.mark.parametrize(
    "value, most, shown",
    [
        ("2026-12-31", 11, "2026年12月31日"),
        ("2026-12-31", 10, "2026-12-31"),
        ("2026-01-02", None, "2026年1月2日"),
        ("年底", 11, "年底"),
        ("2026-02-30", 11, "2026-02-30"),
    ],
)
def test_a_date_is_spelt_out_where_it_fits_and_else_shown_as_given(value: str, most: int | None, shown: str) -> None:
    flow = replace(FLOW, texts={"t": Text("t", {"zh-CN": "{{ d }}"})}, uses={"d": Placeholder("d", "date", most)})
    assert Renderer().show(flow, "t", {"d": value}, Voice("zh-CN", "sms")).body == shown


def test_parameters_come_in_order_of_first_appearance() -> None:
    shown = Renderer().show(FLOW, "order", VALUES, Voice("en", "whatsapp"))
    assert shown == Shown("A1 by SF, again A1", template="order_v1", parameters=(("no", "A1"), ("by", "SF")))


def test_whatsapp_shows_buttons_and_rows() -> None:
    menu = Renderer().show(FLOW, "menu", {}, Voice("en", "whatsapp", "Grain"))
    assert menu == Shown("Which?", buttons=(("new", "New items"), ("bills", "Bills only"), ("Y", "Y")))
    rows = Renderer().show(FLOW, "list", {}, Voice("zh-CN", "whatsapp"))
    assert rows == Shown("选什么？", rows=(("new", "新品"), ("bills", "仅账单")))


def test_sms_shows_choices_as_lines_led_by_a_word_that_we_understand() -> None:
    """By its number where it has one, else by its first word: never by a number that means another answer."""
    menu = Renderer().show(FLOW, "menu", {}, Voice("zh-CN", "sms", "小满书店"))
    assert menu == Shown("【小满书店】选什么？\n1 新品\n账单 仅账单\nY")
    assert Renderer().show(FLOW, "list", {}, Voice("en", "sms")).body == "Which?\n1 New items\n账单 Bills only"


@pytest.mark.parametrize(
    "value, shown",
    [
        ("a\r\nb\tc\u2028d", "a b c d"),
        ("a\x00\x07\x1bb", "ab"),
        ("\u202eevil\u2066\ufeff", "evil"),
        ("a\ud800b", "ab"),
        ("【某银行】", "[某银行]"),
        ("{{ secret }}", "{{ secret }}"),
        ("{% for x in y %}", "{% for x in y %}"),
        ("<b>&</b>", "<b>&</b>"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_a_value_is_one_plain_line(value: str, shown: str) -> None:
    assert body("{{ value }}", value=value) == shown


@given(st.text(), st.integers(1, 20))
def test_no_value_breaks_the_line_or_its_length(value: str, most: int) -> None:
    flow = replace(
        FLOW,
        texts={"t": Text("t", {"en": "<{{ v }}>"})},
        uses={"v": Placeholder("v", "text", most, otherwise={"en": "?"})},
    )
    inside = Renderer().show(flow, "t", {"v": value}, Voice("en", "sms")).body[1:-1]
    assert 1 <= len(inside) <= most
    assert not {unicodedata.category(each) for each in inside} & {"Cc", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    "wording",
    [
        *("{{ a.b }}", "{{ a['b'] }}", "{{ a() }}", "{{ a|upper }}", "{{ a + b }}", "{{ a ~ b }}", "{{ not a }}"),
        *("{{ a if b }}", "{{ a and b }}", "{{ a is defined }}", "{{ 'word' }}", "{{ 1 }}", "{{ true }}", "{{ self }}"),
        *("{{ a, b }}", "{{ [a] }}", "{{ a == b }}", "{{ -a }}", "{{ }}", "{{}}", "{{ a b }}", "{{ none }}"),
        *("{% if a %}x{% endif %}", "{% for x in y %}x{% endfor %}", "{% set a = 1 %}", "{% raw %}x{% endraw %}"),
        *("{# note #}", "{{- a -}}", "{{+ a }}", "{{ a", "a }}", "{% if", "{#", "{{ a }} }}", "{{ {{ a }} }}"),
        "{{ " + "(" * 2000 + "a" + ")" * 2000 + " }}",
        "{{ lipsum.__globals__['os'].popen('id') }}",
        "{{ 'a' * 10**10 }}",
    ],
)  # fmt: skip
def test_a_wording_that_computes_is_refused(wording: str) -> None:
    with pytest.raises(BadWording):
        placeholders(wording)
    with pytest.raises(BadWording):
        body(wording, a="a", b="b")


@pytest.mark.parametrize("name", ["range", "dict", "lipsum", "cycler", "namespace", "loop", "__class__", "caller"])
def test_a_placeholder_reaches_nothing_but_its_value(name: str) -> None:
    with pytest.raises(MissingValue):
        body(f"{{{{ {name} }}}}")
    assert body(f"{{{{ {name} }}}}", **{name: "value"}) == "value"


@pytest.mark.parametrize(
    "wording, names",
    [
        ("", ()),
        ("plain { text } 50% #1", ()),
        ("{{ b }}{{a}} {{ b }}", ("b", "a")),
        ("{{\n名字 }}", ("名字",)),
    ],
)
def test_placeholders_are_listed_once_in_order(wording: str, names: tuple[str, ...]) -> None:
    assert placeholders(wording) == names


@given(st.text(st.characters(blacklist_characters="{}\r", blacklist_categories=["Cs"]), max_size=200))
def test_words_stay_as_they_were_written(wording: str) -> None:
    assert body(wording) == wording


def test_a_text_longer_than_any_channel_takes_is_refused_whole() -> None:
    with pytest.raises(TextTooLong):
        body("{{ a }}{{ a }}", a="x" * (LONGEST // 2 + 1))
    with pytest.raises(TextTooLong):
        placeholders("x" * (LONGEST + 1))
    assert len(body("{{ a }}", a="x" * 10 * LONGEST)) == LONGEST


def test_a_text_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownText, match="'gone'"):
        Renderer().show(FLOW, "gone", {}, Voice("en", "sms"))


PIECES = st.lists(
    st.sampled_from(["{{ no }}", "{{by}}", "words", " ", "\n", "\r\n", "{", "}", "%", "😀", "{{ no }}{{ no }}"])
)


@given(PIECES.map("".join).filter(str.strip))
def test_a_wording_says_what_jinja_makes_of_it(wording: str) -> None:
    """We put the pieces together ourselves, faster; the words are those of Jinja's own sandbox."""
    try:
        said = body(wording, **VALUES)
    except BadWording:
        return
    assert said == ImmutableSandboxedEnvironment(keep_trailing_newline=True).from_string(wording).render(VALUES)


def test_compiled_wordings_are_kept_and_bounded() -> None:
    """The second showing compiles nothing; more wordings than fit push the oldest out."""
    renderer = Renderer(kept=2)
    for language in ("en", "zh-CN", "en", "en"):
        renderer.show(FLOW, "hi", VALUES, Voice(language, "sms"))
    assert renderer._compiled.cache_info()[:2] == (2, 2)
    renderer.show(FLOW, "order", VALUES, Voice("en", "sms"))
    assert renderer._compiled.cache_info().currsize == 2


@pytest.mark.parametrize(
    "wanted, offered, spoken",
    [
        ("en", "zh-CN en", "en"),
        ("EN_gb", "zh-CN en-US en", "en"),
        ("en-GB", "zh-CN en-US", "en-US"),
        ("zh-Hant", "zh-CN zh-TW en", "zh-TW"),
        ("zh-HK", "zh-CN zh-TW en", "zh-TW"),
        ("zh-MO", "zh-CN zh-TW", "zh-TW"),
        ("zh-hant-hk", "zh-CN zh-TW", "zh-TW"),
        ("yue", "zh-CN zh-TW", "zh-TW"),
        ("zh-HK", "en zh-CN", "zh-CN"),
        ("zh-TW", "zh zh-HK", "zh-HK"),
        ("zh", "zh-TW zh-CN", "zh-CN"),
        ("zh_CN", "zh-TW zh-CN", "zh-CN"),
        ("zh-Hans", "zh-TW zh-CN", "zh-CN"),
        ("zh-SG", "zh-TW zh-CN", "zh-CN"),
        ("zh-Hans-HK", "zh-TW zh-CN", "zh-CN"),
        ("zh-SG", "en zh-TW", "zh-TW"),
        ("es-MX", "en es-AR es", "es"),
        ("fr", "zh-CN en", "zh-CN"),
        ("", "en zh-CN", "en"),
    ],
)
def test_the_nearest_language_is_spoken(wanted: str, offered: str, spoken: str) -> None:
    assert choose_language(wanted, offered.split()) == spoken


def test_no_language_to_choose_from_is_an_error() -> None:
    with pytest.raises(ValueError, match="no language"):
        choose_language("en", [])
