"""Every request has an id, in its answer and in the log; every answer has safe headers; every error has one shape.

Answers never name the server's software.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from types import MappingProxyType

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from storage.ids import random_id
from webhooks.problems import UNAVAILABLE, Problem, of_http, unavailable

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADER = "X-Request-Id"
PREFIX = "req_"
HOOKS = "/hooks/"
API = "/v1/"
SAFE_HEADERS = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
)
"""A page that needs more says so in its own answer."""

REQUEST_ID = web.RequestKey("request id", str)
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id(request: web.Request) -> str:
    """The id of a request that has passed the middleware."""
    return request[REQUEST_ID]


def tracing(random: Callable[[int], bytes]) -> Middleware:
    """The middleware. A caller's own sane ``X-Request-Id`` is kept."""

    @web.middleware
    async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get(HEADER, "")
        id_ = given if _GIVEN.fullmatch(given) else random_id(PREFIX, random)
        request[REQUEST_ID] = id_
        if request.path.startswith(HOOKS):  # carriers' calls answer for their own errors, and cheaply
            return await handler(request)
        with structlog.contextvars.bound_contextvars(request=id_):
            return await _answered(request, handler, id_)

    return trace


async def _answered(request: web.Request, handler: Handler, id_: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except Problem as problem:
        return problem.answer(id_)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return of_http(error).answer(id_)
    except UNAVAILABLE as error:
        log.error("request.unavailable", path=request.path, error=repr(error), cure="see the database's own log")
        return unavailable().answer(id_)
    except Exception:  # a fault of ours: logged with its trace, told without
        log.exception("request.failed", path=request.path)
        return Problem("internal", "it is in the log under this request's id").answer(id_)


async def finish_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The signal before headers leave."""
    headers = response.headers
    headers.popall(hdrs.SERVER, None)
    headers[HEADER] = request.get(REQUEST_ID) or ""
    for name, value in SAFE_HEADERS.items():
        headers.setdefault(name, value)
    if request.path.startswith(API):
        headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
