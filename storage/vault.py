"""Encryption of what is personal: one master key, one key per person, keyed hashes to find a number again.

Numbers and texts are AES-256-GCM under the person's own key, which is stored wrapped under the master key; deleting
the wrapped key erases the person. A hash of an identifier is keyed, so that nobody without the key can test numbers.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from storage.errors import WrongKey

NONCE = 12
KEY = 32
_NUMBERS = frozenset({"e164", "wa_id"})


class PersonKey:
    """Encrypts and decrypts one person's data. ``label`` names the field and is authenticated with it."""

    __slots__ = ("_cipher", "random")

    def __init__(self, key: bytes, random: Callable[[int], bytes]) -> None:
        self._cipher = AESGCM(key)
        self.random = random

    def seal(self, data: bytes, label: bytes) -> bytes:
        """Nonce and ciphertext."""
        nonce = self.random(NONCE)
        return nonce + self._cipher.encrypt(nonce, data, label)

    def open(self, sealed: bytes, label: bytes) -> bytes:
        """The plaintext; WrongKey when the key or the data is not the one it was sealed with."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], label)
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than its nonce
            raise WrongKey(f"cannot decrypt {label.decode()}: other key, or the data was changed") from error


class Vault:
    """Everything derived from the master key (32 bytes)."""

    def __init__(self, master: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
        if len(master) != KEY:
            raise WrongKey(f"the master key has {len(master)} bytes, not {KEY}: make one with `askfirst key new`")
        self.random = random
        self._wrapping = AESGCM(_derive(master, b"askfirst wrap"))
        self._hashing = _derive(master, b"askfirst address hash")
        self._sealing = _derive(master, b"askfirst chain seal")
        self._tokens = _derive(master, b"askfirst api key")

    def address_hash(self, business: str, scheme: str, value: str) -> str:
        """128 bits, hex. A WhatsApp id and a phone number with the same digits are the same address."""
        if scheme in _NUMBERS:
            scheme, value = "number", value.lstrip("+")
        text = f"{business}\0{scheme}\0{value}".encode()
        return hmac.digest(self._hashing, text, "sha256")[:16].hex()

    def new_person_key(self, person: str) -> tuple[bytes, PersonKey]:
        """A fresh key: wrapped for storing, and open for use."""
        key = self.random(KEY)
        nonce = self.random(NONCE)
        return nonce + self._wrapping.encrypt(nonce, key, person.encode()), PersonKey(key, self.random)

    def open_person_key(self, person: str, wrapped: bytes) -> PersonKey:
        """The person's key; WrongKey under another master key."""
        try:
            key = self._wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], person.encode())
        except (InvalidTag, ValueError) as error:
            raise WrongKey(f"{person}: the key was wrapped under another master key") from error
        return PersonKey(key, self.random)

    def chain_seal(self, person: str, length: int, head: bytes) -> bytes:
        """Binds the length and head of a person's chain, so that cutting both needs the master key too."""
        return hmac.digest(self._sealing, f"{person}\0{length}\0".encode() + head, "sha256")[:16]

    def token_hash(self, token: str) -> str:
        """The stored form of an API key."""
        return hmac.digest(self._tokens, token.encode(), "sha256").hex()


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=KEY, info=purpose).derive(master)


def commitment(salt: bytes, payload: bytes) -> str:
    """What a ledger record holds in place of a personal payload (hex)."""
    return hashlib.sha256(salt + payload).hexdigest()
