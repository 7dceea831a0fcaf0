"""A stop, recorded: the consents end, the numbers are suppressed, what was queued is cancelled, the epoch rises.

Runs inside whatever transaction learned of the stop, under the lock of the person's row. It never sends anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from storage.consents import HELD, ConsentStatus
from storage.dossier import Dossier
from storage.suppressions import CARRIER, EVERYTHING, MARKETING, STOPPED, Suppression

ALREADY = "already-stopped"


class Extent(StrEnum):
    """How much a stop ends."""

    EVERYTHING = "everything"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class Stop:
    """``source``: word, carrier-word, native, receipt, button, api; ``medium`` where it was said; ``blocked``: the
    carrier itself now refuses our messages there; ``word`` the listed word that decided."""

    source: str
    medium: str
    extent: Extent = Extent.EVERYTHING
    word: str = ""
    blocked: bool = False


def withdraw(dossier: Dossier, stop: Stop, cause: str, now: int, commercial: Collection[str] = ()) -> str:
    """Record the stop; ``stopped`` (or ``stopped-marketing``) when it changed something, else ``already-stopped``.

    ``commercial`` names the purposes that a stop of marketing ends; ``cause`` the stored event that said it.
    """
    if stop.extent is Extent.MARKETING:
        return _withdraw_marketing(dossier, stop, cause, now, commercial)
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
    scope = MARKETING + stop.medium
    if _stands(dossier, scope) or _stands(dossier, EVERYTHING):
        return ALREADY
    _suppress(dossier, STOPPED, scope, stop.source, now)
    _end_consents(dossier, stop, cause, now, commercial)
    dossier.record("stop.marketing", now, _facts(stop, cause))
    return "stopped-marketing"


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
    dossier.put_consent(replace(consent, status=ended, since_at=now, expires_at=None, record=record))
    return True


def lift(dossier: Dossier, cause: str, now: int, later: Collection[str] = ()) -> bool:
    """The person wrote START: the stops are lifted, on every medium; no consent comes back by it.

    ``later`` names the scopes that the person stopped after they wrote it: those stay.
    """
    lifted = [s for s in dossier.suppressions if s.kind == STOPPED and s.scope not in later]
    if not lifted:
        return False
    for suppression in lifted:
        dossier.lift(suppression, "word", now)
    dossier.epoch += 1
    dossier.record("stop.lifted", now, {"source": "word", "event": cause})
    return True
