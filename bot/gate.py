"""The only yes or no for anything that leaves.

``authorise`` locks the person, judges the message by what stands now, records ``send.authorised`` and commits; only
then does it make the Permit without which no channel sends. A stop that commits first makes it refuse; a stop that
commits later finds the authorised send and waits for its end before the person is told "stopped".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.catalogue import Catalogue
from bot.channel import Button, Medium, Outgoing, Template
from bot.events import Address, Scheme
from bot.judgement import Allowed, Circumstances, Later, Refused, Sent, Verdict, address_of, judge
from bot.permit import Grounds, Permit, Seal
from bot.steps import LONGEST_WINDOW, group_sent
from bot.why import Why
from config.business_types import Business
from config.wording import localised
from storage import acts, messages, recalls, switches
from storage.clock import Clock, from_micros, to_micros
from storage.database import Database, Transaction
from storage.dossier import Dossier, load_standing, lock, save
from storage.errors import NotStored
from storage.messages import Message, Nature
from storage.recalls import Recall
from storage.vault import Vault

log = structlog.get_logger()

MARKETING_VALID_FOR = 120
"""Seconds that a carrier may hold a marketing SMS: a stop must not be overtaken by an old message."""

LIST_LABEL = {"zh-CN": "请选择", "zh-TW": "請選擇", "en": "Choose", "es": "Elegir"}
_UNASKED = frozenset({Nature.SERVICE, Nature.REQUEST, Nature.COMMERCIAL})


@dataclass(frozen=True, slots=True)
class Claim:
    """A row of the outbox that this process has claimed for sending."""

    business: str
    id: str
    person: str
    channel: str
    nature: Nature
    purpose: str | None = None
    commercial: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A message that may leave now. ``known``: hashes of the person's identifiers, to see what a carrier adds."""

    claim: Claim
    permit: Permit
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a batch of claims; ``held``: another process holds the person, ask again at once."""

    cleared: list[Cleared]
    refused: list[tuple[Claim, Why]]
    later: list[tuple[Claim, Later]]
    held: list[Claim]


@dataclass(frozen=True, slots=True)
class _Passed:
    claim: Claim
    message: Message
    grounds: Grounds
    outgoing: Outgoing
    record: int
    known: frozenset[str]


@dataclass(slots=True)
class _Batch:
    people: dict[str, Dossier]
    messages: dict[str, Message]
    sent: dict[str, list[Sent]]
    past_purchase: frozenset[str]
    recalls: Sequence[Recall]
    passed: list[_Passed] = field(default_factory=list)
    refused: list[tuple[Claim, Why]] = field(default_factory=list)
    later: list[tuple[Claim, Later]] = field(default_factory=list)
    held: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class Gate:
    """``process``: our id in the outbox; ``live``: whether (business, channel) reaches real people."""

    database: Database
    vault: Vault
    clock: Clock
    catalogue: Catalogue
    seal: Seal
    process: str
    live: Callable[[str, str], bool]

    async def authorise(self, claims: Sequence[Claim]) -> Decided:
        """Judge and authorise a batch in one transaction; permits exist only once it is committed.

        A row that cannot be read (damaged, or sealed under another key) is refused, and holds up nobody else.
        """
        try:
            return await self._together(claims)
        except NotStored:
            raise
        except Exception as error:  # noqa: BLE001  # which of them it is shows when they are asked one by one
            if len(claims) == 1:
                log.error("gate.unreadable", message=claims[0].id, error=repr(error))
                return await self._refuse(claims[0], Why.CONTENT_REFUSED)
        half = len(claims) // 2
        first, second = await self.authorise(claims[:half]), await self.authorise(claims[half:])
        return Decided(
            first.cleared + second.cleared,
            first.refused + second.refused,
            first.later + second.later,
            first.held + second.held,
        )

    async def _refuse(self, claim: Claim, why: Why) -> Decided:
        async with self.database.write() as tx:
            tx.write(messages.REFUSE, [(claim.business, claim.id, "refused", str(why), self.clock.micros())])
        return Decided([], [(claim, why)], [], [])

    async def _together(self, claims: Sequence[Claim]) -> Decided:
        now = self.clock.micros()
        async with self.database.write() as tx:
            batch = await self._load(tx, claims, now)
            for claim in claims:
                self._decide(batch, claim, now)
            self._write(tx, batch, now)
        return Decided(
            [Cleared(p.claim, self.seal.permit(p.outgoing, p.grounds), p.known) for p in batch.passed],
            batch.refused,
            batch.later,
            batch.held,
        )

    async def _load(self, tx: Transaction, claims: Sequence[Claim], now: int) -> _Batch:
        people = await self._people(tx, claims)
        rows = await self._messages(tx, claims, people)
        sent, switched = await self._history(tx, people, rows, now)
        return _Batch(people, rows, sent, switched, await self._barring(tx, people, rows))

    def _decide(self, batch: _Batch, claim: Claim, now: int) -> None:
        """One claim: passed, refused, later, or held by another process."""
        if claim.person not in batch.people:
            batch.held.append(claim)
            return
        message = batch.messages.get(claim.id)
        if message is None:  # cancelled, or taken by another process, since it was claimed
            return
        sent = batch.sent.setdefault(claim.person, [])
        around = Circumstances(
            now,
            self.live(claim.business, claim.channel),
            sent,
            claim.business in batch.past_purchase,
            batch.recalls,
        )
        verdict = self._judge(claim, message, batch.people[claim.person], around)
        if isinstance(verdict, Allowed):
            batch.passed.append(self._authorise(claim, message, batch.people[claim.person], verdict, now))
            if message.nature in _UNASKED:
                sent.append(Sent(message.purpose, message.medium, now))
        elif isinstance(verdict, Refused):
            batch.refused.append((claim, verdict.why))
        else:
            batch.later.append((claim, verdict))

    async def _people(self, tx: Transaction, claims: Sequence[Claim]) -> dict[str, Dossier]:
        held = await lock(tx, self.vault, [(c.business, c.person) for c in claims], wait=False)
        await load_standing(tx, held)
        return {person.id: person for person in held}

    async def _messages(
        self, tx: Transaction, claims: Sequence[Claim], people: dict[str, Dossier]
    ) -> dict[str, Message]:
        """The claimed rows that are still queued, read under their person's lock. A recall that is under way is waited
        for first, and none begins before this transaction is over."""
        mine = [c for c in claims if c.person in people]
        if not mine:
            return {}
        businesses = sorted({c.business for c in mine})
        _, rows = await tx.fetch_all(
            (acts.HELD_STILL, {"businesses": businesses}),
            (messages.OF_IDS, {"businesses": businesses, "ids": [c.id for c in mine]}),
        )
        found = [messages.from_row(row, people[row[2]].key) for row in rows]
        return {message.id: message for message in found if message.status == messages.Status.QUEUED}

    async def _barring(self, tx: Transaction, people: dict[str, Dossier], rows: dict[str, Message]) -> Sequence[Recall]:
        """The recalls that may bar any of these; a plain answer is never barred."""
        concerned = [m for m in rows.values() if m.nature in _UNASKED or m.commercial]
        if not concerned:
            return ()
        businesses = list({people[m.person].business for m in concerned})
        since = min(m.created_at for m in concerned)
        found = await tx.fetch(recalls.BARRING, businesses=businesses, since_at=since)
        return [recalls.from_row(row) for row in found]

    async def _history(
        self, tx: Transaction, people: dict[str, Dossier], rows: dict[str, Message], now: int
    ) -> tuple[dict[str, list[Sent]], frozenset[str]]:
        asked = {m.person for m in rows.values() if m.nature in _UNASKED}
        if not asked:
            return {}, frozenset()
        businesses = list({people[p].business for p in asked})
        sent, switched = await tx.fetch_all(
            (
                messages.RECENT_OF_PEOPLE,
                {"businesses": businesses, "people": list(asked), "since_at": now - LONGEST_WINDOW},
            ),
            (switches.OF_NAMES, {"businesses": businesses, "names": [switches.PAST_PURCHASE]}),
        )
        return group_sent(sent), frozenset(b for b, _, value in switched if value == "on")

    def _judge(self, claim: Claim, message: Message, person: Dossier, around: Circumstances) -> Verdict:
        house = self.catalogue.houses.get(claim.business)
        if house is None or claim.channel not in house.business.channels:
            return Later(Why.CHANNEL_DOWN, from_micros(around.now) + timedelta(minutes=1))
        return judge(message, person, house.business, around)

    def _authorise(self, claim: Claim, message: Message, person: Dossier, allowed: Allowed, now: int) -> _Passed:
        business = self.catalogue.houses[claim.business].business
        consent = allowed.consent_record
        record = person.record(
            "send.authorised",
            now,
            {
                "message": message.id,
                "nature": str(message.nature),
                "purpose": message.purpose,
                "basis": allowed.basis,
                "consent": consent,
                "proof": message.proof,
                "epoch": message.epoch,
                "channel": message.channel,
                "flow": message.flow,
                "flow_hash": message.flow_hash,
                "text": message.text,
                "template": allowed.template,
                "business_hash": business.hash,
                "content": hashlib.sha256(message.content.body.encode()).hexdigest(),
                "process": self.process,
            },
        )
        grounds = Grounds(
            person.id,
            message.purpose,
            allowed.basis,
            f"{person.id}/{consent}" if consent is not None else None,
            message.epoch,
            from_micros(now),
            f"{person.id}/{record}",
        )
        known = frozenset(alias.hash for alias in person.aliases)
        return _Passed(claim, message, grounds, _outgoing(message, person, allowed, business), record, known)

    def _write(self, tx: Transaction, batch: _Batch, now: int) -> None:
        save(tx, self.vault, list(batch.people.values()), now)
        tx.write(
            messages.AUTHORISE,
            [
                (p.claim.business, p.claim.id, "authorised", "", self.process, now, p.message.attempts + 1, p.record)
                for p in batch.passed
            ],
        )
        tx.write(messages.REFUSE, [(c.business, c.id, "refused", str(why), now) for c, why in batch.refused])
        tx.write(
            messages.POSTPONE,
            [(c.business, c.id, to_micros(later.until), str(later.why), "", None) for c, later in batch.later],
        )


def _outgoing(message: Message, person: Dossier, allowed: Allowed, business: Business) -> Outgoing:
    content = message.content
    return Outgoing(
        message.id,
        _address(person, message.medium),
        content.body,
        tuple(Button(id_, label) for id_, label in content.buttons),
        tuple(Button(id_, label) for id_, label in content.rows),
        localised(LIST_LABEL, message.language),
        _template(message, allowed, business),
        MARKETING_VALID_FOR if message.commercial and message.medium == Medium.SMS else None,
    )


def _address(person: Dossier, medium: str) -> Address:
    alias = address_of(person, medium)
    if alias is None:
        raise LookupError(f"{person.id} has no address on {medium}")
    if alias.scheme in ("e164", "wa_id"):
        digits = alias.value.lstrip("+")
        return Address(Scheme.E164, f"+{digits}") if medium == Medium.SMS else Address(Scheme.WA_ID, digits)
    return Address(Scheme(alias.scheme), alias.value)


def _template(message: Message, allowed: Allowed, business: Business) -> Template | None:
    if allowed.template is None:
        return None
    values = dict(message.content.parameters)
    known = business.templates.get(allowed.template)
    if known is None:
        return Template(allowed.template, message.language, tuple(values.values()))
    names = known.parameters if known.parameters is not None else tuple(values)
    return Template(known.provider_id, known.languages[message.language], tuple(values[n] for n in names))
