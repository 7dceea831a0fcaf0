"""The vault: what is personal opens with the right key alone, and a number is found only with the master key."""

from __future__ import annotations

import pytest

from storage.errors import WrongKey
from storage.vault import Vault

VAULT = Vault(b"m" * 32)
OTHER = Vault(b"o" * 32)


def test_a_persons_key_opens_what_it_sealed() -> None:
    """Through the wrapped form, as after a restart; never twice the same bytes."""
    wrapped, key = VAULT.new_person_key("prs_a")
    sealed = key.seal(b"+8613800000000", b"alias")
    assert VAULT.open_person_key("prs_a", wrapped).open(sealed, b"alias") == b"+8613800000000"
    assert sealed != key.seal(b"+8613800000000", b"alias")
    assert b"1380" not in sealed


def test_other_keys_open_nothing() -> None:
    """Another master key, another person, another field, another person's key."""
    wrapped, key = VAULT.new_person_key("prs_a")
    _, theirs = VAULT.new_person_key("prs_b")
    sealed = key.seal(b"x", b"alias")
    for attempt in (
        lambda: OTHER.open_person_key("prs_a", wrapped),
        lambda: VAULT.open_person_key("prs_b", wrapped),
        lambda: key.open(sealed, b"inbox"),
        lambda: theirs.open(sealed, b"alias"),
        lambda: key.open(sealed[:-1], b"alias"),
        lambda: key.open(b"", b"alias"),
    ):
        with pytest.raises(WrongKey):
            attempt()


@pytest.mark.parametrize("master", [b"", b"m" * 31, b"m" * 33])
def test_a_master_key_has_32_bytes(master: bytes) -> None:
    """The error says how to make one."""
    with pytest.raises(WrongKey, match="askfirst key new"):
        Vault(master)


def test_a_number_is_the_same_person_on_both_channels() -> None:
    """An E.164 number and the WhatsApp id of the same digits are one address, within one business."""
    number = VAULT.address_hash("shop", "e164", "+8613800000000")
    assert VAULT.address_hash("shop", "wa_id", "8613800000000") == number
    assert VAULT.address_hash("shop", "bsuid", "8613800000000") != number
    assert VAULT.address_hash("other", "e164", "+8613800000000") != number
    assert OTHER.address_hash("shop", "e164", "+8613800000000") != number
    assert len(number) == 32


def test_the_seal_of_a_chain_is_bound_to_all_of_it() -> None:
    """Person, length, head and master key."""
    seals = {
        VAULT.chain_seal("prs_a", 1, b"h" * 32),
        VAULT.chain_seal("prs_b", 1, b"h" * 32),
        VAULT.chain_seal("prs_a", 2, b"h" * 32),
        VAULT.chain_seal("prs_a", 1, b"g" * 32),
        OTHER.chain_seal("prs_a", 1, b"h" * 32),
    }
    assert len(seals) == 5
