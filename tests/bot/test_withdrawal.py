"""What a stop does to a dossier, and what it leaves alone. Pure: no database, nothing is sent."""

from __future__ import annotations

import pytest

from bot.withdrawal import ALREADY, Extent, Stop, lift, withdraw
from storage.consents import Consent, ConsentStatus
from storage.dossier import Alias, Dossier
from storage.ledger import START, Chain
from storage.suppressions import CARRIER, EVERYTHING, STOPPED, Suppression
from storage.vault import Vault

NOW = 1_772_424_000_000_000
COMMERCIAL = frozenset({"offers"})


def dossier(*consents: Consent, aliases: tuple[str, ...] = ("hash-1",)) -> Dossier:
    """Somebody with these consents and identifiers."""
    key = Vault(b"k" * 32).new_person_key("prs_1")[1]
    person = Dossier("shop", "prs_1", 3, Chain("shop", "prs_1", 0, START), key, "en", "", {}, {}, b"")
    person.aliases = [Alias(hash_, "e164", "+1") for hash_ in aliases]
    person.consents = {(one.purpose, one.medium): one for one in consents}
    return person


def consent(purpose: str, medium: str, status: ConsentStatus = ConsentStatus.CONFIRMED) -> Consent:
    """Given an hour ago."""
    return Consent(purpose, medium, status, "requested", NOW - 3_600_000_000, NOW * 2, 0)


def kinds(person: Dossier) -> list[str]:
    """What was recorded."""
    return [entry.kind for entry in person.chain.fresh]


def test_a_stop_ends_every_consent_on_every_medium() -> None:
    """Also what was only asked for; the epoch rises once, what waits is cancelled, every number is suppressed."""
    person = dossier(
        consent("offers", "sms"),
        consent("bills", "whatsapp"),
        consent("points", "sms", ConsentStatus.REQUESTED),
        aliases=("hash-1", "hash-2"),
    )
    assert withdraw(person, Stop("word", "sms", word="STOP"), "evt_1", NOW) == "stopped"
    assert {c.purpose: c.status for c in person.consents.values()} == {
        "offers": ConsentStatus.WITHDRAWN,
        "bills": ConsentStatus.WITHDRAWN,
        "points": ConsentStatus.REFUSED,
    }
    assert {(s.hash, s.kind, s.scope) for s in person.suppressions} == {
        ("hash-1", STOPPED, EVERYTHING),
        ("hash-2", STOPPED, EVERYTHING),
    }
    assert (person.epoch, person.cancel_queued) == (4, "stopped")
    assert kinds(person) == ["consent.withdrawn", "consent.withdrawn", "consent.refused", "stop"]


def test_a_second_stop_changes_nothing() -> None:
    """No second record, no second epoch."""
    person = dossier(consent("offers", "sms"))
    withdraw(person, Stop("word", "sms"), "evt_1", NOW)
    before = (person.epoch, kinds(person), list(person.suppressions))
    assert withdraw(person, Stop("word", "sms"), "evt_2", NOW + 1) == ALREADY
    assert (person.epoch, kinds(person), list(person.suppressions)) == before


def test_a_new_number_since_the_stop_is_stopped_too() -> None:
    """The stop stands only where it covers every identifier."""
    person = dossier()
    withdraw(person, Stop("word", "sms"), "evt_1", NOW)
    person.aliases.append(Alias("hash-2", "wa_id", "1"))
    assert withdraw(person, Stop("word", "sms"), "evt_2", NOW) == "stopped"


def test_a_stop_of_marketing_is_about_commercial_purposes_on_that_medium() -> None:
    """Bills go on, and so does the other medium; nothing that waits is cancelled wholesale."""
    person = dossier(consent("offers", "whatsapp"), consent("offers", "sms"), consent("bills", "whatsapp"))
    stop = Stop("native", "whatsapp", Extent.MARKETING)
    assert withdraw(person, stop, "evt_1", NOW, COMMERCIAL) == "stopped-marketing"
    held = {(c.purpose, c.medium) for c in person.consents.values() if c.held(NOW)}
    assert held == {("offers", "sms"), ("bills", "whatsapp")}
    assert (person.epoch, person.cancel_queued) == (3, "")
    assert person.held_back("whatsapp", NOW, commercial=True) == {STOPPED}
    assert person.held_back("whatsapp", NOW, commercial=False) == set()
    assert person.held_back("sms", NOW, commercial=True) == set()


@pytest.mark.parametrize("stop", [Stop("word", "sms"), Stop("native", "whatsapp", Extent.MARKETING)])
def test_what_is_over_already_is_not_ended_again(stop: Stop) -> None:
    """A withdrawn or expired consent keeps its own record."""
    over = consent("offers", "whatsapp", ConsentStatus.EXPIRED)
    person = dossier(over)
    withdraw(person, stop, "evt_1", NOW, COMMERCIAL)
    assert person.consents["offers", "whatsapp"] == over


def test_a_carriers_block_is_kept_apart_from_the_persons_will() -> None:
    """START lifts what the person said, never what the carrier says."""
    person = dossier()
    withdraw(person, Stop("receipt", "sms", word="21610", blocked=True), "evt_1", NOW)
    assert {s.kind for s in person.suppressions} == {STOPPED, CARRIER}
    assert lift(person, "evt_2", NOW + 1)
    assert {s.kind for s in person.suppressions} == {CARRIER}
    assert person.held_back("sms", NOW, commercial=False) == {CARRIER}


def test_start_brings_no_consent_back() -> None:
    """It lifts, with a record and an epoch of its own; without a stop it does nothing."""
    person = dossier(consent("offers", "sms"))
    assert not lift(person, "evt_0", NOW)
    withdraw(person, Stop("word", "sms"), "evt_1", NOW)
    assert lift(person, "evt_2", NOW + 1)
    assert person.consents["offers", "sms"].status is ConsentStatus.WITHDRAWN
    assert (person.epoch, kinds(person)[-1]) == (5, "stop.lifted")


def test_start_does_not_lift_what_was_stopped_after_it() -> None:
    """``later``: scopes that the person stopped in a message after their START."""
    person = dossier()
    person.suppressions = [Suppression("hash-1", STOPPED, EVERYTHING, NOW)]
    assert not lift(person, "evt_1", NOW, {EVERYTHING})
    assert person.held_back("sms", NOW, commercial=False) == {STOPPED}
