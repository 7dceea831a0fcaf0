"""What is typed is what is read, and whatever YAML can hide is refused where it stands."""

from __future__ import annotations

import pytest

from flows.document import DEEPEST, LARGEST, decode, read_document
from flows.errors import FlowProblems
from flows.places import Place

DEEP_BLOCK = "\n".join(" " * level + "a:" for level in range(DEEPEST + 5))


def found(source: str) -> list[tuple[str, int, int]]:
    return [(each.code, each.line, each.column) for each in read_document(source, "f.yaml")[1]]


@pytest.mark.parametrize(
    "typed",
    ["on", "NO", "yes", "null", "~", "0000", "007", "21:00", "+8613800138000", "1e3", "0x1F", "2026-12-31", ".inf"],
)
def test_a_scalar_stays_what_was_typed(typed: str) -> None:
    document, problems = read_document(f'plain: {typed}\nquoted: "{typed}"\n{typed}: key\n', "f.yaml")
    assert document is not None
    assert (document.root, problems) == ({"plain": typed, "quoted": typed, typed: "key"}, [])


def test_an_empty_value_is_an_empty_text() -> None:
    document, _ = read_document("a:\nb: {c: , d}\ne: ['', ~]\n", "f.yaml")
    assert document is not None
    assert document.root == {"a": "", "b": {"c": "", "d": ""}, "e": ["", "~"]}


def test_every_key_and_value_has_its_place() -> None:
    document, _ = read_document("a:\n  b: [退订, {c: d}]\n", "f.yaml")
    assert document is not None
    places = document.places
    assert places.key("a", "b") == Place(2, 3)
    assert places.value("a", "b", "0") == Place(2, 7)
    assert places.key("a", "b", "1", "c") == Place(2, 12)
    assert places.value("a", "b", "1", "c", "not in the file") == Place(2, 15)


@pytest.mark.parametrize(
    "source,expected",
    [
        pytest.param("a:\n\tb: 1\n", ("E001", 2, 1), id="tab"),
        pytest.param("a:\n  b: 1\n c: 2\n", ("E001", 3, 2), id="indent"),
        pytest.param("a: 1\n  b: 2\n", ("E001", 2, 4), id="indent under a value"),
        pytest.param("x: 1\na: 'b\nc: d\n", ("E001", 2, 4), id="quote never closed"),
        pytest.param("x: 1\na: [b, c\n", ("E001", 2, 4), id="bracket never closed"),
        pytest.param("a: {b: 1\nc: 2}\n", ("E001", 1, 4), id="comma missing"),
        pytest.param("a: b: c\n", ("E001", 1, 5), id="two colons"),
        pytest.param("a: @b\n", ("E001", 1, 4), id="reserved sign"),
        pytest.param("a: \x07\n", ("E001", 1, 4), id="control character"),
        pytest.param('ok: 1\na: "\\0"\n', ("E001", 2, 4), id="control character by escape"),
        pytest.param('a: "\\uD800"\n', ("E001", 1, 4), id="half a character by escape"),
        pytest.param('a: "\\UFFFFFFFF"\n', ("E001", 1, 1), id="escape beyond Unicode"),
        pytest.param("%YAML 1." + "9" * 5000 + "\n---\na: 1\n", ("E001", 1, 1), id="endless version"),
        pytest.param("\ufeffa: 1\n", ("E001", 1, 1), id="byte order mark"),
        pytest.param("a: b\u2028c: d\n", ("E001", 1, 5), id="invisible line separator"),
        pytest.param("", ("E001", 1, 1), id="empty"),
        pytest.param("# nothing\n", ("E001", 1, 1), id="only a comment"),
        pytest.param("- a\n- b\n", ("E001", 1, 1), id="list at the root"),
        pytest.param("just words\n", ("E001", 1, 1), id="words at the root"),
        pytest.param("a: 1\n---\nb: 2\n", ("E001", 2, 1), id="two documents"),
        pytest.param("a: " + "[" * 100, ("E001", 1, 4), id="deep brackets"),
        pytest.param("x:\n" + "[{\n" * 40_000, ("E001", 2, 1), id="very deep brackets, fast"),
        pytest.param(DEEP_BLOCK, ("E001", DEEPEST + 1, DEEPEST + 1), id="deep indentation"),
        pytest.param("a: " + "b" * LARGEST, ("E001", 1, 1), id="over 1 MiB"),
        pytest.param("a: 1\nb: 2\na: 3\n", ("E102", 3, 1), id="duplicate key"),
        pytest.param('x: {"on": 1, on: 2}\n', ("E102", 1, 14), id="duplicate key in other dress"),
        pytest.param("a: &x 1\n", ("E104", 1, 4), id="anchor"),
        pytest.param("a: [b, *x]\n", ("E104", 1, 8), id="alias"),
        pytest.param("*x : b\n", ("E104", 1, 1), id="alias as key"),
        pytest.param("a: !!str 1\n", ("E104", 1, 4), id="tag"),
        pytest.param("a: !include other.yaml\n", ("E104", 1, 4), id="include tag"),
        pytest.param("include: other.yaml\n", ("E104", 1, 1), id="include key"),
        pytest.param("a:\n  <<: {b: 1}\n", ("E104", 2, 3), id="merge key"),
        pytest.param("%YAML 1.1\n---\na: on\n", ("E104", 1, 1), id="YAML 1.1"),
        pytest.param("? [a]\n: b\n", ("E103", 1, 3), id="list as key"),
    ],
)
def test_what_yaml_can_get_wrong_is_named_once_where_it_stands(source: str, expected: tuple[str, int, int]) -> None:
    assert found(source) == [expected]


def test_all_that_hides_meaning_is_named_in_one_run() -> None:
    source = "a: &x 1\nb: *x\na: 2\nc: !t 3\n"
    assert found(source) == [("E104", 1, 4), ("E104", 2, 4), ("E102", 3, 1), ("E104", 4, 4)]


def test_of_two_equal_keys_the_first_is_kept_and_marked_as_damaged() -> None:
    document, _ = read_document("a: {b: 1}\na: {c: 2}\n", "f.yaml")
    assert document is not None
    assert document.root == {"a": {"b": "1"}}
    assert document.places.hurt("a", "b")


@pytest.mark.parametrize(
    "content,expected",
    [
        pytest.param("名: 值\n好: ".encode() + b"\xff\n", ("E001", 2, 4), id="not UTF-8"),
        pytest.param("名: 值".encode("utf-16"), ("E001", 1, 1), id="UTF-16"),
        pytest.param("名: 值".encode("gb18030"), ("E001", 1, 1), id="GB 18030"),
        pytest.param(b"a" * (LARGEST + 1), ("E001", 1, 1), id="over 1 MiB"),
    ],
)
def test_bytes_that_are_no_text_are_refused_at_the_byte(content: bytes, expected: tuple[str, int, int]) -> None:
    with pytest.raises(FlowProblems) as refused:
        decode(content, "f.yaml")
    assert [(each.code, each.line, each.column) for each in refused.value.problems] == [expected]


def test_bytes_in_utf_8_are_the_text() -> None:
    assert decode("退订: 好\n".encode(), "f.yaml") == "退订: 好\n"
