"""The simulator in a terminal, played from a list of lines as from a pipe."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sim_chat import SandboxRefused, SandboxUnreachable, Talker, post_webhook, run_chat, sign, trigger
from flows.talk_file import load_talks
from tests.sim.sandbox import BUSINESS, PHONE, TOKENS, Sandbox

WHO = Talker(BUSINESS, PHONE, "sms", "optin-confirm", "zh-CN")


async def played(sandbox: Sandbox, *lines: str, who: Talker = WHO) -> tuple[int, list[str]]:
    """The exit code and what was printed."""
    printed: list[str] = []
    code = await asyncio.to_thread(run_chat, sandbox.url, who, iter(lines), printed.append)
    return code, printed


async def test_a_chat_from_a_pipe(sandbox: Sandbox, tmp_path: Path) -> None:
    """Start, answer, wait, stop, look, save."""
    file = tmp_path / "chat.test.yaml"
    lines = (
        "/start",
        "ｙ\n",
        "",
        "/wait 1h",
        "回复TD退订",
        "/start member.birthday name=小周",
        "/state",
        f"/save {file}",
    )
    code, printed = await played(sandbox, *lines, "/quit", "never said")
    assert code == 0
    bubbles = [line for line in printed if line[0] in "<>"]
    assert [line[:8] for line in bubbles] == [
        "< 【小满书店】",
        "> ｙ",
        "< 【小满书店】",
        "> 回复TD退订",
        "< 【小满书店】",
    ]
    assert "! birthday greet refused: stopped. The person said stop. Only their own START lifts it." in printed
    assert "state    optin-confirm: welcome (ended: granted)" in printed
    assert "consent  offers on sms: withdrawn" in printed
    assert "stop     stopped: all" in printed
    assert printed[-2].endswith("verified")
    assert [talk.flow for talk in load_talks(file.read_text("utf-8"), str(file))] == ["optin-confirm"]


async def test_buttons_are_tapped_by_number(sandbox: Sandbox) -> None:
    """As they are numbered on the screen."""
    who = Talker(BUSINESS, PHONE, "whatsapp", "", "en")
    code, printed = await played(sandbox, "prefs", "/tap 2", who=who)
    assert code == 0
    assert printed[1].splitlines()[-3:] == ["  [1] New items", "  [2] Points and gifts", "  [3] Bills only"]
    assert printed[2:] == ["> Points and gifts", "< Saved: Points and gifts. Send PREFS to change, T to stop."]


@pytest.mark.parametrize("line", ["/start no.such", "/tap 1", "/wait soon", "/dance", "/save"])
async def test_a_wrong_line_says_so_and_the_chat_goes_on(line: str, sandbox: Sandbox) -> None:
    """The exit code tells."""
    code, printed = await played(sandbox, line, "help")
    assert code == 1
    assert printed[0].startswith("! ")
    assert printed[1] == "> help"


async def test_an_event_alone(sandbox: Sandbox) -> None:
    came = await asyncio.to_thread(trigger, sandbox.url, WHO, "signup.form", {"page": "官网"})
    assert [one["flow"] for one in came["started"]] == ["optin-confirm"]


async def test_a_webhook_from_a_file(sandbox: Sandbox) -> None:
    """Signed it is stored, unsigned it is not."""
    who = {"scheme": "e164", "value": PHONE}
    body = json.dumps({"events": [{"type": "message", "id": "m1", "from": [who], "text": "help"}]}).encode()
    token = TOKENS[BUSINESS, "sms"]
    hook, headers = (BUSINESS, "sms", token), sign(token, body, datetime.now(UTC))
    assert await asyncio.to_thread(post_webhook, sandbox.url, hook, body, headers) == '{"stored":true}'
    await sandbox.quiet()
    assert [m["text"] for m in (await sandbox.person())["messages"]] == ["help"]
    with pytest.raises(SandboxRefused, match="401"):
        await asyncio.to_thread(post_webhook, sandbox.url, hook, body, {})


def test_without_a_server_it_says_how_to_start_one() -> None:
    with pytest.raises(SandboxUnreachable, match="serve"):
        run_chat("http://127.0.0.1:9", WHO, [], print)
