"""Rows of storage as the API shows them."""

from __future__ import annotations

from datetime import datetime

from storage.clock import from_micros
from storage.consents import Consent
from storage.inquiry import Known
from storage.ledger import Entry, open_payload
from storage.readings import ReadMessage
from storage.vault import PersonKey
from webhooks.rest.answers import ConsentAnswer, Identifier, LedgerRecord, PersonAnswer, ReadingAnswer, Suppressed


def moment(micros: int | None) -> datetime | None:
    """A stored time, or none."""
    return from_micros(micros) if micros is not None else None


def record_of(person: str, entry: Entry, key: PersonKey | None = None) -> LedgerRecord:
    """A ledger record as stored; with a key, also what lies beside it, checked against its commitment."""
    return LedgerRecord(
        id=f"{person}/{entry.seq}",
        seq=entry.seq,
        kind=entry.kind,
        at=from_micros(entry.at),
        record=bytes(entry.record).decode("utf-8", "backslashreplace"),
        hash=bytes(entry.hash).hex(),
        payload=open_payload(key, entry) if key is not None else None,
    )


def consent_answer(person: str, consent: Consent, now: int) -> ConsentAnswer:
    """The present state of a consent."""
    return ConsentAnswer(
        person=person,
        purpose=consent.purpose,
        medium=consent.medium,
        status=consent.status,
        held=consent.held(now),
        basis=consent.basis,
        since_at=from_micros(consent.since_at),
        expires_at=moment(consent.expires_at),
        record=f"{person}/{consent.record}",
        flow=consent.flow or None,
        flow_version=consent.flow_hash or None,
    )


def person_answer(known: Known, now: int) -> PersonAnswer:
    """Somebody, as we know them."""
    suppressed = {(s.kind, s.scope): s for s in known.suppressions}
    return PersonAnswer(
        id=known.id,
        language=known.language or None,
        place=known.place or None,
        created_at=from_micros(known.created_at),
        identifiers=tuple(Identifier(scheme=a.scheme, value=a.value) for a in known.aliases),
        facts=known.facts,
        suppressed=tuple(
            Suppressed(kind=s.kind, scope=s.scope, since_at=from_micros(s.since_at)) for s in suppressed.values()
        ),
        consents=tuple(consent_answer(known.id, consent, now) for consent in known.consents),
    )


def reading_answer(read: ReadMessage) -> ReadingAnswer:
    """What a message meant, as the API shows it."""
    return ReadingAnswer(
        id=read.id,
        channel=read.channel,
        received_at=from_micros(read.received_at),
        acted_at=moment(read.stepped_at),
        reading=read.meaning,
        by=read.by,
        word=read.word or None,
        sub=read.sub or None,
        detail=read.detail or None,
    )
