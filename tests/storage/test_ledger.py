"""The ledger: canonical bytes, and no change of a chain that its check does not find at the right record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import BrokenChain
from storage.ledger import LARGEST, START, Chain, Entry, Head, canonical, leaf_hash, open_payload, verify
from storage.vault import PersonKey, Vault

VAULT = Vault(b"m" * 32)
AT = 1_772_424_000_000_000


def chain_of(person: str, length: int, key: PersonKey) -> tuple[list[Entry], Head]:
    """A chain of so many records, every second with a payload."""
    chain = Chain("shop", person, 0, START)
    for number in range(length):
        personal = (key, {"reply": f"text {number}"}) if number % 2 else None
        chain.append("consent.given" if number % 2 else "stop", AT + number, {"number": number}, personal)
    return chain.fresh, Head("shop", person, length, chain.head, VAULT.chain_seal(person, length, chain.head))


def broken(entries: list[Entry], end: Head, key: PersonKey | None = None) -> int:
    """The number of the record that the check names."""
    with pytest.raises(BrokenChain) as caught:
        verify(entries, end, VAULT, key)
    return caught.value.seq


@pytest.mark.parametrize(
    "record, expected",
    [
        ({"b": 1, "a": "x"}, '{"a":"x","b":1}'),
        ({"n": None, "t": True, "f": False}, '{"f":false,"n":null,"t":true}'),
        ({"B": 1, "a": 2, "A": 3}, '{"A":3,"B":1,"a":2}'),
        ({"o": {"z": 0, "y": -5}}, '{"o":{"y":-5,"z":0}}'),
        ({"s": '"\\/'}, r'{"s":"\"\\/"}'),
        ({"s": "\b\t\n\f\r\x01\x1f\x7f"}, '{"s":"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f"}'),
        ({"s": "€ \u2028 退订 😀"}, '{"s":"€ \u2028 退订 😀"}'),
        ({"i": LARGEST - 1, "j": 1 - LARGEST}, '{"i":9007199254740991,"j":-9007199254740991}'),
    ],
)
def test_canonical_bytes(record: dict[str, Any], expected: str) -> None:
    """RFC 8785: sorted names, no space, shortest escapes, UTF-8."""
    assert canonical(record) == expected.encode()


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), LARGEST, -LARGEST, [1], (1,), b"x", {1: "x"}, {"é": 1}, {"a": {"b": 0.5}}, {"a", "b"}]
)
def test_what_a_record_cannot_hold(value: Any) -> None:
    """Floats, large integers, lists, bytes and names that RFC 8785 would order otherwise are refused."""
    with pytest.raises(ValueError, match="ledger record"):
        canonical({"value": value})
    chain, (_, key) = Chain("grain", "prs_a", 0, START), VAULT.new_person_key("prs_a")
    with pytest.raises(ValueError, match="ledger record"):
        chain.append("stop", AT, {"value": value})
    with pytest.raises(ValueError, match="ledger record"):
        chain.append("stop", AT, {}, (key, {"value": value}))
    assert (chain.length, chain.head, chain.fresh) == (0, START, [])


def test_a_lone_surrogate_is_refused() -> None:
    """It is no text: there are no UTF-8 bytes to hash."""
    with pytest.raises(ValueError, match="surrogate"):
        canonical({"value": "\ud800"})


def test_leaf_hash_is_rfc_6962() -> None:
    """The hash of the empty leaf, as RFC 6962 test vectors give it."""
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_payload_round_trip() -> None:
    """Sealed beside the record and read back; the record itself shows nothing of it."""
    _, key = VAULT.new_person_key("prs_a")
    entries, end = chain_of("prs_a", 4, key)
    assert [open_payload(key, entry) for entry in entries] == [None, {"reply": "text 1"}, None, {"reply": "text 3"}]
    assert b"text" not in entries[1].record
    assert entries[1].payload is not None
    assert b"text" not in entries[1].payload
    assert verify(entries, end, VAULT, key) == 4


def test_a_chain_verifies_after_its_key_is_gone() -> None:
    """Erasure deletes the person's key: the chain holds without it, and without the payloads."""
    _, key = VAULT.new_person_key("prs_a")
    entries, end = chain_of("prs_a", 4, key)
    assert verify([entry._replace(payload=None) for entry in entries], end, VAULT) == 4


def test_an_empty_chain_verifies() -> None:
    """A person about whom nothing was recorded."""
    assert verify([], Head("shop", "prs_a", 0, START, VAULT.chain_seal("prs_a", 0, START)), VAULT) == 0


def _bytes_of(entry: Entry) -> Entry:
    return entry._replace(record=entry.record.replace(b'"v":1', b'"v":2'))


def _rehashed(entry: Entry) -> Entry:
    changed = _bytes_of(entry)
    return changed._replace(hash=leaf_hash(changed.record))


def _not_json(entry: Entry) -> Entry:
    return entry._replace(record=b"{", hash=leaf_hash(b"{"))


def _not_an_object(entry: Entry) -> Entry:
    return entry._replace(record=b"[]", hash=leaf_hash(b"[]"))


CHANGES: tuple[Callable[[Entry], Entry], ...] = (
    _bytes_of,
    _not_json,
    _not_an_object,
    lambda entry: entry._replace(hash=bytes(32)),
    lambda entry: entry._replace(kind="other"),
    lambda entry: entry._replace(at=entry.at + 1),
    lambda entry: entry._replace(seq=entry.seq + 1),
)


@settings(derandomize=True, database=None, max_examples=150, deadline=None)
@given(length=st.integers(1, 8), data=st.data())
def test_every_change_is_found_at_its_record(length: int, data: st.DataObject) -> None:
    """Changed, dropped, cut at the end, moved, or taken from somebody else: the check names the first wrong one."""
    _, key = VAULT.new_person_key("prs_a")
    entries, end = chain_of("prs_a", length, key)
    where = data.draw(st.integers(0, length - 1))
    change = data.draw(st.sampled_from(CHANGES))
    assert broken([*entries[:where], change(entries[where]), *entries[where + 1 :]], end) == where
    assert broken(entries[:where] + entries[where + 1 :], end) == where
    assert broken(entries[:where], end) == where
    assert broken([*entries, entries[where]._replace(seq=length)], end) == length
    other, _ = chain_of("prs_b", length, key)
    assert broken([*entries[:where], other[where], *entries[where + 1 :]], end) == where
    if where:
        swapped = [*entries]
        swapped[where - 1], swapped[where] = swapped[where], swapped[where - 1]
        assert broken(swapped, end) == where - 1


@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_record_made_to_fit_its_own_hash_breaks_the_next(where: int) -> None:
    """Whoever changes a record and its hash breaks the link that the next one holds, or the sealed end."""
    _, key = VAULT.new_person_key("prs_a")
    entries, end = chain_of("prs_a", 3, key)
    found = broken([*entries[:where], _rehashed(entries[where]), *entries[where + 1 :]], end)
    assert found == min(where + 1, 2)


def test_a_cut_with_the_row_made_to_fit_is_found_by_the_seal() -> None:
    """Length and head in the person's row are sealed under the master key, which whoever cuts does not have."""
    _, key = VAULT.new_person_key("prs_a")
    entries, end = chain_of("prs_a", 3, key)
    cut = replace(end, length=2, head=entries[1].hash)
    assert broken(entries[:2], cut) == 2
    theirs = replace(cut, seal=Vault(b"x" * 32).chain_seal("prs_a", 2, entries[1].hash))
    assert broken(entries[:2], theirs) == 2


@settings(derandomize=True, database=None, max_examples=40, deadline=None)
@given(bit=st.integers(0, 8 * 40), where=st.sampled_from([1, 3]))
def test_a_changed_payload_is_found(bit: int, where: int) -> None:
    """Any bit of it, a payload of another record, and none at all."""
    _, key = VAULT.new_person_key("prs_a")
    entries, end = chain_of("prs_a", 4, key)
    sealed = bytearray(entries[where].payload or b"")
    sealed[bit // 8 % len(sealed)] ^= 1 << bit % 8
    for payload in (bytes(sealed), entries[4 - where].payload, None):
        changed = [*entries[:where], entries[where]._replace(payload=payload), *entries[where + 1 :]]
        assert broken(changed, end, key) == where
