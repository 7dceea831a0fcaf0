"""The values that every text may use without declaring them: who we are, and what the purpose in question promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from config.business_types import Purpose, Term
from flows.render import choose_language
from flows.spec import Flow, Localised


class Promising(Protocol):
    """Whoever says who writes and what for: a business, or what its file decides."""

    @property
    def brand(self) -> Localised: ...
    @property
    def contact(self) -> str: ...
    @property
    def purposes(self) -> Mapping[str, Purpose]: ...


UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "zh-CN": {"day": ("天", "天"), "week": ("周", "周"), "month": ("个月", "个月"), "year": ("年", "年")},
    "zh-TW": {"day": ("天", "天"), "week": ("週", "週"), "month": ("個月", "個月"), "year": ("年", "年")},
    "en": {
        "day": (" day", " days"),
        "week": (" week", " weeks"),
        "month": (" month", " months"),
        "year": (" year", " years"),
    },
    "es": {
        "day": (" día", " días"),
        "week": (" semana", " semanas"),
        "month": (" mes", " meses"),
        "year": (" año", " años"),
    },
}
"""Singular and plural of a term's unit; other languages fall back to English."""

BETWEEN = {"zh-CN": "、", "zh-TW": "、"}

MONTHS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
"""The fewest days that so many months in a row can have."""


def localised(words: Mapping[str, str], language: str) -> str:
    """The wording in a language, or the nearest that there is."""
    if not words:
        return ""
    return words[choose_language(language, words)]


def promises(business: Promising, purposes: Sequence[str], language: str) -> dict[str, str]:
    """Who we are, and the title, cap and term of the purposes in question (the tightest cap, the shortest term)."""
    values = {"brand": localised(business.brand, language), "contact": business.contact}
    known = [business.purposes[name] for name in purposes if name in business.purposes]
    if known:
        values["purpose"] = BETWEEN.get(language, ", ").join(localised(p.title, language) for p in known)
    caps = [p.cap for p in known if p.cap is not None]
    if caps:
        values["cap"] = str(min(cap.count for cap in caps))
    terms = [p.lasts for p in known if p.lasts is not None]
    if terms:
        shortest = min(terms, key=lambda term: term.count * DAYS[term.unit])
        values["lasts"] = term(shortest.count, shortest.unit, language)
    return values


DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
"""The longest that a calendar unit can be: a promise of "4 a month" is kept whichever way a month is counted."""


def shortest(term: Term) -> timedelta:
    """The shortest that a consent of this term can last, over a February and outside a leap year."""
    if term.unit in ("day", "week"):
        return timedelta(days=term.count * DAYS[term.unit])
    years, months = divmod(term.count * (12 if term.unit == "year" else 1), 12)
    return timedelta(days=years * 365 + MONTHS[months])


def term(count: int, unit: str, language: str) -> str:
    """``12 months``, ``12个月``."""
    one, many = UNITS[choose_language(language, UNITS)][unit]
    return f"{count}{one if count == 1 else many}"


def chosen(flow: Flow, facts: Mapping[str, str], language: str) -> dict[str, str]:
    """The label of the last answer, under the name of each placeholder of type ``answer``."""
    names = [name for name, use in flow.uses.items() if use.type == "answer"]
    answer = flow.answers.get(facts.get("answer", "")) if names else None
    if answer is None:
        return {}
    return dict.fromkeys(names, localised(answer.label, language) or answer.name)
