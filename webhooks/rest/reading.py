"""A request read into its shape, or every fault of it at once, each with its place and cure.

Says what is wrong, never what was sent: the body may hold a person's number.
"""

from __future__ import annotations

import types
import typing
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.channels.reading import Element, read_json
from bot.errors import BadRequest
from flows.complaints import nearest
from webhooks.problems import Fault, Problem
from webhooks.rest.shapes import plus

Shape = TypeVar("Shape", bound=BaseModel)

LARGEST_BODY = 256 * 1024
JSON = "application/json"
PHONE = "phone"

_CURES = {
    "missing": "add it",
    "extra_forbidden": "leave it out",
    "string_type": "write it as text in quotes",
    "timezone_aware": "end it with Z or an offset (RFC 3339)",
    "datetime_from_date_parsing": "write it as 2026-03-02T04:00:00Z (RFC 3339)",
    "datetime_parsing": "write it as 2026-03-02T04:00:00Z (RFC 3339)",
}


async def read_body(request: web.Request) -> bytes:
    """The bytes of a JSON body; Problem when it is of another type, packed, or too large."""
    if request.content_type != JSON or request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem("wrong-content-type", f"send {JSON}, not compressed")
    too_large = Problem("too-large", f"a body of the API has at most {LARGEST_BODY} bytes")
    if (request.content_length or 0) > LARGEST_BODY:
        raise too_large
    body = await request.read()
    if len(body) > LARGEST_BODY:
        raise too_large
    return body


def read_shape(body: bytes, shape: type[Shape]) -> Shape:
    """The body as its shape."""
    try:
        value = read_json(body, _object)
    except BadRequest as error:
        raise Problem("malformed", str(error)) from error
    return _validated(shape, value, "#/")


def read_query(request: web.Request, shape: type[Shape]) -> Shape:
    """The parameters as their shape; each at most once."""
    given: dict[str, str] = {}
    for name, value in request.query.items():
        if name in given:
            raise Problem("invalid", f"the parameter {name} is given twice", (Fault(f"?{name}", "given twice"),))
        given[name] = plus(value) if name == PHONE else value
    return _validated(shape, given, "?")


def _object(pairs: list[tuple[str, object]]) -> Element:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise BadRequest("an object of the body names a field twice")
    return read


def _validated(shape: type[Shape], value: object, begin: str) -> Shape:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        faults = tuple(_fault(shape, each, begin) for each in error.errors(include_url=False, include_input=False))
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        first = faults[0]
        raise Problem("invalid", f"{first.pointer}: {first.detail}{more}", faults) from error


def _fault(shape: type[BaseModel], error: ErrorDetails, begin: str) -> Fault:
    path = [str(part) for part in error["loc"] if part != "[key]"]
    pointer = begin + "/".join(part.replace("~", "~0").replace("/", "~1") for part in path)
    cure = _CURES.get(error["type"], "")
    if error["type"] == "extra_forbidden":
        near = nearest(path[-1], _fields(shape, path[:-1]))
        cure = f"did you mean {near}?" if near else cure
    return Fault(pointer, _sentence(error), cure, error["type"])


def _sentence(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return "this field is not known"
    message = error["msg"]
    return message[:1].lower() + message[1:]


def _fields(shape: type[BaseModel], path: list[str]) -> list[str]:
    """The names of the fields at a place of a shape."""
    for part in path:
        inner = shape.model_fields[part].annotation if part in shape.model_fields else None
        found = _model_in(inner)
        if found is None:
            return []
        shape = found
    return list(shape.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next(filter(None, map(_model_in, typing.get_args(annotation))), None)
    return None
