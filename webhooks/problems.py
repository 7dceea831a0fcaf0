"""What is wrong with a request, as RFC 9457 says it: one shape for every error of the API.

A problem names the fault and its cure. It never repeats a number, a text or a key that was sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import asyncpg
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.group_commit import Overloaded
from storage.errors import NotStored

CONTENT_TYPE = "application/problem+json"

UNAVAILABLE = (NotStored, Overloaded, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""What is raised when the database does not answer or more waits than it can take: the caller may try again."""

CODES: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "not-authenticated": (401, "No valid API key"),
    "live-key-needed": (403, "A test key cannot do this here"),
    "other-business": (403, "The key belongs to another business"),
    "refused": (403, "The message was refused"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "Not this method"),
    "in-flight": (409, "The same request is being answered"),
    "settled": (409, "It is settled already"),
    "too-large": (413, "The body is too large"),
    "wrong-content-type": (415, "The body is not of a type that is read here"),
    "invalid": (422, "The request does not say what it should"),
    "unknown-name": (422, "A name that the business does not have"),
    "starts-by-event": (422, "This text cannot be sent alone"),
    "key-used": (422, "The Idempotency-Key was used for another request"),
    "event-failed": (500, "The event is stored, but acting on it failed"),
    "internal": (500, "A fault of ours"),
    "unavailable": (503, "Not stored: try again"),
}
"""Every code of the API's problems, with its status and title."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. ``pointer`` is an RFC 6901 fragment into the body, or ``?name`` for a parameter."""

    pointer: str
    detail: str
    cure: str = ""
    code: str = ""


@dataclass(slots=True, eq=False)
class Problem(Exception):
    """Raised anywhere below a route; answered by the middleware."""

    code: str
    detail: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status of the code."""
        return CODES[self.code][0]

    def body(self, instance: str) -> bytes:
        """The JSON document."""
        status, title = CODES[self.code]
        document: dict[str, object] = {
            "type": f"/docs#{self.code}",
            "title": title,
            "status": status,
            "code": self.code,
            "detail": self.detail,
            "instance": instance,
        }
        if self.faults:
            document["errors"] = [_fault(fault) for fault in self.faults]
        return json.dumps(document, ensure_ascii=False).encode()

    def answer(self, instance: str) -> web.Response:
        """The whole response."""
        return web.Response(
            status=self.status, body=self.body(instance), content_type=CONTENT_TYPE, headers=self.headers
        )


def _fault(fault: Fault) -> dict[str, str]:
    parts = {"pointer": fault.pointer, "detail": fault.detail, "cure": fault.cure, "code": fault.code}
    return {name: value for name, value in parts.items() if value}


_OF_STATUS = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "wrong-content-type",
}


def of_http(error: web.HTTPException) -> Problem:
    """The server's own errors (no such route, not this method, too large) in our shape."""
    code = _OF_STATUS.get(error.status, "internal" if error.status >= 500 else "malformed")
    allow = error.headers.get("Allow")
    detail = error.text or HTTPStatus(error.status).phrase
    return Problem(code, detail, headers={"Allow": allow} if allow else {})


def unavailable() -> Problem:
    """Nothing was stored, and the caller may try again."""
    return Problem("unavailable", "the database did not take it; nothing was stored", headers={"Retry-After": "1"})
