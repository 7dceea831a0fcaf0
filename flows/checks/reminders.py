"""Whether a request that nobody agreed to is made again without being asked for (E305): silence is a no, so is a no."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping

from flows.checks.expressions import plain
from flows.checks.findings import answer_rows, at, is_broken, other_rows
from flows.checks.setting import Setting
from flows.places import Path
from flows.problems import Problem
from flows.spec import ALL_PURPOSES, Flow, Row, State, Text

_REMINDS = re.compile(
    r"\bremind|\bstill (?:waiting|interested)"
    r"|haven'?t (?:heard|replied|answered)|not (?:yet )?(?:heard|answered|replied)"
    r"|提醒|[还還]没有?收到|尚未收到|[还還尚]未(?:回复|回覆|收到)|没有?收到您的回|recordatorio|recordamos"
    r"|\brappel|erinner|lembrete|lembramos|promemoria|ricordiamo|herinner"
)
"""In the plain form of a wording."""


def check_reminders(flow: Flow, setting: Setting) -> list[Problem]:
    """E305: one message for each state that repeats a request. One that silence leads back to is a loop (E204)."""
    del setting
    if is_broken(flow):
        return []
    return [
        at(flow, "E305.row", flow.places.key(*path), name=state.name, text=state.say)
        for path, state in reminded(flow)
        if not _comes_back(flow, state)
    ]


def reminded(flow: Flow) -> list[tuple[Path, State]]:
    """The states that repeat a request nobody agreed to, each with the row of the file that leads there."""
    found: dict[str, tuple[Path, State]] = {}
    asking: dict[frozenset[str], list[State]] = {}
    for first in flow.states.values():
        text = flow.texts.get(first.say or "")
        if text is not None and text.asks_for:
            asking.setdefault(frozenset(text.asks_for), []).append(first)
            repeating = [each for each in _after_silence(flow, first) if _repeats(flow, first, text, each[1])]
            found.update((state.name, (path, state)) for path, state in repeating if state.name not in found)
    rows = _rows_by_state(flow)
    for purposes, states in asking.items():
        # What follows a no is the same whichever of them asked, so one look serves all.
        for path, state in _after_a_no(flow, rows, states, purposes):
            if state.name not in found and _asks_again(flow, purposes, state):
                found[state.name] = (path, state)
    return list(found.values())


def _after_silence(flow: Flow, first: State) -> Iterator[tuple[Path, State]]:
    """The states that follow while the person says nothing, each once, with the last row on the way."""
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        for path, name in _silent_steps(flow, waiting.pop(0)):
            state = flow.states.get(name)
            if state is not None and name not in seen:
                seen.add(name)
                yield path, state
                waiting.append(state)


def _comes_back(flow: Flow, state: State) -> bool:
    """Whether time alone leads back to this state."""
    seen: set[str] = set()
    waiting = [state]
    while waiting:
        for _, row in waiting.pop().after:
            following = flow.states.get(row.go or "")
            if following is not None and following.name not in seen:
                seen.add(following.name)
                waiting.append(following)
    return state.name in seen


def _after_a_no(
    flow: Flow, rows: Mapping[str, list[tuple[Path, Row]]], asking: list[State], purposes: frozenset[str]
) -> Iterator[tuple[Path, State]]:
    """The states that an event or a wait leads to while what was asked for is not agreed to: the person said something
    else, or took it back. A question that the person's own words lead to is welcome."""
    waiting = deque((state.name, False) for state in asking)
    seen = set(waiting)
    while waiting:
        name, agreed = waiting.popleft()
        for path, row in rows.get(name, ()):
            after = flow.states.get(row.go or "")
            if after is None:
                continue
            now = _agreed(row, after, purposes, agreed)
            if path[2] in ("event", "after") and not now:
                yield path, after
            if (after.name, now) not in seen:
                seen.add((after.name, now))
                waiting.append((after.name, now))


def _rows_by_state(flow: Flow) -> Mapping[str, list[tuple[Path, Row]]]:
    rows: dict[str, list[tuple[Path, Row]]] = {}
    for path, row in (*answer_rows(flow), *other_rows(flow)):
        rows.setdefault(path[1], []).append((path, row))
    for state in flow.states.values():
        if state.otherwise is not None:
            path = ("states", state.name, "else", "go")
            rows.setdefault(state.name, []).append((path, Row(state.otherwise.go)))
    return rows


def _agreed(row: Row, after: State, purposes: frozenset[str], before: bool) -> bool:
    """Whether a consent that was asked for is held behind this row."""
    if (purposes | {ALL_PURPOSES}) & set(after.revoke):
        return False
    if not purposes.isdisjoint(row.grant):
        return True
    return before and not (purposes | {ALL_PURPOSES}) & set(row.revoke)


def _silent_steps(flow: Flow, state: State) -> Iterator[tuple[Path, str]]:
    delays = flow.places.children("states", state.name, "after") or [str(delay) for delay, _ in state.after]
    rows = [("after", delay, row) for delay, (_, row) in zip(delays, state.after, strict=True)]
    rows += [("event", name, row) for name, row in state.event.items()]
    for key, name, row in rows:
        # A row that grants without an answer is refused for that (E302).
        if row.go is not None and not row.grant:
            yield ("states", state.name, key, name), row.go


def _repeats(flow: Flow, first: State, asked: Text, state: State) -> bool:
    """The same request again, another text that waits for the same answers, or one that reminds of it in words."""
    text = flow.texts.get(state.say or "")
    if text is None:
        return False
    granting = {name for name, row in first.reply.items() if row.grant}
    again = _asks_again(flow, frozenset(asked.asks_for), state) or bool(granting & set(state.reply))
    return again or any(_REMINDS.search(plain(wording)) for wording in text.wording.values())


def _asks_again(flow: Flow, purposes: frozenset[str], state: State) -> bool:
    text = flow.texts.get(state.say or "")
    return text is not None and not purposes.isdisjoint(text.asks_for)
