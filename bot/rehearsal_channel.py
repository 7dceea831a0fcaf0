"""The carrier of a rehearsal: takes every permitted message, tells nobody, and remembers what left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from bot.channel import Channel, HookRequest, Medium, Outgoing, Sent
from bot.errors import BadRequest
from bot.permit import Seal


@dataclass(frozen=True, slots=True)
class Departure:
    """One message that left, on which channel of the business."""

    channel: str
    message: Outgoing

    @property
    def provider_id(self) -> str:
        """The carrier's own id of it, as a receipt names it."""
        return f"rehearsed-{self.message.id}"


class RehearsalChannel(Channel):
    """One sender. Everything that leaves is appended to ``departures``."""

    def __init__(self, seal: Seal, name: str, medium: Medium, departures: list[Departure]) -> None:
        super().__init__(seal)
        self.medium = medium
        self._name = name
        self._departures = departures

    def open_hook(self, request: HookRequest) -> NoReturn:
        """Never: nobody calls into a rehearsal."""
        raise BadRequest(f"a rehearsal answers no webhook, so not {request.url} either")

    async def _deliver(self, message: Outgoing) -> Sent:
        departure = Departure(self._name, message)
        self._departures.append(departure)
        return Sent(departure.provider_id)
