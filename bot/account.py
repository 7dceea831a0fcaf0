"""What a person may ask about themselves, put into the few words of a text message: STATUS, WHY, PROOF.

Says nothing that is not on record, and never a name, an address or an order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.judgement import NUMBERS
from bot.local_time import zones_of
from bot.recalled import NOBODY, Account, LastMessage
from bot.turn import Turn
from config.wording import localised
from flows.render import choose_language
from flows.spec import Basis
from storage.clock import from_micros
from storage.consents import Consent
from storage.suppressions import COMPLAINT, DOUBTFUL, EVERYTHING, MARKETING, NOTICES, PAUSED, STOPPED, WRONG_NUMBER

LONGEST = 35
"""Characters of a value: more is free text to a carrier that approves texts beforehand."""
FINGERPRINT = 12

_LANGUAGES = ("zh-CN", "zh-TW", "en", "es")
STANDING: Mapping[str, Mapping[str, str]] = {
    "stopped": {"zh-CN": "已全部停发", "zh-TW": "已全部停發", "en": "all stopped", "es": "todo detenido"},
    "no-ads": {"zh-CN": "不发广告", "zh-TW": "不發廣告", "en": "no advertising", "es": "sin publicidad"},
    "no-notices": {"zh-CN": "不发通知", "zh-TW": "不發通知", "en": "no notices", "es": "sin avisos"},
    "paused": {
        "zh-CN": "{day}前不发广告",
        "zh-TW": "{day}前不發廣告",
        "en": "no ads until {day}",
        "es": "pausa hasta {day}",
    },
    "held": {
        "zh-CN": "暂不发广告",
        "zh-TW": "暫不發廣告",
        "en": "no advertising for now",
        "es": "sin anuncios por ahora",
    },
    "fewer": {
        "zh-CN": "每月最多{count}条广告",
        "zh-TW": "每月最多{count}則廣告",
        "en": "at most {count} ads a month",
        "es": "max. {count} anuncios al mes",
    },
}
_GROUNDS: Mapping[str, Mapping[str, str]] = {
    Basis.CONSENT: {"zh-CN": "您的同意", "zh-TW": "您的同意", "en": "your consent", "es": "su consentimiento"},
    Basis.REQUESTED: {"zh-CN": "您的请求", "zh-TW": "您的請求", "en": "your request", "es": "su solicitud"},
    Basis.CONTRACT: {"zh-CN": "合同", "zh-TW": "合約", "en": "your contract", "es": "su contrato"},
    Basis.PAST_PURCHASE: {"zh-CN": "您的购买", "zh-TW": "您的購買", "en": "your purchase", "es": "su compra"},
}


def status(turn: Turn) -> dict[str, str]:
    """``agreed`` and ``now`` of the status text; what is missing has its own words there."""
    language = choose_language(turn.language, _LANGUAGES)
    now = _present(turn, language)
    agreed = _listed([_title(turn, name, turn.language) for name in _agreed(turn)], language)
    return {name: value for name, value in (("agreed", agreed), ("now", now)) if value}


def why(turn: Turn) -> dict[str, str]:
    """What the last message rested on: ``about``, ``ground``, ``day``, ``record``; nothing when there was none."""
    account = turn.around.accounts.get(turn.person.id, NOBODY)
    last = account.last
    if last is None:
        return {}
    consent = turn.person.consents.get((last.purpose or "", last.medium))
    basis = Basis.CONSENT if consent is not None else last.basis
    ground = _GROUNDS.get(basis, {})
    return {
        "about": _title(turn, last.purpose or _asked(turn, last), turn.language) or last.flow,
        "ground": localised(ground, turn.language),
        "day": _day(turn, consent.since_at if consent is not None else last.at).isoformat(),
        "record": _record(account, consent.record if consent is not None else last.record),
    }


def proof(turn: Turn) -> dict[str, str]:
    """The latest consent: ``about``, ``day``, ``record``; nothing when there is none."""
    held = [consent for consent in turn.person.consents.values() if consent.held(turn.now)]
    if not held:
        return {}
    latest: Consent = max(held, key=lambda consent: consent.record)
    account = turn.around.accounts.get(turn.person.id, NOBODY)
    return {
        "about": _title(turn, latest.purpose, turn.language),
        "day": _day(turn, latest.since_at).isoformat(),
        "record": _record(account, latest.record),
    }


def _asked(turn: Turn, last: LastMessage) -> str:
    """The purpose that a request was about."""
    running = turn.house.flows.get(last.flow)
    text = running.flow.texts.get(last.text) if running is not None else None
    return text.asks_for[0] if text is not None and text.asks_for else ""


def _agreed(turn: Turn) -> list[str]:
    return sorted({c.purpose for c in turn.person.consents.values() if c.held(turn.now)})


def _title(turn: Turn, purpose: str | None, language: str) -> str:
    known = turn.house.business.purposes.get(purpose or "")
    return localised(known.title, language) if known is not None else purpose or ""


def _listed(titles: Sequence[str], language: str) -> str:
    """As many as fit, and how many more there are."""
    between = "、" if language.startswith("zh") else ", "
    for count in range(len(titles), 0, -1):
        rest = len(titles) - count
        text = between.join([*titles[:count], *([f"+{rest}"] if rest else [])])
        if len(text) <= LONGEST:
            return text
    return f"{len(titles)}" if titles else ""


def _present(turn: Turn, language: str) -> str:
    """The strictest thing in force; empty when nothing is."""
    person = turn.person
    standing = {(s.kind, s.scope) for s in person.suppressions if not s.over(turn.now)}
    kinds = {kind for kind, _ in standing}
    if (STOPPED, EVERYTHING) in standing or WRONG_NUMBER in kinds:
        return STANDING["stopped"][language]
    parts = []
    if any(kind == STOPPED and scope.startswith(MARKETING) for kind, scope in standing):
        parts.append(STANDING["no-ads"][language])
    elif PAUSED in kinds:
        until = max(s.until_at or 0 for s in person.suppressions if s.kind == PAUSED)
        parts.append(STANDING["paused"][language].format(day=_day(turn, until).isoformat()))
    elif kinds & {DOUBTFUL, COMPLAINT}:
        parts.append(STANDING["held"][language])
    elif person.own_cap:
        parts.append(STANDING["fewer"][language].format(count=person.own_cap))
    if (STOPPED, NOTICES) in standing:
        parts.append(STANDING["no-notices"][language])
    return ("、" if language.startswith("zh") else ", ").join(parts)


def _record(account: Account, seq: int) -> str:
    hash_ = account.hashes.get(seq)
    return f"{seq}-{hash_.hex()[:FINGERPRINT]}" if hash_ is not None else str(seq)


def _day(turn: Turn, at: int) -> date:
    """The day where the person is."""
    number = next((f"+{a.value.lstrip('+')}" for a in turn.person.aliases if a.scheme in NUMBERS), None)
    zone = zones_of(number, turn.person.place or turn.house.business.place or "")[0]
    return from_micros(at).astimezone(zone).date()


def day_of(turn: Turn, at: int) -> str:
    """A moment as the day that a text shows (ISO 8601)."""
    return _day(turn, at).isoformat()
