"""What is written in the boxes of a drawing: on a state what it may send, on a row what the person says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flows.graph import does, edges, row_name, started_by, width
from flows.machine import Cause, Edge
from flows.messages import Bilingual
from flows.render import choose_language
from flows.spec import Flow, State

LONGEST = 34
"""Columns of a line; East Asian letters take two."""
MOST_WORDS = 6


class Sends(StrEnum):
    """What a state may send; the drawing gives each its colour."""

    COMMERCIAL = "commercial"
    ASKS = "asks"
    TELLS = "tells"
    NOTHING = "nothing"


MEANS = {
    Sends.COMMERCIAL: Bilingual("needs a consent", "须先有同意"),
    Sends.ASKS: Bilingual("asks for a consent", "征求同意"),
    Sends.TELLS: Bilingual("sends, needs none", "发送，无须同意"),
    Sends.NOTHING: Bilingual("sends nothing", "不发送"),
}
NEEDS = Bilingual("needs {name}", "须有 {name} 的同意")
ASKS_FOR = Bilingual("asks for {names}", "征求 {names}")
ENDS = Bilingual("ends: {outcome}", "结束：{outcome}")
HANDED = Bilingual("a person takes over", "转人工")
PARTS = re.compile(", (?=basis |proof |once )")
STARTS = Bilingual("starts {how}", "开始：{how}")


@dataclass(frozen=True, slots=True)
class Card:
    """One state: ``name``, the ``spoken`` lines of its text, and ``notes`` in small letters."""

    name: str
    sends: Sends
    spoken: tuple[str, ...]
    notes: tuple[str, ...]
    ends: bool


@dataclass(frozen=True, slots=True)
class Label:
    """The rows from one state to another: of each what makes it be taken and what it does, empty for nothing."""

    source: str
    target: str
    rows: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """As they stand below each other, and whether a line is something that is done."""
        every = [part for row, effect in self.rows for part in ((row, False), (effect, True))]
        return [(line, done) for line, done in every if line]


def card(flow: Flow, state: State, language: str) -> Card:
    """The box of a state. ``language`` zh or en: of our words; the text is shown in it where it has it."""
    own = [
        ASKS_FOR.fill({"names": ", ".join(flow.texts[state.say].asks_for)}).text(language)
        if state.say and flow.texts[state.say].asks_for
        else "",
        NEEDS.fill({"name": state.needs or flow.needs or ""}).text(language) if _needs(flow, state) else "",
        f"revoke {', '.join(state.revoke)}" if state.revoke else "",
        HANDED.text(language) if state.hand_over else "",
        *(f"{label(flow, edge)}: {does(edge)}".removesuffix(": ") for edge in edges(flow) if _stays(edge, state)),
        ENDS.fill({"outcome": state.end}).text(language) if state.end else "",
    ]
    notes = tuple(shortened(note) for note in own if note)
    return Card(state.name, sends(flow, state), tuple(_spoken(flow, state, language)), notes, state.end is not None)


def sends(flow: Flow, state: State) -> Sends:
    """By the text of the card: what a consent must stand behind comes first."""
    if state.say is None:
        return Sends.NOTHING
    if _needs(flow, state):
        return Sends.COMMERCIAL
    return Sends.ASKS if flow.texts[state.say].asks_for else Sends.TELLS


def labels(flow: Flow) -> list[Label]:
    """Every row that leads somewhere; those between the same two states together."""
    found: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges(flow):
        if edge.to is not None:
            found.setdefault((edge.source, edge.to), []).append(edge)
    return [
        Label(source, target, tuple((shortened(label(flow, edge)), shortened(does(edge))) for edge in group))
        for (source, target), group in found.items()
    ]


def label(flow: Flow, edge: Edge) -> str:
    """For an answer, the words that people say; for everything else the row as the file has it."""
    if edge.trigger.cause is not Cause.REPLY:
        return row_name(flow, edge.source, edge.trigger)
    words = flow.answers[edge.trigger.name].words
    more = f" +{len(words) - MOST_WORDS}" if len(words) > MOST_WORDS else ""
    return "“" + " · ".join(words[:MOST_WORDS]) + f"”{more}"


def begins(flow: Flow, language: str) -> Label:
    """What starts the flow, a line for each part."""
    told = STARTS.fill({"how": started_by(flow.start)}).text(language)
    return Label("", flow.start.go, tuple((shortened(part), "") for part in PARTS.split(told)))


def shortened(text: str, most: int = LONGEST) -> str:
    """At most so many columns."""
    if width(text) <= most:
        return text
    while width(text) >= most:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _needs(flow: Flow, state: State) -> bool:
    return state.say is not None and (state.needs or flow.needs) is not None


def _stays(edge: Edge, state: State) -> bool:
    return edge.source == state.name and edge.to is None


def _spoken(flow: Flow, state: State, language: str) -> Iterator[str]:
    """The beginning of the text, in two lines."""
    if state.say is None:
        return
    wording = flow.texts[state.say].wording
    if not wording:
        return
    rest = " ".join(wording[choose_language("zh-CN" if language == "zh" else "en", tuple(wording))].split())
    first = _fitting(rest)
    yield first.rstrip()
    if len(first) < len(rest):
        yield shortened(rest[len(first) :].lstrip())


def _fitting(text: str) -> str:
    """As much as fits on a line, to the end of a word where there is one."""
    end = len(text)
    while width(text[:end]) > LONGEST:
        end -= 1
    blank = text.rfind(" ", LONGEST // 3, end)
    return text if end == len(text) else text[: blank if blank > 0 else end]
