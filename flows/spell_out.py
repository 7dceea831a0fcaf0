"""A checked shape to the plain frozen data of ``spec``: shorthands gone, every name in its own field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flows.places import Places
from flows.shape import ElseShape, FlowShape, PlaceholderShape, RowShape, StartShape, StateShape, TextShape, a_duration
from flows.spec import Answer, Fallback, Flow, Otherwise, Placeholder, Row, Start, State, Text


def spell_out(shape: FlowShape, places: Places) -> Flow:
    """The flow of this shape; the caller adds source, hash, file and places."""
    return Flow(
        name=shape.flow,
        about=shape.about,
        kind=shape.kind,
        channels=tuple(shape.channels),
        languages=tuple(shape.languages),
        start=_start(shape.start),
        states={name: _state(name, card, places) for name, card in shape.states.items()},
        texts={name: _text(name, text, places) for name, text in shape.texts.items()},
        answers={name: Answer(name, tuple(each.words), each.label) for name, each in shape.answers.items()},
        uses={name: _placeholder(name, each) for name, each in shape.uses.items()},
        needs=shape.needs,
    )


def _start(shape: StartShape) -> Start:
    return Start(
        go=shape.go,
        basis=shape.basis,
        event=shape.event,
        word=shape.word,
        campaign=shape.campaign,
        business=shape.business,
        proof=shape.proof,
        once=shape.once,
    )


def _state(name: str, card: StateShape, places: Places) -> State:
    return State(
        name=name,
        say=card.say,
        needs=card.needs,
        revoke=tuple(card.revoke),
        reply=_rows(card.reply, places, "states", name, "reply"),
        event=_rows(card.event, places, "states", name, "event"),
        after=_after(name, card, places),
        otherwise=_otherwise(card.otherwise),
        fresh=card.fresh,
        hand_over=card.hand_over,
        end=card.end,
        line=places.key("states", name).line,
    )


def _rows(rows: Mapping[str, RowShape], places: Places, *path: str) -> dict[str, Row]:
    return {key: _row(row, places.key(*path, key).line) for key, row in rows.items()}


def _row(row: RowShape, line: int) -> Row:
    return Row(row.go, tuple(row.grant), tuple(row.revoke), row.remember, row.tag, line)


def _after(name: str, card: StateShape, places: Places) -> tuple[tuple[timedelta, Row], ...]:
    return tuple(
        (a_duration(delay), _row(row, places.key("states", name, "after", delay).line))
        for delay, row in card.after.items()
    )


def _otherwise(shape: ElseShape | None) -> Otherwise | None:
    return Otherwise(shape.say, shape.times, shape.go) if shape else None


def _text(name: str, text: TextShape, places: Places) -> Text:
    fallback = text.fallback
    return Text(
        name=name,
        wording=text.__pydantic_extra__,
        asks_for=tuple(text.asks_for),
        buttons=tuple(text.buttons),
        rows=tuple(text.rows),
        template=text.template,
        fallback=Fallback(fallback.undelivered, fallback.within) if fallback else None,
        line=places.key("texts", name).line,
    )


def _placeholder(name: str, shape: PlaceholderShape) -> Placeholder:
    return Placeholder(name, shape.type, shape.max, shape.example, shape.otherwise)
