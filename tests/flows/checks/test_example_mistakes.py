"""Mistakes planted in the example flows: each is one message, with its code, near its place; and what is as near to a
mistake as it may come is none.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.business import load_business, setting_of
from config.rules import rules_of
from flows.check import check_source
from flows.checks.setting import Setting, Template
from flows.problems import Severity
from flows.rules import Separation

EXAMPLE = Path(__file__).parents[3] / "config" / "businesses" / "example"
NEAR = 3
"""Lines."""

LONG = "这是一段很长的说明文字，用来把短信撑到三条以上。" * 6


@pytest.fixture(scope="module")
def setting() -> Setting:
    return setting_of(load_business(EXAMPLE))


def source_of(flow: str) -> str:
    return (EXAMPLE / "flows" / f"{flow}.yaml").read_text(encoding="utf-8")


def planted(flow: str, before: str, after: str, setting: Setting) -> tuple[list[tuple[str, int]], int]:
    source = source_of(flow)
    assert source.count(before) >= 1, before
    line = source[: source.index(before)].count("\n") + 1
    problems = check_source(source.replace(before, after, 1), f"{flow}.yaml", setting)[1]
    return [(each.code, each.line) for each in problems], line


MISTAKES = [
    ("repermission", "每月≤4条,", "", "E304"),
    ("repermission", ",12个月)", ")", "E304"),
    ("repermission", ", T to stop all", "", "E304"),
    ("optin-confirm", "，为期{{ lasts }}", "", "E304"),
    ("optin-confirm", "；回复T退订。", "。", "E304"),
    ("optin-confirm", ", T para no", "", "E304"),
    ("optin-confirm", " for {{ lasts }}", "", "E304"),
    ("preferences", " Reply T to stop.", "", "E304"),
    ("preferences", "，均12至24个月", "", "E304"),
    (
        "repermission",
        "    after: {168h: silent}",
        "    after: {168h: again}\n  again: {say: ask, reply: {Y: keep_all}, after: {24h: silent}}",
        "E305",
    ),
    (
        "optin-confirm",
        "    after: {72h: silent}",
        "    after: {72h: p}\n  p: {after: {24h: q}}\n  q: {say: again, reply: {Y: silent}, after: {24h: silent}}",
        "E305",
    ),
    (
        "repermission",
        "  silent:     {end: no-consent}\n\ntexts:",
        '  silent:     {say: z, end: no-consent}\n\ntexts:\n  z: {zh-CN: "还没有收到您的回复。", en: "Still waiting."}',
        "E305",
    ),
    ("repermission", "    reply:\n", "    event: {order.paid: ask}\n    reply:\n", "E305"),
    ("preferences", "new:   {grant: offers, go: done}", "new:   {grant: [offers, points], go: done}", "E306"),
    ("repermission", "Y: {grant: [offers, bills], go", "Y: {grant: [points, offers], go", "E303"),
    ("stop", "kind: farewell", "kind: service", "E307"),
    ("stop", "say: stopped, end: stopped", "say: stopped, after: {24h: bye}}\n  bye: {end: stopped", "E307"),
    ("stop", "You are unsubscribed", "Before you go: 20% off. You are unsubscribed", "E307"),
    ("stop", "已退订，", "已退订，全场五折等您回来，", "E307"),
    ("stop", "  stopped:\n    zh-CN", "  stopped:\n    asks_for: offers\n    zh-CN", "E307"),
    ("birthday", "basis: consent", "basis: contract, proof: order_no", "E308"),
    ("birthday", "basis: consent", "basis: past-purchase, proof: last_order", "E308"),
    ("birthday", "basis: consent", "basis: requested", "E308"),
    ("order-notices", "basis: contract, proof: order_no", "basis: past-purchase, proof: order_no", "E308"),
    ("order-notices", "basis: contract, proof: order_no", "basis: contract", "E308"),
    ("order-notices", "basis: contract, proof: order_no", "basis: consent", "E308"),
    ("preferences", "basis: requested", "basis: contract, proof: order_no", "E308"),
    ("repermission", "once: ever, ", "once: per year, ", "E308"),
    ("repermission", ", once: ever", "", "E308"),
    ("repermission", ", proof: last_order", "", "E308"),
    ("birthday", "回复1查积分。", f"回复1查积分。{LONG}", "E404"),
    ("birthday", "coupon:  {type: text, max: 10", "coupon:  {type: text, max: 99", "E603"),
    ("order-notices", "Any problem: call", "Any problem of whatever kind " * 9 + "call", "E404"),
    ("preferences", "Reply T to stop.", "Reply T to stop…", "W405"),
    ("optin-confirm", "Responda Y para confirmar", "Responda Y para confirmár", "W405"),
    ("preferences", "buttons: [new, gift, bills]", "buttons: [new, gift, bills, gift]", "E501"),
    ("preferences", "buttons: [new,", "list: [bills]\n    buttons: [new,", "E501"),
    ("preferences", "en: Bills only}", "en: Nothing but our bills}", "E502"),
    ("preferences", "zh-CN: 新品,", "zh-CN: 本店最近到货的全部新品书籍与文具用品一览表,", "E502"),
    ("birthday", "    template: birthday_v2\n", "", "E503"),
    ("order-notices", "    template: order_shipped_v1\n", "", "E503"),
    ("order-notices", "正在派送", "正在派送，下单立减五元", "E601"),
    ("order-notices", "Please keep your phone on.", "Shop now: 20% off!", "E601"),
    ("order-notices", "单号{{ tracking }}", "单号{{ tracking }}，详见 sf.cn/t", "E601"),
    ("order-notices", "Any problem:", "Any problem: https://grain.example or", "E601"),
    ("optin-confirm", "已确认，", "已确认，立即购买享五折，", "E601"),
    ("repermission", "Done: bills only", "Done, and last chance to save 20%: bills only", "E601"),
    ("birthday", "生日礼券", "国家级礼券", "E602"),
    ("birthday", "生日礼券", "全店最佳礼券", "E602"),
    ("birthday", "Gift {{ coupon }}", "The best gift {{ coupon }}", "E602"),
    ("birthday", "Gift {{ coupon }}", "Guaranteed gift {{ coupon }}", "E602"),
    ("optin-confirm", "已確認，", "全國第一書店已確認，", "E602"),
    ("order-notices", "tracking: {type: text,", "tracking: {type: link,", "E603"),
    ("order-notices", "carrier:  {type: text, max: 8,", "carrier:  {type: text,", "E603"),
    ("order-notices", "carrier:  {type: text, max: 8,", "carrier:  {type: text, max: 60,", "E603"),
    ("order-notices", "您的订单", "【顺丰】您的订单", "E605"),
    ("stop", "回复“恢复”", "回复【恢复】", "E605"),
]


@pytest.mark.parametrize("flow,before,after,code", MISTAKES)
def test_a_planted_mistake_is_one_message_near_its_place(
    flow: str, before: str, after: str, code: str, setting: Setting
) -> None:
    found, line = planted(flow, before, after, setting)
    assert [each for each, _ in found] == [code]
    assert abs(found[0][1] - line) <= NEAR


LATE = """\
  left: {say: late, end: unchanged}

texts:
  late: {zh-CN: "下次再说。", en: "Another time then."}
"""


@pytest.mark.parametrize("hours,expected", [(1, []), (23, []), (24, ["E503"]), (72, ["E503"])])
def test_free_text_goes_for_a_day_after_the_person_wrote(hours: int, expected: list[str], setting: Setting) -> None:
    source = source_of("preferences").replace("  left: {end: unchanged}\n\ntexts:\n", LATE)
    problems = check_source(source.replace("after: {23h: left}", f"after: {{{hours}h: left}}"), "f.yaml", setting)[1]
    assert [each.code for each in problems] == expected


def test_a_text_that_only_goes_by_sms_needs_no_template(setting: Setting) -> None:
    source = source_of("order-notices").replace("channels: [sms, whatsapp]", "channels: [sms]")
    assert check_source(source.replace("    template: order_shipped_v1\n", ""), "f.yaml", setting)[1] == []


COMMERCIAL = """\
flow: arrivals
kind: commercial
needs: offers
channels: [sms]
languages: [zh-CN, en]
start: {event: shop.arrivals, basis: consent, go: tell}
answers:
  more: {label: {zh-CN: 更多, en: More}, words: [1, more]}
states:
  tell:
    say: tell
    reply: {more: more}
    after: {23h: over}
  more: {say: more, end: done}
  over: {end: done}
texts:
  tell:
    zh-CN: "新书到店：{{ title }}。回复1看更多，拒收请回复R"
    en: "New in: {{ title }}. Reply 1 for more, T to stop."
  more:
    zh-CN: "详情请到店查看。"
    en: "See them in the shop."
uses:
  title: {type: text, max: 20, example: 山海}
"""


def commercial(before: str, after: str, setting: Setting) -> list[tuple[str, int]]:
    assert before in COMMERCIAL
    problems = check_source(COMMERCIAL.replace(before, after, 1), "f.yaml", setting)[1]
    return [(each.code, each.line) for each in problems]


@pytest.mark.parametrize(
    "before,after,expected",
    [
        ("拒收请回复R", "欢迎光临", [("E604", 18)]),
        (", T to stop.", ".", [("E604", 19)]),
        (", T to stop.", ". We never stop reading.", [("E604", 19)]),
        (", T to stop.", ", LEAVE to stop.", [("E604", 19)]),
        ("拒收请回复R", "退订回TD", []),
        ("拒收请回复R", "回复“退订”不再接收", []),
        (", T to stop.", ". Reply STOP to opt out.", []),
        ("{more: more}\n    after: {23h: over}", "{more: over}\n    after: {23h: more}", [("E604", 21), ("E604", 22)]),
    ],
)
def test_a_commercial_text_that_nobody_asked_for_says_how_to_stop(
    before: str, after: str, expected: list[tuple[str, int]], setting: Setting
) -> None:
    """What answers the person need not repeat it."""
    assert commercial(before, after, setting) == expected


def test_the_recommended_phrase_is_the_places_own(setting: Setting) -> None:
    (problem,) = check_source(COMMERCIAL.replace("拒收请回复R", ""), "f.yaml", setting)[1]
    assert problem.cure.zh == "加上：拒收请回复R"


def test_an_approved_template_carries_the_phrase_where_sms_leave_as_templates(setting: Setting) -> None:
    source = COMMERCIAL.replace("拒收请回复R", "").replace(
        '    zh-CN: "新书', '    template: arrivals_v1\n    zh-CN: "新书'
    )
    assert check_source(source, "f.yaml", setting)[1] == []
    abroad = replace(setting, rules=rules_of("US", setting.languages))
    assert "E604" in [each.code for each in check_source(source, "f.yaml", abroad)[1]]


def test_what_was_asked_for_may_sell(setting: Setting) -> None:
    """A consent flow may end with a first offer, in a card that needs the consent."""
    source = source_of("repermission")
    offer = source.replace("keep_all:   {say: keep_all,", "keep_all:   {say: keep_all, needs: offers,")
    sold = offer.replace("已登记：新品与优惠", "已登记，本周五折").replace(
        "Done: offers and bills.", "Done: 20% off today."
    )
    assert check_source(sold, "f.yaml", setting)[1] == []
    assert {each.code for each in check_source(sold.replace(" needs: offers,", ""), "f.yaml", setting)[1]} == {"E601"}


@pytest.mark.parametrize(
    "template,expected",
    [
        (Template("other", frozenset({"zh-CN", "en"}), "UTILITY", approved=True), "E503"),
        (Template("order_out_v1", frozenset({"zh-CN", "en"}), "UTILITY", approved=False), "E503"),
        (Template("order_out_v1", frozenset({"zh-CN"}), "UTILITY", approved=True), "E503"),
        (Template("order_out_v1", frozenset({"zh-CN", "en"}), "UTILITY", approved=True, parameters=("gone",)), "E503"),
        (
            Template("order_out_v1", frozenset({"zh-CN", "en"}), "UTILITY", approved=True, parameters=("order_no",)),
            None,
        ),
    ],
    ids=["not listed", "not approved", "a language is missing", "a parameter the text lacks", "fits"],
)
def test_a_business_that_lists_templates_is_held_to_its_list(
    template: Template, expected: str | None, setting: Setting
) -> None:
    others = [
        Template(name, frozenset({"zh-CN", "en"}), "UTILITY", approved=True)
        for name in ("order_shipped_v1", "order_delivered_v1")
    ]
    listed = replace(setting, templates={each.name: each for each in (*others, template)})
    found = check_source(source_of("order-notices"), "f.yaml", listed)[1]
    assert [each.code for each in found] == ([] if expected is None else [expected])


def test_a_character_that_alone_makes_a_text_too_long_is_the_one_thing_named(setting: Setting) -> None:
    wide = source_of("preferences").replace("Reply T to stop.", "Reply T to stop…")
    (problem,) = check_source(wide, "f.yaml", setting)[1]
    assert (problem.code, problem.severity) == ("W405", Severity.ERROR)
    shorter = wide.replace("What would you like? Offers max 4 a month", "Offers max 4 a month")
    shorter = shorter.replace("en: Points and gifts", "en: Points").replace(", for 12 to 24 months", ", 12 months")
    (problem,) = check_source(shorter, "f.yaml", setting)[1]
    assert (problem.code, problem.severity) == ("W405", Severity.WARNING)
    assert "…" in problem.sentence.en


def test_a_remark_refuses_nothing(setting: Setting) -> None:
    text = source_of("order-notices").replace("keep your phone on.", "keep your phone on — or leave us a note.")
    flow, problems = check_source(text, "f.yaml", setting)
    assert [each.code for each in problems] == ["W405"]
    assert flow is not None


@pytest.mark.parametrize("place", ["CN", "TW", "HK", "GB", "DE", None])
def test_two_selling_purposes_are_not_granted_by_one_answer(place: str | None, setting: Setting) -> None:
    source = source_of("preferences").replace("new:   {grant: offers,", "new:   {grant: [offers, points],")
    there = replace(setting, rules=rules_of(place, setting.languages))
    assert "E306" in [each.code for each in check_source(source, "f.yaml", there)[1]]


def test_where_the_place_does_not_part_purposes_one_answer_may_grant_both(setting: Setting) -> None:
    source = source_of("preferences").replace("new:   {grant: offers,", "new:   {grant: [offers, points],")
    there = replace(setting, rules=replace(setting.rules, separate=Separation.NONE))
    assert check_source(source, "f.yaml", there)[1] == []
    both = source_of("repermission")
    apart = replace(setting, rules=replace(setting.rules, separate=Separation.ALL))
    assert [each.code for each in check_source(both, "f.yaml", apart)[1]] == ["E306"]
