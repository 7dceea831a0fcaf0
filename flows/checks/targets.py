"""Whether every name leads somewhere, every state can be reached and none waits for ever (E201 E202 E203)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.checks.findings import answer_rows, at, is_broken, missing_name, other_rows
from flows.checks.setting import Setting
from flows.places import Path
from flows.problems import Problem
from flows.spec import ALL_PURPOSES, Flow


def check_targets(flow: Flow, setting: Setting) -> list[Problem]:
    """E201 and E203; E202 only when neither these nor a broken card can be why a state is out of reach."""
    lost = [*_missing_states(flow), *_endless(flow)]
    others = [*_missing_texts(flow), *_missing_answers(flow), *_missing_purposes(flow, setting)]
    return [*lost, *others, *(() if lost or is_broken(flow) else _unreachable(flow))]


def targets(flow: Flow) -> Iterator[tuple[Path, str]]:
    """Every state that is named as the next one, with the path of the name."""
    yield ("start", "go"), flow.start.go
    for path, row in (*answer_rows(flow), *other_rows(flow)):
        if row.go is not None:
            yield (*path, "go"), row.go
    for state in flow.states.values():
        if state.otherwise is not None and state.otherwise.go is not None:
            yield ("states", state.name, "else", "go"), state.otherwise.go


def _missing_states(flow: Flow) -> Iterator[Problem]:
    for path, name in targets(flow):
        if not flow.places.hurt(path[0]) and not _known(flow, "states", flow.states, name):
            yield missing_name("E201.state", flow, flow.places.value(*path), name, flow.states)


def _missing_texts(flow: Flow) -> Iterator[Problem]:
    for path, name in _said(flow):
        if not _known(flow, "texts", flow.texts, name):
            yield missing_name("E201.text", flow, flow.places.value(*path), name, flow.texts)


def _said(flow: Flow) -> Iterator[tuple[Path, str]]:
    for state in flow.states.values():
        if state.say is not None:
            yield ("states", state.name, "say"), state.say
        if state.otherwise is not None and state.otherwise.say is not None:
            yield ("states", state.name, "else", "say"), state.otherwise.say


def _missing_answers(flow: Flow) -> Iterator[Problem]:
    for path, _ in answer_rows(flow):
        if not _known(flow, "answers", flow.answers, path[-1]):
            yield missing_name("E201.answer", flow, flow.places.key(*path), path[-1], flow.answers)


def _missing_purposes(flow: Flow, setting: Setting) -> Iterator[Problem]:
    for path, name in named_purposes(flow):
        everything = name == ALL_PURPOSES and "revoke" in path
        if not everything and name not in setting.purposes:
            yield missing_name("E201.purpose", flow, flow.places.value(*path), name, setting.purposes)


def named_purposes(flow: Flow) -> Iterator[tuple[Path, str]]:
    """Every purpose that the flow names, with the path of the name."""
    if flow.needs is not None:
        yield ("needs",), flow.needs
    for state in flow.states.values():
        if state.needs is not None:
            yield ("states", state.name, "needs"), state.needs
        yield from _listed(("states", state.name, "revoke"), state.revoke)
    for path, row in (*answer_rows(flow), *other_rows(flow)):
        yield from _listed((*path, "grant"), row.grant)
        yield from _listed((*path, "revoke"), row.revoke)
    for text in flow.texts.values():
        yield from _listed(("texts", text.name, "asks_for"), text.asks_for)


def _listed(path: Path, names: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    for number, name in enumerate(names):
        yield (*path, str(number)), name


def _endless(flow: Flow) -> Iterator[Problem]:
    for state in flow.states.values():
        if state.end is None and not state.after and not state.hand_over:
            # The end of the card is where the missing line belongs.
            yield at(flow, "E203.state", flow.places.last("states", state.name), name=state.name)


def _unreachable(flow: Flow) -> Iterator[Problem]:
    edges: dict[str, set[str]] = {}
    for path, name in targets(flow):
        edges.setdefault(path[1] if path[0] == "states" else "", set()).add(name)
    reached, waiting = {""}, [""]
    while waiting:
        fresh = edges.get(waiting.pop(), set()) - reached
        reached |= fresh
        waiting.extend(fresh)
    for name in flow.states:
        if name not in reached:
            yield at(flow, "E202.state", flow.places.key("states", name), name=name)


def _known(flow: Flow, section: str, names: Mapping[str, object], name: str) -> bool:
    return name in names or flow.places.hurt(section, name)
