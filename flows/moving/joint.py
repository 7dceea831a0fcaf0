"""Two versions of a flow and the step between them as one flow, so that a move is proved by what proves every flow.

The joint flow is for proving only: it never runs, and its names are none that a file could hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from flows.moving.state_map import StateMap
from flows.spec import Answer, Flow, Otherwise, Placeholder, Row, State, Text

BEFORE = " (before)"
MOVED = " (moved)"
PUBLISHED = "(published)"
"""The event that moves people; no file can report it."""


def joined(old: Flow, new: Flow, moves: StateMap) -> Flow:
    """The conversation of somebody who starts in ``old`` and is moved by ``moves`` whenever they stand in a mapped
    state. They are not told anything by being moved: what they were asked last is the old version's question."""
    landings = {state: _landing(new.states[state]) for state in dict.fromkeys(moves.to.values())}
    states = (
        *(_before(card, old, moves) for card in old.states.values()),
        *landings.values(),
        *(_with_needs(card, new) for card in new.states.values()),
    )
    return replace(
        old,
        start=replace(old.start, go=old.start.go + BEFORE),
        states={card.name: card for card in states},
        texts={text.name: text for text in (*map(_text_before, old.texts.values()), *new.texts.values())},
        answers={each.name: each for each in (*map(_answer_before, old.answers.values()), *new.answers.values())},
        uses=_uses(old.uses, new.uses),
        hash=_fingerprint(old, new, moves),
        file=new.file,
        places=new.places,
    )


def _before(card: State, old: Flow, moves: StateMap) -> State:
    events = {name: _row_before(row) for name, row in card.event.items()}
    if card.name in moves.to:
        events[PUBLISHED] = Row(go=moves.to[card.name] + MOVED, line=card.line)
    return replace(
        _with_needs(card, old),
        name=card.name + BEFORE,
        say=card.say and card.say + BEFORE,
        reply={name + BEFORE: _row_before(row) for name, row in card.reply.items()},
        event=events,
        after=tuple((delay, _row_before(row)) for delay, row in card.after),
        otherwise=card.otherwise and _otherwise_before(card.otherwise),
    )


def _landing(card: State) -> State:
    """The card as somebody finds themselves in it who was moved: it says nothing and withdraws nothing by itself."""
    return replace(card, name=card.name + MOVED, say=None, revoke=())


def _with_needs(card: State, flow: Flow) -> State:
    return replace(card, needs=card.needs or flow.needs)


def _row_before(row: Row) -> Row:
    return replace(row, go=row.go and row.go + BEFORE)


def _otherwise_before(rule: Otherwise) -> Otherwise:
    return replace(rule, say=rule.say and rule.say + BEFORE, go=rule.go and rule.go + BEFORE)


def _text_before(text: Text) -> Text:
    buttons = tuple(answer + BEFORE for answer in text.buttons)
    return replace(text, name=text.name + BEFORE, buttons=buttons, rows=tuple(answer + BEFORE for answer in text.rows))


def _answer_before(answer: Answer) -> Answer:
    return replace(answer, name=answer.name + BEFORE)


def _uses(old: Mapping[str, Placeholder], new: Mapping[str, Placeholder]) -> dict[str, Placeholder]:
    """As the new version has it, with the old one's stand-in where the new one has none (see ``check`` for that)."""
    both = {**old, **new}
    return {
        name: replace(use, otherwise=use.otherwise or (old[name].otherwise if name in old else {}))
        for name, use in both.items()
    }


def _fingerprint(old: Flow, new: Flow, moves: StateMap) -> str:
    parts = [old.hash, new.hash, json.dumps(moves.as_plain(), sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
