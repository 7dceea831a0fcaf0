"""The API's operations put on routes: who calls, may they, what do they say, was it done before; then the operation."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace

from aiohttp import web

from storage.api_keys import ApiKey
from storage.idempotency import Claim, InFlight, OtherRequest, Replay, request_hash
from webhooks.problems import CONTENT_TYPE, UNAVAILABLE, Problem
from webhooks.rest import consents, events, messages, people, recalls, reviews
from webhooks.rest.call import Call, Desk, Operation, Reply, fresh_event
from webhooks.rest.reading import JSON, read_body, read_query, read_shape
from webhooks.trace import request_id

OPERATIONS: tuple[Operation, ...] = (
    *events.OPERATIONS,
    *messages.OPERATIONS,
    *people.OPERATIONS,
    *consents.OPERATIONS,
    *reviews.OPERATIONS,
    *recalls.OPERATIONS,
)

IDEMPOTENCY_KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
IDS = {"event": "evt_", "message": "msg_", "person": "prs_", "review": "rev_"}
"""What a path parameter begins with."""
NAMES = ("campaign", "channel")
"""Path parameters that are names of the business's own."""

_BEARER = re.compile(r"[Bb]earer +(sk_(?:live|test)_[0-9a-f]+)")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def add_routes(app: web.Application, desk: Desk) -> None:
    """Put every operation on its path."""
    for operation in OPERATIONS:
        path = operation.path
        for name, prefix in IDS.items():
            path = path.replace(f"{{{name}}}", f"{{{name}:{prefix}[0-9a-f]{{1,64}}}}")
        app.router.add_route(operation.method, path, Endpoint(desk, operation).handle)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation on its route."""

    desk: Desk
    operation: Operation

    async def handle(self, request: web.Request) -> web.Response:
        """From an HTTP request to an HTTP answer. Problems are the middleware's to answer."""
        key = await self._authenticated(request)
        query = read_query(request, self.operation.query)
        raw, body = b"", None
        if self.operation.body is not None:
            raw = await read_body(request)
            body = read_shape(raw, self.operation.body)
        call = Call(self.desk, key, dict(request.match_info), query, body, fresh_event(self.desk))
        wanted = _wanted_key(request) if body is not None else None
        if wanted is None:
            return _response(await self.operation.handle(call), request_id(request))
        same = request_hash(request.method.encode(), request.raw_path.encode(), key.mode.encode(), raw)
        taken = await self.desk.idempotency.claim(key.business, wanted, same)
        if isinstance(taken, Claim):
            return await self._once(replace(call, event=taken.event), taken, request_id(request))
        return _again(taken)

    async def _authenticated(self, request: web.Request) -> ApiKey:
        given = _BEARER.fullmatch(request.headers.get("Authorization", ""))
        key = await self.desk.keys.find(given[1]) if given is not None else None
        if key is None:
            what = (
                "this key is not known, or was revoked"
                if given
                else "send Authorization: Bearer sk_live_… or sk_test_…"
            )
            raise Problem("not-authenticated", what, headers={"WWW-Authenticate": "Bearer"})
        return key

    async def _once(self, call: Call, claim: Claim, instance: str) -> web.Response:
        """Act, and keep the answer. What had no effect frees the key, so that the mended request may use it; what
        may have had one is told again under the same event when it is asked again."""
        claims = self.desk.idempotency
        try:
            reply = await self.operation.handle(call)
        except Exception as error:  # raised again: only the claim is seen to
            with contextlib.suppress(*UNAVAILABLE):  # then the claim ends by its age
                mended = isinstance(error, Problem) and error.status < 500
                await (claims.release(claim) if mended else claims.abandon(claim))
            raise
        response = _response(reply, instance)
        if reply.final:
            await claims.finish(claim, response.status, _bytes(response))
        else:
            await claims.abandon(claim)
        return response


def _response(reply: Reply, instance: str) -> web.Response:
    if reply.problem is not None:
        return reply.problem.answer(instance)
    body = reply.body.model_dump_json(exclude_none=True).encode() if reply.body is not None else b""
    return web.Response(status=reply.status, body=body, content_type=JSON)


def _bytes(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""


def _wanted_key(request: web.Request) -> str | None:
    given = request.headers.getall(IDEMPOTENCY_KEY, [])
    if not given:
        return None
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise Problem("malformed", f"{IDEMPOTENCY_KEY} is one header of 1 to 255 visible ASCII characters")
    return given[0]


def _again(taken: Replay | OtherRequest | InFlight) -> web.Response:
    """What a key that is taken is answered with."""
    if isinstance(taken, OtherRequest):
        raise Problem("key-used", "use a new key for a new request")
    if isinstance(taken, InFlight):
        raise Problem("in-flight", "ask again in a moment", headers={"Retry-After": "1"})
    kind = JSON if taken.status < 400 else CONTENT_TYPE
    return web.Response(status=taken.status, body=taken.answer, content_type=kind, headers={REPLAYED: "true"})
