"""What a person's message does. A stop is heard before anything else, in every state, also when the flow is gone.

Then, in this order: words that everybody has, a tapped button, an answer to the open question, a word that starts a
flow, what the reply means after what was asked last, the question's own ``else``.
"""

from __future__ import annotations

from bot.answering import answer_role
from bot.casework import BY_PERSON, settle_review
from bot.deciding import decide
from bot.ending import end
from bot.holding import holds
from bot.overtaken import extent_of, later_stops
from bot.scopes import serve
from bot.speech import BETWEEN
from bot.starting import start
from bot.stopping import narrow, stop, stop_unheard
from bot.turn import Turn
from bot.understanding import beginning, can_answer, granting, joined, open_question, refuses, reread, understood
from bot.withdrawal import Extent, Stop, lift
from flows.machine import Trigger
from flows.normalise import normalise
from flows.reading.meaning import Layer, Meaning, Reading
from flows.spec import Role
from storage.conversations import Conversation
from storage.inbox import Event
from storage.reviews import Kind, Outcome
from storage.suppressions import DOUBTFUL, EVERYTHING, WRONG_NUMBER


def take_message(turn: Turn, event: Event) -> None:
    """Act on what the person wrote or tapped."""
    turn.person.heard[event.channel] = event.received_at
    turn.person.touched = True
    if _stopped(turn, event) or EVERYTHING in later_stops(turn):
        return
    if holds(turn.person, WRONG_NUMBER):
        _to_a_stranger(turn, event)
    elif event.reading in _ROLES and _plain(event):
        _role(turn, event)
    elif not (_tapped(turn, event) or _answered(turn, event) or _began(turn, event)):
        _understood(turn, event)


def _stopped(turn: Turn, event: Event) -> bool:
    """Whether the message was a stop. One of marketing or notices alone is confirmed, unless it answers a question."""
    extent = extent_of(event)
    if extent is None:
        return False
    if extent is Extent.EVERYTHING:
        return stop(turn, event)
    changed = narrow(turn, event, extent)
    if EVERYTHING in later_stops(turn):
        return True
    answered = _tapped(turn, event) or _answered(turn, event)
    if changed and not answered:
        answer_role(turn, event.channel, Role.NOTICES if extent is Extent.NOTICES else Role.MARKETING)
    return True


def _to_a_stranger(turn: Turn, event: Event) -> None:
    """The number is not whom we think: its holder may ask who writes, and nothing about anybody."""
    if event.reading == Meaning.HELP and "sub" not in event.facts:
        answer_role(turn, event.channel, Role.HELP)


def _plain(event: Event) -> bool:
    """A word for help or start is that, always; a phrase is first an answer to the question that is open."""
    return "sub" not in event.facts and event.read_by != Layer.PHRASE


def _role(turn: Turn, event: Event) -> None:
    """Help, or a start; or the rest of a stop that was cut there (``un``, ``subscribe``)."""
    whole = None if event.facts.get("handled") else joined(turn, event)
    if whole is not None:
        _note(turn, event, whole)
        _stop_after_all(turn, event, whole)
    elif event.reading == Meaning.START:
        _start(turn, event)
    elif not event.facts.get("handled"):
        answer_role(turn, event.channel, Role.HELP)


def _start(turn: Turn, event: Event) -> None:
    """The person's own stop is lifted and nothing granted; then the business's flow for it answers."""
    if holds(turn.person, DOUBTFUL):
        settle_review(turn, Kind.DOUBT, Outcome.RESUME, BY_PERSON)
    lift(turn.person, event.id, turn.now, later_stops(turn))
    if not event.facts.get("handled"):
        answer_role(turn, event.channel, Role.START)


def _tapped(turn: Turn, event: Event) -> bool:
    """A button of ours: its answer counts in its own conversation while that question is open, and nowhere else."""
    conversation, mark, answer = (event.facts.get("payload") or "").partition(BETWEEN)
    if not mark or not conversation.startswith("cnv_"):
        return False
    for run in turn.person.conversations:
        if run.id == conversation and can_answer(turn, run):
            _answer(turn, run, answer)
    return True


def _answered(turn: Turn, event: Event) -> bool:
    """An answer that the open question lists."""
    run = open_question(turn, event.channel)
    answer = understood(turn, run, event.facts.get("text", "")) if run is not None else None
    if run is None or answer is None:
        return False
    _answer(turn, run, answer)
    return True


def _answer(turn: Turn, run: Conversation, answer: str) -> None:
    run.facts = {**run.facts, "answer": answer}
    decide(turn, run, Trigger.reply(answer))


def _began(turn: Turn, event: Event) -> bool:
    """A word that starts a flow, on a channel on which that flow runs."""
    text = event.facts.get("text", "")
    found = turn.house.by_word.get(normalise(text)) if text else None
    if found is None:
        return False
    running, language = found
    if not {event.channel, turn.medium(event.channel)} & set(running.flow.channels):
        return False
    start(turn, running, {}, channel=event.channel, language=language)
    return True


def _understood(turn: Turn, event: Event) -> None:
    """By what was asked last; and where that says nothing, by the message that this one continues."""
    run = open_question(turn, event.channel)
    reading = reread(turn, event, run)
    refused = run is not None and refuses(turn, run, reading)
    if not refused and reading.meaning not in _STOPS:
        reading = joined(turn, event) or reading
    _note(turn, event, reading)
    if run is not None and refused:
        _decline(turn, event, run)
    elif reading.meaning in _STOPS:
        _stop_after_all(turn, event, reading)
    elif run is not None and reading.meaning is Meaning.GRANT and (answer := granting(turn, run)) is not None:
        _answer(turn, run, answer)
    elif reading.meaning is Meaning.START:
        _start(turn, event)
    elif not (_hinted(turn, event, run, reading) or serve(turn, event, reading)) and run is not None:
        decide(turn, run, Trigger.otherwise())


def _hinted(turn: Turn, event: Event, run: Conversation | None, reading: Reading) -> bool:
    """A question in words of the person's own is left to the card's ``else`` and its hint. Who began with one of the
    answers ("yes, but what is it?") needs more than that."""
    if reading.meaning is not Meaning.HELP or reading.sub is not None:
        return False
    if run is None:
        return True
    hesitates = understood(turn, run, beginning(event.facts.get("text", ""))) is not None
    if not hesitates:
        decide(turn, run, Trigger.otherwise())
    return not hesitates


def _note(turn: Turn, event: Event, reading: Reading) -> None:
    """What was read, where that is more than what was read on arrival."""
    if reading.meaning is not Meaning.OTHER and reading.meaning != event.reading:
        turn.reread = reading
        event.word = reading.word or ""


def _decline(turn: Turn, event: Event, run: Conversation) -> None:
    """A plain no to the question for a consent refuses what was asked for: it is not asked again. A question for
    something that does not sell is only not understood: a no to it ends nothing else."""
    if set(run.asked) & turn.commercial:
        narrow(turn, event, Extent.MARKETING)
        end(turn, run)
    else:
        decide(turn, run, Trigger.otherwise())


def _stop_after_all(turn: Turn, event: Event, reading: Reading) -> None:
    """A stop that only what was said before showed to be one."""
    if reading.meaning is Meaning.STOP:
        stop_unheard(turn, event.channel, Stop("word", turn.medium(event.channel), word=event.word))
    elif narrow(turn, event, Extent.MARKETING):
        answer_role(turn, event.channel, Role.MARKETING)


_STOPS = (Meaning.STOP, Meaning.STOP_MARKETING, Meaning.BILLS_ONLY)
_ROLES = (Meaning.START, Meaning.HELP)
