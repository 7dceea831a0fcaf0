"""The simulated carrier: the wire it speaks, and its misbehaviour. Whatever it does, nothing is sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from bot.channel import HookRequest
from bot.channels.simulator import verify
from bot.errors import BadSignature
from bot.sim_chat import sign
from storage.sim_messages import Content
from tests.sim.sandbox import BUSINESS, PHONE, TOKENS, Json, Sandbox, running
from tests.waiting import until
from webhooks.sim import carrier_routes
from webhooks.sim.posting import PAUSES, Event, Hook, Poster

SEND: Json = {
    "id": "msg_1",
    "to": {"scheme": "wa_id", "value": "8613800138000"},
    "from": "10690000",
    "medium": "sms",
    "body": "hi",
    "buttons": [],
    "rows": [],
    "list_label": "",
    "template": None,
    "valid_for": None,
}
BEARER = {"Authorization": f"Bearer {TOKENS[BUSINESS, 'sms']}"}


def messages(sandbox: Sandbox) -> str:
    return f"{sandbox.url}/sim/carrier/{BUSINESS}/sms/messages"


async def send(sandbox: Sandbox, **changed: object) -> tuple[int, Json]:
    async with sandbox.session.post(messages(sandbox), json={**SEND, **changed}, headers=BEARER) as got:
        return got.status, await got.json()


class Recording(Poster):
    """A poster that notes the status of each receipt before it is posted."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        super().__init__(session)
        self.statuses: list[object] = []

    async def post(self, hook: Hook, events: Sequence[Event]) -> bool:
        self.statuses += [event.get("status") for event in events]
        return await super().post(hook, events)


def test_the_carrier_signs_and_our_adapter_verifies() -> None:
    """Two pieces of code, one formula; another secret does not fit."""
    now = datetime.now(UTC)
    headers = {name.lower(): (value,) for name, value in sign("secret", b"{}", now).items()}
    request = HookRequest("POST", "https://bot.example/", headers, b"{}")
    verify(request, ("secret",), now)
    with pytest.raises(BadSignature):
        verify(request, ("other",), now)


async def test_the_same_id_is_taken_once_and_counted(sandbox: Sandbox) -> None:
    """The second send has the first one's provider id, and no receipts; the one bubble on the phone says twice."""
    recording = Recording(sandbox.session)
    sandbox.carrier.poster = recording
    status, first = await send(sandbox)
    assert status == 201
    assert await send(sandbox) == (201, first)
    await sandbox.quiet()
    [bubble] = (await sandbox.person())["chat"]
    assert (bubble["text"], bubble["copies"]) == ("hi", 2)
    assert recording.statuses == ["sent", "delivered"]


async def test_the_same_id_at_once_is_taken_once(sandbox: Sandbox) -> None:
    """In parallel too."""
    answers = await asyncio.gather(*(send(sandbox) for _ in range(8)))
    assert len({answer["provider_id"] for _, answer in answers}) == 1
    await sandbox.quiet()
    assert [b["copies"] for b in (await sandbox.person())["chat"]] == [8]


async def test_a_look_up_says_taken_or_absent(sandbox: Sandbox) -> None:
    """In the words that the adapter asks for."""
    _, taken = await send(sandbox)
    async with sandbox.session.get(messages(sandbox) + "/msg_1", headers=BEARER) as got:
        assert (got.status, await got.json()) == (200, taken)
    async with sandbox.session.get(messages(sandbox) + "/msg_2", headers=BEARER) as got:
        assert (got.status, (await got.json())["error"]["code"]) == (404, "absent")


@pytest.mark.parametrize("bearer", ["", "Bearer ", "Bearer whatsapp-token", "Bearer é", "sms-token"])
async def test_only_the_channel_itself_may_send(bearer: str, sandbox: Sandbox) -> None:
    """The bearer is the hook's token."""
    async with sandbox.session.post(messages(sandbox), json=SEND, headers={"Authorization": bearer}) as got:
        assert (got.status, (await got.json())["error"]["code"]) == (401, "misconfigured")


async def test_an_unreadable_send_is_rejected(sandbox: Sandbox) -> None:
    status, answer = await send(sandbox, to="nobody")
    assert (status, answer["error"]["code"]) == (400, "rejected")


@pytest.mark.parametrize("switched", [{"duplicate": True}, {"reorder": True}, {"duplicate": True, "reorder": True}])
async def test_webhooks_twice_or_backwards_change_nothing(switched: dict[str, bool], sandbox: Sandbox) -> None:
    """One answer per message, and a status that only rises."""
    await sandbox.trouble(**switched)
    await sandbox.reports("signup.form", page="官网")
    await sandbox.says("ｙ")
    assert len(await sandbox.bubbles()) == 3
    assert await sandbox.texts() == [("ask", "delivered"), ("welcome", "delivered")]
    assert [b["copies"] for b in (await sandbox.person())["chat"]] == [1, 1, 1]


async def test_duplicates_and_order_are_really_made(sandbox: Sandbox) -> None:
    """What arrives at our hook: each receipt twice, the later status first."""
    recording = Recording(sandbox.session)
    sandbox.carrier.poster = recording
    await sandbox.trouble(duplicate=True, reorder=True)
    await send(sandbox)
    await until(lambda: not sandbox.carrier.errands.under_way)
    assert recording.statuses == ["delivered", "delivered", "sent", "sent"]


async def test_lost_receipts_leave_the_message_accepted(sandbox: Sandbox) -> None:
    """The phone has it; we do not know."""
    await sandbox.trouble(lose_receipts=True)
    await sandbox.reports("signup.form", page="官网")
    assert [b["status"] for b in (await sandbox.person())["chat"]] == ["delivered"]
    assert await sandbox.texts() == [("ask", "accepted")]


async def test_what_does_not_arrive_is_failed(sandbox: Sandbox) -> None:
    await sandbox.trouble(fail="undelivered")
    await sandbox.reports("signup.form", page="官网")
    assert [b["status"] for b in (await sandbox.person())["chat"]] == ["undelivered"]
    assert await sandbox.texts() == [("ask", "failed")]


@pytest.mark.parametrize("fail", ["rejected", "unreachable"])
async def test_a_refusal_is_final(fail: str, sandbox: Sandbox) -> None:
    """Nothing reaches the phone, and nothing is tried again."""
    await sandbox.trouble(fail=fail)
    await sandbox.reports("signup.form", page="官网")
    assert await sandbox.texts() == [("ask", "failed")]
    assert await sandbox.bubbles() == []


async def test_a_carrier_that_says_opted_out_has_stopped_the_person(sandbox: Sandbox) -> None:
    await sandbox.trouble(fail="opted_out")
    await sandbox.reports("signup.form", page="官网")
    person = await sandbox.person()
    assert {s["kind"] for s in person["suppressions"]} == {"carrier", "stopped"}
    assert await sandbox.bubbles() == []


async def test_turned_away_for_its_pace_it_goes_later_once(sandbox: Sandbox) -> None:
    """A retry is the same message."""
    await sandbox.trouble(fail="rate_limited")
    body: Json = {"business": BUSINESS, "phone": PHONE, "type": "signup.form", "facts": {"page": "官网"}}
    await sandbox.post("event", **body)

    async def tried() -> bool:
        return any(m["status"] == "queued" and m["due"] for m in (await sandbox.person())["messages"])

    await until(tried)
    assert await sandbox.bubbles() == []
    await sandbox.trouble()
    await sandbox.jumps("1m")
    assert [b["copies"] for b in (await sandbox.person())["chat"]] == [1]


async def test_a_line_cut_after_taking_is_looked_up_and_not_repeated(sandbox: Sandbox) -> None:
    """Unclear to us; the carrier has it, so once is enough."""
    await sandbox.trouble(fail="close_taken")
    await sandbox.reports("signup.form", page="官网")
    assert [b["copies"] for b in (await sandbox.person())["chat"]] == [1]
    assert await sandbox.texts() == [("ask", "delivered")]


async def test_a_line_cut_before_taking_is_tried_again_once_the_carrier_says_so(sandbox: Sandbox) -> None:
    """The person asked to be asked, and the carrier knows of no question: it comes, and comes once."""
    await sandbox.trouble(fail="close")
    await sandbox.reports("signup.form", page="官网")
    assert await sandbox.bubbles() == []
    await sandbox.trouble()

    async def delivered() -> bool:
        return await sandbox.texts() == [("ask", "delivered")]

    await until(delivered)
    assert [b["copies"] for b in (await sandbox.person())["chat"]] == [1]


async def test_a_hanging_carrier_keeps_the_message(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken once and never answered for; the line ends in the end."""
    monkeypatch.setattr(carrier_routes, "HANGS_FOR", 0.05)
    await sandbox.trouble(fail="hang")
    with pytest.raises(aiohttp.ClientError):
        await send(sandbox)
    await sandbox.quiet()
    assert [b["copies"] for b in (await sandbox.person())["chat"]] == [1]


async def test_a_delay_holds_back_what_the_phone_wrote(sandbox: Sandbox) -> None:
    """Written, but not yet heard."""
    held = asyncio.Event()

    async def pause(_: float) -> None:
        await held.wait()

    sandbox.carrier.pause = pause
    await sandbox.post("inbound", business=BUSINESS, channel="sms", phone=PHONE, text="help")
    [bubble] = (await sandbox.person())["chat"]
    assert bubble["status"] == "written"
    held.set()
    await sandbox.quiet()
    assert (await sandbox.person())["chat"][0]["status"] == "heard"


async def test_trouble_outlives_a_restart(sandbox_url: str, valkey_url: str, redis: Redis) -> None:
    async with running(sandbox_url, valkey_url) as first:
        await first.trouble(delay=0.5, fail="rejected")
    async with running(sandbox_url, valkey_url, clock=first.engine.stores.clock) as second:
        [business] = (await second.get("businesses"))["businesses"]
        troubles = {c["name"]: c["trouble"] for c in business["channels"]}
        assert (troubles["sms"]["delay"], troubles["sms"]["fail"], troubles["whatsapp"]["fail"]) == (
            0.5,
            "rejected",
            None,
        )


async def test_what_was_under_way_goes_on_after_a_crash(sandbox_url: str, valkey_url: str, redis: Redis) -> None:
    """A phone wrote and the process ended before our hook had it: it is brought after the restart, once."""
    async with running(sandbox_url, valkey_url) as first:

        async def never(_: float) -> None:
            await asyncio.Event().wait()

        first.carrier.pause = never
        await first.carrier.write((BUSINESS, "sms"), PHONE, Content("prefs"))
    async with running(sandbox_url, valkey_url, clock=first.engine.stores.clock) as second:
        await second.quiet()
        assert [b["status"] for b in (await second.person())["chat"]] == ["heard", "delivered"]


async def posted(statuses: list[int]) -> tuple[bool, int, list[float]]:
    """Post one webhook to a hook that answers so: whether it was kept, the calls, the pauses."""
    calls = 0
    pauses: list[float] = []

    async def hook(_: web.Request) -> web.StreamResponse:
        nonlocal calls
        calls += 1
        return web.Response(status=statuses[min(calls, len(statuses)) - 1])

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    app = web.Application()
    app.router.add_post("/hook", hook)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        kept = await Poster(session, pause).post(Hook(str(server.make_url("/hook")), "secret"), [{"type": "x"}])
    return kept, calls, pauses


@pytest.mark.parametrize(
    "statuses,kept,calls",
    [
        ([200], True, 1),
        ([503, 503, 200], True, 3),
        ([500], False, len(PAUSES) + 1),
        ([403], False, 1),
        ([404], False, 1),
        ([503, 400], False, 2),
    ],
)
async def test_a_webhook_is_tried_again_on_5xx_alone_and_not_for_ever(
    statuses: list[int], kept: bool, calls: int
) -> None:
    """With longer and longer pauses."""
    got, made, pauses = await posted(statuses)
    assert (got, made) == (kept, calls)
    assert pauses == list(PAUSES[: calls - 1])
