"""Whole conversations through the simulated carrier, over real HTTP both ways."""

from __future__ import annotations

from redis.asyncio import Redis

from tests.sim.sandbox import BUSINESS, PHONE, Sandbox, running


async def test_a_phone_is_asked_confirms_stops_and_gets_no_offer(sandbox: Sandbox) -> None:
    """The main story: asked once, confirmed in full width, stopped in words of its own, then refused."""
    came = await sandbox.reports("signup.form", page="官网")
    assert [one["flow"] for one in came["started"]] == ["optin-confirm"]
    await sandbox.says("ｙ")
    person = await sandbox.person()
    assert [(c["purpose"], c["status"], c["holds"]) for c in person["consents"]] == [("offers", "confirmed", True)]

    await sandbox.says("回复TD退订")
    await sandbox.says("退订")
    came = await sandbox.reports("member.birthday", name="小周", coupon="B8K2", until="2027-01-01", balance="1")

    assert [(one["flow"], one["why"]) for one in came["refused"]] == [("birthday", "stopped")]
    assert "START" in came["refused"][0]["en"]
    assert await sandbox.bubbles() == [
        "【小满书店】您在官网登记接收新品与优惠，每月最多4条，为期12个月。回复Y确认，不回复视为不同意；回复T退订。",
        "> ｙ",
        "【小满书店】已确认，新品与优惠每月最多4条。随时回复T退订。",
        "> 回复TD退订",
        "【小满书店】已退订，今后不再向您发送。如需恢复请回复“恢复”。客服400-000-0000",
        "> 退订",
    ]
    person = await sandbox.person()
    assert {s["scope"] for s in person["suppressions"]} == {"all"}
    assert [(r["why"], r["flow"]) for r in person["reasons"]] == [("stopped", "birthday")]
    assert person["ledger"]["verified"]


async def test_buttons_of_whatsapp_are_tapped_and_its_messages_read(sandbox: Sandbox) -> None:
    """The id of the button comes back, and the receipts go as far as read."""
    await sandbox.says("prefs", "whatsapp")
    await sandbox.taps("Points and gifts")
    person = await sandbox.person()
    assert [c["purpose"] for c in person["consents"] if c["holds"]] == ["points"]
    assert [b["status"] for b in person["chat"]] == ["heard", "read", "heard", "read"]
    assert await sandbox.texts() == [("topic", "read"), ("done", "read")]


async def test_silence_for_72_hours_ends_without_consent(sandbox: Sandbox) -> None:
    """The clock jumps, the timer fires, nothing more is sent."""
    await sandbox.reports("signup.form", page="官网")
    assert [(t["go"], t["flow"]) for t in (await sandbox.person())["timers"]] == [("silent", "optin-confirm")]
    await sandbox.jumps("72h")
    person = await sandbox.person()
    assert [(r["state"], r["outcome"]) for r in person["conversations"]] == [("silent", "no-consent")]
    assert len(person["chat"]) == 1
    assert person["timers"] == []


GIFT = {"name": "小周", "coupon": "B8K2", "until": "2027-01-01", "balance": "1"}


async def test_what_waits_for_the_morning_says_so(sandbox: Sandbox) -> None:
    """At night an offer is a row that waits, with its reason, its time and the cure."""
    await sandbox.says("偏好")
    await sandbox.says("2")
    await sandbox.jumps("10h")
    await sandbox.reports("member.birthday", **GIFT)
    person = await sandbox.person()
    assert (await sandbox.texts())[-1] == ("greet", "queued")
    [reason] = person["reasons"]
    assert (reason["why"], reason["status"]) == ("quiet-hours", "queued")
    assert reason["due"] > person["now"]
    assert [run["shown"] for run in person["conversations"] if run["flow"] == "birthday"] == [False]
    await sandbox.jumps("12h")
    assert (await sandbox.texts())[-1] == ("greet", "delivered")


async def test_a_sign_up_at_night_is_answered_at_night(sandbox: Sandbox) -> None:
    """Who has just signed up is awake and waits for the question."""
    await sandbox.jumps("10h")
    await sandbox.reports("signup.form", page="官网")
    assert [text for text, _ in await sandbox.texts()] == ["ask"]


async def test_the_clock_and_the_phones_outlive_a_restart(sandbox_url: str, valkey_url: str, redis: Redis) -> None:
    """The carrier's messages, our records and the jump are all in the database."""
    async with running(sandbox_url, valkey_url) as first:
        await first.reports("signup.form", page="官网")
        await first.jumps("1h")
        chat = (await first.person())["chat"]
    async with running(sandbox_url, valkey_url, clock=first.engine.stores.clock) as second:
        person = await second.person()
        assert person["chat"] == chat
        assert [r["flow"] for r in person["conversations"]] == ["optin-confirm"]
        await second.says("ｙ")
        assert [c["status"] for c in (await second.person())["consents"]] == ["confirmed"]


async def test_nobody_is_known_before_they_were_written_to(sandbox: Sandbox) -> None:
    """An empty view is a view."""
    person = await sandbox.person()
    assert (person["phone"], person["business"], person["person"], person["chat"]) == (PHONE, BUSINESS, "", [])


async def test_what_only_its_pace_holds_back_says_so(sandbox: Sandbox) -> None:
    """Two notices within 30 seconds: the second waits its turn, and the view says until when."""
    await sandbox.reports("order.shipped", order_no="A1", carrier="x", tracking="1")
    await sandbox.reports("order.delivered", order_no="A1")
    person = await sandbox.person()
    assert len(person["chat"]) == 1
    [waiting] = person["reasons"]
    assert (waiting["why"], waiting["text"], waiting["status"]) == ("", "delivered", "queued")
    assert "pace" in waiting["en"]
    await sandbox.jumps("1m")
    assert len(await sandbox.bubbles()) == 2
