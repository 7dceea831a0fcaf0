"""The business that generated flows belong to: what the checker and what the oracle must know of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from config.business import build_businesses
from config.business_flows import setting_of
from config.business_types import Business, Term
from flows.checks.setting import Setting
from flows.words import Lexicon
from tests.flows.oracle.worlds import House, Promise

BUSINESS = """\
business: grocer
brand: {zh-CN: 小满, zh-TW: 小滿, en: Grain, es: Grain}
contact: 400-000-0000
languages: [zh-CN, zh-TW, en, es]
place: %s
words: {stop: [TD, T, R, N], help: [H], start: [alta]}
purposes:
  offers:
    title: {zh-CN: 新品与优惠, zh-TW: 新品與優惠, en: new items and offers, es: novedades y ofertas}
    cap: 4 per month
    lasts: 12 months
    commercial: true
  points:
    title: {zh-CN: 积分与礼遇, zh-TW: 積分與禮遇, en: points and gifts, es: puntos y regalos}
    cap: 2 per month
    lasts: 3 months
    commercial: true
  bills:
    title: {zh-CN: 账单通知, zh-TW: 帳單通知, en: billing notices, es: avisos de factura}
    cap: 10 per month
    lasts: 24 months
    commercial: false
channels:
  sms: {provider: simulator, sender: "10690000", signature: {zh-CN: 小满, zh-TW: 小滿}}
  whatsapp: {provider: simulator, sender: "106540352242922"}
templates:
"""

CATEGORIES = {"notice": "UTILITY", "request": "UTILITY", "offer": "MARKETING"}
NUMBERS = range(12)
MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}
FOLDER = Path("grocer")


def source(place: str, moved: Mapping[str, str] | None = None) -> str:
    """business.yaml for a place; ``moved`` gives templates another category."""
    lines = [
        f"  {kind}_{number}: {{provider_id: {kind}{number}, languages: {{zh-CN: zh_CN, zh-TW: zh_TW, en: en, es: es}},"
        f" category: {(moved or {}).get(f'{kind}_{number}', category)}, approval: approved}}\n"
        for kind, category in CATEGORIES.items()
        for number in NUMBERS
    ]
    return BUSINESS % place + "".join(lines)


NOES = frozenset({"no", "no thanks", "不要", "不", "不同意"})
"""Some words that refuse, wherever they are said."""


@cache
def grocer(place: str = "CN", moved: tuple[tuple[str, str], ...] = ()) -> Business:
    """The business, loaded as any other."""
    return build_businesses({FOLDER: {"business.yaml": source(place, dict(moved)).encode()}})["grocer"]


@cache
def setting(place: str = "CN", moved: tuple[tuple[str, str], ...] = ()) -> Setting:
    """What the checker is told."""
    return setting_of(grocer(place, moved))


def shortest(term: Term) -> timedelta:
    """The shortest that this can be by the calendar: whoever counts on more may find the consent over."""
    if term.unit in DAYS:
        return timedelta(days=term.count * DAYS[term.unit])
    months = term.count * MONTHS[term.unit]
    starts = [date(2021 + number // 12, number % 12 + 1, 1) for number in range(12)]
    ends = [date(2021 + number // 12, number % 12 + 1, 1) for number in range(months, months + 12)]
    return min(end - start for start, end in zip(starts, ends, strict=True))


def house_of(business: Business) -> House:
    """What the oracle is told, taken from the business itself."""
    own = {"stop": business.words.stop, "help": business.words.help, "start": business.words.start}
    lexicon = Lexicon.shipped(business.place, business.languages, own)
    return House(
        purposes={
            name: Promise(each.commercial, shortest(each.lasts) if each.lasts else None)
            for name, each in business.purposes.items()
        },
        languages=business.languages,
        taken=lambda word: lexicon.heard(word) is not None,
        refuses=lambda word: word.casefold() in NOES,
        categories={name: each.category for name, each in business.templates.items()},
    )
