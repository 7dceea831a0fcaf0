"""``fallback: {undelivered: sms, within: 10m}``: what was not delivered in time goes once more, by the other medium.

Asked for and judged anew like any message, so it needs a consent for that medium; and never after a stop. Marketing
whose outcome nobody knows is not repeated.
"""

from __future__ import annotations

from bot.catalogue import Running
from bot.granting import request
from bot.speech import MICROSECOND, Spoken, commit, content_of, judged, voice_of
from bot.turn import Turn
from storage.conversations import Conversation
from storage.ids import MESSAGE, ordered_id
from storage.messages import Content, Message, Status
from storage.timers import Timer

WATCH = "undelivered"
"""The first word of the timer's trigger; then the message's id and the person's epoch."""

_BETWEEN = ":"
_NOT_THERE = frozenset({Status.ACCEPTED, Status.SENT, Status.FAILED, Status.UNKNOWN})
_ON_ITS_WAY = frozenset({Status.QUEUED, Status.AUTHORISED})


def watch(turn: Turn, running: Running, spoken: Spoken) -> None:
    """Look again after the time that the text gives the message to arrive."""
    message, rule = spoken.message, running.flow.texts[spoken.message.text].fallback
    if rule is None or spoken.why is not None or message.medium == rule.undelivered:
        return
    if _channel(turn, rule.undelivered) is not None:
        trigger = _BETWEEN.join((WATCH, message.id, str(message.epoch)))
        turn.person.set_timers["", trigger] = Timer("", trigger, turn.now + rule.within // MICROSECOND)


def watches(timer: Timer) -> str | None:
    """The id of the message that this timer looks after; None for another timer."""
    word, _, rest = timer.trigger.partition(_BETWEEN)
    return rest.partition(_BETWEEN)[0] if word == WATCH and not timer.conversation else None


def fall_back(turn: Turn, timer: Timer) -> None:
    """The time is over. A message that has not even left yet gets it once more."""
    sent = turn.around.watched.get(watches(timer) or "")
    if sent is None or str(turn.person.epoch) != timer.trigger.rpartition(_BETWEEN)[2]:
        return
    running = turn.around.catalogue.running(turn.person.business, sent.flow, sent.flow_hash)
    rule = running.flow.texts[sent.text].fallback if running is not None else None
    channel = _channel(turn, rule.undelivered) if rule is not None else None
    if running is None or rule is None or channel is None:
        return
    if sent.status in _ON_ITS_WAY:
        turn.person.set_timers["", timer.trigger] = Timer("", timer.trigger, turn.now + rule.within // MICROSECOND)
    elif _may_go_again(turn, sent, channel):
        _say_again(turn, running, sent, channel)


def _may_go_again(turn: Turn, sent: Message, channel: str) -> bool:
    """It was handed over and did not arrive, as far as anybody knows; and it asks nothing where another question is
    open, for nobody answers two at once."""
    if sent.status not in _NOT_THERE or (sent.commercial and sent.status is Status.UNKNOWN):
        return False
    runs = [run for run in turn.person.conversations if run.ended_at is None and run.question is not None]
    asks = any(run.question == sent.id for run in runs)
    return not (asks and any(run.channel == channel for run in runs))


def _say_again(turn: Turn, running: Running, sent: Message, channel: str) -> None:
    medium = turn.house.business.channels[channel].medium
    due_at = turn.now + len(turn.person.queued)
    again = Message(
        id=ordered_id(MESSAGE, due_at, turn.around.random),
        person=sent.person,
        channel=channel,
        medium=medium,
        flow=sent.flow,
        flow_hash=sent.flow_hash,
        text=sent.text,
        language=sent.language,
        nature=sent.nature,
        basis=sent.basis,
        epoch=turn.person.epoch,
        content=_worded(turn, running, sent, channel),
        created_at=turn.now,
        due_at=due_at,
        conversation=sent.conversation,
        cause=sent.id,
        campaign=sent.campaign,
        purpose=sent.purpose,
        commercial=sent.commercial,
        test=sent.test,
        proof=sent.proof,
        stale_at=sent.stale_at,
    )
    spoken = judged(turn, again)
    commit(turn, spoken)
    if spoken.why is None:
        _follow(turn, running, sent, again)


def _follow(turn: Turn, running: Running, sent: Message, again: Message) -> None:
    """A question that is still open is now asked, and answered, where it was said last."""
    run: Conversation | None = next((r for r in turn.person.conversations if r.question == sent.id), None)
    if run is None or run.ended_at is not None:
        return
    run.channel, run.medium, run.question = again.channel, again.medium, again.id
    request(turn, running, run, again.id, running.flow.texts[sent.text].asks_for)
    turn.person.changed(run)


def _worded(turn: Turn, running: Running, sent: Message, channel: str) -> Content:
    """The same words with the same values, as the other medium shows them."""
    voice = voice_of(turn.house.business.channels[channel], sent.language)
    shown = turn.around.catalogue.renderer.show(running.flow, sent.text, dict(sent.content.parameters), voice)
    return content_of(shown, sent.conversation)


def _channel(turn: Turn, medium: str) -> str | None:
    """The business's first channel of this medium."""
    return next((name for name, each in turn.house.business.channels.items() if each.medium == medium), None)
