"""The ledger: one append-only chain of records per person, taken under the lock of the person's row.

A record is canonical JSON (RFC 8785; strings, booleans, null and integers below 2^53 only), stored as the bytes that
were hashed and never re-serialised. It names no number and no text: personal payload lies beside it, encrypted, and
the record holds a salted commitment. ``hash`` is the RFC 6962 leaf hash, ready for the business's Merkle log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import select

from storage.clock import from_micros
from storage.errors import BrokenChain, WrongKey
from storage.statements import InsertRows, among, of_business
from storage.tables import ledger
from storage.vault import PersonKey, Vault, commitment

VERSION = 1
START = b"\0" * 32
SALT = 16
LARGEST = 2**53
PAYLOAD_LABEL = b"ledger"

Value = str | bool | int | None
_NEVER_WRONG = frozenset({str, bool, type(None)})


def canonical(record: Mapping[str, Any]) -> bytes:
    """RFC 8785 bytes of a record. ValueError for anything but text, booleans, null and integers below 2^53, and for
    names outside ASCII, which RFC 8785 would order otherwise than we do."""
    _only_plain(record)
    return _serialised(record)


def _serialised(record: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:  # half a surrogate pair
        raise ValueError(f"a ledger record cannot hold this: {error}") from error


def _only_plain(record: Mapping[str, object]) -> None:
    try:
        named = "".join(record).isascii()
    except TypeError:
        named = False
    if not named:
        raise ValueError(f"a ledger record names its values in ASCII text, not {list(record)!r}")
    if not _NEVER_WRONG.issuperset(map(type, record.values())):
        for value in record.values():
            _plain(value)


def _plain(value: object) -> None:
    if isinstance(value, dict):
        _only_plain(value)
    elif isinstance(value, int):
        if abs(value) >= LARGEST:
            raise ValueError(f"{value} is too large for a ledger record: write it as text")
    elif value is not None and not isinstance(value, str):
        raise ValueError(f"a ledger record cannot hold {value!r}: only text, whole numbers, booleans, null")


def leaf_hash(record: bytes) -> bytes:
    """SHA-256 of 0x00 and the record (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\0" + record).digest()


SHOWN = ["consent.given", "consent.confirmed", "consent.renewed", "send.authorised"]
"""The kinds of record that a person is told the number of."""
HASHES_OF_PEOPLE = select(ledger.c.person, ledger.c.seq, ledger.c.hash).where(
    of_business(ledger.c.business, ledger.c.person, "people"), among(ledger.c.kind, "kinds")
)


class Entry(NamedTuple):
    """One stored record. ``payload`` is encrypted: salt and canonical JSON under the person's key."""

    seq: int
    kind: str
    at: int
    record: bytes
    hash: bytes
    payload: bytes | None


@dataclass(slots=True)
class Chain:
    """The end of one person's chain while their row is locked; new records collect in ``fresh``."""

    business: str
    person: str
    length: int
    head: bytes
    fresh: list[Entry] = field(default_factory=list)

    def append(
        self,
        kind: str,
        at: int,
        facts: Mapping[str, Value],
        personal: tuple[PersonKey, Mapping[str, Value]] | None = None,
    ) -> int:
        """Add a record and give its sequence number. ``personal`` is sealed beside it, the record commits to it."""
        _only_plain(facts)
        record: dict[str, Any] = {
            "at": _written(at),
            "business": self.business,
            "facts": facts,
            "kind": kind,
            "person": self.person,
            "prev": self.head.hex(),
            "seq": self.length,
            "v": VERSION,
        }
        payload = None
        if personal is not None:
            payload, record["payload"] = _sealed(*personal)
        data = _serialised(record)
        self.head = leaf_hash(data)
        self.fresh.append(Entry(self.length, kind, at, data, self.head, payload))
        self.length += 1
        return self.length - 1


@lru_cache(maxsize=64)
def _written(at: int) -> str:
    return from_micros(at).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _sealed(key: PersonKey, payload: Mapping[str, Value]) -> tuple[bytes, str]:
    data = canonical(payload)
    salt = key.random(SALT)
    return key.seal(salt + data, PAYLOAD_LABEL), commitment(salt, data)


def open_payload(key: PersonKey, entry: Entry) -> dict[str, Any] | None:
    """The personal payload of an entry, checked against its commitment. BrokenChain when it does not match."""
    if entry.payload is None:
        return None
    opened = key.open(entry.payload, PAYLOAD_LABEL)
    record = json.loads(entry.record)
    if commitment(opened[:SALT], opened[SALT:]) != record.get("payload"):
        raise BrokenChain(record["person"], entry.seq, "the payload is not the one the record commits to")
    payload: dict[str, Any] = json.loads(opened[SALT:])
    return payload


INSERT = InsertRows(ledger, ("business", "person", "seq", "kind", "at", "record", "hash", "payload"))


def rows(chain: Chain) -> list[tuple[Any, ...]]:
    """The fresh records as rows for ``INSERT``."""
    return [(chain.business, chain.person, *entry) for entry in chain.fresh]


@dataclass(frozen=True, slots=True)
class Head:
    """What the person's row says the chain ends in."""

    business: str
    person: str
    length: int
    head: bytes
    seal: bytes


def verify(entries: Iterable[Entry], end: Head, vault: Vault, key: PersonKey | None = None) -> int:
    """Check a person's whole chain and give its length; with their ``key`` (None: erased) the payloads too.

    BrokenChain names the first record that was changed, dropped, moved or cut. A cut of the tail shows because the
    person's row holds the length and head, sealed under the master key.
    """
    if vault.chain_seal(end.person, end.length, end.head) != end.seal:
        raise BrokenChain(end.person, end.length, "the end of the chain was changed: its seal does not fit")
    previous = START
    seq = -1
    for seq, entry in enumerate(entries):
        _verify_one(seq, entry, previous, end)
        if key is not None:
            _verify_payload(key, entry, end)
        previous = entry.hash
    if seq + 1 != end.length:
        raise BrokenChain(end.person, seq + 1, f"{end.length} records were written, {seq + 1} are left")
    if previous != end.head:
        raise BrokenChain(end.person, seq, "the last record is not the one that was written last")
    return end.length


def _verify_one(seq: int, entry: Entry, previous: bytes, end: Head) -> None:
    if entry.seq != seq:
        raise BrokenChain(end.person, seq, f"record {seq} is missing, {entry.seq} stands in its place")
    if leaf_hash(entry.record) != entry.hash:
        raise BrokenChain(end.person, seq, "the record was changed: its hash does not fit")
    record = _read(entry, end.person)
    if (record.get("person"), record.get("business"), record.get("seq")) != (end.person, end.business, seq):
        raise BrokenChain(end.person, seq, "the record belongs to another place")
    if record.get("prev") != previous.hex():
        raise BrokenChain(end.person, seq, "the record does not follow the one before it")
    if (record.get("kind"), record.get("at")) != (entry.kind, _written(entry.at)):
        raise BrokenChain(end.person, seq, "the kind or time beside the record was changed")


def _read(entry: Entry, person: str) -> dict[str, Any]:
    try:
        record = json.loads(entry.record)
    except ValueError as error:
        raise BrokenChain(person, entry.seq, "the record is not readable") from error
    if not isinstance(record, dict):
        raise BrokenChain(person, entry.seq, "the record is not an object")
    return record


def _verify_payload(key: PersonKey, entry: Entry, end: Head) -> None:
    if entry.payload is None and "payload" in _read(entry, end.person):
        raise BrokenChain(end.person, entry.seq, "the payload is gone")
    try:
        open_payload(key, entry)
    except WrongKey as error:
        raise BrokenChain(end.person, entry.seq, "the payload was changed: it cannot be decrypted") from error
