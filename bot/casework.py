"""Entries for the people of the business: opened by what a person said, closed by what became of it."""

from __future__ import annotations

from bot.turn import Turn
from storage.ids import REVIEW, ordered_id
from storage.inbox import Event
from storage.reviews import Kind, Outcome, Review, Settlement

BY_PERSON = "person"
BY_TIME = "time"


def open_review(turn: Turn, kind: Kind, event: Event) -> None:
    """Somebody has to look at this message. While an entry of its kind is open there is no second one."""
    person = turn.person
    id_ = ordered_id(REVIEW, turn.now + len(person.opened_reviews), turn.around.random)
    person.opened_reviews.append(Review(id_, person.id, kind, event.id, event.channel, event.word, turn.now))


def settle_review(turn: Turn, kind: Kind, outcome: Outcome, by: str) -> None:
    """The open entry of this kind, if there is one, has been settled without anybody of the business."""
    turn.person.settled_reviews.append((Settlement(kind, outcome, by), turn.now))
