"""The simulator's page, used as a person uses it: by looking and clicking."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from flows.talk_file import load_talks

pytestmark = pytest.mark.browser


async def says(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#compose button").click()


async def sees(page: Page, text: str, status: str) -> None:
    """A bubble with this text whose receipt says so."""
    found = page.locator(f"#chat .bubble[data-status={status}]").filter(has_text=text)
    await expect(found).to_have_count(1)


async def test_the_story_by_clicking(page: Page, tmp_path: Path) -> None:
    """A newcomer follows the hint: asked, confirmed, stopped, refused; saved as a test that loads."""
    await expect(page.locator("#chat .hint")).to_contain_text("Start: signup.form")
    await page.get_by_role("button", name="Start: signup.form").click()
    await sees(page, "Reply Y to confirm", "delivered")
    await expect(page.locator("#conversations .item").first).to_contain_text("optin-confirm")
    await expect(page.locator("#timers")).to_contain_text("silent in 72 h")

    await says(page, "ｙ")
    await sees(page, "Confirmed: new items and offers", "delivered")
    await expect(page.locator("#consents .badge.good")).to_have_text("confirmed")

    await says(page, "回复TD退订")
    await sees(page, "You are unsubscribed", "delivered")
    await expect(page.locator("#consents .item").first).to_contain_text("withdrawn")
    await expect(page.locator("#conversations")).to_contain_text("stopped: everything")
    await expect(page.locator("#heard .item").first).to_contain_text("stop")
    await expect(page.locator("#heard .item").first).to_contain_text("word · ")

    await page.locator("#event").select_option(label="member.birthday → birthday")
    await page.get_by_role("button", name="Start: member.birthday").click()
    await expect(page.locator("#outcome")).to_contain_text("The person said stop")
    await expect(page.locator("#reasons .badge")).to_have_text("stopped")
    await expect(page.locator("#verified")).to_contain_text("verified")
    await expect(page.locator("#chat .bubble")).to_have_count(5)

    async with page.expect_download() as download:
        await page.locator("#save").click()
    file = tmp_path / (await download.value).suggested_filename
    await (await download.value).save_as(file)
    [talk] = load_talks(file.read_text("utf-8"), file.name)
    assert talk.then.refused == ("stopped",)


async def test_buttons_of_whatsapp_are_tapped(page: Page) -> None:
    """On the other tab of the same phone."""
    await page.get_by_role("tab", name="WhatsApp").click()
    await says(page, "prefs")
    await page.get_by_role("button", name="Points and gifts").click()
    await sees(page, "Saved: Points and gifts", "read")
    await page.get_by_role("tab", name="SMS").click()
    await expect(page.locator("#chat .hint")).to_be_visible()


async def test_jumping_to_a_timer(page: Page) -> None:
    """The clock moves, the flow ends, nobody is asked again."""
    await page.get_by_role("button", name="Start: signup.form").click()
    await sees(page, "Reply Y to confirm", "delivered")
    await page.locator("#timers").get_by_role("button", name="jump there").click()
    await expect(page.locator("#conversations .item").first).to_contain_text("ended: no-consent")
    await expect(page.locator("#chat .bubble")).to_have_count(1)


async def test_trouble_is_switched_and_shown(page: Page) -> None:
    """The carrier refuses; the page says that trouble is on, also after it was loaded again."""
    await page.locator("details summary").click()
    await page.locator("[name=fail]").select_option("undelivered")
    await expect(page.locator("#trouble-on")).to_be_visible()
    await page.get_by_role("button", name="Start: signup.form").click()
    await sees(page, "Reply Y to confirm", "undelivered")
    await page.reload()
    await expect(page.locator("#trouble-on")).to_be_visible()


async def test_what_people_write_is_never_markup(page: Page) -> None:
    """Neither in the chat nor in the cards."""
    nasty = "<img src=x onerror=alert(1)><b>hi</b>"
    await says(page, nasty)
    await expect(page.locator("#chat .bubble.mine")).to_contain_text(nasty)
    assert await page.locator("#chat img, #chat b").count() == 0


async def test_in_chinese_and_on_a_phone(page: Page) -> None:
    """The language is a button; nothing is wider than a small screen."""
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.locator("#language").click()
    await expect(page.locator("#chat .hint")).to_contain_text("启动：signup.form")
    await page.get_by_role("button", name="启动: signup.form").click()
    await sees(page, "回复Y确认", "delivered")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
