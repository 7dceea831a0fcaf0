"""A configured channel becomes its provider's adapter; what is missing or unknown is named at once."""

from __future__ import annotations

import ast
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import pytest
from twilio.request_validator import RequestValidator

import bot.channels
from bot.channel import HookRequest, Medium, Outgoing
from bot.channels.open import PROVIDERS, open_channel
from bot.channels.simulator import Simulator
from bot.channels.twilio import Twilio
from bot.channels.whatsapp_cloud import WhatsAppCloud
from bot.errors import Misconfigured
from bot.events import Address, Scheme
from bot.permit import Seal
from config.business_types import ChannelConfig
from config.providers import PROVIDERS as CONFIGURABLE
from tests.providers.carrier import Carrier, answer, permit

HOOK = "https://bot.example/hooks/shop/sms/t0ken"
SECRETS = {"env:TOKEN": "s3cret", "env:OLD": "old", "env:SID": "AC1"}


@dataclass(frozen=True, slots=True)
class Settings:
    """As a business configures a channel."""

    name: str = "sms"
    provider: str = "twilio"
    medium: str = "sms"
    sender: str = "+15550001111"
    base_url: str | None = None
    token: str | None = "t0ken"
    credentials: Mapping[str, str] = field(default_factory=dict)


TWILIO = Settings(credentials={"account_sid": "AC1", "auth_token": "env:TOKEN", "auth_token_previous": "env:OLD"})
WHATSAPP = Settings(
    provider="whatsapp_cloud",
    medium="whatsapp",
    credentials={
        "phone_number_id": "1",
        "access_token": "env:TOKEN",
        "app_secret": "env:TOKEN",
        "verify_token": "env:TOKEN",
        "graph_version": "v25.0",
    },
)
SIMULATOR = Settings(provider="simulator", base_url="http://127.0.0.1:1")
TEXT = Outgoing("msg_1", Address(Scheme.E164, "+14133881111"), "hi")


async def test_each_provider_has_its_adapter(session: aiohttp.ClientSession, seal: Seal) -> None:
    opened = [open_channel(one, SECRETS.__getitem__, session, seal, HOOK) for one in (TWILIO, WHATSAPP, SIMULATOR)]
    assert [type(one) for one in opened] == [Twilio, WhatsAppCloud, Simulator]
    assert [one.medium for one in opened] == [Medium.SMS, Medium.WHATSAPP, Medium.SMS]


async def test_secrets_are_resolved_and_status_callbacks_come_to_the_hook(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal
) -> None:
    carrier.behaviour = answer(201, {"sid": "SM1", "status": "queued"})
    settings = replace(TWILIO, base_url=carrier.url, credentials={"account_sid": "env:SID", "auth_token": "env:TOKEN"})
    await open_channel(settings, SECRETS.__getitem__, session, seal, HOOK).send(permit(seal, TEXT))
    assert carrier.only.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert carrier.only.headers["authorization"] == "Basic " + base64.b64encode(b"AC1:s3cret").decode()
    assert carrier.only.form()["StatusCallback"] == f"{HOOK}?m=msg_1"


async def test_the_previous_secret_still_opens_hooks(session: aiohttp.ClientSession, seal: Seal) -> None:
    channel = open_channel(TWILIO, SECRETS.__getitem__, session, seal, HOOK)
    for token in ("s3cret", "old"):
        signature = RequestValidator(token).compute_signature(HOOK, {})
        assert channel.open_hook(HookRequest("GET", HOOK, {"x-twilio-signature": (signature,)}, b"")).events


async def test_the_version_is_taken_over(carrier: Carrier, session: aiohttp.ClientSession, seal: Seal) -> None:
    carrier.behaviour = answer(200, {"messages": [{"id": "wamid.1"}]})
    settings = replace(WHATSAPP, base_url=carrier.url)
    await open_channel(settings, SECRETS.__getitem__, session, seal, HOOK).send(permit(seal, TEXT))
    assert carrier.only.path == "/v25.0/1/messages"


@pytest.mark.parametrize("credentials,bearer", [({}, "t0ken"), ({"secret": "env:TOKEN"}, "s3cret")])
async def test_the_simulators_secret_is_the_hooks_token_unless_it_has_its_own(
    carrier: Carrier, session: aiohttp.ClientSession, seal: Seal, credentials: dict[str, str], bearer: str
) -> None:
    carrier.behaviour = answer(201, {"provider_id": "out_1"})
    settings = replace(SIMULATOR, base_url=carrier.url, credentials=credentials)
    await open_channel(settings, SECRETS.__getitem__, session, seal, HOOK).send(permit(seal, TEXT))
    assert carrier.only.headers["authorization"] == f"Bearer {bearer}"


@pytest.mark.parametrize(
    "settings,said",
    [
        (replace(TWILIO, provider="os.system"), ["channel sms", "'os.system'", "simulator, twilio, whatsapp_cloud"]),
        (replace(TWILIO, credentials={}), ["account_sid is missing", "auth_token is missing"]),
        (replace(TWILIO, credentials={"account_sid": "AC1", "auth_token": ""}), ["auth_token is missing"]),
        (
            replace(TWILIO, credentials={**TWILIO.credentials, "auth_tokn": "x"}),
            ["auth_tokn is no credential of twilio"],
        ),
        (replace(TWILIO, medium="fax"), ["twilio does not carry 'fax'"]),
        (replace(WHATSAPP, medium="sms"), ["whatsapp_cloud does not carry 'sms'"]),
        (replace(SIMULATOR, base_url=None), ["base_url"]),
        (replace(SIMULATOR, token=None), ["token"]),
    ],
)
async def test_what_is_wrong_is_named_all_at_once(
    session: aiohttp.ClientSession, seal: Seal, settings: Settings, said: list[str]
) -> None:
    with pytest.raises(Misconfigured) as caught:
        open_channel(settings, SECRETS.__getitem__, session, seal, HOOK)
    assert [word for word in said if word not in str(caught.value)] == []


async def test_a_configured_channel_is_what_open_channel_takes(session: aiohttp.ClientSession, seal: Seal) -> None:
    configured = ChannelConfig("sms", "simulator", "sms", "1", base_url="http://127.0.0.1:1", token="t0ken")
    assert isinstance(open_channel(configured, SECRETS.__getitem__, session, seal, HOOK), Simulator)


def test_what_a_configuration_may_name_can_be_opened() -> None:
    """The configuration's list and ours know of the same providers and needs."""
    assert set(CONFIGURABLE) <= set(PROVIDERS)
    for name, provider in CONFIGURABLE.items():
        assert provider.needs == PROVIDERS[name].required
        assert set(provider.takes) <= set(PROVIDERS[name].optional)


def test_adapters_know_neither_storage_nor_doors_nor_configuration() -> None:
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for folder in bot.channels.__path__
        for file in Path(folder).glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert "bot.errors" in imported
    assert {name for name in imported if str(name).split(".")[0] in {"storage", "webhooks", "config"}} == set()
