"""A chat saved as a conversation test: it says what happened, it loads, and it passes when it is played."""

from __future__ import annotations

import pytest

from bot.rehearsal_room import RehearsalRoom
from flows.talk import Begin, Hear, Pause, Report, Step, Tap, Write
from flows.talk_file import load_talks
from tests.sim.sandbox import BUSINESS, PHONE, Sandbox


async def saved(sandbox: Sandbox, channel: str = "sms", **flow: str) -> str:
    query = {"business": BUSINESS, "phone": PHONE, "channel": channel, **flow}
    async with sandbox.session.get(f"{sandbox.url}/sim/api/chat-as-test", params=query) as got:
        assert (got.status, got.content_type) == (200, "text/yaml")
        return await got.text()


def steps(text: str) -> list[Step]:
    [talk] = load_talks(text, "chat.test.yaml")
    return list(talk.steps)


async def passes(sandbox: Sandbox, text: str) -> None:
    """Play it on the real path, in a room of its own."""
    [talk] = load_talks(text, "chat.test.yaml")
    async with RehearsalRoom() as room:
        verdict = await room.play(sandbox.engine.catalogue.houses[BUSINESS].business, talk)
    assert verdict.passed, f"{text}\n{verdict.diff}"


async def test_asked_and_confirmed(sandbox: Sandbox) -> None:
    """Every step as it was, and the end as it is; what got no answer says so."""
    await sandbox.reports("signup.form", page="官网")
    await sandbox.says(" ｙ。")
    await sandbox.says("Y")
    text = await saved(sandbox)
    assert steps(text) == [Begin(), Hear("ask"), Write(" ｙ。"), Hear("welcome"), Write("Y"), Hear(None)]
    [talk] = load_talks(text, "chat.test.yaml")
    assert (talk.flow, talk.person.language, talk.person.channel) == ("optin-confirm", "zh-CN", "sms")
    assert talk.person.facts == {"page": "官网"}
    assert (talk.then.state, talk.then.granted, talk.then.blocked) == ("welcome", ("offers",), ())
    assert (talk.then.messages, talk.then.refused) == (2, ())
    await passes(sandbox, text)


async def test_a_stop_and_what_was_refused_after_it(sandbox: Sandbox) -> None:
    await sandbox.reports("signup.form", page="官网")
    await sandbox.says("回复“TD退订”")
    await sandbox.reports("member.birthday", name="小周")
    text = await saved(sandbox, flow="optin-confirm")
    birthday = Report("member.birthday", {"name": "小周"})
    stopped = Write("回复“TD退订”")
    assert steps(text) == [Begin(), Hear("ask"), stopped, Hear("stopped"), birthday, Hear(None)]
    [talk] = load_talks(text, "chat.test.yaml")
    assert (talk.then.state, talk.then.blocked, talk.then.refused) == ("stopped", ("all",), ("stopped",))
    await passes(sandbox, text)


async def test_time_that_passed(sandbox: Sandbox) -> None:
    """Between two steps, and after the last."""
    await sandbox.reports("signup.form", page="官网")
    await sandbox.jumps("90m")
    await sandbox.says("who?")
    await sandbox.jumps("72h")
    text = await saved(sandbox)
    waits = [step.span.total_seconds() / 3600 for step in steps(text) if isinstance(step, Pause)]
    assert waits == [1.5, 72]
    await passes(sandbox, text)


async def test_a_tap(sandbox: Sandbox) -> None:
    """By the name of the answer, not by the id it travelled with."""
    await sandbox.says("prefs", "whatsapp")
    await sandbox.taps("New items")
    text = await saved(sandbox, "whatsapp")
    assert steps(text) == [Write("prefs"), Hear("topic"), Tap("new"), Hear("done")]
    await passes(sandbox, text)


async def test_a_flow_that_was_refused_at_once(sandbox: Sandbox) -> None:
    await sandbox.reports("member.birthday", name="小周")
    text = await saved(sandbox)
    assert steps(text) == [Begin(), Hear(None)]
    [talk] = load_talks(text, "chat.test.yaml")
    assert (talk.flow, talk.then.refused, talk.then.messages) == ("birthday", ("no-consent",), 0)
    await passes(sandbox, text)


async def test_events_that_move_a_flow_keep_their_facts(sandbox: Sandbox) -> None:
    await sandbox.reports("order.shipped", order_no="A1", carrier="顺丰", tracking="SF1")
    await sandbox.reports("order.delivered", order_no="A1")
    text = await saved(sandbox)
    assert Report("order.delivered", {"order_no": "A1"}) in steps(text)
    await passes(sandbox, text)


@pytest.mark.parametrize("said", ['a "quote" and \\', "line\nbreak", "{tap: x} # no", "- start", "", "é 👍 \u2028"])
async def test_whatever_was_written_reads_back(said: str, sandbox: Sandbox) -> None:
    """Into YAML and out again, to the letter."""
    await sandbox.says(said)
    text = await saved(sandbox, flow="preferences")
    assert steps(text)[0] == Write(said)


async def test_without_a_chat_there_is_no_test(sandbox: Sandbox) -> None:
    query = {"business": BUSINESS, "phone": PHONE}
    async with sandbox.session.get(f"{sandbox.url}/sim/api/chat-as-test", params=query) as got:
        assert got.status == 404
        assert "start one first" in (await got.json())["detail"]
