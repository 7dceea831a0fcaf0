"""Which question is open for a person, and what a reply says to it. Changes nothing.

What a reply means whatever was asked was read when it was accepted. Here, under the person's lock, it is known what was
asked last: an answer of the flow counts first, then a refusal in other words.
"""

from __future__ import annotations

from bot.turn import Turn
from flows.normalise import normalise
from flows.reading.context import ANY, Asked, Context
from flows.reading.meaning import Meaning, Reading
from flows.spec import Text
from storage.conversations import Conversation
from storage.messages import LEFT


def open_question(turn: Turn, channel: str) -> Conversation | None:
    """The conversation on a channel whose question waits for an answer, the latest one."""
    asked = [run for run in turn.person.conversations if run.channel == channel and can_answer(turn, run)]
    return max(asked, key=lambda run: run.started_at, default=None)


def can_answer(turn: Turn, run: Conversation) -> bool:
    """Open, and its question has left: nobody answers what they were not shown."""
    status, _ = turn.around.shown.get(run.question or "", ("", b""))
    return run.ended_at is None and status in LEFT


def understood(turn: Turn, run: Conversation, text: str) -> str | None:
    """The flow's answer, by its words; on a numbered list also by the number that stood before its label."""
    running = turn.running(run)
    if running is None or run.state not in running.choices:
        return None
    answer = running.choices[run.state].match(text)
    if answer is not None:
        return answer
    shown = _shown(turn, run)
    numbered = (shown.buttons or shown.rows) if shown is not None else ()
    number = normalise(text)
    if number.isdecimal() and 1 <= int(number) <= len(numbered) <= 10:
        return numbered[int(number) - 1]
    return None


def refusal(turn: Turn, run: Conversation | None, text: str) -> Reading | None:
    """The stop that a reply is only in the light of ``run``, the open question, and of its being no answer to it: a
    plain no to the question for a commercial consent, or words that another flow lists as an answer. Else None."""
    context = context_of(turn, run) if run is not None else ANY
    reading = turn.house.reader.read(text, context)
    if reading.meaning not in (Meaning.STOP, Meaning.STOP_MARKETING):
        return None
    return reading if run is None or _asks_commercially(turn, run) else None


def _asks_commercially(turn: Turn, run: Conversation) -> bool:
    shown, purposes = _shown(turn, run), turn.house.business.purposes
    return shown is not None and any(name in purposes and purposes[name].commercial for name in shown.asks_for)


def context_of(turn: Turn, run: Conversation) -> Context:
    """What the open question of a conversation makes of a short answer."""
    shown, running = _shown(turn, run), turn.running(run)
    if shown is None or running is None or not shown.asks_for:
        return Context(Asked.QUESTION, language=run.language)
    asked = Asked.CONFIRM if len(running.flow.states[run.state].reply) == 1 else Asked.MENU
    return Context(asked, language=run.language)


def _shown(turn: Turn, run: Conversation) -> Text | None:
    """The text of the card that the conversation stands on."""
    running = turn.running(run)
    card = running.flow.states.get(run.state) if running is not None else None
    return running.flow.texts[card.say] if running is not None and card is not None and card.say else None
