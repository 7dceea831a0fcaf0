"""The consent holds on every path: what breaks it is refused at its row, with the conversation that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.check import check_source
from flows.checks.setting import Setting, Template
from flows.load import load_flow
from flows.machine import Facts, FlowMachine, Trigger
from flows.problems import Problem
from flows.rules import Level, RulePack, Wording
from flows.words import Lexicon

LEXICON = Lexicon.shipped("CN", ["en", "es"])
SETTING = Setting(
    {"offers": True, "points": True, "bills": False},
    LEXICON.heard,
    terms={"offers": timedelta(days=365)},
    templates={
        "gift_v1": Template("gift_v1", frozenset({"en"}), "MARKETING", approved=True),
        "note_v1": Template("note_v1", frozenset({"en"}), "UTILITY", approved=True),
    },
)

JOIN = """\
flow: join
kind: consent-request
channels: [sms]
languages: [en]
start: {event: signup.form, basis: requested, go: join}
answers:
  Y: [Y, yes]
  A: [A, bills]
states:
  join:
    say: join
    reply: {Y: {grant: offers, go: pref}}
    after: {72h: bye}
  pref:
    say: pref
    reply:
      A: {go: later}
    after: {24h: later}
  later:
    after: {24h: news}
  news: {say: news, needs: offers, end: sent}
  bye: {end: no-consent}
texts:
  join:
    asks_for: offers
    en: "Offers, max 4 a month for 12 months? Reply Y. Reply T to refuse."
  pref:
    en: "Anything else? Reply A for bills only."
  news:
    en: "Our list of the month is out."
"""

BIRTHDAY = """\
flow: birthday
kind: commercial
needs: points
channels: [sms, whatsapp]
languages: [en]
start: {event: member.birthday, basis: consent, once: per year, go: greet}
answers:
  more: [more]
states:
  greet:
    say: greet
    reply: {more: points}
    after: {336h: over}
  points: {say: points, end: done}
  over: {end: done}
texts:
  greet:
    en: "Happy birthday. Reply MORE for your points, STOP to end."
  points:
    en: "You have many points. STOP to end."
"""


def consent_problems(source: str, setting: Setting = SETTING) -> list[Problem]:
    """Those about consent on a path."""
    return [each for each in check_source(source, "f.yaml", setting)[1] if each.code in ("E301", "E302", "E303")]


def only(source: str, setting: Setting = SETTING) -> Problem:
    (found,) = consent_problems(source, setting)
    return found


def happened(found: Problem) -> list[str]:
    """What the conversation went through."""
    assert found.witness is not None
    return [each.trigger for each in found.witness.moments]


@pytest.mark.parametrize("source", [JOIN, BIRTHDAY], ids=["join", "birthday"])
def test_a_consent_that_holds_on_every_path_is_proved(source: str) -> None:
    assert consent_problems(source) == []


def test_a_yes_taken_back_before_the_message_is_refused_at_the_row_that_takes_it_back() -> None:
    """The answer that grants lies on every path, and yet does not help."""
    found = only(JOIN.replace("A: {go: later}", "A: {revoke: offers, go: later}"))
    assert (found.code, found.line) == ("E301", 17)
    assert happened(found) == ["start", "reply:Y", "reply:A", "after:0"]
    assert found.witness is not None
    assert [each.consent for each in found.witness.moments] == ["requested", "confirmed", "withdrawn", "withdrawn"]


def test_the_conversation_reads_as_a_chat_with_the_lines_of_the_file() -> None:
    source = JOIN.replace("A: {go: later}", "A: {revoke: offers, go: later}")
    shown = only(source).render(source, "en")
    assert shown == (
        "f.yaml:17:11  E301  `news` (line 21) needs `offers`, and on this path it was taken back\n"
        "          A: {revoke: offers, go: later}\n"
        "              ^\n"
        "  = end this path before `news`, or let an answer to a text that asks for `offers` grant it first\n"
        "  |     5  start    the event signup.form\n"
        "  |    24  bot      Offers, max 4 a month for 12 months? Reply Y. Reply T to re…   [offers: asked for]\n"
        "  |    12  person   Y   [offers: confirmed]\n"
        "  |    27  bot      Anything else? Reply A for bills only.\n"
        "  |    17  person   A   [offers: withdrawn]\n"
        "  |    20  time     24h pass in silence\n"
        "  |    29  bot      Our list of the month is out.\n"
        "  > docs/reference/codes/E301.md"
    )
    assert "  |    17  本人  A   [offers：已撤回]\n" in only(source).render(source, "zh")


@pytest.mark.parametrize(
    "before, after, line, way",
    [
        pytest.param(
            "after: {72h: bye}", "after: {72h: later}", 13, ["start", "after:0", "after:0"], id="silence goes on"
        ),
        pytest.param(
            "{Y: {grant: offers, go: pref}}", "{Y: pref}", 12, ["start", "reply:Y", "reply:A", "after:0"], id="no grant"
        ),
        pytest.param(
            "    after: {72h: bye}", "    else: {go: news}\n    after: {72h: bye}", 13, ["start", "else"], id="else"
        ),
        pytest.param(
            "    after: {72h: bye}",
            "    event: {paid: news}\n    after: {72h: bye}",
            13,
            ["start", "event:paid"],
            id="an event passes by",
        ),
        pytest.param(
            "go: pref}}", "go: pref}, A: news}", 12, ["start", "reply:A"], id="another answer to the same question"
        ),
        pytest.param(
            "start: {event: signup.form, basis: requested, go: join}",
            "start: {event: signup.form, basis: requested, go: news}",
            21,
            ["start"],
            id="at once",
        ),
    ],
)
def test_a_yes_on_only_one_of_two_paths_is_refused_where_the_other_leaves(
    before: str, after: str, line: int, way: list[str]
) -> None:
    found = only(JOIN.replace(before, after))
    assert (found.code, found.line) == ("E301", line)
    assert happened(found) == way


def test_going_back_to_a_message_after_a_withdrawal_is_refused() -> None:
    """The message was right the first time and is not the second."""
    source = JOIN.replace(
        "news: {say: news, needs: offers, end: sent}",
        """news:
    say: news
    needs: offers
    reply: {A: {revoke: offers, go: later}}
    after: {24h: bye}""",
    )
    found = only(source)
    assert (found.code, found.line) == ("E301", 24)
    assert happened(found) == ["start", "reply:Y", "reply:A", "after:0", "reply:A", "after:0"]


def test_a_card_that_takes_back_what_it_needs_is_refused() -> None:
    found = only(JOIN.replace("news: {say", "news: {revoke: all, say"))
    assert (found.code, found.line) == ("E301", 21)


def test_a_withdrawal_before_a_commercial_message_is_refused_although_the_start_had_it() -> None:
    found = only(BIRTHDAY.replace("{more: points}", "{more: {revoke: points, go: points}}"))
    assert (found.code, found.line) == ("E301", 12)
    assert happened(found) == ["start", "reply:more"]


def test_a_consent_to_one_purpose_is_none_to_another() -> None:
    found = only(BIRTHDAY.replace("points: {say: points,", "points: {say: points, needs: offers,"))
    assert (found.code, found.line) == ("E301", 12)
    assert "offers" in found.sentence.en


def test_a_consent_older_than_it_lasts_is_refused_at_the_wait() -> None:
    found = only(JOIN.replace("after: {24h: news}", "after: {8760h: news}"))
    assert (found.code, found.line) == ("E301", 20)
    assert found.witness is not None
    assert found.witness.moments[-1].consent == "expired"
    assert consent_problems(JOIN.replace("after: {24h: news}", "after: {8735h: news}")) == []


def test_several_waits_add_up() -> None:
    found = only(JOIN.replace("after: {24h: later}", "after: {4380h: later}").replace("24h: news", "4380h: news"))
    assert (found.line, happened(found)[-2:]) == (20, ["after:0", "after:0"])


def test_what_was_agreed_on_one_medium_may_not_leave_on_another() -> None:
    source = JOIN.replace("[sms]", "[whatsapp]").replace(
        "  news:\n    en", "  news:\n    fallback: {undelivered: sms, within: 10m}\n    en"
    )
    found = only(source)
    assert (found.code, found.line) == ("E301", 30)
    assert "sms" in found.sentence.en
    assert consent_problems(source.replace("[whatsapp]", "[sms]")) == []


def test_a_message_that_needs_its_consent_may_wait_while_the_person_withdraws_elsewhere() -> None:
    """The consent is looked up again when it is sent; one without ``needs`` would go out."""
    selling = JOIN.replace("  news:\n    en", "  news:\n    template: gift_v1\n    en")
    assert consent_problems(selling) == []
    found = only(selling.replace("news: {say: news, needs: offers,", "news: {say: news,"))
    assert (found.code, found.line) == ("E301", 21)
    assert "outside:withdrawn" in happened(found)
    assert "gift_v1" in found.sentence.en


def test_a_template_moved_to_marketing_needs_a_consent() -> None:
    service = JOIN.replace("  pref:\n    en", "  pref:\n    template: note_v1\n    en")
    moved = replace(SETTING.templates["note_v1"], category="MARKETING")
    assert consent_problems(service) == []
    found = only(service, replace(SETTING, templates={**SETTING.templates, "note_v1": moved}))
    assert (found.code, found.line) == ("E301", 15)


def test_a_commercial_message_under_a_consent_to_service_notices_is_refused() -> None:
    found = only(BIRTHDAY.replace("needs: points", "needs: bills"))
    assert (found.code, found.line) == ("E301", 3)


@pytest.mark.parametrize("row", ["event: {paid: {grant: offers, go: pref}}", "after: {2h: {grant: offers, go: pref}}"])
def test_only_an_answer_grants_and_the_rest_of_the_path_is_not_blamed_too(row: str) -> None:
    after = row.startswith("after")
    source = JOIN.replace("    after: {72h: bye}", f"    {row}" if after else f"    {row}\n    after: {{72h: bye}}")
    found = only(source)
    assert (found.code, found.line) == ("E302", 13)
    assert happened(found)[0] == "start"


def test_an_answer_may_come_after_a_pause_if_the_question_was_seen_on_every_path() -> None:
    """A card without a text of its own still hears the answer to the text before."""
    paused = JOIN.replace("    after: {72h: bye}", "    after: {2h: still}").replace(
        "  pref:\n    say",
        "  still:\n    reply: {Y: {grant: offers, go: pref}}\n    after: {70h: bye}\n  pref:\n    say",
    )
    assert consent_problems(paused) == []
    other = paused.replace(
        "    reply: {Y: {grant: offers, go: pref}}\n    after: {2h",
        "    event: {lost: hint}\n    reply: {Y: {grant: offers, go: pref}}\n    after: {2h",
        1,
    )
    other = other.replace("  bye:", "  hint:\n    say: pref\n    after: {1h: still}\n  bye:")
    found = only(other)
    assert (found.code, found.line) == ("E303", 16)
    assert happened(found) == ["start", "event:lost", "after:0", "reply:Y"]


def test_an_else_that_asks_for_something_else_takes_the_question_away() -> None:
    repeats = JOIN.replace("    after: {72h: bye}", "    else: {say: pref, go: bye}\n    after: {72h: bye}")
    assert consent_problems(repeats) == []
    found = only(repeats.replace("  pref:\n    en", "  pref:\n    asks_for: bills\n    en"))
    assert (found.code, found.line) == ("E303", 12)
    assert happened(found) == ["start", "else", "reply:Y"]


def test_a_text_that_asks_in_another_language_only_is_one_message_with_the_conversation() -> None:
    source = JOIN.replace("languages: [en]", "languages: [en, es]")
    for text in ("pref", "news"):
        source = source.replace(f"  {text}:\n    en", f'  {text}:\n    es: "Hola."\n    en')
    _, problems = check_source(source, "f.yaml", SETTING)
    assert [each.code for each in problems] == ["E401"]
    assert happened(problems[0]) == ["start", "reply:Y"]


def test_a_place_that_wants_consents_confirmed_refuses_one_answer_to_a_business_that_asked() -> None:
    strict = replace(SETTING, rules=RulePack("strict", commercial={"sms": Level.CONFIRMED}))
    assert consent_problems(JOIN, strict) == []
    cold = JOIN.replace("{event: signup.form, basis: requested,", "{campaign: old, basis: past-purchase, proof: order,")
    assert consent_problems(cold) == []
    found = only(cold, strict)
    assert (found.code, found.line) == ("E301", 12)
    assert "strict" in found.sentence.en


def test_asking_twice_confirms() -> None:
    strict = replace(SETTING, rules=RulePack("strict", commercial={"sms": Level.CONFIRMED}))
    cold = JOIN.replace("{event: signup.form, basis: requested,", "{campaign: old, basis: past-purchase, proof: order,")
    twice = cold.replace(
        "  pref:\n    say: pref\n    reply:\n      A: {go: later}\n    after: {24h: later}",
        "  pref:\n    say: sure\n    reply:\n      Y: {grant: offers, go: later}\n"
        "    after: {24h: {revoke: offers, go: bye}}",
    )
    twice += '  sure:\n    asks_for: offers\n    en: "Really, max 4 a month for 12 months? Reply Y, or T to refuse."\n'
    assert consent_problems(twice, strict) == []


def test_a_row_that_goes_astray_is_named_and_nothing_that_follows_from_it() -> None:
    """Not the state that it leaves alone, nor the two messages to which silence now leads."""
    source = JOIN.replace("after: {72h: bye}", "after: {72h: {grant: offers, go: pref}}")
    assert [each.code for each in check_source(source, "f.yaml", SETTING)[1]] == ["E302"]


def test_an_else_speaks_as_often_as_it_may_before_it_leaves() -> None:
    """The conversation that is printed can be played as it stands."""
    source = JOIN.replace("    after: {72h: bye}", "    else: {say: pref, times: 2, go: news}\n    after: {72h: bye}")
    found = only(source)
    assert happened(found) == ["start", "else", "else", "else"]
    machine = FlowMachine(load_flow(source, "f.yaml"))
    said = [machine.decide("join", Trigger.otherwise(), Facts(misunderstood=count)) for count in range(3)]
    assert [each.state for each in said if each is not None] == ["join", "join", "news"]


def test_time_that_other_time_overtakes_never_comes() -> None:
    overtaken = JOIN.replace("after: {72h: bye}", "after: {72h: bye, 96h: news}")
    assert consent_problems(overtaken) == []
    assert only(overtaken.replace("96h: news", "48h: news")).line == 13


def test_nobody_answers_a_message_that_was_held_back() -> None:
    """The question itself needs the consent: after a withdrawal elsewhere nobody sees it, and nothing is granted."""
    renewal = BIRTHDAY.replace("{more: points}", "{more: {grant: points, go: points}}")
    assert consent_problems(renewal.replace("  greet:\n    en", "  greet:\n    asks_for: points\n    en")) == []


def test_only_what_the_first_message_needs_is_relied_on() -> None:
    """Its card may need something else than its flow."""
    found = only(BIRTHDAY.replace("greet:\n    say: greet\n", "greet:\n    say: greet\n    needs: offers\n"))
    assert (found.code, found.line) == ("E301", 13)
    assert "`points`" in found.sentence.en


def test_a_circle_ages_a_consent_if_a_few_rounds_outlast_it() -> None:
    """One that has to be gone round for a year, by an answer each time, is left to the gate."""
    source = JOIN.replace(
        "news: {say: news, needs: offers, end: sent}",
        """news:
    say: news
    needs: offers
    reply: {Y: later}
    after: {24h: bye}""",
    )
    assert consent_problems(source) == []
    found = only(source.replace("after: {24h: news}", "after: {4000h: news}"))
    assert happened(found)[-5:] == ["after:0", "reply:Y", "after:0", "reply:Y", "after:0"]


def test_words_that_sell_without_a_need_get_the_conversation_in_which_the_consent_is_gone() -> None:
    """The words are named where they stand, once."""
    rules = RulePack(wording=Wording(selling={"en": ("flash sale",)}, urging={"en": ("flash sale",)}))
    source = JOIN.replace("Our list of the month is out.", "Flash sale today.").replace("needs: offers, ", "")
    (found,) = check_source(source, "f.yaml", replace(SETTING, rules=rules))[1]
    assert (found.code, found.line) == ("E601", 30)
    assert happened(found) == ["start", "reply:Y", "reply:A", "outside:withdrawn", "after:0"]


def test_several_grants_behind_a_text_that_asks_for_nothing_are_one_mistake_of_the_text() -> None:
    source = JOIN.replace("go: pref}}", "go: pref}, A: {grant: bills, go: bye}}").replace("    asks_for: offers\n", "")
    found = only(source)
    assert (found.code, found.line) == ("E303", 24)
    assert happened(found) == ["start", "reply:Y"]


def test_a_flow_made_commercial_by_mistake_is_told_so_once() -> None:
    """And not about its basis as well."""
    _, problems = check_source(JOIN.replace("kind: consent-request", "kind: commercial"), "f.yaml", SETTING)
    assert [(each.code, each.line) for each in problems] == [("E301", 2)]
