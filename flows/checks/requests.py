"""Whether a request for consent says how often, for how long and how to refuse, in every language (E304).

Why: people agree only to what they were told. Mainland China asks for all three (通信短信息服务管理规定, Article 18).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.checks.expressions import PLACEHOLDER, plain
from flows.checks.findings import at, wordings
from flows.checks.refusing import says_how_to_refuse
from flows.checks.sayings import NUMBER, sayings_of
from flows.checks.setting import Setting
from flows.messages import Bilingual
from flows.problems import Problem
from flows.spec import Flow, Kind, Text

_ASPECTS = {
    "frequency": Bilingual("how often", "频次"),
    "term": Bilingual("for how long", "期限"),
    "refusal": Bilingual("how to refuse", "拒绝方式"),
}
_NUMBER = re.compile(NUMBER)


def check_requests(flow: Flow, setting: Setting) -> list[Problem]:
    """E304: one message for each text and language, naming all that is missing."""
    return list(_incomplete(flow, setting))


def _incomplete(flow: Flow, setting: Setting) -> Iterator[Problem]:
    for text, language, _, path in wordings(flow):
        missing = missing_aspects(flow, text, language, setting)
        if missing:
            named = [_ASPECTS[aspect] for aspect in missing]
            told = Bilingual(" and ".join(each.en for each in named), "、".join(each.zh for each in named))
            place = flow.places.key(*path)
            yield at(flow, "E304.text", place, name=text.name, language=language, missing=told)


def missing_aspects(flow: Flow, text: Text, language: str, setting: Setting) -> list[str]:
    """What this language of a request leaves out: ``frequency term refusal``. Nothing of a text that asks for nothing
    that sells; nor of a farewell, which is refused for asking (E307)."""
    if flow.kind is Kind.FAREWELL or not any(setting.purposes.get(name) for name in text.asks_for):
        return []
    return _missing(flow, text, language, setting)


def _missing(flow: Flow, text: Text, language: str, setting: Setting) -> list[str]:
    wording = text.wording[language]
    told, sayings = plain(wording), sayings_of(language)
    # Of a language that nobody described, no more can be told than whether there is any number.
    any_number = _NUMBER.search(told) is not None
    found = {
        "frequency": sayings.says_how_often(told) if sayings else any_number,
        "term": _names_the_term(flow, wording) or (sayings.says_how_long(told) if sayings else any_number),
        "refusal": says_how_to_refuse(flow, text, language, setting),
    }
    return [aspect for aspect, said in found.items() if not said]


def _names_the_term(flow: Flow, wording: str) -> bool:
    """By the placeholder that the business fills with it, or one that holds a date."""
    names = PLACEHOLDER.findall(wording)
    return any(name == "lasts" or (name in flow.uses and flow.uses[name].type == "date") for name in names)
