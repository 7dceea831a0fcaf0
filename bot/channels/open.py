"""A configured channel made ready: its provider's adapter with its credentials resolved.

The list of providers is closed: a name in a configuration can never import or call anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import aiohttp

from bot.channel import Channel, Medium
from bot.channels import simulator, twilio, whatsapp_cloud
from bot.errors import Misconfigured
from bot.events import Reason
from bot.permit import Seal


class ChannelSettings(Protocol):
    """What a business configures for one channel; secrets stand in it as references (``env:…``, ``file:…``)."""

    @property
    def name(self) -> str:
        """The business's own name of the channel."""

    @property
    def provider(self) -> str:
        """A key of ``PROVIDERS``."""

    @property
    def medium(self) -> str:
        """``sms`` or ``whatsapp``."""

    @property
    def sender(self) -> str:
        """The number, short code or name that messages come from."""

    @property
    def base_url(self) -> str | None:
        """Takes the place of the provider's API host."""

    @property
    def token(self) -> str | None:
        """The unguessable part of the hook path."""

    @property
    def credentials(self) -> Mapping[str, str]:
        """By the names that ``PROVIDERS`` lists."""


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a provider's builder is given. ``credentials`` are resolved; ``hook_url`` is public and absolute."""

    settings: ChannelSettings
    credentials: Mapping[str, str]
    session: aiohttp.ClientSession
    seal: Seal
    hook_url: str

    def secrets(self, name: str) -> tuple[str, ...]:
        """A secret, and the previous one while it is being rotated (``NAME_previous``)."""
        both = (self.credentials.get(name), self.credentials.get(f"{name}_previous"))
        return tuple(one for one in both if one)


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider needs. ``secret`` credentials are given by reference only, the others may stand as they are."""

    media: frozenset[Medium]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    secret: frozenset[str]
    build: Callable[[Opening], Channel]


def open_channel(
    config: ChannelSettings, resolve: Callable[[str], str], session: aiohttp.ClientSession, seal: Seal, hook_url: str
) -> Channel:
    """The channel of this configuration. ``resolve`` turns a secret's reference into its value; ``hook_url`` is the
    public address of the channel's hook. Misconfigured names everything that is missing or unknown at once."""
    provider = PROVIDERS.get(config.provider)
    if provider is None:
        raise _wrong(config, f"there is no provider {config.provider!r}; there are {', '.join(sorted(PROVIDERS))}")
    problems = _problems(config, provider)
    if problems:
        raise _wrong(config, "; ".join(problems))
    credentials = {name: _value(name, given, provider, resolve) for name, given in config.credentials.items()}
    return provider.build(Opening(config, credentials, session, seal, hook_url))


def _problems(config: ChannelSettings, provider: Provider) -> list[str]:
    given = {name for name, value in config.credentials.items() if value}
    problems = [f"{name} is missing" for name in provider.required if name not in given]
    known = {*provider.required, *provider.optional}
    problems += [f"{name} is no credential of {config.provider}" for name in sorted(given - known)]
    if config.medium not in {medium.value for medium in provider.media}:
        problems.append(f"{config.provider} does not carry {config.medium!r}")
    return problems


def _value(name: str, given: str, provider: Provider, resolve: Callable[[str], str]) -> str:
    return resolve(given) if name in provider.secret or re.match(r"(env|file):", given) else given


def _twilio(opening: Opening) -> Channel:
    settings = opening.settings
    account = twilio.TwilioAccount(
        account_sid=opening.credentials["account_sid"],
        auth_tokens=opening.secrets("auth_token"),
        sender=settings.sender,
        base_url=settings.base_url or twilio.BASE_URL,
        messaging_service_sid=opening.credentials.get("messaging_service_sid"),
        status_url=opening.hook_url or None,
    )
    return twilio.Twilio(account, Medium(settings.medium), opening.session, opening.seal)


def _whatsapp_cloud(opening: Opening) -> Channel:
    account = whatsapp_cloud.WhatsAppCloudAccount(
        phone_number_id=opening.credentials["phone_number_id"],
        access_token=opening.credentials["access_token"],
        app_secrets=opening.secrets("app_secret"),
        verify_token=opening.credentials["verify_token"],
        base_url=opening.settings.base_url or whatsapp_cloud.BASE_URL,
        graph_version=opening.credentials.get("graph_version") or whatsapp_cloud.GRAPH_VERSION,
    )
    return whatsapp_cloud.WhatsAppCloud(account, opening.session, opening.seal)


def _simulator(opening: Opening) -> Channel:
    settings = opening.settings
    # Without a secret of its own the hook's token serves: only we and the simulated carrier know it.
    secrets = opening.secrets("secret") or tuple(one for one in (settings.token,) if one)
    if not settings.base_url or not secrets:
        raise _wrong(settings, "the simulator needs base_url, and secret or token")
    account = simulator.SimulatorAccount(settings.base_url, secrets, settings.sender)
    return simulator.Simulator(account, Medium(settings.medium), opening.session, opening.seal)


def _wrong(settings: ChannelSettings, why: str) -> Misconfigured:
    return Misconfigured(f"channel {settings.name}: {why}", reason=Reason.ACCOUNT_PROBLEM)


PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        "twilio": Provider(
            media=frozenset(Medium),
            required=("account_sid", "auth_token"),
            optional=("auth_token_previous", "messaging_service_sid"),
            secret=frozenset({"auth_token", "auth_token_previous"}),
            build=_twilio,
        ),
        "whatsapp_cloud": Provider(
            media=frozenset({Medium.WHATSAPP}),
            required=("phone_number_id", "access_token", "app_secret", "verify_token"),
            optional=("app_secret_previous", "graph_version"),
            secret=frozenset({"access_token", "app_secret", "app_secret_previous", "verify_token"}),
            build=_whatsapp_cloud,
        ),
        "simulator": Provider(
            media=frozenset(Medium),
            required=(),
            optional=("secret", "secret_previous"),
            secret=frozenset({"secret", "secret_previous"}),
            build=_simulator,
        ),
    }
)
"""Every provider that a configuration may name."""
