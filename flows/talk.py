"""A conversation test: what is said and done, what must leave, how it must end; and playing it on a stage.

The stage is the real machine with a movable clock; nothing of it is known here, and nothing waits but on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple, Protocol

from flows.machine import Trigger, rows_of
from flows.spec import Flow


@dataclass(frozen=True, slots=True)
class Begin:
    """The business starts the flow for this person."""


@dataclass(frozen=True, slots=True)
class Hear:
    """The bot's next text is this one; None: nothing leaves."""

    text: str | None


@dataclass(frozen=True, slots=True)
class Write:
    """The person sends this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Tap:
    """The person taps the button of this answer."""

    button: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Time passes, and whatever falls due in it happens."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class Report:
    """The business reports an event with these facts."""

    event: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deliver:
    """The carrier reports ``delivered`` or ``failed`` on the last message."""

    status: str


Step = Begin | Hear | Write | Tap | Pause | Report | Deliver


@dataclass(frozen=True, slots=True)
class Person:
    """Who is talked to: ``granted`` purposes hold before the talk; ``facts`` are on file."""

    language: str
    channel: str
    granted: tuple[str, ...] = ()
    phone: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expectation:
    """How it must end; None is not looked at. ``granted``, ``blocked`` and ``refused`` compare as sets; ``blocked``
    is ``("all",)`` after a full stop. ``messages``: texts that left in all."""

    state: str | None = None
    granted: tuple[str, ...] | None = None
    blocked: tuple[str, ...] | None = None
    messages: int | None = None
    refused: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation test, from this ``line`` of its file."""

    name: str
    flow: str
    person: Person
    steps: tuple[Step, ...]
    then: Expectation = field(default_factory=Expectation)
    line: int = 0


class Visit(NamedTuple):
    """A ``trigger`` was decided in this state of this flow; without a trigger: the state was entered."""

    flow: str
    state: str
    trigger: Trigger | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is true at the end: ``state`` None when the flow never started; ``refused`` holds why-codes."""

    state: str | None
    granted: tuple[str, ...]
    blocked: tuple[str, ...]
    messages: int
    refused: tuple[str, ...]
    visits: tuple[Visit, ...] = ()


class Stage(Protocol):
    """One person and one business, set up for one talk. Each act returns when all it caused has happened."""

    async def start(self, flow: str, facts: Mapping[str, str]) -> None:
        """Start the flow for the person, the way its ``start`` says."""

    async def say(self, text: str) -> None:
        """The person writes."""

    async def tap(self, button: str) -> None:
        """The person taps."""

    async def wait(self, span: timedelta) -> None:
        """Move the clock."""

    async def event(self, name: str, facts: Mapping[str, str]) -> None:
        """The business reports."""

    async def receipt(self, status: str) -> None:
        """The carrier reports on the last message."""

    async def heard(self) -> tuple[str, ...]:
        """The names of the texts that left since this was last asked, in order."""

    async def outcome(self) -> Outcome:
        """What is true now."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``diff`` is the whole conversation, one line per message; ``-`` was expected, ``+`` happened instead."""

    talk: Talk
    passed: bool
    diff: str
    visits: frozenset[Visit]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What no talk ever visited."""

    states: tuple[str, ...]
    rows: tuple[tuple[str, Trigger], ...]


@dataclass(slots=True)
class _Transcript:
    """The chat as it goes; ``unheard`` are texts that left and that no ``bot:`` step has named yet."""

    lines: list[str]
    unheard: list[str] = field(default_factory=list)
    passed: bool = True

    def agreed(self, line: str) -> None:
        self.lines.append(f"  {line}")

    def differs(self, expected: str | None, happened: str | None) -> None:
        self.passed = False
        self.lines += [f"- {expected}"] if expected is not None else []
        self.lines += [f"+ {happened}"] if happened is not None else []

    def nothing_left_over(self) -> None:
        for text in self.unheard:
            self.differs(None, _bot(text))
        self.unheard.clear()


async def play(talk: Talk, stage: Stage) -> Verdict:
    """Play every step, also after one that differs, and compare the end."""
    chat = _Transcript([f"{talk.flow}: {talk.name}"])
    for step in talk.steps:
        if isinstance(step, Hear):
            _listen(chat, step)
        else:
            chat.nothing_left_over()
            chat.agreed(_line(step))
            await _act(talk, step, stage)
            chat.unheard.extend(await stage.heard())
    chat.nothing_left_over()
    outcome = await stage.outcome()
    _compare(chat, talk.then, outcome)
    return Verdict(talk, chat.passed, "\n".join(chat.lines), frozenset(outcome.visits))


def coverage(flow: Flow, verdicts: Iterable[Verdict]) -> Coverage:
    """The states and rows of this flow that none of the talks visited, in the order of the file."""
    visits = {visit for verdict in verdicts for visit in verdict.visits if visit.flow == flow.name}
    entered = {visit.state for visit in visits}
    taken = {(visit.state, visit.trigger) for visit in visits}
    return Coverage(
        tuple(name for name in flow.states if name not in entered),
        tuple(row for row in rows_of(flow) if row not in taken),
    )


async def _act(talk: Talk, step: Step, stage: Stage) -> None:
    match step:
        case Begin():
            await stage.start(talk.flow, talk.person.facts)
        case Write(text):
            await stage.say(text)
        case Tap(button):
            await stage.tap(button)
        case Pause(span):
            await stage.wait(span)
        case Report(event, facts):
            await stage.event(event, facts)
        case Deliver(status):
            await stage.receipt(status)


def _listen(chat: _Transcript, step: Hear) -> None:
    if step.text is None:
        if chat.unheard:
            chat.differs(_bot("nothing"), None)
            chat.nothing_left_over()
        else:
            chat.agreed(_bot("nothing"))
        return
    happened = chat.unheard.pop(0) if chat.unheard else None
    if happened == step.text:
        chat.agreed(_bot(happened))
    else:
        chat.differs(_bot(step.text), _bot(happened) if happened is not None else _bot("nothing"))


def _compare(chat: _Transcript, then: Expectation, outcome: Outcome) -> None:
    pairs: Sequence[tuple[str, object, object]] = (
        ("state", then.state, outcome.state),
        ("granted", _set(then.granted), _set(outcome.granted)),
        ("blocked", _set(then.blocked), _set(outcome.blocked)),
        ("messages", then.messages, outcome.messages),
        ("refused", _set(then.refused), _set(outcome.refused)),
    )
    for what, expected, happened in pairs:
        if expected is None:
            continue
        if expected == happened:
            chat.agreed(f"{what}: {expected}")
        else:
            chat.differs(f"{what}: {expected}", f"{what}: {happened if happened is not None else 'nothing'}")


def _set(names: tuple[str, ...] | None) -> str | None:
    return None if names is None else ", ".join(sorted(set(names))) or "nothing"


def _bot(text: str) -> str:
    return f"bot      {text}"


def _line(step: Step) -> str:
    match step:
        case Write(text):
            return f"me       {text}"
        case Tap(button):
            return f"tap      {button}"
        case Pause(span):
            return f"wait     {_span(span)}"
        case Report(event, facts):
            return " ".join([f"event    {event}", *(f"{name}={value}" for name, value in facts.items())])
        case Deliver(status):
            return f"receipt  {status}"
    return "start"


def _span(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"
