"""Where one purpose stands for one person in a conversation, and how effects and the world outside change it.

The states are those of a recorded consent. Never more hopeful than what is recorded at run time.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from flows import effects as ask
from flows.proving.form import Outside
from flows.rules import Level
from flows.spec import ALL_PURPOSES, Basis, Flow, Text


class Consent(StrEnum):
    """What is recorded about one purpose on the medium of the conversation."""

    NONE = "none"
    REQUESTED = "requested"
    GIVEN = "given"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"


HELD = frozenset({Consent.GIVEN, Consent.CONFIRMED})
"""The states that allow a send."""

_ENDED_BY = {
    Outside.STOP: Consent.WITHDRAWN,
    Outside.WITHDRAWN: Consent.WITHDRAWN,
    Outside.NATIVE_STOP: Consent.WITHDRAWN,
    Outside.EXPIRED: Consent.EXPIRED,
    Outside.NUMBER_CHANGED: Consent.INVALIDATED,
}


class Standing(NamedTuple):
    """``consent`` now; ``outside``: it was ended by something that the flow does not see; ``current``: the text that
    the person saw last asks for the purpose, in the language of the conversation."""

    consent: Consent
    outside: bool = False
    current: bool = False

    @property
    def held(self) -> bool:
        """Whether a send is allowed."""
        return self.consent in HELD


def at_start(flow: Flow, purpose: str) -> Standing:
    """What may be relied on when the flow begins: with ``basis: consent`` the purposes that its first message needs,
    because without them it does not begin; else nothing."""
    first = flow.states[flow.start.go].needs
    relied_on = flow.start.basis is Basis.CONSENT and purpose in (flow.needs, first)
    return Standing(Consent.CONFIRMED if relied_on else Consent.NONE)


def granted(flow: Flow, before: Standing) -> Consent:
    """What an answer makes of it: confirmed where the person had asked for it themselves, by a form or a word, or had
    said yes in this conversation before; else given once."""
    asked_for = flow.start.basis is Basis.REQUESTED and (flow.start.event is not None or flow.start.word is not None)
    agreed = before.held or (before.outside and before.consent is not Consent.REFUSED)
    return Consent.CONFIRMED if asked_for or agreed else Consent.GIVEN


def revoked(standing: Standing, effect: ask.Revoke, purpose: str) -> Standing:
    """After a withdrawal by a row or a card."""
    if purpose not in effect.purposes and ALL_PURPOSES not in effect.purposes:
        return standing
    return standing._replace(consent=_ended(standing.consent, Consent.WITHDRAWN))


def shown(standing: Standing, text: Text, purpose: str, language: str | None) -> Standing:
    """After a card's text was shown (in ``language``, None for any)."""
    asks = purpose in text.asks_for
    current = asks and (language is None or language in text.wording)
    if not asks or standing.held:
        return standing._replace(current=current)
    return Standing(Consent.REQUESTED, standing.outside, current)


def repeated(standing: Standing, text: Text, purpose: str) -> Standing:
    """After the text of an ``else``: it repeats the question, unless it asks for something else."""
    return standing._replace(current=standing.current and (not text.asks_for or purpose in text.asks_for))


def outside(standing: Standing) -> Iterator[tuple[Outside, Standing]]:
    """Everything that may happen outside and changes something, each result once, by its first cause."""
    done = {standing}
    for event, end in _ENDED_BY.items():
        after = Standing(_ended(standing.consent, end), outside=True, current=standing.current)
        if event is not Outside.STOP and after.consent is not standing.consent and after not in done:
            done.add(after)
            yield event, after


def _ended(consent: Consent, end: Consent) -> Consent:
    """Held consents end; an open request ends as a no, however it ends; the rest stays."""
    if consent in HELD:
        return end
    refused = consent is Consent.REQUESTED and end is Consent.WITHDRAWN
    return Consent.REFUSED if refused else consent


def enough(consent: Consent, level: Level) -> bool:
    """Whether a consent that is held was given in the way that the place requires."""
    return consent is Consent.CONFIRMED or level is not Level.CONFIRMED
