"""What a reply may need beside the dossier, fetched only for the few people whose words ask for it: what they wrote a
moment before, what they were last offered as a way to refuse, what stands behind their last message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.recalled import Account, Before, LastMessage
from bot.turn import Surroundings
from flows.reading.meaning import Meaning, Sub
from flows.reading.offers import offered
from storage import inbox, ledger, messages
from storage.database import Transaction
from storage.dossier import Dossier, whose
from storage.inbox import Event
from storage.messages import words_in
from storage.plain_json import read_json

TOGETHER = 60_000_000
"""Microseconds within which two messages may be the parts of one that was cut."""

SHORT = 8
"""Characters of a reply that may be a word offered by our last text."""
_FAR_BACK = 31 * 24 * 3600 * 1_000_000
_UNASKED = [str(nature) for nature in messages.UNASKED]
_ASKS = (Sub.WHY, Sub.PROOF)


async def recollect(tx: Transaction, held: Sequence[Dossier], around: Surroundings) -> None:
    """Add to the surroundings what these people's messages need."""
    if cut := [d for d in held if any(_soon(d, event) for event in d.events)]:
        await _before(tx, cut, around)
    if brief := [d for d in held if any(_brief(event) for event in d.events)]:
        await _offers(tx, brief, around)
    if curious := [d for d in held if any(event.facts.get("sub") in _ASKS for event in d.events)]:
        await _accounts(tx, curious, around)


def _soon(person: Dossier, event: Event) -> bool:
    """Whether this may be the rest of a message that is stored already."""
    last = person.heard.get(event.channel)
    return event.kind == "message" and last is not None and event.received_at - last <= TOGETHER


def _brief(event: Event) -> bool:
    unread = event.kind == "message" and event.reading == Meaning.OTHER
    return unread and 0 < len(event.facts.get("text", "").strip()) <= SHORT


async def _before(tx: Transaction, people: Sequence[Dossier], around: Surroundings) -> None:
    held = {d.id: d for d in people}
    rows = await tx.fetch(inbox.HEARD_OF_PEOPLE, **whose(people), since_at=around.now - 2 * TOGETHER)
    for person, id_, channel, received_at, payload in rows:
        text = read_json(held[person].key.open(payload, inbox.LABEL)).get("text", "") if payload else ""
        around.before.setdefault(person, []).append(Before(id_, channel, received_at, text))


async def _offers(tx: Transaction, people: Sequence[Dossier], around: Surroundings) -> None:
    """The latest commercial text on each channel."""
    held = {d.id: d for d in people}
    rows = await tx.fetch(
        messages.SOLD_TO_PEOPLE, **whose(people), statuses=list(messages.LEFT), since_at=around.now - _FAR_BACK
    )
    latest = {(person, channel): content for person, channel, content in rows}  # the rows come oldest first
    for (person, channel), content in latest.items():
        around.offers[person, channel] = offered(words_in(content, held[person].key))


async def _accounts(tx: Transaction, people: Sequence[Dossier], around: Surroundings) -> None:
    these = whose(people)
    sent, records = await tx.fetch_all(
        (messages.LAST_UNASKED_OF_PEOPLE, {**these, "statuses": list(messages.LEFT), "natures": _UNASKED}),
        (ledger.HASHES_OF_PEOPLE, {**these, "kinds": ledger.SHOWN}),
    )
    last = {row[0]: LastMessage(*row[1:]) for row in sent}  # the rows come oldest first
    hashes: dict[str, dict[int, bytes]] = {}
    for person, seq, hash_ in records:
        hashes.setdefault(person, {})[seq] = bytes(hash_)
    for person in these["people"]:
        around.accounts[person] = Account(last.get(person), hashes.get(person, {}))


def latest_before(said: Iterable[Before], event: Event) -> str:
    """The text that the same person wrote on the same channel just before, if that was a moment ago; else empty."""
    near = [
        one
        for one in said
        if one.channel == event.channel
        and one.id != event.id
        and 0 <= event.received_at - one.at <= TOGETHER
        and (one.at, one.id) < (event.received_at, event.id)
    ]
    return max(near, key=lambda one: (one.at, one.id)).text if near else ""
