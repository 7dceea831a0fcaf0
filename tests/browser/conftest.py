"""A page in a real Chromium, on a running sandbox."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from tests.sim.conftest import migrated_file, sandbox, sandbox_url
from tests.sim.sandbox import PHONE, Sandbox

__all__ = ["migrated_file", "sandbox", "sandbox_url"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 10_000
"""Milliseconds for any one thing to appear."""


def installed() -> str:
    """The path of the browser."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.skip(f"no browser on this machine: install one of {', '.join(NAMES)}")
    return found


@pytest_asyncio.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[Page]:
    """The simulator in English, desktop size. A mistake in its scripts or a blocked file fails the test."""
    mistakes: list[str] = []
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=installed(), args=arguments)
        opened = await browser.new_page(viewport={"width": 1280, "height": 800}, timezone_id="Asia/Shanghai")
        opened.set_default_timeout(PATIENCE)
        opened.on("pageerror", lambda error: mistakes.append(str(error)))
        opened.on("console", lambda line: mistakes.append(line.text) if line.type == "error" else None)
        await opened.goto(f"{sandbox.url}/sim?lang=en&phone=%2B{PHONE[1:]}")
        await opened.wait_for_selector("#chat .hint")
        yield opened
        await browser.close()
    assert mistakes == []
