"""Marketing held back without a stop: for the days that the person named, while we are unsure, while they complain.

Runs under the lock of the person's row, in the transaction that learned of it. Like a stop it wins over what is queued;
unlike one it ends no consent, so that nothing has to be asked again when it is over.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.channel import Medium
from bot.why import Why
from storage.dossier import Dossier
from storage.suppressions import COMPLAINT, DOUBTFUL, MARKETING, PAUSED, Suppression

HELD_AS = {PAUSED: Why.STOPPED, DOUBTFUL: Why.HELD_FOR_REVIEW, COMPLAINT: Why.HELD_FOR_REVIEW}
"""What a cancelled message says of each."""


@dataclass(frozen=True, slots=True)
class Hold:
    """``kind``: paused, doubtful, complaint; ``word``: what in the message decided; ``until_at``: microseconds, None
    until somebody says so."""

    kind: str
    word: str = ""
    until_at: int | None = None


def hold(dossier: Dossier, what: Hold, cause: str, now: int) -> None:
    """Nothing that sells leaves from now on, on any medium. Said again, the latest counts."""
    for alias in dossier.aliases:
        for medium in Medium:
            dossier.suppress(Suppression(alias.hash, what.kind, MARKETING + medium, now, what.until_at), "word")
    dossier.cancel_commercial = str(HELD_AS[what.kind])
    dossier.record(
        "marketing.held", now, {"kind": what.kind, "word": what.word, "until": what.until_at, "event": cause}
    )


def release(dossier: Dossier, kind: str, source: str, cause: str, now: int) -> bool:
    """Take holds of this kind back; whether there were any. What was cancelled stays cancelled."""
    held = [s for s in dossier.suppressions if s.kind == kind]
    for suppression in held:
        dossier.lift(suppression, source, now)
    if held:
        dossier.record("marketing.released", now, {"kind": kind, "source": source, "event": cause})
    return bool(held)


def holds(dossier: Dossier, kind: str) -> bool:
    """Whether a hold of this kind is in force."""
    return kind in [s.kind for s in dossier.suppressions]
