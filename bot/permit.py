"""A Permit: the one thing that lets a message leave, and the seal that only the gate holds the making end of.

Nothing but ``bot.gate`` may call ``Seal.permit`` (import-linter and an AST test watch it). A permit names the
message, its authorisation in the ledger and the consent or basis that allowed it; it is good for one send.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from bot.channel import Outgoing
from bot.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why this send is allowed, as recorded in ``send.authorised``: the basis, the consent's ledger record
    (``prs_…/seq``) where the basis is consent, the limits and the epoch it was bound to."""

    person: str
    purpose: str | None
    basis: str
    consent_record: str | None
    epoch: int
    authorised_at: datetime
    record: str


class Permit:
    """One message that may leave, once. Made by the gate; cannot be copied, pickled or changed."""

    __slots__ = ("grounds", "message", "seal")

    message: Outgoing
    grounds: Grounds
    seal: bytes

    def __new__(cls) -> Permit:
        """Never: only the gate makes permits."""
        raise NotPermitted("a permit is made by the gate, never constructed")

    def __init_subclass__(cls) -> NoReturn:
        raise NotPermitted("a permit has no other kinds")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise NotPermitted(f"a permit cannot be changed ({name})")

    def __copy__(self) -> NoReturn:
        raise NotPermitted("a permit cannot be copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise NotPermitted("a permit cannot be copied")

    def __reduce__(self) -> NoReturn:
        raise NotPermitted("a permit cannot be pickled")


class Seal:
    """Makes permits for the gate and redeems them for channels: each once. One per process."""

    __slots__ = ("_key", "_open")

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._open: set[bytes] = set()

    def permit(self, message: Outgoing, grounds: Grounds) -> Permit:
        """For ``bot.gate`` alone."""
        made = object.__new__(Permit)
        seal = self._mark(message, grounds)
        object.__setattr__(made, "message", message)
        object.__setattr__(made, "grounds", grounds)
        object.__setattr__(made, "seal", seal)
        self._open.add(seal)
        return made

    def redeem(self, permit: Permit) -> Outgoing:
        """The message of a permit that this seal made and that was not used before; else NotPermitted."""
        if type(permit) is not Permit:
            raise NotPermitted(f"a send needs a permit, not {type(permit).__name__}")
        try:
            message, grounds, seal = permit.message, permit.grounds, permit.seal
        except AttributeError as error:
            raise NotPermitted("an empty permit was not made by this gate") from error
        if (type(message), type(grounds), type(seal)) != (Outgoing, Grounds, bytes):  # others may lie in their repr
            raise NotPermitted("a permit with other contents was not made by this gate")
        mark = self._mark(message, grounds)
        if not hmac.compare_digest(mark, seal):
            raise NotPermitted(f"message {message.id}: the permit was not made by this gate")
        if mark not in self._open:
            raise NotPermitted(f"message {message.id}: the permit was used before")
        self._open.discard(mark)
        return message

    def void(self, permit: Permit) -> None:
        """Forget a permit that will not be used, so that it can never be."""
        self._open.discard(permit.seal)

    def _mark(self, message: Outgoing, grounds: Grounds) -> bytes:
        return hmac.digest(self._key, repr((message, grounds)).encode(), hashlib.sha256)
