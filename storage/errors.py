"""The errors of storage.

StorageError
├── NotStored        the database did not commit: nothing of the call is kept, the caller may try again
├── MigrationPending the schema is older than the code: run ``askfirst db migrate``
├── BrokenChain      a person's records were changed, dropped, reordered or cut
├── WrongKey         data was sealed under another master key
├── RedisDown        Redis does not answer; rates and wake-ups wait, the truth is unaffected
└── ValkeyFailed     our own Valkey could not be started: repair it, or name another with ``--redis URL``
"""

from __future__ import annotations


class StorageError(Exception):
    """Root of storage's errors."""


class NotStored(StorageError):
    """The database did not commit: nothing of the call is kept."""


class MigrationPending(StorageError):
    """The schema is older or newer than the code."""


class BrokenChain(StorageError):
    """A person's ledger does not verify; ``seq`` is the first record that is wrong."""

    def __init__(self, person: str, seq: int, why: str) -> None:
        super().__init__(f"{person}: record {seq}: {why}")
        self.person = person
        self.seq = seq
        self.why = why


class WrongKey(StorageError):
    """Data was sealed under another master key, or changed."""


class RedisDown(StorageError):
    """Redis does not answer."""


class ValkeyFailed(StorageError):
    """Our own Valkey could not be started."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}\n= repair this, or name a running Redis or Valkey with --redis URL")
