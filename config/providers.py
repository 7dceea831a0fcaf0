"""The providers that a channel may name and the credentials each needs. Knows nothing of how they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from config.business_types import Medium


@dataclass(frozen=True, slots=True)
class Provider:
    """What a channel of this provider must and may say beside the keys that every channel has."""

    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    medium: Medium = "sms"


SIMULATOR = "simulator"
"""The provider without a carrier behind it."""

PROVIDERS: Mapping[str, Provider] = {
    SIMULATOR: Provider(takes=("secret", "secret_previous")),
    "twilio": Provider(("account_sid", "auth_token"), ("auth_token_previous", "messaging_service_sid")),
    "whatsapp_cloud": Provider(
        ("phone_number_id", "access_token", "app_secret", "verify_token"),
        ("app_secret_previous", "graph_version"),
        "whatsapp",
    ),
}

SENDERS = {"twilio": "messaging_service_sid", "whatsapp_cloud": "phone_number_id"}
"""The credential that names the sender as well, so that ``sender`` may be left out."""


def medium_of(name: str, provider: str, sender: str) -> Medium:
    """The medium of a channel that does not say: by its name, else by what the provider and the sender carry."""
    for medium in get_args(Medium):
        if name == medium:
            return cast("Medium", medium)
    return "whatsapp" if sender.startswith("whatsapp:") else PROVIDERS[provider].medium
