"""The rules, one by one: every reason they can give, and the exact moment at which it begins and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judgement import Allowed, Circumstances, Later, Refused, Sent, judge
from bot.local_time import zones_of
from bot.why import Why
from config.business_types import Business, Cap, Limits, Purpose, QuietHours, Rate, TemplateConfig
from storage.clock import to_micros
from storage.consents import Consent, ConsentStatus
from storage.dossier import Alias, Dossier
from storage.ledger import START, Chain
from storage.messages import Content, Message, Nature
from storage.suppressions import CARRIER, STOPPED, Suppression
from storage.vault import Vault

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
AT = to_micros(NOW)
SECOND, DAY = 1_000_000, 24 * 3600 * 1_000_000
KEY = Vault(b"k" * 32).new_person_key("prs_1")[1]
PHONE = Alias("h1", "e164", "+8613800000000")
HELD = Consent("offers", "sms", ConsentStatus.GIVEN, "consent", AT - DAY, AT + DAY, 7)


@pytest.fixture(scope="session")
def plain(bookshop: Business) -> Business:
    """The bookshop without its night, with one promise of four a month."""
    offers = Purpose("offers", {"en": "offers"}, Cap(4, "month"), None, commercial=True)
    return replace(bookshop, quiet_hours=None, limits=Limits(), purposes={"offers": offers})


def person(**more: Any) -> Dossier:
    """Somebody who agreed to offers yesterday."""
    chain = Chain("shop", "prs_1", 0, START)
    made = Dossier("shop", "prs_1", 0, chain, KEY, "en", "CN", {}, {}, b"", aliases=[PHONE])
    made.consents["offers", "sms"] = HELD
    for name, value in more.items():
        setattr(made, name, value)
    return made


def message(**more: Any) -> Message:
    """An offer, asked for now."""
    given: dict[str, Any] = {
        "id": "msg_1",
        "person": "prs_1",
        "channel": "sms",
        "medium": "sms",
        "flow": "f",
        "flow_hash": "h",
        "text": "t",
        "language": "en",
        "nature": Nature.COMMERCIAL,
        "basis": "consent",
        "epoch": 0,
        "content": Content("hello"),
        "created_at": AT,
        "due_at": AT,
        "purpose": "offers",
        "commercial": True,
    }
    return Message(**{**given, **more})


LIVE = Circumstances(AT, live=True)
FREE = {"purpose": None, "commercial": False}
WHATSAPP = {"channel": "whatsapp", "medium": "whatsapp", "nature": Nature.REPLY, **FREE}
NO_MARKETING = [Suppression("h1", STOPPED, "marketing:sms", AT)]
BLOCKED = [Suppression("h1", CARRIER, "sms", AT)]
REQUEST = {"nature": Nature.REQUEST, **FREE}
SWITCHED_ON = LIVE._replace(past_purchase=True)
ENDED = ("requested", "refused", "withdrawn", "invalidated")
SMS_STOP = [Suppression("h1", STOPPED, "all", AT)]


def sent(*ages: int, purpose: str = "offers") -> Circumstances:
    """Messages of so many microseconds ago."""
    return LIVE._replace(sent=[Sent(purpose, "sms", AT - age) for age in ages])


def consent(**more: Any) -> dict[str, Any]:
    return {"consents": {("offers", "sms"): HELD._replace(**more)}}


@pytest.mark.parametrize(
    "about, who, around, why",
    [
        ({}, {}, LIVE, None),
        ({"epoch": 1}, {}, LIVE, "stopped"),
        ({}, {"epoch": 1}, LIVE, "stopped"),
        ({}, {"suppressions": SMS_STOP}, LIVE, "stopped"),
        ({"nature": Nature.REPLY, **FREE}, {"suppressions": SMS_STOP}, LIVE, "stopped"),
        ({"nature": Nature.FAREWELL, **FREE}, {"suppressions": SMS_STOP}, LIVE, None),
        ({}, {"suppressions": NO_MARKETING}, LIVE, "stopped"),
        ({"nature": Nature.REPLY, **FREE}, {"suppressions": NO_MARKETING}, LIVE, None),
        ({}, {"suppressions": [Suppression("h1", STOPPED, "marketing:whatsapp", AT)]}, LIVE, None),
        ({}, {"suppressions": BLOCKED}, LIVE, "carrier-blocked"),
        ({"nature": Nature.FAREWELL, **FREE}, {"suppressions": BLOCKED}, LIVE, "carrier-blocked"),
        ({}, {"suppressions": [Suppression("h1", CARRIER, "whatsapp", AT)]}, LIVE, None),
        ({"test": True}, {}, LIVE, "sandbox"),
        ({"test": True}, {}, LIVE._replace(live=False), None),
        ({"stale_at": AT + 1}, {}, LIVE, None),
        ({"stale_at": AT}, {}, LIVE, "stale"),
        ({"content": Content(" \n")}, {}, LIVE, "content-refused"),
        ({"content": Content("x" * 1600)}, {}, LIVE, None),
        ({"content": Content("x" * 1601)}, {}, LIVE, "content-refused"),
        ({}, {"aliases": []}, LIVE, "number-suspect"),
        ({}, {"aliases": [Alias("h", "bsuid", "x")]}, LIVE, "number-suspect"),
        ({}, {"consents": {}}, LIVE, "no-consent"),
        ({"medium": "whatsapp", "channel": "whatsapp"}, {}, LIVE, "no-consent"),
        ({"purpose": "points"}, {}, LIVE, "no-consent"),
        ({"purpose": None}, {}, LIVE, "no-consent"),
        *(({}, consent(status=status), LIVE, None) for status in ("given", "confirmed", "renewed")),
        *(({}, consent(status=status), LIVE, "no-consent") for status in ENDED),
        ({}, consent(expires_at=AT + 1), LIVE, None),
        ({}, consent(expires_at=AT), LIVE, "consent-expired"),
        ({}, consent(expires_at=None), LIVE, None),
        ({}, consent(since_at=AT), LIVE, None),
        ({}, consent(since_at=AT + 1), LIVE, "no-consent"),
        ({"nature": Nature.SERVICE, **FREE, "basis": "contract", "proof": "order_no"}, {}, LIVE, None),
        ({"nature": Nature.SERVICE, **FREE, "basis": "contract"}, {}, LIVE, "no-basis"),
        ({"nature": Nature.COMMERCIAL, **FREE, "basis": "contract", "proof": "order_no"}, {}, LIVE, "no-basis"),
        ({**REQUEST, "basis": "requested", "cause": "evt_1"}, {}, LIVE, None),
        ({**REQUEST, "basis": "requested"}, {}, LIVE, "no-basis"),
        ({**REQUEST, "basis": "past-purchase", "proof": "p"}, {}, LIVE, "no-basis"),
        ({**REQUEST, "basis": "past-purchase", "proof": "p"}, {}, SWITCHED_ON, None),
        ({**REQUEST, "basis": "past-purchase"}, {}, SWITCHED_ON, "no-basis"),
        ({"nature": Nature.SERVICE, **FREE, "basis": "consent"}, {}, LIVE, "no-consent"),
        ({}, {}, sent(0, 1, DAY), None),
        ({}, {}, sent(0, 1, DAY, 30 * DAY), "purpose-cap"),
        ({}, {}, sent(0, 1, DAY, 31 * DAY), None),
        ({}, {}, sent(0, 1, 2, 3, purpose="points"), None),
        ({"nature": Nature.REPLY}, {}, sent(0, 1, 2, 3), None),
        (WHATSAPP, {"heard": {"whatsapp": AT - DAY + 1}}, LIVE, None),
        (WHATSAPP, {"heard": {"whatsapp": AT - DAY}}, LIVE, "window-closed"),
        (WHATSAPP, {"heard": {"sms": AT}}, LIVE, "window-closed"),
        ({**WHATSAPP, "content": Content("x", template="t")}, {}, LIVE, "template-missing"),
    ],
)  # fmt: skip
def test_each_rule(plain: Business, about: Any, who: Any, around: Circumstances, why: str | None) -> None:
    """One thing differs from what may be sent: the verdict names it, or is unmoved by it."""
    verdict = judge(message(**about), person(**who), plain, around)
    assert (verdict.why if isinstance(verdict, Refused) else None) == why, verdict
    assert isinstance(verdict, Allowed) == (why is None)


@pytest.mark.parametrize(
    "approval, language, allowed",
    [("approved", "en", True), ("pending", "en", False), ("paused", "en", False), ("approved", "es", False)],
)
def test_outside_the_window_only_an_approved_template_goes(
    plain: Business, approval: Any, language: str, allowed: bool
) -> None:
    """And only in a language that it was approved in."""
    template = TemplateConfig("t", "t_v1", {"en": "en_US"}, "UTILITY", approval, None)
    about = message(**{**WHATSAPP, "content": Content("x", template="t"), "language": language})
    verdict = judge(about, person(), replace(plain, templates={"t": template}), LIVE)
    assert verdict == (Allowed("consent", None, "t") if allowed else Refused(Why.TEMPLATE_MISSING))


@pytest.mark.parametrize(
    "about, category, why",
    [
        (FREE, "UTILITY", None),
        (FREE, "MARKETING", "no-consent"),
        ({"purpose": "bills", "commercial": False}, "MARKETING", "no-consent"),
        ({"nature": Nature.FAREWELL, **FREE}, "MARKETING", "no-consent"),
        ({}, "MARKETING", None),
    ],
)
def test_a_template_that_its_carrier_moves_to_marketing_needs_a_consent_to_offers(
    plain: Business, about: Any, category: Any, why: str | None
) -> None:
    """Also for people who are still in a version of the flow that was proved before."""
    template = TemplateConfig("t", "t_v1", {"en": "en_US"}, category, "approved", None)
    bills = Purpose("bills", {"en": "bills"}, Cap(4, "month"), None, commercial=False)
    shop = replace(plain, templates={"t": template}, purposes={**plain.purposes, "bills": bills})
    who = person()
    who.consents["bills", "sms"] = HELD._replace(purpose="bills")
    verdict = judge(
        message(**{"nature": Nature.REPLY, "content": Content("x", template="t"), **about}), who, shop, LIVE
    )
    assert (verdict.why if isinstance(verdict, Refused) else None) == why


@pytest.mark.parametrize("age, why", [(DAY - 1, "daily-cap"), (DAY, None)])
def test_the_daily_limit_of_a_person(plain: Business, age: int, why: str | None) -> None:
    """Counted over exactly its period, whatever the purpose."""
    limited = replace(plain, limits=Limits(person=(Rate(1, timedelta(days=1)),)))
    verdict = judge(message(), person(), limited, sent(age, purpose="points"))
    assert (verdict.why if isinstance(verdict, Refused) else None) == why


def test_what_allowed_it_is_named(plain: Business) -> None:
    """The consent's own ledger record."""
    assert judge(message(), person(), plain, LIVE) == Allowed("consent", 7, None)


NUMBERS = [
    "+8613800000000",
    "+12125550123",
    "+18005550123",
    "+61412345678",
    "+5511912345678",
    "+4915112345678",
    "+447911123456",
]


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(
    now=st.integers(0, 365 * 24 * 3600).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    number=st.sampled_from(NUMBERS),
    start=st.times(),
    end=st.times(),
)
def test_nobody_is_written_to_at_night(plain: Business, now: datetime, number: str, start: time, end: time) -> None:
    """By no clock of no zone that the number may lie in, across midnight and changes of the clocks; when a message
    waits, it waits until a moment at which it may leave, and answers and notices do not wait."""
    night = replace(plain, quiet_hours=QuietHours(start.replace(microsecond=0), end.replace(microsecond=0)))
    who = person(aliases=[Alias("h1", "e164", number)], **consent(expires_at=None))
    verdict = judge(message(created_at=AT + 400 * DAY), who, night, LIVE._replace(now=to_micros(now)))
    assert night.quiet_hours is not None
    asleep = [zone for zone in zones_of(number, "CN") if _night(now, zone, night.quiet_hours)]
    assert isinstance(verdict, Later if asleep else Allowed)
    if isinstance(verdict, Later):
        assert now < verdict.until <= now + timedelta(hours=26)
    assert isinstance(
        judge(message(nature=Nature.REPLY, **FREE), who, night, LIVE._replace(now=to_micros(now))), Allowed
    )


def _night(now: datetime, zone: ZoneInfo, hours: QuietHours) -> bool:
    """Walks the clock round from the start of the night, rather than comparing as the rule does."""
    minutes = now.astimezone(zone).hour * 3600 + now.astimezone(zone).minute * 60 + now.astimezone(zone).second
    begin = hours.start.hour * 3600 + hours.start.minute * 60 + hours.start.second
    length = (hours.end.hour * 3600 + hours.end.minute * 60 + hours.end.second - begin) % 86_400
    return (minutes - begin) % 86_400 < length
