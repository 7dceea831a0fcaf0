"""A flow file's text to a ``Flow``, or every reason why it is none. Judges form; what it means is for ``check``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pydantic import ValidationError

from flows.complaints import complaints, keys_of, unknown_key
from flows.document import Document, Tree, read_document
from flows.errors import FlowProblems
from flows.places import Path
from flows.problems import Problem, in_reading_order, problem
from flows.shape import INNER, LANGUAGE_PATTERN, FlowShape, TextShape, one_or_list
from flows.spec import STOPPED, Flow
from flows.spell_out import spell_out

_CARDS = ("answers", "states", "texts", "uses")
"""Under these keys each entry stands alone: a broken one does not spoil its neighbours."""

_STAND_INS: dict[str, Tree] = {
    "flow": "unreadable",
    "kind": "service",
    "channels": ["sms"],
    "languages": ["en"],
    "start": {"event": "unreadable", "basis": "requested", "go": "unreadable"},
}
"""Takes the place of a required key that could not be read, so that the rest can be judged; marked as damaged."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be read of a flow and what is wrong with its form. A flow that comes with problems is for finding
    more of them only (its ``places`` mark what is damaged), never for running."""

    flow: Flow | None
    problems: tuple[Problem, ...]


def load_flow(source: str, file: str) -> Flow:
    """The flow that this text describes. Raises ``FlowProblems`` with every error of form."""
    draft = draft_flow(source, file)
    if draft.flow is None or draft.problems:
        raise FlowProblems(draft.problems)
    return draft.flow


def draft_flow(source: str, file: str) -> Draft:
    """As much of the flow as can be read, and every error of form."""
    document, problems = read_document(source, file)
    if document is None:
        return Draft(None, tuple(problems))
    found = [*_stray_text_keys(document, file), *_reserved_names(document, file), *_misshapen(document, file)]
    problems = in_reading_order([*problems, *_first_at_each_path(found)])
    places = document.places
    damaged = {_unit(path) for path in (*places.damaged, *(path for path, _ in found))}
    places = replace(places, damaged=places.damaged | damaged)
    if () in damaged:
        return Draft(None, tuple(problems))
    shape = _valid_part(document.root, damaged)
    if shape is None:
        return Draft(None, tuple(problems))
    fingerprint = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    flow = replace(spell_out(shape, places), source=source, hash=fingerprint, file=file, places=places)
    return Draft(flow, tuple(problems))


def _stray_text_keys(document: Document, file: str) -> Iterable[tuple[Path, Problem]]:
    """Keys of texts that are neither known nor a language of this flow: pydantic takes any of them for a language."""
    spoken, texts = one_or_list(document.root.get("languages")), document.root.get("texts")
    languages = [tag for tag in spoken if _is_language(tag)] if isinstance(spoken, list) else []
    if not isinstance(texts, dict) or not languages or len(languages) < len(spoken):
        return
    known = [*keys_of(TextShape), *languages]
    for name, text in texts.items():
        for key in text if isinstance(text, dict) else ():
            if key not in known:
                path = ("texts", name, key)
                yield path, unknown_key(path, known, file, document.places)


def _is_language(tag: object) -> bool:
    return isinstance(tag, str) and re.fullmatch(LANGUAGE_PATTERN, tag) is not None


def _reserved_names(document: Document, file: str) -> Iterable[tuple[Path, Problem]]:
    """The state that a stop leads to may be drawn by the stop flow alone."""
    start, states = document.root.get("start"), document.root.get("states")
    stops = isinstance(start, dict) and start.get("business") == "stop"
    if isinstance(states, dict) and STOPPED in states and not stops and not document.places.hurt("start"):
        path = ("states", STOPPED)
        yield path, problem("E103.reserved", file, document.places.key(*path))


def _misshapen(document: Document, file: str) -> list[tuple[Path, Problem]]:
    try:
        FlowShape.model_validate(document.root)
    except ValidationError as error:
        return complaints(error.errors(include_url=False), file, document.places, INNER)
    return []


def _first_at_each_path(found: Iterable[tuple[Path, Problem]]) -> list[Problem]:
    first: dict[Path, Problem] = {}
    for path, each in found:
        first.setdefault(path, each)
    return list(first.values())


def _unit(path: Path) -> Path:
    """The smallest part that is left out as a whole when something within it is wrong."""
    return path[:2] if path[:1] and path[0] in _CARDS else path[:1]


def _valid_part(root: dict[str, Tree], damaged: Iterable[Path]) -> FlowShape | None:
    """The flow without its damaged parts; None when too little of it is left to say anything more."""
    rest: dict[str, Tree] = {key: dict(value) if isinstance(value, dict) else value for key, value in root.items()}
    for path in damaged:
        cards = rest.get(path[0])
        if len(path) == 2 and isinstance(cards, dict):
            cards.pop(path[1], None)
        else:
            rest.pop(path[0], None)
    try:
        return FlowShape.model_validate({**_STAND_INS, **rest})
    except ValidationError:
        # Every error was reported by the first reading; what is left is empty (no state survived, say).
        return None
