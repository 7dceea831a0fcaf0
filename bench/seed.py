"""People in the middle of a conversation: asked for consent on WhatsApp, not answered yet. Put in place in bulk."""

from __future__ import annotations

from collections.abc import Callable

from bench.whatsapp import phone
from bot.engine import Engine
from storage import dossier
from storage.consents import Consent, ConsentStatus
from storage.conversations import Conversation
from storage.ids import CONVERSATION, MESSAGE, ordered_id
from storage.messages import Content, Message, Nature, Status
from storage.people import Arrival, Identifier, resolve

CHUNK = 500


Prepare = Callable[[Engine, dossier.Dossier, int], None]


async def seed(engine: Engine, people: int, prepare: Prepare | None = None, business: str = "bookshop") -> None:
    """So many people whose question is open and whose ``Y`` grants, or as ``prepare`` makes them."""
    for first in range(0, people, CHUNK):
        numbers = range(first, min(first + CHUNK, people))
        await _seed_some(engine, business, numbers, prepare or ask)


async def _seed_some(engine: Engine, business: str, numbers: range, prepare: Prepare) -> None:
    stores = engine.stores
    now = stores.clock.micros()
    async with stores.database.write() as tx:
        arrivals = [
            Arrival(
                (Identifier(business, "wa_id", phone(n), stores.vault.address_hash(business, "wa_id", phone(n))),),
                "en",
            )
            for n in numbers
        ]
        await resolve(tx, stores.vault, arrivals, now)
        held = await dossier.lock(tx, stores.vault, [(business, a.person) for a in arrivals])
        for person in held:
            prepare(engine, person, now)
        dossier.save(tx, stores.vault, held, now)


def offer(engine: Engine, person: dossier.Dossier, now: int) -> None:
    """A person who agreed to offers, wrote to us just now, and has one offer waiting in the outbox."""
    flow = engine.catalogue.houses[person.business].flows["birthday"].flow
    person.heard["whatsapp"] = now
    record = person.record("consent.given", now, {"purpose": "offers"})
    person.put_consent(
        Consent("offers", "whatsapp", ConsentStatus.GIVEN, "requested", now, None, record, flow.name, flow.hash)
    )
    person.queued.append(
        Message(
            id=ordered_id(MESSAGE, now, engine.stores.vault.random),
            person=person.id,
            channel="whatsapp",
            medium="whatsapp",
            flow=flow.name,
            flow_hash=flow.hash,
            text="greet",
            language="en",
            nature=Nature.COMMERCIAL,
            basis="consent",
            epoch=0,
            content=Content("New this week: three novels and a book of maps. Reply T at any time to stop."),
            created_at=now,
            due_at=now,
            purpose="offers",
            commercial=True,
        )
    )


def ask(engine: Engine, person: dossier.Dossier, now: int) -> None:
    """A person who was asked for offers and has not answered."""
    flow = engine.catalogue.houses[person.business].flows["optin-confirm"].flow
    random = engine.stores.vault.random
    message = Message(
        id=ordered_id(MESSAGE, now, random),
        person=person.id,
        channel="whatsapp",
        medium="whatsapp",
        flow=flow.name,
        flow_hash=flow.hash,
        text="ask",
        language="en",
        nature=Nature.REQUEST,
        basis="requested",
        epoch=0,
        content=Content("You signed up at our site for new items and offers. Reply Y to confirm, T to refuse."),
        created_at=now,
        due_at=now,
        status=Status.ACCEPTED,
    )
    run = Conversation(
        id=ordered_id(CONVERSATION, now, random),
        flow=flow.name,
        flow_hash=flow.hash,
        channel="whatsapp",
        medium="whatsapp",
        language="en",
        state="ask",
        started_at=now,
        asked=("offers",),
        question=message.id,
        facts={"page": "our site"},
    )
    record = person.record("consent.requested", now, {"purpose": "offers", "message": message.id})
    person.put_consent(
        Consent("offers", "whatsapp", ConsentStatus.REQUESTED, "requested", now, None, record, flow.name, flow.hash)
    )
    person.queued.append(message)
    person.changed(run)
