"""The port between us and a carrier: what a channel is given, what it gives back, how it fails.

A channel never decides whether a message may leave. It can only carry what a ``Permit`` names,
and only ``gate`` can make a Permit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.events import Address, CarrierEvent, DeliveryStatus

if TYPE_CHECKING:
    from bot.permit import Permit, Seal


class Medium(StrEnum):
    """What a person sees the message in. Consent is kept per medium."""

    SMS = "sms"
    WHATSAPP = "whatsapp"


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One webhook call as it came: ``url`` is the public URL as the carrier signed it (from configuration,
    never from the Host header); header names are lower case, each with all its values."""

    method: str
    url: str
    headers: Mapping[str, tuple[str, ...]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The single value of a header; None when it is missing or comes more than once."""
        values = self.headers.get(name.lower(), ())
        return values[0] if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """The provider's own success answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Hook:
    """A verified and parsed webhook: every element of every array, and what to answer once it is stored."""

    events: tuple[CarrierEvent, ...]
    answer: HookAnswer = HookAnswer()


@dataclass(frozen=True, slots=True)
class Button:
    """A reply button or list row: the id that comes back, and the words on it."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Template:
    """An approved template of the provider: its id or name there, its language there, its body values in order."""

    provider_id: str
    language: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message ready to leave. ``id`` is our own (``msg_…``) and goes into the carrier's correlation field.
    ``template`` set means: send as this template; else ``body`` as free text. ``valid_for`` in seconds."""

    id: str
    to: Address
    body: str
    buttons: tuple[Button, ...] = ()
    rows: tuple[Button, ...] = ()
    list_label: str = ""
    template: Template | None = None
    valid_for: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The carrier took the message. ``aliases``: identifiers of the person that it told us in its answer."""

    provider_id: str
    status: DeliveryStatus = DeliveryStatus.ACCEPTED
    aliases: tuple[Address, ...] = field(default=())


class Found(StrEnum):
    """What a look-up after an unclear outcome says."""

    TAKEN = "taken"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Channel(ABC):
    """One sender at one carrier. Built from configuration and an aiohttp session; holds no other state."""

    medium: Medium

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    @abstractmethod
    def open_hook(self, request: HookRequest) -> Hook:
        """Verify over the raw bytes, then parse. Raises ``BadSignature`` or ``BadRequest``."""

    async def send(self, permit: Permit) -> Sent:
        """Hand the permitted message to the carrier, once. Raises a ``ChannelError`` that says what to do."""
        return await self._deliver(self._seal.redeem(permit))

    @abstractmethod
    async def _deliver(self, message: Outgoing) -> Sent:
        """One provider call. Called by ``send`` alone, so never without a permit."""

    async def look_up(self, message_id: str) -> Found:
        """Ask the carrier whether it has our message; most cannot say."""
        return Found.UNKNOWN
