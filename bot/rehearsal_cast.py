"""Who plays in a rehearsal: the person of a conversation test, brought into an empty database with what they gave.

The person is as real to the path as any: a row, an identifier, and consents that stand in the ledger with the actor
``test``. Nothing here reaches a database that is not the rehearsal's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import phonenumbers

from bot.errors import BotError
from bot.events import Address, Scheme
from bot.local_time import zones_of
from bot.terms import ends_at
from config.business_types import Business, ChannelConfig
from flows.render import choose_language
from flows.spec import Basis, Flow
from flows.talk import Talk
from storage import switches
from storage.consents import Consent, ConsentStatus
from storage.database import Database, Transaction
from storage.dossier import Dossier, load_standing, lock, save
from storage.people import Arrival, Identifier, resolve
from storage.vault import Vault

ACTOR = "test"
SOMEWHERE = "GB"
"""Where the invented number lies when the business names no place."""
MONDAY = (2026, 3, 2)
NOON = 12


class CannotPlay(BotError):
    """A conversation test asks for something that is not there: a flow, a channel, a purpose, a button."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One conversation test with everything in it found in its business."""

    business: Business
    flow: Flow
    talk: Talk
    channel: ChannelConfig
    phone: str

    @property
    def address(self) -> Address:
        """The person's identifier on their channel."""
        if self.channel.medium == "sms":
            return Address(Scheme.E164, self.phone)
        return Address(Scheme.WA_ID, self.phone.lstrip("+"))

    @property
    def begins_at(self) -> datetime:
        """A Monday at noon, where the person is."""
        zone = zones_of(self.phone, self.business.place or "")[0]
        return datetime(*MONDAY, NOON, tzinfo=zone).astimezone(UTC)

    @property
    def facts(self) -> Mapping[str, str]:
        """On file for the person: what the test says; and the example of every placeholder that it does not, except
        of the fact that the flow rests on, which must be said."""
        return {**_examples(self), **self.talk.person.facts}


def cast(business: Business, talk: Talk) -> Cast:
    """Find everything that the test names. Raises ``CannotPlay``."""
    flow = business.flows.get(talk.flow)
    if flow is None:
        raise CannotPlay(f"there is no flow {talk.flow!r} in {business.name}: it has {', '.join(business.flows)}")
    wanted = talk.person.channel
    fits = [each for each in business.channels.values() if wanted in (each.name, each.medium)]
    if not fits:
        raise CannotPlay(f"{business.name} has no channel {wanted}: it has {', '.join(business.channels)}")
    unknown = [name for name in talk.person.granted if name not in business.purposes]
    if unknown:
        raise CannotPlay(f"{business.name} has no purpose {unknown[0]!r}: it has {', '.join(business.purposes)}")
    return Cast(business, flow, talk, fits[0], talk.person.phone or _example_number(business.place))


def _example_number(place: str | None) -> str:
    """A mobile number that is set aside as an example, in the business's country."""
    for country in (place or SOMEWHERE, SOMEWHERE):
        number = phonenumbers.example_number_for_type(country[:2], phonenumbers.PhoneNumberType.MOBILE)
        if number is not None:
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    raise CannotPlay(f"no example number is known for {place}: give the person a phone")


def _examples(who: Cast) -> dict[str, str]:
    """Of all flows of the business, since any may start in a talk; those of the flow under test come last."""
    language = who.talk.person.language
    proofs = {flow.start.proof for flow in who.business.flows.values()}
    others = [_of(flow, language, proofs) for flow in who.business.flows.values()]
    return {name: value for each in others for name, value in each.items()} | _of(
        who.flow, language, {who.flow.start.proof}
    )


def _of(flow: Flow, language: str, proofs: set[str | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, use in flow.uses.items():
        example = use.example
        if example and name not in proofs and use.type != "answer":
            found[name] = example if isinstance(example, str) else example[choose_language(language, tuple(example))]
    return found


async def enter(who: Cast, database: Database, vault: Vault, now: int) -> str:
    """Put the person into the database, with their facts and consents, and switch the past-purchase basis on: a test
    is about the conversation, not about who may hold it. Their id."""
    name, address = who.business.name, who.address
    hash_ = vault.address_hash(name, address.scheme, address.value)
    arrival = Arrival((Identifier(name, address.scheme, address.value, hash_),), who.talk.person.language)
    async with database.write() as tx:
        await resolve(tx, vault, [arrival], now)
        (person,) = await lock(tx, vault, [(name, arrival.person)])
        await _furnish(tx, who, person, now)
        save(tx, vault, [person], now)
        tx.write(switches.PUT, [(name, switches.PAST_PURCHASE, "on", ACTOR, "a conversation test", now)])
    return arrival.person


async def _furnish(tx: Transaction, who: Cast, person: Dossier, now: int) -> None:
    await load_standing(tx, [person])
    person.facts, person.touched = dict(who.facts), True
    for purpose in who.talk.person.granted:
        medium, basis = who.channel.medium, str(Basis.CONSENT)
        facts = {"purpose": purpose, "medium": medium, "channel": who.channel.name, "basis": basis, "actor": ACTOR}
        record = person.record("consent.given", now, facts)
        lasts = who.business.purposes[purpose].lasts
        expires = ends_at(lasts, now) if lasts is not None else None
        person.put_consent(Consent(purpose, medium, ConsentStatus.GIVEN, basis, now, expires, record))
