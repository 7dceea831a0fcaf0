"""What the API answers: the source of the answer half of the OpenAPI document. Absent fields are not known or none."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from storage.recalls import Scope


class Answer(BaseModel):
    """Anything we say."""

    model_config = ConfigDict(frozen=True)


class StartedFlow(Answer):
    """A conversation that began."""

    flow: str
    version: str = Field(description="SHA-256 of the flow's text")
    person: str
    conversation: str | None = None


class RefusedFlow(Answer):
    """A flow that did not start, with its why-code."""

    flow: str
    reason: str
    detail: str | None = None


class EventAnswer(Answer):
    """What came of an event."""

    id: str
    started: tuple[StartedFlow, ...] = ()
    refused: tuple[RefusedFlow, ...] = ()
    messages: tuple[str, ...] = Field((), description="messages that were asked for, refused ones among them")
    pending: bool | None = Field(None, description="true while no worker has acted on it")


class ReasonAnswer(Answer):
    """Why a message does not leave."""

    code: str
    detail: str


class MessageAsked(Answer):
    """What came of asking for a message. ``pending``: no worker has acted on it; ask for the event later."""

    id: str | None = None
    event: str
    status: Literal["queued", "refused", "pending"]
    reasons: tuple[ReasonAnswer, ...] = ()


class MessageAnswer(Answer):
    """One message, whether it left or not."""

    id: str
    business: str
    person: str
    channel: str
    medium: str
    flow: str
    flow_version: str
    text: str
    language: str
    nature: str
    purpose: str | None = None
    basis: str
    body: str
    status: str
    why: str | None = None
    test: bool
    event: str | None = Field(None, description="the stored event or conversation that caused it")
    conversation: str | None = None
    created_at: datetime
    due_at: datetime
    stale_at: datetime | None = None
    authorised_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int
    provider_id: str | None = None
    provider_code: str | None = None


class Meanings(Answer):
    """A reason in two languages."""

    en: str
    zh: str


class Explanation(Answer):
    """A why-code with what it means and what to do."""

    code: str
    meaning: Meanings


class LedgerRecord(Answer):
    """One record, exactly as stored: ``hash`` is SHA-256 over 0x00 and the UTF-8 bytes of ``record`` (RFC 6962)."""

    id: str
    seq: int
    kind: str
    at: datetime
    record: str
    hash: str
    payload: dict[str, str | bool | int | None] | None = None


class WhyAnswer(Answer):
    """Why a message left, waits, or did not leave."""

    id: str
    status: str
    reasons: tuple[Explanation, ...]
    nature: str
    purpose: str | None = None
    basis: str
    proof: str | None = Field(None, description="the fact on file that the basis rests on")
    due_at: datetime
    stale_at: datetime | None = None
    authorised_at: datetime | None = None
    finished_at: datetime | None = None
    provider_id: str | None = None
    provider_code: str | None = None
    consent: LedgerRecord | None = Field(None, description="the record of the consent it rests on, or lacks")
    authorisation: LedgerRecord | None = Field(None, description="the record of its permission to leave")


class Identifier(Answer):
    """One present identifier."""

    scheme: str
    value: str


class Suppressed(Answer):
    """``stopped``: the person's own will; ``carrier``: the provider's block."""

    kind: str
    scope: str
    since_at: datetime


class ConsentAnswer(Answer):
    """The present state of one consent; ``held`` says whether it allows a send now."""

    person: str
    purpose: str
    medium: str
    status: str
    held: bool
    basis: str
    since_at: datetime
    expires_at: datetime | None = None
    record: str = Field(description="the ledger record behind it: person/seq")
    flow: str | None = None
    flow_version: str | None = None


class PersonAnswer(Answer):
    """Somebody, as we know them."""

    id: str
    language: str | None = None
    place: str | None = None
    created_at: datetime
    identifiers: tuple[Identifier, ...]
    facts: dict[str, str]
    suppressed: tuple[Suppressed, ...]
    consents: tuple[ConsentAnswer, ...]


class PeoplePage(Answer):
    """Some people; ``next`` is the cursor of the next page."""

    items: tuple[PersonAnswer, ...]
    next: str | None = None


class MessagesPage(Answer):
    """Some messages, the latest first."""

    items: tuple[MessageAnswer, ...]
    next: str | None = None


class ReadingAnswer(Answer):
    """What one message of a person was read as, after the question that was open. Never the person's own words."""

    id: str
    channel: str
    received_at: datetime
    acted_at: datetime | None = None
    reading: str
    by: str = Field(description="the layer that decided: word, phrase, model, carrier, none")
    word: str | None = Field(None, description="the listed word, the frame of the phrase, or the class of the model")
    sub: str | None = Field(None, description="which kind of it")
    detail: str | None = None


class ReadingsPage(Answer):
    """Some readings, the latest first."""

    items: tuple[ReadingAnswer, ...]
    next: str | None = None


class ConsentsPage(Answer):
    """Some consents."""

    items: tuple[ConsentAnswer, ...]
    next: str | None = None


class ReviewAnswer(Answer):
    """Something that somebody of the business has to look at. ``kind``: doubt, complaint, wrong-number, human."""

    id: str
    kind: str
    person: str
    channel: str
    event: str = Field(description="the message that opened it")
    said: str | None = Field(None, description="its words; absent once they are erased")
    word: str | None = Field(None, description="what in it decided")
    opened_at: datetime
    settled_at: datetime | None = None
    settled_by: str | None = Field(None, description="person, time, or the key that settled it")
    outcome: str | None = None
    note: str | None = None


class ReviewsPage(Answer):
    """Some entries, the longest waiting first."""

    items: tuple[ReviewAnswer, ...]
    next: str | None = None


class RecallAnswer(Answer):
    """Something that the business took back. The counts are those of the moment when it did."""

    id: str
    scope: Scope = Field(description="what sells of the business, what a campaign or a channel says unasked")
    name: str | None = Field(None, description="of the campaign or channel")
    by: str
    reason: str
    at: datetime
    stopped: int = Field(description="messages that waited and were cancelled")
    in_the_air: int = Field(description="authorised, not finished")
    gone: int = Field(description="taken by a carrier, or perhaps taken")
    record: int = Field(description="its number in the business's own chain")
    lifted_at: datetime | None = Field(None, description="absent while it is in force")
    lifted_by: str | None = None
    lift_reason: str | None = None
    lift_record: int | None = None


class RecalledAnswer(Answer):
    """What a call to recall came to: the counts of this call, and the recall on record."""

    new: bool = Field(description="false: it was recalled already, and stays so under the first decision")
    stopped: int = Field(description="messages that waited and were cancelled by this call")
    in_the_air: int = Field(description="authorised, not finished")
    gone: int = Field(description="taken by a carrier, or perhaps taken, since gone_since_at")
    gone_since_at: datetime
    recall: RecallAnswer


class RecallsPage(Answer):
    """Some recalls, the latest first."""

    items: tuple[RecallAnswer, ...]
    next: str | None = None


class Break(Answer):
    """Where a chain does not verify."""

    seq: int
    why: str


class HistoryAnswer(Answer):
    """A person's ledger, oldest first. ``verified`` is about the whole chain, not only this page."""

    person: str
    verified: bool
    length: int
    broken: Break | None = None
    items: tuple[LedgerRecord, ...]
    next: str | None = None


class FaultAnswer(Answer):
    """One thing that is wrong with a request."""

    pointer: str | None = None
    detail: str
    cure: str | None = None
    code: str | None = None


class ProblemAnswer(Answer):
    """Any error: RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    errors: tuple[FaultAnswer, ...] | None = None
