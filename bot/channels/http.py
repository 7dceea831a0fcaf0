"""The one provider call of a send: one request, one deadline, no redirect, no repeat.

It tells apart a call that never began (Retry: nothing was written) from one whose outcome nobody
knows (Unclear). It must never send the same request twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import BytesPayload
from yarl import URL

from bot.channels.reading import read_object
from bot.errors import BadRequest, ChannelError, Misconfigured, Retry, Unclear
from bot.events import Reason

DEADLINE = timedelta(seconds=10)
"""How long one provider call may take, connection and answer included, unless configured otherwise."""

PAUSE = timedelta(seconds=5)
"""How long to wait when the provider asks for a pause without saying how long."""

LONGEST_PAUSE = timedelta(days=1)
LARGEST_ANSWER = 1 << 20


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a provider. ``url`` is absolute and already percent-encoded."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: header names are lower case; ``body`` at most ``LARGEST_ANSWER`` octets."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def taken(self) -> bool:
        """Whether the status alone says that the provider took the request."""
        return 200 <= self.status < 300

    def answer(self) -> dict[str, object] | None:
        """The JSON object of the body (of a name given twice the last value); None when it is anything else."""
        try:
            return read_object(self.body, dict)
        except BadRequest:
            # Not JSON is a legitimate finding here: proxies answer in HTML.
            return None

    def pause(self) -> timedelta | None:
        """The pause that ``Retry-After`` asks for (seconds or a date, RFC 9110 10.2.3), at most a day."""
        asked = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", asked):
            return min(timedelta(seconds=int(asked)), LONGEST_PAUSE)
        until, since = _http_date(asked), _http_date(self.headers.get("date", ""))
        if until is None or since is None:
            return None
        return min(max(until - since, timedelta(0)), LONGEST_PAUSE)


class _Watched(BytesPayload):
    """A body that knows whether any of it was handed to the socket."""

    begun = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        self.begun = True
        await super().write_with_length(writer, content_length)


async def call(session: aiohttp.ClientSession, request: Call, deadline: timedelta = DEADLINE) -> Reply:
    """Make the request once. Raises Retry, Misconfigured (nothing was written) or Unclear (something was)."""
    body = _Watched(request.body)
    try:
        return await _exchange(session, request, body, deadline)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _lost(request, body.begun, error) from error


async def _exchange(session: aiohttp.ClientSession, request: Call, body: BytesPayload, deadline: timedelta) -> Reply:
    if session.closed:
        raise Retry(f"{_place(request)}: the session is closed", after=PAUSE, reason=Reason.PROVIDER_FAULT)
    async with session.request(
        request.method,
        URL(request.url, encoded=True),
        data=body if request.body else None,
        headers=request.headers,
        timeout=aiohttp.ClientTimeout(total=deadline.total_seconds()),
        allow_redirects=False,
        raise_for_status=False,
    ) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status, headers, await _read(response))


async def _read(response: aiohttp.ClientResponse) -> bytes:
    read = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        read += chunk
        if len(read) > LARGEST_ANSWER:
            raise aiohttp.ClientPayloadError(f"the answer is longer than {LARGEST_ANSWER} octets")
    return bytes(read)


def _lost(request: Call, begun: bool, error: Exception) -> ChannelError:
    why = f"{_place(request)}: {type(error).__name__} {error}".rstrip()
    if begun:
        return Unclear(f"{why}; the provider may have taken the message", reason=Reason.PROVIDER_FAULT)
    # Bad addresses and untrusted certificates are ValueErrors, like a line break in a credential; one is not.
    if isinstance(error, ValueError | aiohttp.NonHttpUrlClientError):
        return Misconfigured(f"{why}; check base_url and credentials", reason=Reason.ACCOUNT_PROBLEM)
    return Retry(f"{why}; nothing was sent", after=PAUSE, reason=Reason.PROVIDER_FAULT)


def _place(request: Call) -> str:
    """The address without its query, which may hold what does not belong in a log."""
    return f"{request.method} {request.url.partition('?')[0]}"


def _http_date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        return None
    return read if read.tzinfo else None
