"""The sandbox API: who may use it, what it refuses and how it says so."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from yarl import URL

from storage import switches
from tests.sim.sandbox import BUSINESS, PHONE, POST, Json, Sandbox
from webhooks.sim import stream

EVENT = {"business": BUSINESS, "phone": PHONE, "type": "signup.form", "facts": {"page": "x"}}


async def test_a_post_without_our_header_does_nothing(sandbox: Sandbox) -> None:
    """A form on another site can post, but it cannot set a header."""
    for path in ("inbound", "event", "clock", "trouble"):
        async with sandbox.session.post(f"{sandbox.url}/sim/api/{path}", json=EVENT) as got:
            assert got.status == 403
    assert (await sandbox.person())["person"] == ""


@pytest.mark.parametrize(
    "host,status", [("evil.example", 403), ("localhost:1", 200), ("127.0.0.1", 200), ("[::1]:9", 200)]
)
async def test_a_name_pointed_at_us_by_others_opens_nothing(host: str, status: int, sandbox: Sandbox) -> None:
    """DNS rebinding: the browser believes that we are evil.example."""
    for path in ("", "/static/page.js", "/api/businesses"):
        async with sandbox.session.get(f"{sandbox.url}/sim{path}", headers={"Host": host}) as got:
            assert got.status == status


async def test_the_page_runs_nothing_inline_and_nothing_from_elsewhere(sandbox: Sandbox) -> None:
    async with sandbox.session.get(f"{sandbox.url}/sim") as got:
        policy, text = got.headers["Content-Security-Policy"], await got.text()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in text.replace("https://", "http")
    assert "style=" not in text
    assert "onclick" not in text


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fpage.py", "%2e%2e%2fapi.py", "page.py"])
async def test_only_the_pages_own_files_are_served(name: str, sandbox: Sandbox) -> None:
    async with sandbox.session.get(URL(f"{sandbox.url}/sim/static/{name}", encoded=True)) as got:
        assert got.status == 404


@pytest.mark.parametrize(
    "path,body,status,said",
    [
        ("event", {**EVENT, "type": "no.such"}, 422, "order.shipped"),
        ("event", {**EVENT, "business": "nobody"}, 404, "bookshop"),
        ("event", {**EVENT, "phone": "12"}, 422, "phone"),
        ("event", {**EVENT, "typo": 1}, 422, "typo"),
        ("inbound", {"business": BUSINESS, "channel": "fax", "phone": PHONE, "text": "x"}, 404, "sms, whatsapp"),
        ("inbound", {"business": BUSINESS, "channel": "sms", "phone": PHONE}, 422, "either text or tap"),
        ("clock", {"advance": "soon"}, 422, "72h"),
        ("clock", {"advance": "4000d"}, 422, "72h"),
        ("trouble", {"business": BUSINESS, "channel": "sms", "fail": "gremlins"}, 422, "fail"),
        ("trouble", {"business": BUSINESS, "channel": "sms", "delay": 61}, 422, "delay"),
    ],
)
async def test_a_wrong_request_says_what_is_right(
    path: str, body: dict[str, object], status: int, said: str, sandbox: Sandbox
) -> None:
    async with sandbox.session.post(f"{sandbox.url}/sim/api/{path}", json=body, headers=POST) as got:
        assert got.status == status
        assert said in (await got.json())["detail"]


async def test_a_jump_is_kept_before_it_is_made(sandbox: Sandbox) -> None:
    """In whole microseconds, the sum of all jumps: what a restart takes up again."""
    clock, database = sandbox.engine.stores.clock, sandbox.engine.stores.database
    await asyncio.gather(*(sandbox.post("clock", 200, advance="1h") for _ in range(3)))
    async with database.write() as tx:
        [row] = await tx.fetch(switches.OF_NAMES, businesses=[""], names=[switches.CLOCK])
    assert int(row[2]) == clock.offset.total_seconds() * 1_000_000


async def test_the_clock_stands_while_a_channel_is_live(sandbox: Sandbox) -> None:
    """People are real there, and so is their night."""
    house = sandbox.engine.catalogue.houses[BUSINESS]
    live = replace(house.business.channels["sms"], provider="twilio")
    business = replace(house.business, channels={**house.business.channels, "sms": live})
    sandbox.engine.catalogue.houses[BUSINESS] = replace(house, business=business)
    before = sandbox.engine.stores.clock.offset
    refused = await sandbox.post("clock", 409, advance="1h")
    assert "bookshop/sms" in refused["detail"]
    assert sandbox.engine.stores.clock.offset == before
    await sandbox.post("inbound", 404, business=BUSINESS, channel="sms", phone=PHONE, text="x")
    assert (await sandbox.get("businesses"))["clock"]["movable"] is False


async def test_every_event_is_offered_with_the_facts_it_needs(sandbox: Sandbox) -> None:
    """With the flow's own examples, in the language asked for."""
    [shop] = (await sandbox.get("businesses", lang="zh-CN"))["businesses"]
    events = {(e["type"], e["starts"]): e["facts"] for e in shop["events"]}
    assert events["signup.form", True] == {"page": "官网"}
    assert events["order.shipped", True]["order_no"] == "A20260102001"
    assert events["order.delivered", False] == {"order_no": "A20260102001"}
    assert ("campaign.repermission", True) in events


async def test_an_event_starts_on_the_channel_asked_for_where_its_flows_run(sandbox: Sandbox) -> None:
    """Else where the engine chooses."""
    body: Json = {"business": BUSINESS, "phone": PHONE, "channel": "whatsapp"}
    await sandbox.post("event", **body, type="order.shipped", facts={"order_no": "A1", "carrier": "x", "tracking": "1"})
    await sandbox.post("event", **body, type="campaign.repermission")
    await sandbox.quiet()
    channels = {m["flow"]: m["channel"] for m in (await sandbox.person())["messages"]}
    assert channels == {"order-notices": "whatsapp", "repermission": "sms"}


async def test_the_stream_pings_when_something_changed(sandbox: Sandbox) -> None:
    """At once when it is opened, again after a change, and not in between."""
    url = f"{sandbox.url}/sim/api/stream"
    async with sandbox.session.get(url, params={"business": BUSINESS, "phone": PHONE}) as got:
        first = await got.content.readuntil(b"\n\n")
        await sandbox.says("help")
        later = await got.content.readuntil(b"\n\n")
    assert first.startswith(b"data: ")
    assert later != first


async def test_so_many_pages_and_no_more(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST", 1)
    query = {"business": BUSINESS, "phone": PHONE}
    async with sandbox.session.get(f"{sandbox.url}/sim/api/stream", params=query) as got:
        await got.content.readuntil(b"\n\n")
        async with sandbox.session.get(f"{sandbox.url}/sim/api/stream", params=query) as second:
            assert second.status == 503
