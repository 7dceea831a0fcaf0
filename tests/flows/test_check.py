"""Each check finds its mistake once, where it stands, and leaves what follows from it unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.check import check_flow, check_source
from flows.checks.setting import Setting
from flows.load import load_flow
from flows.words import Lexicon

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example" / "flows"
LEXICON = Lexicon.shipped("CN", ["zh-CN", "zh-TW", "en", "es"], {"stop": ["N"], "help": ["H"], "start": ["alta"]})
PURPOSES = {"offers": True, "points": True, "bills": False, "orders": False}
SETTING = Setting(PURPOSES, LEXICON.heard, refuses=LEXICON.refuses)

SOUND = """\
flow: sound
kind: preferences
channels: [sms, whatsapp]
languages: [zh-CN, en]
start: {word: {zh-CN: 偏好, en: prefs}, basis: requested, go: ask}
answers:
  new: {label: {zh-CN: 新品, en: New}, words: [1, new]}
  old: {label: {zh-CN: 旧书, en: Old}, words: [2, old]}
states:
  ask:
    say: ask
    reply:
      new: {grant: offers, go: done}
      old: {grant: [offers, bills], revoke: points, go: done}
    event: {order.made: done}
    else: {say: ask, go: more}
    after: {72h: done}
  more:
    say: more
    reply: {old: done}
    after: {1h: done}
  done: {say: done, end: done}
texts:
  ask:
    asks_for: [offers, bills]
    buttons: [new, old]
    zh-CN: "{{ name }}，要什么？每月最多{{ cap }}条，为期{{ lasts }}；回复T退订。"
    en: "What would you like, {{ name }}? At most {{ cap }} a month for {{ lasts }}; T to stop."
  more:
    list: [old]
    zh-CN: "还要吗？"
    en: "More?"
  done:
    zh-CN: "已保存。"
    en: "Saved."
    template: saved_v1
uses:
  name: {type: text, else: {zh-CN: 您, en: friend}}
"""


def test_a_sound_flow_has_no_problem() -> None:
    flow, problems = check_source(SOUND, "sound.yaml", SETTING)
    assert problems == []
    assert flow == load_flow(SOUND, "sound.yaml")


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLE.glob("*.yaml") if ".test." not in path.name))
def test_the_examples_have_no_problem(name: str) -> None:
    source = (EXAMPLE / name).read_text(encoding="utf-8")
    assert check_source(source, name, SETTING)[1] == []


@pytest.mark.parametrize(
    "before,after,code",
    [
        pytest.param("requested, go: ask}", "requested, go: ‸asks}", "E201", id="start leads nowhere"),
        pytest.param("offers, go: done}", "offers, go: ‸dune}", "E201", id="reply leads nowhere"),
        pytest.param("{order.made: done}", "{order.made: ‸dune}", "E201", id="event leads nowhere"),
        pytest.param("{72h: done}", "{72h: ‸dune}", "E201", id="time leads nowhere"),
        pytest.param("say: ask, go: more}", "say: ask, go: ‸mare}", "E201", id="else leads nowhere"),
        pytest.param("{72h: done}", "{72h: ‸stopped}", "E201", id="only a person stops"),
        pytest.param("    say: more\n", "    say: ‸mor\n", "E201", id="text does not exist"),
        pytest.param("else: {say: ask,", "else: {say: ‸asks,", "E201", id="text of else does not exist"),
        pytest.param("reply: {old: done}", "reply: {‸odd: done, old: done}", "E201", id="answer does not exist"),
        pytest.param("revoke: points", "revoke: ‸poinst", "E201", id="purpose of revoke"),
        pytest.param("{grant: offers,", "{grant: ‸offer,", "E201", id="purpose of grant"),
        pytest.param("{grant: offers,", "{grant: ‸all,", "E201", id="nobody grants everything"),
        pytest.param("asks_for: [offers,", "asks_for: [‸oranges, offers,", "E201", id="purpose of a text"),
        pytest.param("    say: more\n", "    say: more\n    needs: ‸mugs\n", "E201", id="purpose of a card"),
        pytest.param("kind: preferences", "kind: preferences\nneeds: ‸mugs", "E201", id="purpose of the flow"),
        pytest.param("  done: {say", "  ‸lost: {end: lost}\n  done: {say", "E202", id="unreachable"),
        pytest.param(
            "    reply: {old: done}\n    after: {1h: done}\n", "    reply: {‸old: done}\n", "E203", id="waits"
        ),
        pytest.param("  done: {say: done, end: done}", "  done: {‸say: done}", "E203", id="does not end"),
        pytest.param("words: [1, new]", "words: [1, ‸T, new]", "E210", id="takes a letter of the place"),
        pytest.param("words: [1, new]", "words: [1, ‸Stop., new]", "E210", id="takes a stop word in other dress"),
        pytest.param("words: [1, new]", "words: [1, ‸ｈ, new]", "E210", id="takes a help word"),
        pytest.param("words: [1, new]", "words: [1, ‸ALTA, new]", "E210", id="takes a start word"),
        pytest.param("en: prefs", "en: ‸cancel", "E210", id="starts by a stop word"),
        pytest.param("words: [2, old]", "words: [2, old, ‸NEW]", "E211", id="one word, two answers"),
        pytest.param("words: [2, old]", "words: [2, old, ‸１]", "E211", id="the same digit in full width"),
        pytest.param("words: [2, old]", "words: [2, old, ‸No thanks]", "E211", id="a no that grants"),
        pytest.param("words: [2, old]", "words: [2, old, ‸不要]", "E211", id="a Chinese no that grants"),
        pytest.param("words: [2, old]", "words: [2, old, ‸👍]", "E103", id="a word that cannot be heard"),
        pytest.param("buttons: [new,", "buttons: [new, ‸odd,", "E212", id="button is no answer"),
        pytest.param("list: [old]", "list: [old, ‸odd]", "E212", id="row is no answer"),
        pytest.param("list: [old]", "list: [old, ‸new]", "E212", id="row that the state does not reply to"),
        pytest.param("{72h: done}", "{72h: {‸grant: offers, go: done}}", "E302", id="silence grants"),
        pytest.param("{order.made: done}", "{order.made: {‸grant: bills, go: done}}", "E302", id="event grants"),
        pytest.param("{grant: offers,", "{grant: [offers, ‸points],", "E303", id="grants what was not asked"),
        pytest.param("{old: done}", "{old: {grant: ‸offers, go: done}}", "E303", id="asked only in an earlier text"),
        pytest.param('  done:\n    zh-CN: "已保存。"\n', "  ‸done:\n", "E401", id="text lacks a language"),
        pytest.param("label: {zh-CN: 新品, en", "‸label: {en", "E401", id="label lacks a language"),
        pytest.param("else: {zh-CN: 您, en", "‸else: {en", "E401", id="else lacks a language"),
        pytest.param(
            "like, {{ name }}?", "like, {{ name }} {{ ‸nam }}?", "E402", id="undeclared, with a longer one before it"
        ),
        pytest.param('en: "Saved."', '‸en: "Saved, {{ name }}."', "E403", id="languages disagree"),
        pytest.param('en: "Saved."', 'en: ‸"Saved, {{ name|upper }}."', "E103", id="computes"),
        pytest.param('en: "Saved."', 'en: ‸"Saved, {{ name }."', "E103", id="braces not closed"),
        pytest.param('en: "Saved."', 'en: ‸"{{ ' + "(" * 500 + ' }}"', "E103", id="bottomless"),
    ],
)
def test_a_mistake_is_named_once_where_it_stands(before: str, after: str, code: str) -> None:
    """The mark ‸ stands where the mistake is to be found."""
    assert before in SOUND
    marked = SOUND.replace(before, after, 1)
    line = marked[: marked.index("‸")].count("\n") + 1
    column = marked.splitlines()[line - 1].index("‸") + 1
    source = marked.replace("‸", "")
    problems = check_source(source, "f.yaml", SETTING)[1]
    assert [(each.code, each.line, each.column) for each in problems] == [(code, line, column)]


def test_a_ring_of_states_that_nothing_leads_to_is_unreachable() -> None:
    ring = "  one: {after: {1h: two}}\n  two: {after: {1h: one}}\n  done: {say"
    problems = check_source(SOUND.replace("  done: {say", ring), "f.yaml", SETTING)[1]
    assert [(each.code, each.line, each.column) for each in problems] == [("E202", 22, 3), ("E202", 23, 3)]


def codes(source: str) -> list[str]:
    return [each.code for each in check_source(source, "f.yaml", SETTING)[1]]


def test_a_commercial_flow_names_the_consent_it_needs() -> None:
    source = SOUND.replace("kind: preferences", "kind: commercial").replace("basis: requested", "basis: consent")
    (problem,) = check_source(source, "f.yaml", SETTING)[1]
    assert (problem.code, problem.line) == ("E301", 2)
    assert problem.cure.en.endswith("offers points")
    needing = source.replace("kind: commercial", "kind: commercial\nneeds: offers")
    assert codes(needing.replace("basis: requested", "basis: consent")) == []


def test_a_grant_needs_a_text_that_asks() -> None:
    assert codes(SOUND.replace("    say: ask\n", "", 1).replace("[offers, bills], revoke", "offers, revoke")) == [
        "E303",
        "E303",
    ]


def test_an_answer_on_a_button_needs_words_and_a_label() -> None:
    assert codes(SOUND.replace("{label: {zh-CN: 新品, en: New}, words: [1, new]}", "[1, new]")) == ["E212"]
    assert codes(SOUND.replace(", words: [1, new]", "")) == ["E212"]


def test_menus_of_different_states_may_count_from_one_again() -> None:
    source = SOUND.replace("reply: {old: done}", "reply: {late: done}").replace("list: [old]", "list: [late]")
    again = source.replace("answers:\n", "answers:\n  late: {label: {zh-CN: 晚, en: Late}, words: [1]}\n")
    assert codes(again) == []


def test_a_conversation_that_a_person_takes_over_may_wait() -> None:
    waiting = "  more: {say: more, hand_over: true}\n  done:"
    before, _, rest = SOUND.partition("  more:\n    say")
    assert codes(before + waiting + rest[rest.index("  done:") + len("  done:") :]) == []


def test_a_misspelt_name_brings_the_nearest_right_one() -> None:
    (problem,) = check_source(SOUND.replace("offers, go: done}", "offers, go: dune}"), "f.yaml", SETTING)[1]
    assert "did you mean `done`?" in problem.sentence.en
    assert "是不是“done”？" in problem.sentence.zh


@pytest.mark.parametrize(
    "before,after,expected",
    [
        pytest.param("    after: {72h: done}", "    afer: {72h: done}", ["E101"], id="not that the card waits"),
        pytest.param("  more:\n    say: more\n", "  more:\n    sya: more\n", ["E101"], id="not that nobody goes there"),
        pytest.param("  more:\n    list", "  more:\n    lits", ["E101"], id="not that the text is missing"),
        pytest.param("{type: text, else", "{type: txt, else", ["E103"], id="not that the name is undeclared"),
        pytest.param("label: {zh-CN: 新品", "lable: {zh-CN: 新品", ["E101"], id="not that the answer is missing"),
        pytest.param('en: "Saved."', 'en: "Saved, {{ nam }}."', ["E402"], id="not that languages disagree"),
        pytest.param("states:\n", "states:\n  done: {end: twice}\n", ["E102"], id="not what the other one says"),
        pytest.param("go: more}", "go: mroe}", ["E201"], id="not that the right one is out of reach"),
        pytest.param("languages: [zh-CN, en]", "languages: [zh_CN, en]", ["E103"], id="not that its texts are strange"),
    ],
)
def test_what_follows_from_a_mistake_is_held_back(before: str, after: str, expected: list[str]) -> None:
    assert before in SOUND
    assert codes(SOUND.replace(before, after, 1)) == expected


def test_independent_mistakes_come_in_one_run_although_one_card_cannot_be_read() -> None:
    source = SOUND.replace("    after: {1h: done}", "    afer: {1h: done}").replace(
        "old: {grant: [", "old: {grant: [points, "
    )
    assert codes(source.replace('en: "Saved."', 'en: "Saved, {{ nam }}."')) == ["E303", "E101", "E402"]


def test_a_flow_that_was_loaded_before_is_checked_the_same() -> None:
    source = SOUND.replace("words: [1, new]", "words: [1, T]")
    assert check_flow(load_flow(source, "f.yaml"), SETTING) == check_source(source, "f.yaml", SETTING)[1]
