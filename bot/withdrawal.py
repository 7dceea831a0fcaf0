"""A stop, recorded: the consents end, the numbers are suppressed, what was queued is cancelled, the epoch rises.

Runs inside whatever transaction learned of the stop, under the lock of the person's row. It never sends anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.channel import Medium
from storage.consents import HELD, ConsentStatus
from storage.dossier import Dossier
from storage.suppressions import (
    CARRIER,
    DOUBTFUL,
    EVERYTHING,
    MARKETING,
    NOTICES,
    PAUSED,
    STOPPED,
    WRONG_NUMBER,
    Suppression,
)

LIFTED = frozenset({STOPPED, PAUSED, DOUBTFUL})
"""What a person's START takes back."""
ALREADY = "already-stopped"
SWITCHES = frozenset({"native", "receipt"})
"""Sources that are a switch at the carrier, which knows only its own medium."""


class Extent(StrEnum):
    """How much a stop ends."""

    EVERYTHING = "everything"
    MARKETING = "marketing"
    NOTICES = "notices"
    """What is sent unasked and does not sell: bills, orders."""


@dataclass(frozen=True, slots=True)
class Stop:
    """``source``: word, carrier-word, native, receipt, button, api, silence, or who of the business settled a review;
    ``medium`` where it was said; ``blocked``: the carrier itself now refuses our messages there; ``word`` the listed
    word that decided."""

    source: str
    medium: str
    extent: Extent = Extent.EVERYTHING
    word: str = ""
    blocked: bool = False


def withdraw(dossier: Dossier, stop: Stop, cause: str, now: int, commercial: Collection[str] = ()) -> str:
    """Record the stop; ``stopped`` (or ``stopped-marketing``, ``stopped-notices``) when it changed something, else
    ``already-stopped``.

    ``commercial`` names the purposes that a stop of marketing ends and one of notices leaves; ``cause`` the stored
    event that said it.
    """
    if stop.extent is Extent.MARKETING:
        return _withdraw_marketing(dossier, stop, cause, now, commercial)
    if stop.extent is Extent.NOTICES:
        return _withdraw_notices(dossier, stop, cause, now, commercial)
    if stop.blocked:
        _suppress(dossier, CARRIER, stop.medium, stop.source, now)
    if not _stands(dossier, EVERYTHING):
        _suppress(dossier, STOPPED, EVERYTHING, stop.source, now)
        _end_consents(dossier, stop, cause, now, None)
        dossier.epoch += 1
        dossier.cancel_queued = "stopped"
        dossier.record("stop", now, _facts(stop, cause))
        return "stopped"
    return ALREADY


def _withdraw_marketing(dossier: Dossier, stop: Stop, cause: str, now: int, commercial: Collection[str]) -> str:
    """Where the carrier has a switch it is switched for its medium; a person's words mean every one."""
    result = ALREADY
    for medium in (stop.medium,) if stop.source in SWITCHES else tuple(Medium):
        if _stands(dossier, MARKETING + medium) or _stands(dossier, EVERYTHING):
            continue
        here = replace(stop, medium=medium)
        _suppress(dossier, STOPPED, MARKETING + medium, stop.source, now)
        _end_consents(dossier, here, cause, now, commercial)
        dossier.record("stop.marketing", now, _facts(here, cause))
        dossier.cancel_commercial = "stopped"
        result = "stopped-marketing"
    return result


def _withdraw_notices(dossier: Dossier, stop: Stop, cause: str, now: int, commercial: Collection[str]) -> str:
    if _stands(dossier, NOTICES) or _stands(dossier, EVERYTHING):
        return ALREADY
    _suppress(dossier, STOPPED, NOTICES, stop.source, now)
    for purpose, medium in list(dossier.consents):
        if purpose not in commercial:
            end_consent(dossier, purpose, medium, cause, now)
    dossier.record("stop.notices", now, _facts(stop, cause))
    return "stopped-notices"


def _facts(stop: Stop, cause: str) -> dict[str, str | bool]:
    return {"source": stop.source, "medium": stop.medium, "word": stop.word, "event": cause, "blocked": stop.blocked}


def _stands(dossier: Dossier, scope: str) -> bool:
    """Whether every present identifier is suppressed already (a person without any counts as not)."""
    covered = {s.hash for s in dossier.suppressions if s.kind == STOPPED and s.scope == scope}
    return bool(dossier.aliases) and all(alias.hash in covered for alias in dossier.aliases)


def _suppress(dossier: Dossier, kind: str, scope: str, source: str, now: int) -> None:
    for alias in dossier.aliases:
        dossier.suppress(Suppression(alias.hash, kind, scope, now), source)


def _end_consents(dossier: Dossier, stop: Stop, cause: str, now: int, purposes: Collection[str] | None) -> None:
    """Held consents are withdrawn, open requests refused. ``purposes`` None means every one, on every medium."""
    for consent in list(dossier.consents.values()):
        if purposes is not None and (consent.purpose not in purposes or consent.medium != stop.medium):
            continue
        end_consent(dossier, consent.purpose, consent.medium, cause, now)


def end_consent(dossier: Dossier, purpose: str, medium: str, cause: str, now: int) -> bool:
    """End one consent by the person's will; whether there was anything to end."""
    consent = dossier.consents.get((purpose, medium))
    if consent is None or consent.status not in HELD | {ConsentStatus.REQUESTED}:
        return False
    ended = ConsentStatus.WITHDRAWN if consent.status in HELD else ConsentStatus.REFUSED
    record = dossier.record(
        f"consent.{ended}", now, {"purpose": purpose, "medium": medium, "event": cause, "was": str(consent.status)}
    )
    dossier.put_consent(consent._replace(status=ended, since_at=now, expires_at=None, record=record))
    return True


def lift(dossier: Dossier, cause: str, now: int, later: Collection[str] = ()) -> bool:
    """The person wrote START: their stops, their pause and their own cap are lifted, on every medium; no consent comes
    back by it.

    ``later`` names the scopes that the person stopped after they wrote it: those stay.
    """
    lifted = [s for s in dossier.suppressions if s.kind in LIFTED and s.scope not in later]
    if not lifted and not dossier.own_cap:
        return False
    dossier.own_cap = 0
    for suppression in lifted:
        dossier.lift(suppression, "word", now)
    dossier.epoch += 1
    dossier.record("stop.lifted", now, {"source": "word", "event": cause})
    return True


def disown(dossier: Dossier, cause: str, now: int) -> None:
    """The number is not whom we think. Until the business has found out whose it is nothing goes there whatever its
    holder writes, and what we knew of somebody else is forgotten."""
    _suppress(dossier, WRONG_NUMBER, EVERYTHING, "word", now)
    dossier.facts, dossier.language = {}, ""
    dossier.record("number.wrong", now, {"event": cause})
