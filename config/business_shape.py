"""The shape of business.yaml, as pydantic models: which keys there are and what may stand in them.

The source of the JSON Schema. What depends on the provider of a channel is judged in ``business_read``.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, AliasChoices, BeforeValidator, ConfigDict, Field

from config.business_types import Approval, Cap, Category, Medium, QuietHours, Rate, Term, Unit
from config.rules import NOWHERE
from flows import spans
from flows.complaints import ANY, Shapes
from flows.normalise import normalise
from flows.shape import LANGUAGE_PATTERN, Filled, Language, Name, Shape, YesNo, filled_list, one_or_list, refuse
from flows.spec import ALL_PURPOSES

EVERY_LANGUAGE = "*"
"""The key of a wording that was written once for all languages."""

_CAP = re.compile(r"([0-9]{1,9}) per (day|week|month|year)")
_TERM = re.compile(r"([0-9]{1,4}) (day|week|month|year)s?")
_RATE = re.compile(r"([0-9]{1,9}) per (.+)")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")


def _unit(word: str) -> Unit:
    return next(unit for unit in get_args(Unit) if unit == word)


def _cap(value: object) -> Cap:
    match = _CAP.fullmatch(value) if isinstance(value, str) else None
    return Cap(int(match[1]), _unit(match[2])) if match else refuse("E103.cap", value)


def _term(value: object) -> Term:
    match = _TERM.fullmatch(value) if isinstance(value, str) else None
    return Term(int(match[1]), _unit(match[2])) if match and int(match[1]) else refuse("E103.term", value)


def _rate(value: object) -> Rate:
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    period = spans.period(match[2]) if match else None
    return Rate(int(match[1]), period) if match and period else refuse("E103.rate", value)


def _hours(value: object) -> QuietHours:
    match = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        refuse("E103.hours", value)
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    return QuietHours(start, end) if start != end else refuse("E103.hours", value)


def _place(value: str) -> str:
    named = re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", value) and value != NOWHERE
    return value if named else refuse("E103.place", value)


def _address(value: str) -> str:
    found = re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value)
    return value.rstrip("/") if found else refuse("E103.address", value)


def _listened_for(value: str) -> str:
    return value if normalise(value) else refuse("E103.unheard", value)


def _purpose_name(value: str) -> str:
    return value if value != ALL_PURPOSES else refuse("E103.all", value)


def _wording(value: Any) -> Any:
    return {EVERY_LANGUAGE: value} if isinstance(value, str) else value


def _language_or_every(value: str) -> str:
    return value if value == EVERY_LANGUAGE or re.fullmatch(LANGUAGE_PATTERN, value) else refuse("E103.language", value)


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _provider_languages(value: Any) -> Any:
    """A list or a single tag of the provider stands for the same tags in our spelling."""
    listed = one_or_list(value)
    if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
        return {each.replace("_", "-"): each for each in listed}
    return value


Wording = Annotated[
    dict[Annotated[str, AfterValidator(_language_or_every)], Filled],
    BeforeValidator(_wording, json_schema_input_type=str | dict[str, str]),
]
Address = Annotated[str, AfterValidator(_address)]
OneRate = Annotated[Rate, BeforeValidator(_rate, json_schema_input_type=str)]
Rates = Annotated[
    list[OneRate],
    BeforeValidator(one_or_list, json_schema_input_type=str | list[str]),
]
OwnWords = Annotated[
    list[Annotated[Filled, AfterValidator(_listened_for)]],
    BeforeValidator(one_or_list, json_schema_input_type=str | list[str]),
]


class WordsShape(Shape):
    """The business's own words."""

    stop: OwnWords = Field(default_factory=list)
    help: OwnWords = Field(default_factory=list)
    start: OwnWords = Field(default_factory=list)


class PurposeShape(Shape):
    """What a person is asked for. One that does not say is commercial: the stricter rules apply."""

    title: Wording
    cap: Annotated[Cap, BeforeValidator(_cap, json_schema_input_type=str)]
    lasts: Annotated[Term, BeforeValidator(_term, json_schema_input_type=str)] | None = None
    commercial: YesNo = True


class ChannelShape(Shape):
    """One sender; beside these keys, the credentials of its provider."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Filled] = Field(init=False)

    provider: Filled
    medium: Medium | None = None
    sender: Filled = ""
    base_url: Address | None = None
    public_url: Address | None = None
    token: Filled | None = None
    signature: Wording = Field(default_factory=dict)
    rate: OneRate | None = None


class TemplateShape(Shape):
    """A template as the provider knows it. One that does not say is not approved."""

    provider_id: Filled = Field(validation_alias=AliasChoices("provider_id", "id"))
    languages: Annotated[
        dict[Language, Filled],
        BeforeValidator(_provider_languages, json_schema_input_type=str | list[str] | dict[str, str]),
    ] = Field(validation_alias=AliasChoices("languages", "language"))
    category: Annotated[Category, BeforeValidator(_upper)]
    approval: Approval = "pending"
    parameters: list[Name] | None = None


class LimitsShape(Shape):
    """Rates."""

    person: Rates = Field(default_factory=list)
    business: Rates = Field(default_factory=list)


class BusinessShape(Shape):
    """A whole business.yaml."""

    business: Name
    brand: Wording
    contact: Filled = ""
    languages: Annotated[
        list[Language],
        BeforeValidator(one_or_list, json_schema_input_type=str | list[str]),
        AfterValidator(filled_list),
    ]
    place: Annotated[str, AfterValidator(_place)] | None = None
    words: WordsShape = WordsShape()
    purposes: dict[Annotated[Name, AfterValidator(_purpose_name)], PurposeShape] = Field(default_factory=dict)
    channels: dict[Name, ChannelShape]
    templates: dict[Name, TemplateShape] = Field(default_factory=dict)
    quiet_hours: Annotated[QuietHours, BeforeValidator(_hours, json_schema_input_type=str)] | None = None
    limits: LimitsShape = LimitsShape()


INNER: Shapes = (
    ((), BusinessShape),
    (("words",), WordsShape),
    (("purposes", ANY), PurposeShape),
    (("channels", ANY), ChannelShape),
    (("templates", ANY), TemplateShape),
    (("limits",), LimitsShape),
)
"""Which shape stands at which path of business.yaml."""
