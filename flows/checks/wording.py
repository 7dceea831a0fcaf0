"""Whether texts say what they must not: absolute words (E602), selling words and links where nothing may be sold
(E601). One message for each text and language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.checks.expressions import Finder, absolute_words, selling_words, urging_words
from flows.checks.findings import at, saying, where_said, wordings
from flows.checks.setting import Setting
from flows.problems import Problem
from flows.spec import Flow, Kind, Text

_DOMAINS = (
    "com|cn|net|org|io|co|shop|store|app|ly|cc|top|xyz|info|biz|vip|link|club|site|online|page|edu|gov|"
    "hk|tw|uk|eu|jp|kr|fr|mx|br|gl|gg|dev|tech|mobi|wang|ink|fun"
)
_SHORT_DOMAINS = "me|de|es|it|nl|se|ch|at|be|us|ca|au|sg|im|my|in|id|is|to|so|tv|ai"
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s，。；、（）()「」【】]*"
    rf"|(?<![A-Za-z0-9@._-])[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.(?:{_DOMAINS})(?![A-Za-z0-9@-])(?:/[^\s，。；、]*)?"
    rf"|(?<![A-Za-z0-9@._-])[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.(?:{_SHORT_DOMAINS})/[^\s，。；、]*",
    re.IGNORECASE,
)
"""Also without ``https://``: phones make it a link. Endings that are words of their own count before a slash only."""


def check_wording(flow: Flow, setting: Setting) -> list[Problem]:
    """E601 and E602."""
    return [*_absolute(flow, setting), *_selling(flow, setting), *_links(flow)]


def links_in(wording: str) -> list[str]:
    """Every web address that a wording writes out."""
    return [match[0] for match in _LINK.finditer(wording)]


def _absolute(flow: Flow, setting: Setting) -> Iterator[Problem]:
    for _, language, wording, path in wordings(flow):
        expression = absolute_words(wording, language, setting.rules.wording)
        if expression is not None:
            yield at(flow, "E602.word", where_said(flow, path, expression), expression=expression)


def _selling(flow: Flow, setting: Setting) -> Iterator[Problem]:
    finder = _finder(flow)
    if finder is None:
        return
    for text, language, wording, path in wordings(flow):
        if may_sell(flow, text, setting):
            continue
        expression = finder(wording, language, setting.rules.wording)
        if expression is not None:
            entry = "E601.service" if flow.kind is Kind.SERVICE else "E601.request"
            yield at(flow, entry, where_said(flow, path, expression), expression=expression, name=text.name)


def _finder(flow: Flow) -> Finder | None:
    """What counts as selling here: in a service any of it; in a request, which has to name what it asks for, what
    urges. A farewell that sells is E307, a commercial flow is there to sell."""
    if flow.places.hurt("kind"):
        return None
    if flow.kind is Kind.SERVICE:
        return selling_words
    return urging_words if flow.kind in (Kind.CONSENT_REQUEST, Kind.PREFERENCES) else None


def may_sell(flow: Flow, text: Text, setting: Setting) -> bool:
    """Whether every card that says the text needs a consent to be sold to."""
    cards = saying(flow).get(text.name, ())
    needed = {state.needs or flow.needs for state in cards}
    return bool(needed) and all(name is not None and setting.purposes.get(name, True) for name in needed)


def _links(flow: Flow) -> Iterator[Problem]:
    if flow.kind is Kind.COMMERCIAL or flow.places.hurt("kind"):
        return
    for text, _, wording, path in wordings(flow):
        for link in links_in(wording)[:1]:
            yield at(flow, "E601.link", where_said(flow, path, link), link=link, name=text.name)
