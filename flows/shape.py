"""The shape of a flow file, as pydantic models: which keys there are and what may stand in them.

The source of the JSON Schema. Judges form only; whether a name exists or a word is free is for ``check``.
Shorthands (a state name for a row, one word for a list) are turned into their long form here.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from flows import spans
from flows.complaints import ANY
from flows.places import Path
from flows.spec import Basis, Kind, Once, Role

LANGUAGE_PATTERN = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}"
_NAME_PATTERN = r"[\w][\w.\-]{0,63}"


class Shape(BaseModel):
    """A mapping that holds these keys and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refuse(name: str, value: object) -> NoReturn:
    """Report ``value`` under this name of the catalogue of messages."""
    raise PydanticCustomError(name, "{value}", {"value": str(value)})


def _filled(value: str) -> str:
    return value if value.strip() else refuse("E103.empty", value)


def a_duration(value: object) -> timedelta:
    """The length of ``72h``; refuses anything else."""
    span = spans.duration(value) if isinstance(value, str) else None
    return span if span is not None else refuse("E103.duration", value)


def _delay(value: str) -> str:
    a_duration(value)
    return value


def _once(value: object) -> Once:
    if value == "ever":
        return Once()
    span = spans.period(value.removeprefix("per ")) if isinstance(value, str) and value.startswith("per ") else None
    return Once(span) if span is not None else refuse("E103.once", value)


def _count(value: object) -> int:
    number = spans.count(value) if isinstance(value, str) else None
    return number if number is not None else refuse("E103.count", value)


def _yes_or_no(value: object) -> bool:
    return value == "true" if value in ("true", "false") else refuse("E103.yes-no", value)


def _example(value: Any) -> str | dict[str, str]:
    wordings = list(value.values()) if isinstance(value, dict) else [value]
    if not wordings or any(not isinstance(each, str) or not each.strip() for each in wordings):
        refuse("E103.word", value)
    kept: str | dict[str, str] = value
    return kept


def one_or_list(value: Any) -> Any:
    """A single word stands for a list of one."""
    return [value] if isinstance(value, str) else value


def _row(value: Any) -> Any:
    return {"go": value} if isinstance(value, str) else value


def _answer(value: Any) -> Any:
    return {"words": value} if isinstance(value, (list, str)) else value


def _name(value: str) -> str:
    return value if re.fullmatch(_NAME_PATTERN, value) else refuse("E103.name", value)


def _language(value: str) -> str:
    return value if re.fullmatch(LANGUAGE_PATTERN, value) else refuse("E103.language", value)


def filled_list(value: list[Any]) -> list[Any]:
    """A list that holds something."""
    return value or refuse("E103.empty", value)


def filled_mapping(value: dict[str, Any]) -> dict[str, Any]:
    """A mapping that holds something."""
    return value or refuse("E103.empty", value)


Filled = Annotated[str, AfterValidator(_filled)]
Name = Annotated[str, AfterValidator(_name)]
Language = Annotated[str, AfterValidator(_language)]
Duration = Annotated[timedelta, BeforeValidator(a_duration, json_schema_input_type=str)]
Delay = Annotated[str, AfterValidator(_delay)]
Count = Annotated[int, BeforeValidator(_count, json_schema_input_type=str | int)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no, json_schema_input_type=bool)]
Example = Annotated[str | dict[str, str], PlainValidator(_example, json_schema_input_type=str | dict[str, str])]
Localised = dict[Language, Filled]
OneOrMore = Annotated[list[Name], BeforeValidator(one_or_list, json_schema_input_type=str | list[str])]
Words = Annotated[list[Filled], BeforeValidator(one_or_list, json_schema_input_type=str | list[str])]


class StartShape(Shape):
    """What starts the flow, and on which basis."""

    event: Name | None = None
    word: Localised | None = None
    campaign: Name | None = None
    business: Role | None = None
    basis: Basis
    proof: Name | None = None
    once: Annotated[Once, BeforeValidator(_once, json_schema_input_type=str)] | None = None
    go: Name

    @model_validator(mode="after")
    def _starts_by_one(self) -> StartShape:
        if sum(each is not None for each in (self.event, self.word, self.campaign, self.business)) != 1:
            refuse("E103.start", "start")
        return self


class AnswerShape(Shape):
    """One thing a person may answer."""

    label: Localised = Field(default_factory=dict)
    words: Words = Field(default_factory=list)


Answer = Annotated[AnswerShape, BeforeValidator(_answer, json_schema_input_type=str | list[str] | AnswerShape)]


class RowShape(Shape):
    """One transition."""

    go: Name | None = None
    grant: OneOrMore = Field(default_factory=list)
    revoke: OneOrMore = Field(default_factory=list)
    remember: dict[Name, Filled] = Field(default_factory=dict)
    tag: Name | None = None


Row = Annotated[RowShape, BeforeValidator(_row, json_schema_input_type=str | RowShape)]


class ElseShape(Shape):
    """What happens to an answer that was not understood."""

    say: Name | None = None
    times: Count = 1
    go: Name | None = None


class StateShape(Shape):
    """One card: one state of the machine."""

    say: Name | None = None
    needs: Name | None = None
    revoke: OneOrMore = Field(default_factory=list)
    reply: dict[Name, Row] = Field(default_factory=dict)
    event: dict[Name, Row] = Field(default_factory=dict)
    after: dict[Delay, Row] = Field(default_factory=dict)
    otherwise: ElseShape | None = Field(default=None, alias="else")
    fresh: Duration | None = None
    hand_over: YesNo = False
    end: Name | None = None


class FallbackShape(Shape):
    """Where a message goes that was not delivered in time."""

    undelivered: Literal["sms", "whatsapp"]
    within: Duration


class TextShape(Shape):
    """One message: beside these keys, one wording per language of the flow."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Filled] = Field(init=False)

    asks_for: OneOrMore = Field(default_factory=list)
    buttons: OneOrMore = Field(default_factory=list)
    rows: OneOrMore = Field(default_factory=list, alias="list")
    template: Name | None = None
    fallback: FallbackShape | None = None


class PlaceholderShape(Shape):
    """What may stand in a placeholder."""

    type: Literal["text", "number", "date", "link", "answer"]
    max: Count | None = None
    example: Example | None = None
    otherwise: Localised = Field(default_factory=dict, alias="else")


class FlowShape(Shape):
    """A whole flow file."""

    flow: Name
    about: Filled = ""
    kind: Kind
    channels: Annotated[
        list[Literal["sms", "whatsapp"]],
        BeforeValidator(one_or_list, json_schema_input_type=str | list[str]),
        AfterValidator(filled_list),
    ]
    languages: Annotated[
        list[Language],
        BeforeValidator(one_or_list, json_schema_input_type=str | list[str]),
        AfterValidator(filled_list),
    ]
    start: StartShape
    needs: Name | None = None
    answers: dict[Name, Answer] = Field(default_factory=dict)
    states: Annotated[dict[Name, StateShape], AfterValidator(filled_mapping)]
    texts: dict[Name, TextShape] = Field(default_factory=dict)
    uses: dict[Name, PlaceholderShape] = Field(default_factory=dict)


INNER: tuple[tuple[Path, type[Shape]], ...] = (
    ((), FlowShape),
    (("start",), StartShape),
    (("answers", ANY), AnswerShape),
    (("states", ANY), StateShape),
    (("states", ANY, "reply", ANY), RowShape),
    (("states", ANY, "event", ANY), RowShape),
    (("states", ANY, "after", ANY), RowShape),
    (("states", ANY, "else"), ElseShape),
    (("texts", ANY), TextShape),
    (("texts", ANY, "fallback"), FallbackShape),
    (("uses", ANY), PlaceholderShape),
)
"""Which shape stands at which path of a flow file; ``ANY`` is a name that the author chose."""
