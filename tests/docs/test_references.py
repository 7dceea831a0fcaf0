"""The reference pages say what the code says, today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.reference_words import BUSINESS, FLOW
from bot.references import FOLDER, NOT_GIVEN, pages
from bot.why import Why

CHECKOUT = Path(__file__).parents[2]
PAGES = pages(main)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_what_the_code_would_write(name: str) -> None:
    """When this fails: python -m bot.references"""
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name]


def test_no_page_was_left_behind() -> None:
    files = [file for file in FOLDER.rglob("*") if file.is_file()]
    assert {file.relative_to(FOLDER).as_posix() for file in files} == set(PAGES)


def test_every_meaning_of_a_key_is_shown() -> None:
    """A key that was renamed would leave its old sentence in the list, unseen."""
    shown = PAGES["flow-words.md"]
    assert [key for key in (*FLOW, *BUSINESS) if f"`{key}`" not in shown] == []


def test_reasons_marked_as_not_given_yet_are_given_nowhere() -> None:
    given = set()
    for folder in ("bot", "webhooks"):
        for file in (CHECKOUT / folder).rglob("*.py"):
            if file.name not in ("why.py", "references.py"):
                given |= set(re.findall(r"\bWhy\.([A-Z_]+)", file.read_text(encoding="utf-8")))
    assert {why for why in Why if why.name not in given} == NOT_GIVEN
