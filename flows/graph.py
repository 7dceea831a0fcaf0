"""A flow drawn: as a table for a terminal, as Mermaid for a page. Shows every row of the file; judges none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from flows import effects as ask
from flows.machine import Cause, Edge, Trigger, edges_of
from flows.spec import Flow, Once, Start, State

HEADINGS = ("state", "says", "when", "does", "goes to")
STAYS = "(stays)"

_GAP = "  "
_UNSAFE = str.maketrans({"#": "#35;", ";": "#59;", ":": "#58;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "\n": " "})
"""What Mermaid reads as its own; it shows ``#35;`` as the character of that number."""


def table(flow: Flow) -> str:
    """What starts the flow, then one line per row of the file. Without a line break at the end."""
    rows = [HEADINGS, *(line for state in flow.states.values() for line in _lines(flow, state))]
    title = f"{flow.name} ({flow.kind}; {', '.join(flow.channels)}; {', '.join(flow.languages)})"
    begins = f"starts {started_by(flow.start)} -> {flow.start.go}"
    return "\n".join([title, begins, "", *_aligned(rows)])


def mermaid(flow: Flow) -> str:
    """A ``stateDiagram-v2``. Names of the file are labels only, never identifiers. Ends with a line break."""
    ids = {name: f"s{number}" for number, name in enumerate(flow.states)}
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{_safe(_card(flow.states[name]))}" as {id_}' for name, id_ in ids.items()]
    lines.append(f"    [*] --> {ids[flow.start.go]} : {_safe(started_by(flow.start))}")
    for edge in edges(flow):
        target = ids[edge.to if edge.to is not None else edge.source]
        label = " / ".join(part for part in (row_name(flow, edge.source, edge.trigger), does(edge)) if part)
        lines.append(f"    {ids[edge.source]} --> {target} : {_safe(label)}")
    lines += [f"    {ids[state.name]} --> [*] : {_safe(state.end)}" for state in flow.states.values() if state.end]
    return "\n".join(lines) + "\n"


def row_name(flow: Flow, state: str, trigger: Trigger) -> str:
    """What makes this row be taken, in words: ``reply Y``, ``event order.out``, ``after 72h``, ``else``."""
    if trigger.cause is Cause.AFTER:
        return f"after {span(flow.states[state].after[int(trigger.name)][0])}"
    if trigger.cause is Cause.REPLY:
        return f"reply {trigger.name}"
    return f"{trigger.cause} {trigger.name}".strip()


def span(length: timedelta) -> str:
    """As a file may say it: ``30m``, ``72h``."""
    hours, rest = divmod(length, timedelta(hours=1))
    return f"{length // timedelta(minutes=1)}m" if rest else f"{hours}h"


def started_by(start: Start) -> str:
    """``by event signup.form, basis requested, once ever``."""
    words = ", ".join(dict.fromkeys(start.word.values())) if start.word else None
    ways = (("event", start.event), ("campaign", start.campaign), ("word", words), ("the word for", start.business))
    (how,) = (f"by {way} {name}" for way, name in ways if name)
    proof = f"proof {start.proof}" if start.proof else None
    return ", ".join(part for part in (how, f"basis {start.basis}", proof, _once(start.once)) if part)


def _once(once: Once | None) -> str | None:
    if once is None:
        return None
    return "once ever" if once.period is None else f"once per {once.period.days} days"


def edges(flow: Flow) -> Iterator[Edge]:
    """The rows of the file, without the stops that every state has."""
    return (edge for edge in edges_of(flow) if edge.trigger.cause is not Cause.STOP)


def _lines(flow: Flow, state: State) -> Iterator[tuple[str, ...]]:
    said = (state.name, state.say or "")
    own = _own(state)
    if own or not any(edge.source == state.name for edge in edges(flow)):
        yield (*said, "", own, f"(end: {state.end})" if state.end else "")
        said = ("", "")
    for edge in edges(flow):
        if edge.source == state.name:
            yield (*said, row_name(flow, state.name, edge.trigger), does(edge), edge.to or STAYS)
            said = ("", "")


def _own(state: State) -> str:
    """What entering the card does besides speaking."""
    parts = (
        f"revoke {', '.join(state.revoke)}" if state.revoke else "",
        f"needs {state.needs}" if state.needs else "",
        "hand over to a person" if state.hand_over else "",
    )
    return "; ".join(part for part in parts if part)


def _card(state: State) -> str:
    spoken = f"{state.name} - says {state.say}" if state.say else state.name
    return "; ".join(part for part in (spoken, _own(state)) if part)


def does(edge: Edge) -> str:
    """What the row itself does; what its target does is told there."""
    return "; ".join(_told(effect) for effect in _own_effects(edge))


def _own_effects(edge: Edge) -> Iterator[ask.Effect]:
    for effect in edge.effects:
        if isinstance(effect, ask.Cancel):
            return
        yield effect


def _told(effect: ask.Effect) -> str:
    match effect:
        case ask.Grant(purposes):
            return f"grant {', '.join(purposes)}"
        case ask.Revoke(purposes):
            return f"revoke {', '.join(purposes)}"
        case ask.Remember(name, value):
            return f"remember {name} = {value}"
        case ask.Tag(name):
            return f"tag {name}"
        case ask.Say(text):
            return f"say {text}"
    return type(effect).__name__.lower()


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(width(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return (_GAP.join(_padded(row, widths)).rstrip() for row in rows)


def _padded(row: Iterable[str], widths: Sequence[int]) -> Iterator[str]:
    return (cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True))


def width(text: str) -> int:
    """Columns, on a terminal and about so in print: East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _safe(text: str) -> str:
    return text.translate(_UNSAFE)
