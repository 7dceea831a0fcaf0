"""Which question is open for a person, and what a reply says to it. Changes nothing.

What a reply means whatever was asked was read when it was accepted. Here, under the person's lock, it is known what was
asked last: an answer of the flow counts first, then a refusal in other words.
"""

from __future__ import annotations

import re

from bot.recalled import Before
from bot.recollection import latest_before
from bot.turn import Turn
from flows.normalise import folded, normalise
from flows.reading.context import ANY, Asked, Context
from flows.reading.meaning import OTHER, Layer, Meaning, Reading, Sub
from flows.reading.offers import offered
from flows.reading.taken_back import taken_back
from flows.spec import Text
from storage.conversations import Conversation
from storage.inbox import Event
from storage.messages import LEFT, words_in

_PAUSE = re.compile(r"[\s,.;:!?，。；：！？、]+")
_STOPS = (Meaning.STOP, Meaning.STOP_MARKETING, Meaning.BILLS_ONLY)


def open_question(turn: Turn, channel: str) -> Conversation | None:
    """The conversation on a channel whose question waits for an answer, the latest one."""
    latest = None
    for run in turn.person.conversations:
        if run.channel == channel and can_answer(turn, run) and (latest is None or run.started_at > latest.started_at):
            latest = run
    return latest


def can_answer(turn: Turn, run: Conversation) -> bool:
    """Open, and its question has left: nobody answers what they were not shown."""
    status, _ = turn.around.shown.get(run.question or "", ("", b""))
    return run.ended_at is None and status in LEFT


def understood(turn: Turn, run: Conversation, text: str) -> str | None:
    """The flow's answer, by its words; on a numbered list also by the number that stood before its label. None for one
    that grants beside a sign that takes it back ("Y?", "Y 👎")."""
    running = turn.running(run)
    if running is None or run.state not in running.choices:
        return None
    answer = running.choices[run.state].match(text) or _numbered(turn, run, text)
    row = running.flow.states[run.state].reply.get(answer) if answer is not None else None
    return None if row is not None and row.grant and taken_back(folded(text)) else answer


def _numbered(turn: Turn, run: Conversation, text: str) -> str | None:
    shown = _shown(turn, run)
    numbered = (shown.buttons or shown.rows) if shown is not None else ()
    number = normalise(text)
    if number.isdecimal() and 1 <= int(number) <= len(numbered) <= 10:
        return numbered[int(number) - 1]
    return None


def reread(turn: Turn, event: Event, run: Conversation | None) -> Reading:
    """What the message means after the question of ``run``, else after the last text that named a way to refuse, else
    by itself: a word that some flow takes for an answer was left alone on arrival."""
    facts = event.facts
    sub = Sub(facts["sub"]) if "sub" in facts else None
    arrived = Reading(Meaning(event.reading), Layer(event.read_by), event.word or None, sub, facts.get("detail"))
    if facts.get("handled") or not facts.get("text"):
        return arrived
    named = turn.around.offers.get((turn.person.id, event.channel), ())
    context = context_of(turn, run) if run is not None else Context(Asked.PROMO, named) if named else ANY
    again = turn.house.reader.read(facts["text"], context)
    if again.by is Layer.MODEL and normalise(facts["text"]) in turn.house.reader.answers:
        return OTHER  # an answer that comes too late, or to nothing, raises no doubt
    return arrived if again.meaning is Meaning.OTHER and again.sub is None else again


def refuses(turn: Turn, run: Conversation, reading: Reading) -> bool:
    """Whether this is a plain no to the question of ``run`` for a consent, and not a word by which its text lets people
    stop everything."""
    return reading.meaning is Meaning.STOP and bool(run.asked) and reading.word not in context_of(turn, run).offered


def joined(turn: Turn, event: Event) -> Reading | None:
    """A stop that was cut in two on its way: the reading of this message behind the one before it. None where that is
    no stop, since a yes is never put together from pieces, and where the one before was a stop by itself: what follows
    it ("start") is a new thing."""
    said = [
        *turn.around.before.get(turn.person.id, ()),
        *(Before(e.id, e.channel, e.received_at, e.facts.get("text", "")) for e in turn.person.events if _said(e)),
    ]
    first, text = latest_before(said, event), event.facts.get("text", "")
    if not first or not text or turn.house.reader.read(first).meaning in _STOPS:
        return None
    for whole in (first + text, f"{first} {text}"):
        reading = turn.house.reader.read(whole)
        if reading.meaning in _STOPS:
            return reading
    return None


def granting(turn: Turn, run: Conversation) -> str | None:
    """The one answer of the open question that grants; None where there are several, or none."""
    running = turn.running(run)
    card = running.flow.states.get(run.state) if running is not None else None
    names = [name for name, row in card.reply.items() if row.grant] if card is not None else []
    return names[0] if len(names) == 1 else None


def beginning(text: str) -> str:
    """The first word of a reply, or what stands before its first comma."""
    return _PAUSE.split(text.strip(), maxsplit=1)[0]


def _said(event: Event) -> bool:
    return event.kind == "message"


def context_of(turn: Turn, run: Conversation) -> Context:
    """What the open question of a conversation makes of a short answer."""
    shown, running = _shown(turn, run), turn.running(run)
    if shown is None or running is None or not shown.asks_for:
        return Context(Asked.QUESTION, language=run.language)
    asked = Asked.CONFIRM if len(running.flow.states[run.state].reply) == 1 else Asked.MENU
    _, sealed = turn.around.shown.get(run.question or "", ("", b""))
    named = offered(words_in(sealed, turn.person.key)) if sealed else ()
    return Context(asked, named, run.language)


def _shown(turn: Turn, run: Conversation) -> Text | None:
    """The text of the card that the conversation stands on."""
    running = turn.running(run)
    card = running.flow.states.get(run.state) if running is not None else None
    return running.flow.texts[card.say] if running is not None and card is not None and card.say else None
