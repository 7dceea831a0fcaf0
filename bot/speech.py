"""A ``say`` becomes a row of the outbox: worded, judged, and bound to the person's epoch. Sends nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from bot.catalogue import Running
from bot.judgement import Refused, judge
from bot.turn import Turn
from bot.why import Why
from config.business_types import ChannelConfig
from config.wording import chosen
from flows.effects import Say
from flows.errors import FlowError
from flows.render import Choice, Shown, Voice, signature_in
from flows.spec import Flow, Kind
from storage.conversations import Conversation
from storage.ids import MESSAGE, ordered_id
from storage.messages import Content, Message, Nature, Status

NATURE = {
    Kind.CONSENT_REQUEST: Nature.REQUEST,
    Kind.PREFERENCES: Nature.REQUEST,
    Kind.SERVICE: Nature.SERVICE,
    Kind.COMMERCIAL: Nature.COMMERCIAL,
    Kind.FAREWELL: Nature.FAREWELL,
}
BETWEEN = ":"
"""A button's id is the conversation's id, this, and the answer: an old button is known by its conversation."""

MICROSECOND = timedelta(microseconds=1)


class Spoken(NamedTuple):
    """A message and what the judgement said of it (None: nothing against it so far)."""

    message: Message
    why: Why | None
    detail: str = ""


def speak(turn: Turn, running: Running, run: Conversation, say: Say) -> Spoken:
    """Word and judge one text of a conversation. A refused message is a row too; see ``commit``."""
    flow, person, now = running.flow, turn.person, turn.now
    try:
        content, detail = _content(turn, running, run, say), ""
    except FlowError as error:  # a value is missing: refused, and the row says which
        content, detail = Content(""), str(error)
    purpose = turn.house.business.purposes.get(say.needs or "")
    due_at = now + len(person.queued)  # what one step says keeps its order
    message = Message(
        id=ordered_id(MESSAGE, due_at, turn.around.random),
        person=person.id,
        channel=run.channel,
        medium=run.medium,
        flow=flow.name,
        flow_hash=flow.hash,
        text=say.text,
        language=run.language,
        nature=_nature(turn, flow, say),
        basis=str(flow.start.basis),
        epoch=person.epoch,
        content=content,
        created_at=now,
        due_at=due_at,
        conversation=run.id,
        cause=turn.cause,
        campaign=flow.start.campaign or "",
        purpose=say.needs,
        commercial=flow.kind is Kind.COMMERCIAL or (purpose is not None and purpose.commercial),
        test=run.test,
        proof=_proof(turn, running, run),
        stale_at=turn.at + say.fresh // MICROSECOND if say.fresh is not None else None,
    )
    return judged(turn, message, detail)


def judged(turn: Turn, message: Message, detail: str = "") -> Spoken:
    """The message with what the judgement says of it now, early, so that a refusal is known at once."""
    verdict = judge(message, turn.person, turn.house.business, turn.circumstances(message.channel))
    return Spoken(message, verdict.why if isinstance(verdict, Refused) else None, detail)


def _nature(turn: Turn, flow: Flow, say: Say) -> Nature:
    if not turn.spoke or flow.kind is Kind.FAREWELL:
        return NATURE[flow.kind]
    answers = flow.start.business is not None and flow.kind is Kind.SERVICE and say.needs is None
    return Nature.ANSWER if answers else Nature.REPLY


def _proof(turn: Turn, running: Running, run: Conversation) -> str:
    name = running.flow.start.proof or ""
    return name if name and (run.facts.get(name) or turn.person.facts.get(name)) else ""


def _content(turn: Turn, running: Running, run: Conversation, say: Say) -> Content:
    return content_of(_show(turn, running, run, say), run.id)


def content_of(shown: Shown, conversation: str) -> Content:
    """What is sent of a text: its buttons and rows marked with their conversation."""
    body, buttons, rows, template, parameters = shown
    if buttons or rows:
        buttons, rows = _marked(buttons, conversation), _marked(rows, conversation)
    return Content(body, buttons, rows, template, parameters)


def _marked(choices: tuple[Choice, ...], conversation: str) -> tuple[Choice, ...]:
    return tuple([(conversation + BETWEEN + name, label) for name, label in choices])


def _show(turn: Turn, running: Running, run: Conversation, say: Say) -> Shown:
    flow, business = running.flow, turn.house.business
    asked = flow.texts[say.text].asks_for or run.asked or ((say.needs,) if say.needs else ())
    values = {
        **turn.person.facts,
        **turn.house.promises(asked, run.language),
        **chosen(flow, run.facts, run.language),
        **run.facts,
    }
    voice = voice_of(business.channels[run.channel], run.language)
    return turn.around.catalogue.renderer.show(flow, say.text, values, voice)


def voice_of(channel: ChannelConfig, language: str) -> Voice:
    """How a channel says a text in a language; only SMS is signed."""
    signature = signature_in(channel.signature, language) if channel.medium == "sms" else None
    return Voice(language, channel.medium, signature)


def commit(turn: Turn, spoken: Spoken) -> None:
    """Put the message into the outbox: queued, or refused with its reason."""
    message = spoken.message
    if spoken.why is not None:
        message.status, message.why, message.finished_at = Status.REFUSED, str(spoken.why), turn.now
        turn.refuse(message.flow, spoken.why, spoken.detail)
    turn.person.queued.append(message)
    turn.messages.append(message.id)
