"""What pydantic says about a file, as problems in the author's words: used for flows and for business.yaml alike."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from flows.messages import CATALOGUE
from flows.places import Path, Places
from flows.problems import Problem, problem

ANY = "*"
"""In a path: whatever name the author chose."""

Shapes = Sequence[tuple[Path, type[BaseModel]]]
"""Which model stands at which path."""

_NAMES = {
    "string_type": "E103.word",
    "dict_type": "E103.mapping",
    "mapping_type": "E103.mapping",
    "model_type": "E103.mapping",
    "model_attributes_type": "E103.mapping",
    "list_type": "E103.list",
    "literal_error": "E103.choice",
    "enum": "E103.choice",
}


def complaints(errors: Iterable[ErrorDetails], file: str, places: Places, shapes: Shapes) -> list[tuple[Path, Problem]]:
    """Each error at its path, but none about what could not be read anyway or about the hole a misspelt key left."""
    known = list(errors)
    strangers = {_path(each)[:-1] for each in known if each["type"] == "extra_forbidden"}
    found: dict[Path, Problem] = {}
    for each in known:
        path = _path(each)
        consequent = each["type"] == "missing" and (path[:-1] in strangers or _dropped_within(places, path[:-1]))
        if not places.hurt(*path) and not consequent:
            found.setdefault(path, _problem(each, path, file, places, shapes))
    return list(found.items())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if any is near."""
    return next(iter(difflib.get_close_matches(word, list(known), 1, 0.6)), None)


def unknown_key(path: Path, known: Sequence[str], file: str, places: Places) -> Problem:
    """E101 for the key at the end of ``path``."""
    near = nearest(path[-1], known)
    name = "E101.near" if near else "E101.key"
    return problem(name, file, places.key(*path), key=path[-1], near=near, known=" ".join(known))


def keys_of(shape: type[BaseModel]) -> list[str]:
    """The keys of a model as they are written in the file."""
    return [field.alias or name for name, field in shape.model_fields.items()]


def _path(error: ErrorDetails) -> Path:
    return tuple(str(step) for step in error["loc"] if step != "[key]")


def _dropped_within(places: Places, path: Path) -> bool:
    return any(each[: len(path)] == path and each[-1:] == ("\0",) for each in places.values)


def _problem(error: ErrorDetails, path: Path, file: str, places: Places, shapes: Shapes) -> Problem:
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return unknown_key(path, keys_of(_shape_at(path[:-1], shapes)), file, places)
    if kind == "missing":
        return problem("E103.missing", file, places.key(*path[:-1]), key=path[-1])
    if value == "":
        return problem("E103.empty", file, places.value(*path))
    place = places.key(*path) if "[key]" in error["loc"] else places.value(*path)
    allowed = str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")
    name = kind if kind in CATALOGUE else _NAMES[kind]
    return problem(name, file, place, value=_short(value), allowed=allowed)


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"


def _shape_at(path: Path, shapes: Shapes) -> type[BaseModel]:
    for pattern, shape in shapes:
        if len(pattern) == len(path) and all(want in (ANY, have) for want, have in zip(pattern, path, strict=True)):
            return shape
    raise KeyError(path)
