"""Whether one message may leave now: the rules, and nothing but the rules.

Pure: it reads the person's dossier (loaded under lock) and the business, and answers with a verdict. The default is
no. Called when a message is asked for, to say no early, and again in the transaction that authorises it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.channel import Medium
from bot.local_time import quiet_until, zones_of
from bot.why import Why
from config.business_types import Business, TemplateConfig
from config.wording import DAYS
from flows.spec import Basis
from storage.clock import from_micros
from storage.dossier import Alias, Dossier
from storage.messages import Message, Nature
from storage.recalls import Recall
from storage.suppressions import CARRIER, COMPLAINT, DOUBTFUL, PAUSED, STOPPED, WRONG_NUMBER

MARKETING = "MARKETING"
"""The category of a template that its carrier counts as advertising."""

WINDOW = 24 * 3600 * 1_000_000
"""Microseconds after a person's message in which WhatsApp takes free text."""

LONGEST_BODY: Mapping[str, int] = {Medium.SMS: 1600, Medium.WHATSAPP: 4096}
BY_SQL = timedelta(hours=1)
"""Limits over longer periods are counted in SQL; shorter ones pace, in Redis."""

JUST_NOW = 15 * 60 * 1_000_000
"""Microseconds in which the answer to a person's own request is still expected, at any hour."""

_DAY = 24 * 3600 * 1_000_000
_PURPOSEFUL = frozenset({Nature.SERVICE, Nature.REQUEST, Nature.COMMERCIAL})
_UNASKED = frozenset({Nature.REQUEST, Nature.COMMERCIAL})
_OWED = frozenset({Nature.FAREWELL, Nature.ANSWER})
_HOLDS = (
    (STOPPED, Why.STOPPED),
    (CARRIER, Why.CARRIER_BLOCKED),
    (WRONG_NUMBER, Why.NUMBER_SUSPECT),
    (PAUSED, Why.STOPPED),
    (DOUBTFUL, Why.HELD_FOR_REVIEW),
    (COMPLAINT, Why.HELD_FOR_REVIEW),
)
"""What each kind of suppression says, the one named first where there are several."""
_ANSWERED = frozenset({STOPPED, WRONG_NUMBER})
"""Under these a person still gets what they are owed: the confirmation, and the answer to their own question."""
NUMBERS = ("e164", "wa_id")


class Allowed(NamedTuple):
    """It may leave: on which basis, under which consent's record, and as which template (None: free text)."""

    basis: str
    consent_record: int | None
    template: str | None = None


class Refused(NamedTuple):
    """It never leaves."""

    why: Why


class Later(NamedTuple):
    """It waits until then."""

    why: Why
    until: datetime


Verdict = Allowed | Refused | Later


class Sent(NamedTuple):
    """One earlier message of our own accord to this person."""

    purpose: str | None
    medium: str
    at: int


class Circumstances(NamedTuple):
    """What the person's dossier does not hold: the time in microseconds, what was sent before, whether the channel
    reaches real people, whether the compliance role switched the past-purchase basis on, what the business took
    back."""

    now: int
    live: bool
    sent: Sequence[Sent] = ()
    past_purchase: bool = False
    recalls: Sequence[Recall] = ()


def judge(message: Message, person: Dossier, business: Business, around: Circumstances) -> Verdict:
    """The verdict on one message. Refusals for good come first, then reasons to wait. Grounds come before the words:
    where the fact is missing that a flow rests on, its text often lacks a value too, and the fact is what to mend."""
    for rule in (_will, _recalled, _grounds, _truth, _caps):
        refused = rule(message, person, business, around)
        if refused is not None:
            return Refused(refused)
    template = _form(message, person, business, around)
    if isinstance(template, Why):
        return Refused(template)
    until = _quiet(message, person, business, around)
    if until is not None:
        return Later(Why.QUIET_HOURS, until)
    consent = person.consents.get((message.purpose, message.medium)) if message.purpose else None
    basis = str(Basis.CONSENT) if consent is not None else message.basis
    return Allowed(basis, consent.record if consent is not None else None, template or None)


def _will(message: Message, person: Dossier, _: Business, around: Circumstances) -> Why | None:
    """The person's own no, and the epoch: what was queued before a stop never leaves after a later start."""
    if message.epoch != person.epoch:
        return Why.STOPPED
    why = _held_back(message, person, around.now) if person.suppressions else None
    if why is None and message.test and around.live:
        return Why.SANDBOX
    return why


def _recalled(message: Message, person: Dossier, _: Business, around: Circumstances) -> Why | None:
    """The business's own no; see ``recalls`` for what each covers."""
    barred = any(each.business == person.business and each.bars(message) for each in around.recalls)
    return Why.RECALLED if barred else None


def _held_back(message: Message, person: Dossier, now: int) -> Why | None:
    """What is in force against it, by the first of the kinds."""
    held_back = person.held_back(
        message.medium,
        now,
        commercial=message.commercial or (message.nature is Nature.REQUEST and message.basis == Basis.PAST_PURCHASE),
        notice=message.nature in (Nature.SERVICE, Nature.REQUEST) and not message.commercial,
    )
    for kind, why in _HOLDS:
        if kind in held_back and not (kind in _ANSWERED and message.nature in _OWED and not message.commercial):
            return why
    return None


def _truth(message: Message, person: Dossier, _: Business, around: Circumstances) -> Why | None:
    """Still true, readable, and somebody to send it to."""
    if message.stale_at is not None and message.stale_at <= around.now:
        return Why.STALE
    if not message.content.body.strip() or len(message.content.body) > LONGEST_BODY[message.medium]:
        return Why.CONTENT_REFUSED
    if address_of(person, message.medium) is None:
        return Why.NUMBER_SUSPECT
    return None


def address_of(person: Dossier, medium: str) -> Alias | None:
    """The identifier that a medium can reach: a number on SMS; a number, else a WhatsApp user id, on WhatsApp."""
    wanted = (NUMBERS,) if medium == Medium.SMS else (NUMBERS, ("bsuid",), ("bsuid_parent",))
    for schemes in wanted:
        for alias in person.aliases:
            if alias.scheme in schemes:
                return alias
    return None


def _grounds(message: Message, person: Dossier, business: Business, around: Circumstances) -> Why | None:
    """Consent where it is needed, else a basis whose proof is on file."""
    if _advertises(message, business) and not _agreed_to_offers(message, business):
        return Why.NO_CONSENT
    if message.purpose is not None or message.commercial:
        return _consent(message, person, around.now)
    if message.nature in _OWED or message.nature is Nature.REPLY:
        return None
    if message.basis == Basis.REQUESTED:
        return None if message.cause else Why.NO_BASIS
    if message.basis == Basis.CONTRACT:
        return None if message.proof and message.nature is Nature.SERVICE else Why.NO_BASIS
    if message.basis == Basis.PAST_PURCHASE:
        allowed = message.proof and message.nature is Nature.REQUEST and message.medium == Medium.SMS
        return None if allowed and around.past_purchase else Why.NO_BASIS
    return Why.NO_CONSENT


def _advertises(message: Message, business: Business) -> bool:
    """Whether its template has become advertising since its flow was proved: a carrier may say so at any time."""
    template = business.templates.get(message.content.template or "")
    return template is not None and template.category == MARKETING


def _agreed_to_offers(message: Message, business: Business) -> bool:
    """Whether it asks for a consent to something commercial."""
    purpose = business.purposes.get(message.purpose or "")
    return purpose is not None and purpose.commercial


def _consent(message: Message, person: Dossier, now: int) -> Why | None:
    """Held now, on this medium, and held since before the message was asked for."""
    consent = person.consents.get((message.purpose or "", message.medium))
    if consent is None:
        return Why.NO_CONSENT
    if consent.past(now):
        return Why.CONSENT_EXPIRED
    if not consent.held(now) or consent.since_at > message.created_at:
        return Why.NO_CONSENT
    return None


def _caps(message: Message, person: Dossier, business: Business, around: Circumstances) -> Why | None:
    """What the purpose promises, what the person asked for, and the business's own limit per person; answers to the
    person do not count."""
    if message.nature not in _PURPOSEFUL:
        return None
    now = around.now
    if message.commercial and person.own_cap and _sold(business, around, now) >= person.own_cap:
        return Why.PURPOSE_CAP
    purpose = business.purposes.get(message.purpose or "")
    if purpose is not None and purpose.cap is not None:
        since = now - DAYS[purpose.cap.unit] * _DAY
        if sum(s.purpose == message.purpose and s.at > since for s in around.sent) >= purpose.cap.count:
            return Why.PURPOSE_CAP
    for rate in business.limits.person:
        since = now - rate.period // timedelta(microseconds=1)
        if rate.period >= BY_SQL and sum(s.at > since for s in around.sent) >= rate.count:
            return Why.DAILY_CAP
    return None


def _sold(business: Business, around: Circumstances, now: int) -> int:
    """How many commercial messages the person got in the last month, on every channel."""
    since = now - DAYS["month"] * _DAY
    commercial = {name for name, purpose in business.purposes.items() if purpose.commercial}
    return sum(s.purpose in commercial and s.at > since for s in around.sent)


def _form(message: Message, person: Dossier, business: Business, around: Circumstances) -> str | Why:
    """The template to use, empty for free text; outside WhatsApp's reply window only approved templates go."""
    if message.medium != Medium.WHATSAPP:
        return ""
    heard = person.heard.get(message.channel)
    if heard is not None and around.now - heard < WINDOW:
        return ""
    if message.content.template is None:
        return Why.WINDOW_CLOSED
    if not around.live and message.content.template not in business.templates:
        return message.content.template  # the simulated carrier approves what has no entry
    template = business.templates.get(message.content.template)
    return message.content.template if _usable(template, message.language) else Why.TEMPLATE_MISSING


def _usable(template: TemplateConfig | None, language: str) -> bool:
    return template is not None and template.approval == "approved" and language in template.languages


def _quiet(message: Message, person: Dossier, business: Business, around: Circumstances) -> datetime | None:
    """Nobody is written to at night unasked; who signed up a moment ago is awake and waits for our question."""
    if business.quiet_hours is None or message.nature not in _UNASKED:
        return None
    if message.basis == Basis.REQUESTED and around.now - message.created_at < JUST_NOW:
        return None
    number = next((a.value for a in person.aliases if a.scheme in NUMBERS), None)
    number = f"+{number.lstrip('+')}" if number else None
    zones = zones_of(number, person.place or business.place or "")
    return quiet_until(from_micros(around.now), business.quiet_hours, zones)
