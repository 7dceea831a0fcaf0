"""Absolute words, selling words and links: found however they are dressed, and left alone in ordinary texts."""

from __future__ import annotations

import pytest

from config.rules import placeless
from flows.checks.expressions import absolute_words, selling_words, urging_words
from flows.checks.wording import links_in

WORDS = placeless(["zh-CN", "zh-TW", "en", "es", "fr", "de", "pt", "it", "ja", "ko"]).wording

ABSOLUTE = [
    ("zh-CN", "全网第一生日礼券", "全网第一"),
    ("zh-CN", "本店是全城最佳选择", "最佳"),
    ("zh-CN", "国家级工艺，顶级用料", "国家级"),
    ("zh-CN", "全 网 最 低 价", "全 网 最"),
    ("zh-CN", "销量ＮＯ.１的好书", "ＮＯ.１"),
    ("zh-CN", "同类书店的第一，欢迎光临", "第一"),
    ("zh-CN", "全网第一家书店", "全网第一"),
    ("zh-CN", "独一无二的礼物", "独一无二"),
    ("zh-CN", "the BEST 书店", "BEST"),
    ("zh-TW", "全國第一品牌", "全國第一"),
    ("zh-TW", "業界最優惠", "最優惠"),
    ("en", "The best books in town", "best"),
    ("en", "Our No. 1 gift", "No. 1"),
    ("en", "Guaranteed to please!", "Guaranteed"),
    ("en", "LOWEST PRICES ever", "LOWEST PRICES"),
    ("en", "A once-in-a-lifetime gift", "once-in-a-lifetime"),
    ("es", "El mejor regalo", "El mejor"),
    ("es", "Calidad garantizada", "garantizada"),
    ("fr", "Les meilleurs livres", "Les meilleurs"),
    ("de", "Unser Bestpreis für Sie", "Bestpreis"),
    ("pt", "Os melhores preços", "Os melhores"),
    ("it", "Il miglior prezzo", "miglior prezzo"),
    ("ja", "日本一の品揃え", "日本一"),
    ("ko", "국내 최고의 서점", "국내 최고"),
]
MODEST = [
    ("zh-CN", "这是您第一次购买，第一时间为您发货"),
    ("zh-CN", "请最好提前10分钟到店"),
    ("zh-CN", "取件码是唯一编号，请勿泄露"),
    ("zh-CN", "每月最多4条，最近一次订单已签收"),
    ("zh-CN", "您订的《世界第一等》已到货"),
    ("zh-CN", "会议在第一会议室"),
    ("zh-TW", "第一次領取請攜帶證件"),
    ("en", "Best regards, Grain Books"),
    ("en", "What is the best time to call you?"),
    ("en", "The delivery date is not guaranteed."),
    ("en", "Bestselling is a word, and the bestiary is a book"),
    ("en", "We do our best to answer within a day"),
    ("es", "¿Cuál es la mejor hora para llamarle?"),
    ("fr", "Quel est le meilleur moment ?"),
    ("de", "Am besten rufen Sie uns an"),
]
SELLING = [
    ("zh-CN", "订单已发货，全场满200减50", "满200减"),
    ("zh-CN", "订单已签收，新品上市欢迎选购", "新品上市"),
    ("zh-CN", "您的快递到了，顺便领券{{ n }}元", "领券"),
    ("zh-CN", "会员专享{{ n }}折", "{{ n }}折"),
    ("zh-CN", "秒 杀进行中", "秒 杀"),
    ("zh-TW", "訂單已出貨，全館八折", "八折"),
    ("en", "Delivered! Take 20% OFF your next order", "20% OFF"),
    ("en", "Shipped. Check out our new arrivals", "Check out our"),
    ("en", "Delivered. Big SALE this weekend", "Big SALE"),
    ("en", "Your order is here; you may also like this", "you may also like"),
    ("en", "Hurry, last chance", "Hurry"),
    ("es", "Pedido entregado. Aproveche las rebajas", "Aproveche"),
    ("fr", "Colis livré. Profitez de nos soldes", "Profitez de"),
    ("de", "Paket zugestellt. Jetzt kaufen und sparen", "Jetzt kaufen"),
    ("ja", "配達完了。期間限定セール", "期間限定"),
]
PLAIN = [
    ("zh-CN", "您的订单已由顺丰发出，单号SF123"),
    ("zh-CN", "验证码1234，限时5分钟有效"),
    ("zh-CN", "您错过了今天的派送，明日再送达"),
    ("zh-CN", "已按您的要求停止，不再发送优惠"),
    ("zh-CN", "您有1280积分，2026年12月31日前有效"),
    ("zh-TW", "訂單已送達，有問題請來電"),
    ("en", "Your order was shipped with DHL, number 123."),
    ("en", "A refund of 20 euros was issued. The discount was applied."),
    ("en", "Your after-sale request was received. We deal with it today."),
    ("en", "Your appointment is on Monday at 9. Reply 1 to keep it."),
    ("en", "Done: bills only, no offers."),
    ("es", "Su pedido sale hoy. Descuento aplicado: 5 euros."),
    ("de", "Bitte bestätigen: Aktion erforderlich"),
]


@pytest.mark.parametrize("language,wording,expression", ABSOLUTE)
def test_an_absolute_word_is_found_as_it_is_written(language: str, wording: str, expression: str) -> None:
    assert absolute_words(wording, language, WORDS) == expression


@pytest.mark.parametrize("language,wording", [*MODEST, *PLAIN])
def test_an_ordinary_text_makes_no_claim(language: str, wording: str) -> None:
    assert absolute_words(wording, language, WORDS) is None


@pytest.mark.parametrize("language,wording,expression", SELLING)
def test_selling_words_are_found_as_they_are_written(language: str, wording: str, expression: str) -> None:
    assert selling_words(wording, language, WORDS) == expression


@pytest.mark.parametrize("language,wording", [*PLAIN, *MODEST])
def test_a_text_of_facts_sells_nothing(language: str, wording: str) -> None:
    assert selling_words(wording, language, WORDS) is None


@pytest.mark.parametrize(
    "language,wording",
    [
        ("zh-CN", "回复Y接收新品与优惠，每月最多4条"),
        ("en", "Reply Y for news and special offers"),
        ("es", "Responda Y para novedades y ofertas"),
        ("zh-CN", "已登记：新品与优惠、账单通知"),
    ],
)
def test_a_request_may_name_what_it_asks_for(language: str, wording: str) -> None:
    assert urging_words(wording, language, WORDS) is None


@pytest.mark.parametrize(
    "wording,links",
    [
        ("Track it: https://grain.example/t?id=1.", ["https://grain.example/t?id=1."]),
        ("查看 t.cn/zx 即可", ["t.cn/zx"]),
        ("点击grain.com查看", ["grain.com"]),
        ("see www.grain.example, please", ["www.grain.example"]),
        ("see grain.me/order", ["grain.me/order"]),
        ("Reply T to stop.No reply means no.", []),
        ("Write to help@grain.com", []),
        ("Version 1.2.3 costs 4.50, e.g. today", []),
        ("order {{ order_no }}.{{ carrier }}", []),
    ],
)
def test_a_link_is_what_a_phone_makes_a_link_of(wording: str, links: list[str]) -> None:
    assert [link.rstrip(",") for link in links_in(wording)] == links
