"""Where one purpose stands for one person in a conversation, and how a move and the world outside change it.

The states are those of a recorded consent. Never more hopeful than what is recorded at run time.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from flows.proving.form import Outside
from flows.proving.question import Act, Bearing, Question
from flows.rules import Level
from flows.spec import Basis, Flow


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
    Outside.WITHDRAWN: Consent.WITHDRAWN,
    Outside.NATIVE_STOP: Consent.WITHDRAWN,
    Outside.EXPIRED: Consent.EXPIRED,
    Outside.NUMBER_CHANGED: Consent.INVALIDATED,
}


class Fault(StrEnum):
    """What can be wrong with one effect."""

    UNANSWERED = "unanswered"
    """A grant by something other than an answer."""

    UNASKED = "unasked"
    """A grant of what the text seen last did not ask for."""

    LACKING = "lacking"
    """A message that needs a consent which this path does not hold."""

    BARE = "bare"
    """A message that sells and needs no commercial consent."""

    FALLBACK = "fallback"
    """A message that may leave on another medium, where nobody agreed."""

    LEVEL = "level"
    """A consent given more lightly than the place requires."""


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
    """What may be relied on when the flow begins: with ``basis: consent`` the purpose that its first message needs,
    because without it the flow does not begin; else nothing."""
    first = flow.states[flow.start.go]
    needed = (first.needs if first.say is not None else None) or flow.needs
    relied_on = flow.start.basis is Basis.CONSENT and purpose == needed
    return Standing(Consent.CONFIRMED if relied_on else Consent.NONE)


def after(question: Question, bearing: Bearing, before: Standing) -> tuple[Fault | None, Standing]:
    """What is wrong with one effect, and where the purpose stands after it."""
    match bearing.act:
        case Act.REVOKE:
            return None, before._replace(consent=_ended(before.consent, Consent.WITHDRAWN))
        case Act.GRANT:
            return _granted(question, bearing, before)
        case Act.SAY:
            return _said(question, bearing, before)
        case Act.OVER:
            light = before.held and not _enough(question, before)
            return (Fault.LEVEL if light else None), before


def _granted(question: Question, bearing: Bearing, before: Standing) -> tuple[Fault | None, Standing]:
    """Confirmed where the person had asked for it themselves, by a form or a word, or had said yes in this
    conversation before; else given once. A wrong grant counts as a grant from here on."""
    start = question.form.flow.start
    asked_for = start.basis is Basis.REQUESTED and (start.event is not None or start.word is not None)
    agreed = before.held or (before.outside and before.consent is not Consent.REFUSED)
    given = Standing(Consent.CONFIRMED if asked_for or agreed else Consent.GIVEN, current=before.current)
    if not bearing.answered:
        return Fault.UNANSWERED, given
    # Where a message was held back, nobody hears the answer; with the consent as it was, the same path was followed.
    asked = before.current or before.outside
    return (None if asked else Fault.UNASKED), given


def _said(question: Question, bearing: Bearing, before: Standing) -> tuple[Fault | None, Standing]:
    bare = Fault.BARE if bearing.bare else None
    if not bearing.needed:
        return bare, _seen(bearing, before)
    if not before.held and before.outside:
        # The gate looks again when it is sent, and the flow could not know: nothing leaves, so nothing was seen.
        return None, before._replace(current=before.current and not bearing.begun)
    if not before.held:
        return Fault.LACKING, _seen(bearing, before)
    if not _enough(question, before):
        return Fault.LEVEL, _seen(bearing, before)
    return (Fault.FALLBACK if bearing.astray else bare), _seen(bearing, before)


def _seen(bearing: Bearing, before: Standing) -> Standing:
    """An ``else`` repeats the question, unless it asks for something else."""
    if not bearing.begun:
        return before._replace(current=before.current and not bearing.otherwise)
    consent = Consent.REQUESTED if bearing.asks and not before.held else before.consent
    return Standing(consent, before.outside, bearing.asks)


def _enough(question: Question, standing: Standing) -> bool:
    """Whether a consent that is held was given in the way that the place requires. Whatever a conversation grants is
    in writing: the words shown and the words answered are on record."""
    return standing.consent is Consent.CONFIRMED or question.level is not Level.CONFIRMED


def outside(standing: Standing) -> Iterator[tuple[Outside, Standing]]:
    """Everything that may happen outside and changes something, each result once, by its first cause."""
    done = {standing}
    for event, end in _ENDED_BY.items():
        ended = Standing(_ended(standing.consent, end), outside=True, current=standing.current)
        if ended.consent is not standing.consent and ended not in done:
            done.add(ended)
            yield event, ended


def _ended(consent: Consent, end: Consent) -> Consent:
    """Held consents end; an open request ends as a no where the person says so; the rest stays."""
    if consent in HELD:
        return end
    refused = consent is Consent.REQUESTED and end is Consent.WITHDRAWN
    return Consent.REFUSED if refused else consent
