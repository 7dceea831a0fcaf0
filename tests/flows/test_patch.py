"""Changes to the text of a file: what is not named stays as it was typed."""

from __future__ import annotations

import pytest

from flows.errors import FlowProblems
from flows.patch import patch_of

FILE = """\
# A comment.
title: {zh-CN: 书店, en: "Books, new", es: Libros}   # three
text:
  template: t
  zh-CN: "你好"
  en: 'Hello'
names: [one, "two"]
"""


def keep(*tags: str) -> dict[str, str]:
    return {"template": "template", **{tag: tag for tag in tags}}


@pytest.mark.parametrize(
    "kept, line",
    [
        (("zh-CN", "en", "es"), 'title: {zh-CN: 书店, en: "Books, new", es: Libros}   # three'),
        (("zh-CN",), "title: {zh-CN: 书店}   # three"),
        (("en",), 'title: {en: "Books, new"}   # three'),
        (("es",), "title: {es: Libros}   # three"),
        (("zh-CN", "es"), "title: {zh-CN: 书店, es: Libros}   # three"),
    ],
)
def test_entries_on_one_line_are_taken_out_with_their_commas(kept: tuple[str, ...], line: str) -> None:
    patch = patch_of(FILE, "file.yaml")
    patch.entries(("title",), keep(*kept).get)
    assert patch.text() == "\n".join([FILE.splitlines()[0], line, *FILE.splitlines()[2:], ""])


def test_entries_on_lines_of_their_own_are_taken_out_with_their_lines() -> None:
    patch = patch_of(FILE, "file.yaml")
    patch.entries(("text",), keep("en").get)
    assert patch.text() == FILE.replace('  zh-CN: "你好"\n', "")


def test_keys_are_renamed_where_they_stand() -> None:
    patch = patch_of(FILE, "file.yaml")
    renamed = {**keep("zh-CN", "en"), "en": "en-GB"}
    patch.entries(("title",), renamed.get)
    patch.entries(("text",), renamed.get)
    assert 'title: {zh-CN: 书店, en-GB: "Books, new"}   # three' in patch.text()
    assert "  en-GB: 'Hello'\n" in patch.text()


def test_a_word_a_list_and_words_of_a_line_are_replaced_and_nothing_else() -> None:
    patch = patch_of(FILE, "file.yaml")
    patch.word(patch.places.value("names", "1"), "two", "2")
    patch.within_line(patch.places.value("text", "en"), "l", "L")
    assert patch.text() == FILE.replace('"two"', '"2"').replace("Hello", "HeLLo")
    patch = patch_of(FILE, "file.yaml")
    patch.listing(("names",), ("a", "b"))
    assert patch.text() == FILE.replace('[one, "two"]', "[a, b]")


def test_a_word_that_does_not_stand_there_is_not_replaced_by_guess() -> None:
    patch = patch_of(FILE, "file.yaml")
    with pytest.raises(ValueError, match="line 7: there is no 'three' here"):
        patch.word(patch.places.value("names", "0"), "three", "3")


def test_what_cannot_be_read_is_not_patched() -> None:
    with pytest.raises(FlowProblems):
        patch_of("a: [", "file.yaml")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_of_other_systems_are_counted_alike(end: str) -> None:
    source = FILE.replace("\n", end)
    patch = patch_of(source, "file.yaml")
    patch.entries(("text",), keep("en").get)
    assert patch.text() == source.replace(f'  zh-CN: "你好"{end}', "")
