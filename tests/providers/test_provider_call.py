"""One provider call: what was never written may be tried again, what may have arrived never is."""

from __future__ import annotations

import socket
from datetime import timedelta

import aiohttp
import pytest

from bot.channels.http import LARGEST_ANSWER, LONGEST_PAUSE, Call, Reply, call
from bot.errors import Misconfigured, Retry, Unclear
from tests.providers.carrier import Behaviour, Carrier, answer, break_off, hang_up

SHORT = timedelta(milliseconds=80)
LONG = timedelta(seconds=10)


def sending(url: str, **headers: str) -> Call:
    return Call("POST", f"{url}/send?secret=1", headers, b"body")


def closed_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


async def test_an_answer_is_given_back_whole(session: aiohttp.ClientSession, carrier: Carrier) -> None:
    carrier.behaviour = answer(429, {"a": 1}, {"Retry-After": "3"})
    reply = await call(session, sending(carrier.url, **{"X-One": "1"}), LONG)
    assert (reply.status, reply.answer(), reply.pause()) == (429, {"a": 1}, timedelta(seconds=3))
    assert (carrier.only.path, carrier.only.body, carrier.only.headers["x-one"]) == ("/send?secret=1", b"body", "1")


async def test_a_refused_connection_sent_nothing(session: aiohttp.ClientSession) -> None:
    with pytest.raises(Retry, match="nothing was sent"):
        await call(session, sending(f"http://127.0.0.1:{closed_port()}"), LONG)


async def test_a_line_that_never_frees_sent_nothing(carrier: Carrier) -> None:
    """The deadline passes while we wait for the one connection that there may be: the request was never begun."""
    carrier.behaviour = carrier.answer_slowly
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session,
        session.get(carrier.url),
    ):
        with pytest.raises(Retry):
            await call(session, sending(carrier.url), SHORT)
    assert [one.method for one in carrier.requests] == ["GET"]


@pytest.mark.parametrize("behaviour", [hang_up, break_off])
async def test_a_line_cut_after_the_request_is_unclear(
    session: aiohttp.ClientSession, carrier: Carrier, behaviour: Behaviour
) -> None:
    carrier.behaviour = behaviour
    with pytest.raises(Unclear, match="may have taken"):
        await call(session, sending(carrier.url), LONG)
    assert len(carrier.requests) == 1


async def test_silence_past_the_deadline_is_unclear(session: aiohttp.ClientSession, carrier: Carrier) -> None:
    carrier.behaviour = carrier.say_nothing
    with pytest.raises(Unclear):
        await call(session, sending(carrier.url), SHORT)
    assert len(carrier.requests) == 1


async def test_an_endless_answer_is_cut_and_unclear(session: aiohttp.ClientSession, carrier: Carrier) -> None:
    carrier.behaviour = answer(200, b" " * (LARGEST_ANSWER + 1))
    with pytest.raises(Unclear):
        await call(session, sending(carrier.url), LONG)


async def test_a_redirect_is_not_followed(session: aiohttp.ClientSession, carrier: Carrier) -> None:
    carrier.behaviour = answer(307, {}, {"Location": "/elsewhere"})
    assert (await call(session, sending(carrier.url), LONG)).status == 307
    assert len(carrier.requests) == 1


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "not an address", "http://", "http://127.0.0.1:99999"])
async def test_an_address_that_is_none_is_misconfigured(session: aiohttp.ClientSession, url: str) -> None:
    with pytest.raises(Misconfigured, match="base_url"):
        await call(session, sending(url), LONG)


async def test_a_credential_with_a_line_break_is_misconfigured(
    session: aiohttp.ClientSession, carrier: Carrier
) -> None:
    with pytest.raises(Misconfigured):
        await call(session, sending(carrier.url, Authorization="Bearer a\r\nX: y"), LONG)
    assert carrier.requests == []


async def test_errors_do_not_show_the_query(session: aiohttp.ClientSession) -> None:
    with pytest.raises(Retry) as caught:
        await call(session, sending(f"http://127.0.0.1:{closed_port()}"), LONG)
    assert "secret" not in str(caught.value)


async def test_a_closed_session_sends_nothing(session: aiohttp.ClientSession, carrier: Carrier) -> None:
    await session.close()
    with pytest.raises(Retry, match="closed"):
        await call(session, sending(carrier.url), LONG)


@pytest.mark.parametrize(
    "headers,pause",
    [
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "7"}, timedelta(seconds=7)),
        ({"retry-after": "999999999"}, LONGEST_PAUSE),
        (
            {"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"},
            timedelta(seconds=30),
        ),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", "date": "Wed, 21 Oct 2026 07:28:30 GMT"}, timedelta(0)),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
    ],
)
def test_how_long_a_provider_asks_to_wait(headers: dict[str, str], pause: timedelta | None) -> None:
    assert Reply(429, headers, b"").pause() == pause
