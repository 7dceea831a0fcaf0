"""What a caller of the API may send: the source of the request half of the OpenAPI document."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import phonenumbers
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.events import Address, Scheme
from storage.consents import ConsentStatus
from storage.reviews import Kind, Outcome

LARGEST_PAGE = 200


def _phone(text: str) -> str:
    """E.164. A number that is possible is taken, also when it is not known to be assigned."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise _wrong_phone() from None
    if not phonenumbers.is_possible_number(number):
        raise _wrong_phone()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _wrong_phone() -> PydanticCustomError:
    return PydanticCustomError("phone", "this is no phone number with + and its country code")


def _as_text(value: object) -> object:
    """Whole numbers are taken as their digits; a fact is text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Phone = Annotated[str, Field(max_length=32, examples=["+8613800138000"]), AfterValidator(_phone)]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", examples=["zh-CN"])]
FactName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
FactValue = Annotated[str, BeforeValidator(_as_text), Field(max_length=1000)]
Facts = Annotated[dict[FactName, FactValue], Field(max_length=64)]
PersonId = Annotated[str, Field(pattern=r"^prs_[0-9a-f]{32}$")]
Cursor = Annotated[str, Field(max_length=400)]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE)]


class Sent(BaseModel):
    """Anything a caller sends: unknown fields are refused, so that a slip of the pen is never silently dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Sent):
    """Somebody, by one identifier."""

    phone: Phone | None = Field(None, description="E.164, with +")
    wa_id: Annotated[str, Field(pattern=r"^[0-9]{5,15}$")] | None = Field(None, description="digits, without +")
    language: Language | None = None
    facts: Facts = Field(default_factory=dict, description="what is true of the person, kept for later messages")

    @model_validator(mode="after")
    def _one_identifier(self) -> Person:
        if (self.phone is None) == (self.wa_id is None):
            raise PydanticCustomError("one_identifier", "a person is named by either phone or wa_id; give one of them")
        return self

    def addresses(self) -> tuple[Address, ...]:
        """As the inbox takes them."""
        if self.phone is not None:
            return (Address(Scheme.E164, self.phone),)
        return (Address(Scheme.WA_ID, self.wa_id or ""),)


class EventRequest(Sent):
    """Something that happened at the business."""

    business: Name
    type: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,99}$", examples=["signup.form"])]
    person: Person
    facts: Facts = Field(default_factory=dict)
    occurred_at: AwareDatetime | None = Field(None, description="when it happened; now, unless said")
    channel: Name | None = None


class MessageRequest(Sent):
    """One text of a flow, to one person."""

    business: Name
    flow: Name
    text: Name
    person: Person
    purpose: Name | None = Field(None, description="the consent it needs; a text that needs one cannot have another")
    channel: Name | None = None
    language: Language | None = Field(None, description="of the message; the person's own, unless said")
    facts: Facts = Field(default_factory=dict, description="what stands in its placeholders")


class Strictness(Sent):
    """How a refusal is told."""

    strict: bool = Field(False, description="403 when refused, rather than 201 with status refused")


class PeopleQuery(Sent):
    """Which people."""

    phone: Phone | None = None
    wa_id: Annotated[str, Field(pattern=r"^[0-9]{5,15}$")] | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class ConsentsQuery(Sent):
    """Which consents."""

    person: PersonId | None = None
    purpose: Name | None = None
    status: ConsentStatus | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class HistoryQuery(Sent):
    """How much of a person's ledger."""

    payload: bool = Field(False, description="decrypt what lies beside the records: the words shown and replied")
    cursor: Cursor | None = None
    limit: Limit = LARGEST_PAGE


class PageQuery(Sent):
    """A page of a list."""

    cursor: Cursor | None = None
    limit: Limit = 50


class ReviewsQuery(Sent):
    """Which entries."""

    kind: Kind | None = None
    waiting: bool | None = Field(None, description="true: not settled yet; false: settled")
    person: PersonId | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class ComplaintsQuery(Sent):
    """Which complaints."""

    waiting: bool | None = Field(None, description="true: not settled yet; false: settled")
    person: PersonId | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class SettleRequest(Sent):
    """How an entry is settled."""

    outcome: Outcome = Field(
        description="stop: everything stops for the person; resume: what the entry held back goes on; done: seen to"
    )
    note: Annotated[str, Field(max_length=1000)] = Field("", description="kept encrypted beside the entry")


class RecallRequest(Sent):
    """What is taken back, and who answers for it."""

    reason: Annotated[str, Field(min_length=1, max_length=500)] = Field(
        description="kept in clear and for good, so it names nobody"
    )
    by: Name | None = Field(None, description="who decides; the key, unless said")
    since: AwareDatetime | None = Field(None, description="count what is gone since then; 24 hours ago, unless said")


class LiftRequest(Sent):
    """Why a recall is over."""

    reason: Annotated[str, Field(min_length=1, max_length=500)] = Field(
        description="kept in clear and for good, so it names nobody"
    )
    by: Name | None = Field(None, description="who decides; the key, unless said")


class RecallsQuery(Sent):
    """Which recalls."""

    in_force: bool | None = Field(None, description="true: not lifted; false: lifted")
    cursor: Cursor | None = None
    limit: Limit = 50


class Nothing(Sent):
    """No parameters."""


MessageStatus = Literal["queued", "refused", "pending"]
WHITE = re.compile(r"\s")


def plus(text: str) -> str:
    """A ``+`` that was not escaped in a query arrives as a blank."""
    return "+" + text.lstrip() if WHITE.match(text) else text
