"""What a person is told about their own standing fits where it is told."""

from __future__ import annotations

import pytest

from bot.account import LONGEST, STANDING


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "en", "es"])
def test_the_longest_standing_fits_the_value(language: str) -> None:
    """A value that is too long would be cut in the middle of a word."""
    worded = {name: words[language].format(day="2026-12-31", count=12) for name, words in STANDING.items()}
    notices = worded.pop("no-notices")
    assert max(len(f"{words}, {notices}") for words in worded.values()) <= LONGEST
