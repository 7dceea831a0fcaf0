"""The OpenAPI 3.1 document, made from the operations and their shapes. Nothing in it is written twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from webhooks.problems import CODES, CONTENT_TYPE
from webhooks.rest.answers import ProblemAnswer
from webhooks.rest.call import Operation
from webhooks.rest.reading import JSON
from webhooks.rest.routes import IDEMPOTENCY_KEY, IDS, NAMES, OPERATIONS
from webhooks.rest.shapes import Nothing

VERSION = "0.1.0"
ALWAYS = ("malformed", "not-authenticated", "invalid", "internal", "unavailable")
WITH_BODY = ("in-flight", "too-large", "wrong-content-type", "key-used")
_TEMPLATE = "#/components/schemas/{model}"

Json = dict[str, Any]


class _Untitled(GenerateJsonSchema):
    """Field titles that only repeat the name are left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@cache
def document() -> Json:
    """The whole document; not to be changed."""
    schemas = _schemas(OPERATIONS)
    paths: Json = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "askfirst",
            "version": VERSION,
            "description": "Tell what happens at the business, ask for messages, see every consent and every reason. "
            "Times are RFC 3339 in UTC, numbers E.164.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in schemas.items() if not _only_parameters(name, OPERATIONS)},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "sk_live_… or sk_test_…"}},
        },
    }


@cache
def text() -> str:
    """The document as it is served and committed."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _schemas(operations: tuple[Operation, ...]) -> Json:
    sent = {model for o in operations for model in (o.body, o.query) if model is not None}
    said = {model for o in operations for model in o.answers.values()} | {ProblemAnswer}
    modes: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in sent]
    modes += [(model, "serialization") for model in said]
    modes.sort(key=lambda pair: pair[0].__name__)
    _, made = models_json_schema(modes, ref_template=_TEMPLATE, schema_generator=_Untitled)
    found: Json = made["$defs"]
    return found


def _only_parameters(name: str, operations: tuple[Operation, ...]) -> bool:
    return name in {operation.query.__name__ for operation in operations}


def _operation(operation: Operation, schemas: Json) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": (operation.handle.__doc__ or "").strip(),
        "tags": [operation.path.split("/")[2]],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, schemas)],
        "responses": _responses(operation),
    }
    if operation.body is not None:
        described["parameters"].append(_idempotency_key())
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": _reference(operation.body)}}}
    return described


def _path_parameters(operation: Operation) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{prefix}[0-9a-f]+$"}}
        for name, prefix in IDS.items()
        if f"{{{name}}}" in operation.path
    ] + [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in NAMES
        if f"{{{name}}}" in operation.path
    ]


def _query_parameters(operation: Operation, schemas: Json) -> list[Json]:
    if operation.query is Nothing:
        return []
    shape = schemas[operation.query.__name__]
    return [
        {"name": name, "in": "query", "required": name in shape.get("required", ()), **_described(schema)}
        for name, schema in shape["properties"].items()
    ]


def _described(schema: Mapping[str, Any]) -> Json:
    """A parameter that is not given is left out, never null."""
    kept = {name: value for name, value in schema.items() if name not in ("description", "anyOf", "default")}
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if schema.get("default") is not None:
        kept["default"] = schema["default"]
    described = {"description": schema["description"]} if "description" in schema else {}
    return {**described, "schema": {**kept, **(kinds[0] if kinds else {})}}


def _idempotency_key() -> Json:
    return {
        "name": IDEMPOTENCY_KEY,
        "in": "header",
        "required": False,
        "description": "The same key and body within a day: the same answer, one effect.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }


def _responses(operation: Operation) -> Json:
    answers: Json = {
        str(status): {"description": _first_line(model), "content": {JSON: {"schema": _reference(model)}}}
        for status, model in operation.answers.items()
    }
    codes = [*ALWAYS, *operation.problems, *(WITH_BODY if operation.body is not None else ())]
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(CODES[code][0], []).append(code)
    for status, here in sorted(by_status.items()):
        said = "; ".join(f"`{code}`: {CODES[code][1]}" for code in here)
        answers[str(status)] = {"description": said, "content": {CONTENT_TYPE: {"schema": _reference(ProblemAnswer)}}}
    return answers


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": _TEMPLATE.format(model=model.__name__)}
