"""``NAME.test.yaml`` to conversation tests, or every reason why it holds none. Judges form; plays nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from flows.complaints import ANY, complaints, keys_of, unknown_key
from flows.document import Document, read_document
from flows.errors import FlowProblems
from flows.places import Path, Places
from flows.problems import Problem, in_reading_order, problem
from flows.shape import Count, Duration, Filled, Language, Name, OneOrMore, Shape, refuse
from flows.talk import Begin, Deliver, Expectation, Hear, Pause, Person, Report, Step, Talk, Tap, Write

NOTHING = "nothing"
"""In ``bot``, ``granted``, ``blocked``, ``refused``: none at all."""

_ACTS = ("start", "bot", "me", "tap", "wait", "event", "receipt")


def _step(value: Any) -> Any:
    if isinstance(value, str):
        return {"start": value} if value == "start" else refuse("E103.step", value)
    return value


def _some(value: list[Any]) -> list[Any]:
    return value or refuse("E103.empty", value)


class PersonShape(Shape):
    """Who is talked to; every other key is a fact on file."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    language: Language
    channel: Literal["sms", "whatsapp"]
    granted: OneOrMore = Field(default_factory=list)
    phone: Filled | None = None


class StepShape(Shape):
    """One thing that happens; beside ``event``, every other key is a fact of it."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    start: Literal["start"] | None = None
    bot: Name | None = None
    me: str | None = None
    tap: Name | None = None
    wait: Duration | None = None
    event: Name | None = None
    receipt: Literal["delivered", "failed"] | None = None

    @model_validator(mode="after")
    def _one_act(self) -> StepShape:
        if sum(getattr(self, act) is not None for act in _ACTS) != 1:
            refuse("E103.step", "step")
        return self


class ThenShape(Shape):
    """How it must end."""

    state: Name | None = None
    granted: OneOrMore | None = None
    blocked: OneOrMore | None = None
    messages: Count | None = None
    refused: OneOrMore | None = None


class TalkShape(Shape):
    """One conversation test."""

    name: Filled
    person: PersonShape
    talk: Annotated[list[Annotated[StepShape, BeforeValidator(_step)]], AfterValidator(_some)]
    then: ThenShape = Field(default_factory=ThenShape)


class FileShape(Shape):
    """A file of conversation tests."""

    flow: Name
    tests: Annotated[list[TalkShape], AfterValidator(_some)]


_INNER: tuple[tuple[Path, type[Shape]], ...] = (
    ((), FileShape),
    (("tests", ANY), TalkShape),
    (("tests", ANY, "person"), PersonShape),
    (("tests", ANY, "talk", ANY), StepShape),
    (("tests", ANY, "then"), ThenShape),
)


def load_talks(source: str, file: str) -> tuple[Talk, ...]:
    """The conversation tests of this text, in order. Raises ``FlowProblems`` with every error of form."""
    document, problems = read_document(source, file)
    if document is None:
        raise FlowProblems(problems)
    strays = dict(_stray_step_keys(document, file))
    problems = [*problems, *strays.values(), *_names_taken(document, file)]
    try:
        shape = FileShape.model_validate(document.root)
    except ValidationError as error:
        found = complaints(error.errors(include_url=False), file, document.places, _INNER)
        # A step whose only act is misspelt has no act: said once is enough.
        problems += [each for path, each in found if path not in strays]
        raise FlowProblems(in_reading_order(problems)) from error
    if problems:
        raise FlowProblems(in_reading_order(problems))
    return tuple(_talk(shape.flow, test, index, document.places) for index, test in enumerate(shape.tests))


def _tests(document: Document) -> Iterator[tuple[Path, dict[str, Any]]]:
    tests = document.root.get("tests")
    for index, test in enumerate(tests if isinstance(tests, list) else ()):
        if isinstance(test, dict):
            yield ("tests", str(index)), test


def _stray_step_keys(document: Document, file: str) -> Iterator[tuple[Path, Problem]]:
    """By step: the first key that is no act, where there is no event whose fact it could be."""
    for path, test in _tests(document):
        steps = test.get("talk")
        for index, step in enumerate(steps if isinstance(steps, list) else ()):
            inside = (*path, "talk", str(index))
            strays = [key for key in step if key not in _ACTS] if isinstance(step, dict) and "event" not in step else []
            if strays:
                yield inside, unknown_key((*inside, strays[0]), keys_of(StepShape), file, document.places)


def _names_taken(document: Document, file: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for path, test in _tests(document):
        name, place = test.get("name"), document.places.value(*path, "name")
        if isinstance(name, str) and name in first:
            yield problem("E102.key", file, place, key=name, line=first[name])
        elif isinstance(name, str):
            first[name] = place.line


def _talk(flow: str, shape: TalkShape, index: int, places: Places) -> Talk:
    who, then = shape.person, shape.then
    granted, blocked, refused = (_some_of(names) for names in (then.granted, then.blocked, then.refused))
    return Talk(
        name=shape.name,
        flow=flow,
        person=Person(who.language, who.channel, tuple(who.granted), who.phone, who.__pydantic_extra__),
        steps=tuple(_spelt_out(step) for step in shape.talk),
        then=Expectation(then.state, granted, blocked, then.messages, refused),
        line=places.value("tests", str(index)).line,
    )


def _some_of(names: list[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    return () if names == [NOTHING] else tuple(names)


def _spelt_out(step: StepShape) -> Step:
    match step:
        case StepShape(bot=str(text)):
            return Hear(None if text == NOTHING else text)
        case StepShape(me=str(text)):
            return Write(text)
        case StepShape(tap=str(button)):
            return Tap(button)
        case StepShape(wait=span) if span is not None:
            return Pause(span)
        case StepShape(event=str(name)):
            return Report(name, step.__pydantic_extra__)
        case StepShape(receipt=str(status)):
            return Deliver(status)
    return Begin()
