"""A consent, recorded: asked for, given, confirmed. Only a person's own answer grants, and only what was asked.

The runtime checks this again although the flow was proved: a grant that nobody asked for is an error, not a consent.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.catalogue import Running
from bot.errors import BotError
from bot.terms import ends_at
from bot.turn import Turn
from flows.spec import Basis
from storage.consents import HELD, Consent, ConsentStatus
from storage.conversations import Conversation
from storage.ledger import Value
from storage.messages import LEFT, words_in


class NotAsked(BotError):
    """A flow tried to grant a purpose that the text just shown did not ask for."""


def request(turn: Turn, running: Running, run: Conversation, message: str, purposes: tuple[str, ...]) -> None:
    """Record that these purposes were asked for; a consent that is held stays held."""
    for purpose in purposes:
        before = turn.person.consents.get((purpose, run.medium))
        if before is not None and (before.held(turn.now) or before.status is ConsentStatus.REQUESTED):
            continue
        facts = {**_facts(running, run, purpose), "message": message}
        record = turn.person.record("consent.requested", turn.now, facts)
        _put(turn, running, run, _Step(purpose, ConsentStatus.REQUESTED, record))


def grant(turn: Turn, running: Running, run: Conversation, purposes: tuple[str, ...]) -> None:
    """Record the person's yes to each purpose, with the words they saw and the words they sent."""
    words, person, now = _words_shown(turn, run), turn.person, turn.now
    for purpose in purposes:
        if not turn.spoke or purpose not in run.asked or words is None:
            raise NotAsked(f"{run.flow}: the answer would grant {purpose!r}, which the text just shown did not ask for")
        before = person.consents.get((purpose, run.medium))
        status = _status(running, before, now)
        facts = {
            **_facts(running, run, purpose),
            "message": run.question or "",
            "event": turn.cause,
            "was": str(before.status) if before is not None else "none",
        }
        personal: dict[str, Value] = {"shown": words, "reply": turn.reply}
        record = person.record(f"consent.{status}", now, facts, personal)
        _put(turn, running, run, _Step(purpose, status, record))


def _words_shown(turn: Turn, run: Conversation) -> str | None:
    """The exact text of the question, once it has left; None while nobody can have seen it."""
    status, sealed = turn.around.shown.get(run.question or "", ("", b""))
    return words_in(sealed, turn.person.key) if status in LEFT else None


def _status(running: Running, before: Consent | None, now: int) -> ConsentStatus:
    if before is not None and before.status in HELD:
        return ConsentStatus.RENEWED if before.held(now) else ConsentStatus.GIVEN
    begun = running.flow.start
    # Asked for by their own form or word, and now said again from the very number: the proof counts it so too.
    asked_twice = begun.basis is Basis.REQUESTED and (begun.event is not None or begun.word is not None)
    return ConsentStatus.CONFIRMED if asked_twice else ConsentStatus.GIVEN


def _facts(running: Running, run: Conversation, purpose: str) -> dict[str, Value]:
    flow = running.flow
    return {
        "purpose": purpose,
        "medium": run.medium,
        "channel": run.channel,
        "flow": flow.name,
        "flow_hash": flow.hash,
        "language": run.language,
        "basis": str(flow.start.basis),
    }


class _Step(NamedTuple):
    """A consent's new status and the ledger record behind it."""

    purpose: str
    status: ConsentStatus
    record: int


def _put(turn: Turn, running: Running, run: Conversation, step: _Step) -> None:
    now, flow = turn.now, running.flow
    before = turn.person.consents.get((step.purpose, run.medium))
    lasts = turn.house.business.purposes[step.purpose].lasts
    consent = Consent(
        step.purpose,
        run.medium,
        step.status,
        str(flow.start.basis),
        before.since_at if before is not None and before.held(now) else now,
        ends_at(lasts, now) if lasts is not None and step.status in HELD else None,
        step.record,
        flow.name,
        flow.hash,
    )
    turn.person.put_consent(consent)
