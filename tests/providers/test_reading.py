"""Whatever a carrier sends, reading it gives a value, Malformed or BadRequest, and what it gives can be stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import reading
from bot.errors import BadRequest


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"1",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": "\x00"}',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' + b"[" * 65 + b"]" * 65 + b"}",
        b'{"a":' * 500 + b"1" + b"}" * 500,
    ],
)
def test_what_is_no_readable_object_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        reading.read_object(body)


def test_escapes_and_plain_utf8_read_the_same() -> None:
    assert reading.read_object('{"text":"退订 TD"}'.encode()) == reading.read_object(b'{"text":"\\u9000\\u8ba2 TD"}')


def test_what_no_database_keeps_is_replaced_at_every_depth() -> None:
    read = reading.read_object(b'{"a": ["x\\u0000", {"b\\ud800": "\\udfff"}], "c": "\\ud83d\\ude00"}')
    assert read == {"a": ["x\ufffd", {"b\ufffd": "\ufffd"}], "c": "😀"}


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_an_object_or_a_bad_request(body: bytes) -> None:
    try:
        read = reading.read_object(body)
    except BadRequest:
        return
    assert isinstance(read, dict)


ANY_TEXT = st.text(st.characters())
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda one: st.lists(one) | st.dictionaries(ANY_TEXT, one),
)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in (
        [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    ):
        yield from texts(one)


@settings(deadline=None)
@given(ANY_JSON)
def test_what_was_read_can_be_stored(value: object) -> None:
    """No NUL, and nothing that has no UTF-8."""
    read = "".join(texts(reading.read_object(json.dumps({"value": value}).encode())))
    assert "\x00" not in read
    assert read.encode().decode() == read


@settings(deadline=None)
@given(ANY_JSON, st.sampled_from([(",", ":"), (", ", ": ")]), st.booleans())
def test_however_a_body_is_written_it_is_read_alike(value: object, separators: tuple[str, str], ascii_: bool) -> None:
    """The quick way for the common form and the long way for the rest."""
    written = json.dumps({"value": value}, separators=separators, ensure_ascii=ascii_)
    try:
        body = written.encode()
    except UnicodeEncodeError:
        return
    long_way = reading._decoder(reading.object_of).decode(written)
    assert repr(reading._clean(long_way, reading.DEEPEST)) == repr(reading._clean(reading.read_json(body), 64))


def test_an_object_that_names_a_field_twice_is_refused_when_read() -> None:
    read = reading.read_object(b'{"fine": {"a": 1}, "twice": {"a": 1, "a": 2}}')
    assert reading.field(reading.mapping(read, "fine"), "a") == 1
    with pytest.raises(reading.Malformed, match="twice"):
        reading.field(reading.mapping(read, "twice"), "a")


@pytest.mark.parametrize(
    "value,at",
    [
        ("1731705721", datetime(2024, 11, 15, 21, 22, 1, tzinfo=UTC)),
        (1731705721, datetime(2024, 11, 15, 21, 22, 1, tzinfo=UTC)),
        ("1731705721000", datetime(2024, 11, 15, 21, 22, 1, tzinfo=UTC)),
        (1731705721500, datetime(2024, 11, 15, 21, 22, 1, 500_000, tzinfo=UTC)),
        (10**12, None),  # as seconds this is past the year 9999
        ("", None),
        ("soon", None),
        ("١٢٣", None),
        (True, None),
        (-1, None),
        (0, None),
        (None, None),
        ([], None),
        (10**300, None),
        ("9999999999999999", None),
    ],
)
def test_times_in_seconds_or_milliseconds_as_number_or_text(value: object, at: datetime | None) -> None:
    assert reading.moment(value) == at


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_a_fingerprint_does_not_depend_on_the_order_of_fields(fields: dict[str, object]) -> None:
    turned = dict(reversed(fields.items()))
    assert reading.fingerprint(fields) == reading.fingerprint(turned)


def test_an_overlong_id_is_none() -> None:
    assert reading.optional_identifier({"id": "x" * 513}, "id") is None
    with pytest.raises(reading.Malformed, match="1 to 512"):
        reading.identifier({"id": "x" * 513}, "id")


def test_a_malformed_element_names_the_field_and_not_its_content() -> None:
    """What a person wrote must not end in a log or a label."""
    with pytest.raises(reading.Malformed) as caught:
        reading.text({"body": ["my secret"]}, "body")
    assert str(caught.value) == "body is a list; a text is needed"
