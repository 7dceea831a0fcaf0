"""A request for consent says how often, for how long and how to refuse, however people put it (E304)."""

from __future__ import annotations

import pytest

from flows.check import check_source
from flows.checks.setting import Sender, Setting
from flows.words import Lexicon

LEXICON = Lexicon.shipped("CN", ["zh-CN", "zh-TW", "en", "es", "fr", "de", "pt", "it", "ja", "ko", "nl", "sv"])
SETTING = Setting({"offers": True, "bills": False}, LEXICON.heard, channels={"sms": Sender("sms", "sms")})

FLOW = """\
flow: ask
kind: consent-request
channels: [sms]
languages: [{language}]
start: {{event: signup.form, basis: requested, go: ask}}
answers:
  Y: [Y]
  B: [B]
states:
  ask:
    say: ask
    reply: {{Y: {{grant: offers, go: thanks}}, B: thanks}}
    after: {{72h: silent}}
  thanks: {{say: thanks, end: done}}
  silent: {{end: no-consent}}
texts:
  ask:
    asks_for: {purpose}
    {language}: "{wording}"
  thanks:
    {language}: "OK"
"""

WHOLE = [
    ("en", "Reply Y for our news, at most 4 texts a month for 12 months. Reply STOP to refuse."),
    ("en", "Reply Y for offers: max 2/week, 1 year. STOP to end."),
    ("en", "Want offers? Up to {{ cap }} per month for {{ lasts }}. Y = yes, T = no."),
    ("en", "Monthly newsletter until you unsubscribe. Reply Y to join, STOP to leave."),
    ("en", "Offers no more than once a week, for six months. Y to agree, T to refuse."),
    ("en", "We text you twice a month for a year if you reply Y. Text STOP to opt out."),
    ("en", "4 msgs every month, 12-month term. Reply Y. To refuse reply stop."),
    ("en", "4 a month, for 12 to 24 months. Reply Y; reply B for no."),
    ("en-GB", "At most 4 texts each calendar month, valid until 31 Dec 2027. Reply Y, or 'stop' to refuse."),
    ("zh-CN", "回复Y接收优惠，每月最多4条，为期12个月；回复T退订。"),
    ("zh-CN", "同意请回Y：每周1条，有效期一年，拒收请回复R。"),
    ("zh-CN", "回Y订阅，每月≤{{ cap }}条，{{ lasts }}，退订回TD"),
    ("zh-CN", "是否接收新品资讯？4条/月，12个月，回Y同意，回N拒绝。"),
    ("zh-CN", "回复Y接收，一个月最多两条，期限半年，不需要请回复“退订”。"),
    ("zh-CN", "每季度一封，直到您退订为止。回复Y同意，回复退订停止。"),
    ("zh-TW", "回覆Y接收優惠，每月最多4則，為期12個月；回覆T退訂。"),
    ("zh-TW", "同意請回Y，每週1則，期限一年，拒收請回R。"),
    ("es", "Responda Y para ofertas: max. 4 al mes durante 12 meses. Responda BAJA para no."),
    ("es", "Una vez por semana, hasta el 31/12/2027. Y para confirmar, T para no."),
    ("fr", "Repondez Y : 4 SMS par mois pendant 12 mois. STOP pour refuser."),
    ("de", "Antworten Sie Y: höchstens 4 SMS pro Monat, 12 Monate lang. STOP zum Ablehnen."),
    ("pt", "Responda Y: no maximo 4 por mes durante 12 meses. STOP para sair."),
    ("it", "Rispondi Y: massimo 4 al mese per 12 mesi. STOP per rifiutare."),
    ("nl", "Antwoord Y: hooguit 4 per maand, 12 maanden. STOP om te weigeren."),
    ("ja", "Yで同意、月4回まで、期間12か月。STOPで停止。"),
    ("ko", "Y로 동의: 월 4회, 12개월 동안. STOP 수신거부."),
    ("sv", "Svara Y: 4 i manaden, 12 manader. STOP = nej."),
]

LACKING = [
    ("en", "Reply Y for our news for 12 months. Reply STOP to refuse.", "how often"),
    ("en", "Reply Y for offers now and then, for a year. STOP to end.", "how often"),
    ("en", "Reply Y for offers (12 months), B for bills only, T to stop all. No reply: we stop.", "how often"),
    ("en", "Reply Y to hear from us regularly for {{ lasts }}. T to refuse.", "how often"),
    ("en", "Reply Y for a month of free tips, for 12 months. STOP to refuse.", "how often"),
    ("en", "Reply Y for our news, at most 4 a month. Reply STOP to refuse.", "for how long"),
    ("en", "Reply Y for 4 texts every 2 weeks. STOP to refuse.", "for how long"),
    ("en", "Up to {{ cap }} per month. Y = yes, T = no.", "for how long"),
    ("en", "Reply Y for 4 texts a month for 12 months.", "how to refuse"),
    ("en", "Reply Y for 4 texts a month for 12 months. No reply: we stop.", "how to refuse"),
    ("en", "Reply Y for 4 texts a month for 12 months. We never stop caring.", "how to refuse"),
    ("en", "Reply Y for T-shirt news, 4 a month for 12 months.", "how to refuse"),
    ("en", "Reply Y for 4 texts a month for 12 months, reply LEAVE to refuse.", "how to refuse"),
    ("en", "Reply Y for offers.", "how often and for how long and how to refuse"),
    ("zh-CN", "回复Y接收优惠，为期12个月；回复T退订。", "how often"),
    ("zh-CN", "回复Y不定期接收优惠，每月会员可享，为期12个月；回复T退订。", "how often"),
    ("zh-CN", "回复Y接收优惠，每月最多4条；回复T退订。", "for how long"),
    ("zh-CN", "回复Y接收优惠，每12个月4条；回复T退订。", "for how long"),
    ("zh-CN", "回复Y接收优惠，每月最多4条，为期12个月。", "how to refuse"),
    ("zh-CN", "回复Y接收优惠，每月最多4条，为期12个月。不回复视为不同意。", "how to refuse"),
    ("zh-CN", "回复Y接收T恤新品，每月最多4条，为期12个月。", "how to refuse"),
    ("zh-TW", "回覆Y接收優惠，為期12個月；回覆T退訂。", "how often"),
    ("zh-TW", "回覆Y接收優惠，每月最多4則；回覆T退訂。", "for how long"),
    ("zh-TW", "回覆Y接收優惠，每月最多4則，為期12個月。", "how to refuse"),
    ("es", "Responda Y para ofertas durante 12 meses. BAJA para no.", "how often"),
    ("es", "Responda Y: max. 4 al mes. BAJA para no.", "for how long"),
    ("es", "Responda Y: max. 4 al mes durante 12 meses.", "how to refuse"),
    ("fr", "Repondez Y pendant 12 mois. STOP pour refuser.", "how often"),
    ("fr", "Repondez Y : 4 SMS par mois. STOP pour refuser.", "for how long"),
    ("de", "Antworten Sie Y: 12 Monate lang. STOP zum Ablehnen.", "how often"),
    ("de", "Antworten Sie Y: 4 pro Monat. STOP zum Ablehnen.", "for how long"),
    ("pt", "Responda Y durante 12 meses. STOP para sair.", "how often"),
    ("es", "Responda Y para ofertas por 12 meses. BAJA para no.", "how often"),
    ("it", "Rispondi Y per 12 mesi. STOP per rifiutare.", "how often"),
    ("ja", "Yで同意、期間12か月。STOPで停止。", "how often"),
    ("ko", "Y로 동의: 월 4회. STOP 수신거부.", "for how long"),
]


def told(language: str, wording: str, purpose: str = "offers") -> list[tuple[str, str]]:
    source = FLOW.format(language=language, wording=wording, purpose=purpose)
    if purpose != "offers":
        source = source.replace("grant: offers", f"grant: {purpose}")
    return [(each.code, each.sentence.en) for each in check_source(source, "f.yaml", SETTING)[1]]


@pytest.mark.parametrize("language,wording", WHOLE)
def test_a_request_that_says_all_three_passes(language: str, wording: str) -> None:
    assert told(language, wording) == []


@pytest.mark.parametrize("language,wording,missing", LACKING)
def test_a_request_that_leaves_one_out_is_refused_and_the_message_names_it(
    language: str, wording: str, missing: str
) -> None:
    assert told(language, wording) == [
        ("E304", f"the request `ask` does not say {missing} ({language})"),
    ]


def test_a_request_for_what_does_not_sell_may_leave_it_out() -> None:
    assert told("en", "Reply Y for billing notices.", "bills") == []


def test_each_language_is_judged_by_itself() -> None:
    source = FLOW.format(language="en", wording=WHOLE[0][1], purpose="offers")
    both = source.replace("[en]", "[en, zh-CN]").replace('"OK"', '"OK"\n    zh-CN: "好"')
    chinese = both.replace("  thanks:\n    en", '    zh-CN: "回复Y，回复T退订。"\n  thanks:\n    en')
    problems = check_source(chinese, "f.yaml", SETTING)[1]
    assert [(each.code, each.line) for each in problems] == [("E304", 20)]
    assert "zh-CN" in problems[0].sentence.en
    assert "频次、期限" in problems[0].sentence.zh
