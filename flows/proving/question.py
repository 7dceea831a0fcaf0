"""What one product is about, and how each move of the flow bears on it. Decides nothing about a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from flows import effects as ask
from flows.checks.setting import Setting
from flows.machine import Cause
from flows.proving.form import Form, Move
from flows.rules import Level
from flows.spec import ALL_PURPOSES, Flow, Kind

MARKETING = "MARKETING"
"""The category of a template that a carrier counts as advertising."""


@dataclass(frozen=True, slots=True)
class Question:
    """``purpose``: empty for none, so that nothing is ever granted; ``language``: of the conversation, None for any;
    ``level``: what the place requires; ``bare``: whether to look for messages that sell and need no consent;
    ``urging``: the texts whose words sell although their flow only asks."""

    form: Form
    setting: Setting
    purpose: str
    language: str | None = None
    level: Level = Level.SINGLE
    bare: bool = False
    urging: frozenset[str] = frozenset()


class Act(StrEnum):
    """What an effect does about the purpose."""

    REVOKE = "revoke"
    GRANT = "grant"
    SAY = "say"
    OVER = "over"
    """The conversation ends, or a person of the business takes it."""


class Bearing(NamedTuple):
    """How the ``effect`` with this number within its move bears on the purpose.

    ``answered``: by a person's answer. Of what is said: ``begun``, by a card and not by its ``else``; ``asks`` for the
    purpose in the language; asks for something, and ``otherwise`` not for it; ``needed``: not sent without it;
    ``bare``: it sells and no commercial consent is needed; ``astray``: it may leave on another medium.
    """

    effect: int
    act: Act
    answered: bool = False
    begun: bool = False
    asks: bool = False
    otherwise: bool = False
    needed: bool = False
    bare: bool = False
    astray: bool = False


def bearings(question: Question, move: Move) -> tuple[Bearing, ...]:
    """How this move bears on the purpose, in order; an effect without a bearing is left out."""
    found = (_bearing(question, move, number, effect) for number, effect in enumerate(move.effects))
    return tuple(each for each in found if each is not None)


def _bearing(question: Question, move: Move, number: int, effect: ask.Effect) -> Bearing | None:
    match effect:
        case ask.Revoke(purposes) if question.purpose in purposes or ALL_PURPOSES in purposes:
            return Bearing(number, Act.REVOKE)
        case ask.Grant(purposes) if question.purpose in purposes:
            return Bearing(number, Act.GRANT, answered=move.trigger is not None and move.trigger.cause is Cause.REPLY)
        case ask.Say():
            return _saying(question, move, number, effect)
        case ask.End() | ask.HandOver():
            return Bearing(number, Act.OVER)
    return None


def _saying(question: Question, move: Move, number: int, say: ask.Say) -> Bearing:
    flow = question.form.flow
    text = flow.texts[say.text]
    asks = question.purpose in text.asks_for
    guarded = question.setting.purposes.get(say.needs or "", False)
    fallback = text.fallback.undelivered if text.fallback is not None else None
    return Bearing(
        number,
        Act.SAY,
        begun=move.entered,
        asks=asks and question.language in (None, *text.wording),
        otherwise=bool(text.asks_for) and not asks,
        needed=say.needs == question.purpose,
        bare=question.bare and not guarded and sells(question, say),
        astray=fallback is not None and any(medium != fallback for medium in flow.channels),
    )


def sells(question: Question, say: ask.Say) -> bool:
    """Whether this message advertises: its flow does, its purpose does, its template counts as such, or its words."""
    setting, flow = question.setting, question.form.flow
    template = setting.templates.get(flow.texts[say.text].template or "")
    advertised = template is not None and template.category == MARKETING
    by_itself = advertised or say.text in question.urging
    return flow.kind is Kind.COMMERCIAL or by_itself or setting.purposes.get(say.needs or "", False)


def level_of(form: Form, setting: Setting, purpose: str) -> Level:
    """The strictest that the place requires on the media of the flow."""
    commercial = setting.purposes.get(purpose, False)
    levels = {setting.rules.level(medium, commercial=commercial) for medium in form.flow.channels}
    return Level.CONFIRMED if Level.CONFIRMED in levels else max(levels, key=list(Level).index)


def lines_of(flow: Flow, text: str) -> range:
    """The lines of the file that this text takes, up to the next one."""
    first = flow.texts[text].line
    later = [each.line for each in flow.texts.values() if each.line > first]
    return range(first, min(later, default=flow.source.count("\n") + 2))
