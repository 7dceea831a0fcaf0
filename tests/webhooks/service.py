"""The whole web application on real stores, over real HTTP: an example business that is simulated, one that is not."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp.test_utils import TestClient
from redis.asyncio import Redis
from sqlalchemy import text
from yarl import URL

from bot.channel import Channel, Hook, HookRequest, Medium, Outgoing, Sent
from bot.channels.open import open_channel
from bot.channels.simulator import Simulator, SimulatorAccount
from bot.engine import Engine, Stores
from bot.events import DeliveryStatus
from bot.permit import Seal
from config.business_types import Business
from storage.api_keys import ApiKeys, Mode
from storage.clock import StoppedClock
from storage.database import Database
from storage.limits import Limiter
from storage.redis import Breaker, Wake
from storage.vault import Vault
from tests.fixtures.engines import PROVER
from tests.waiting import PATIENT

EXAMPLE = Path(__file__).parents[2] / "config/businesses/example"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Midday in China, where the example's people are: nothing waits for the morning."""
PUBLIC = "https://bot.example"
SECRET = "a secret of the carrier"
NUMBER_ID = "106540352242922"
PHONE = "+8613800138000"
SIGNUP = {"business": "bookshop", "type": "signup.form", "person": {"phone": PHONE}, "facts": {"page": "官网"}}
SHIPPED = {"order_no": "A20260102001", "carrier": "顺丰", "tracking": "SF1234567890"}
ORDER = {
    "business": "bookshop",
    "flow": "order-notices",
    "text": "shipped",
    "person": {"phone": PHONE, "language": "en"},
    "facts": SHIPPED,
}

Json = dict[str, Any]

REAL_CHANNELS = """channels:
  sms:      {provider: twilio, sender: "+15550001111", token: tw, public_url: "https://carriers.example/in",
             account_sid: AC1, auth_token: "env:S", base_url: "http://127.0.0.1:9"}
  whatsapp: {provider: whatsapp_cloud, sender: "106540352242922", token: wa, phone_number_id: "106540352242922",
             access_token: "env:S", app_secret: "env:S", verify_token: "env:S", base_url: "http://127.0.0.1:9"}
"""


class Pocket(Simulator):
    """The simulated carrier's hook, and a pocket in place of the network for what we send."""

    def __init__(self, medium: Medium, session: aiohttp.ClientSession, seal: Seal, sent: list[Outgoing]) -> None:
        super().__init__(SimulatorAccount("http://127.0.0.1:9", (SECRET,), "10690000"), medium, session, seal)
        self._sent = sent

    async def _deliver(self, message: Outgoing) -> Sent:
        self._sent.append(message)
        return Sent(f"carrier-{message.id}", DeliveryStatus.ACCEPTED)


class Broken(Channel):
    """A channel whose reader has a fault."""

    medium = Medium.SMS

    def open_hook(self, request: HookRequest) -> Hook:
        raise KeyError(request.method)

    async def _deliver(self, message: Outgoing) -> Sent:
        raise AssertionError(message.id)


def write_businesses(folder: Path) -> Path:
    """``bookshop`` as shipped, with simulated carriers; ``realshop``, the same with real ones."""
    for name in ("bookshop", "realshop"):
        flows = folder / name / "flows"
        flows.mkdir(parents=True)
        for file in (EXAMPLE / "flows").glob("*.yaml"):
            (flows / file.name).write_text(file.read_text())
    shipped = (EXAMPLE / "business.yaml").read_text()
    (folder / "bookshop/business.yaml").write_text(shipped)
    before, _, rest = shipped.partition("channels:\n")
    after = rest[rest.index("\nquiet_hours") :]
    real = (before + REAL_CHANNELS + after).replace("business: bookshop", "business: realshop")
    (folder / "realshop/business.yaml").write_text(real)
    return folder


@dataclass(slots=True, repr=False)
class Service:
    """The application under test, its engine, and keys to it."""

    engine: Engine
    client: TestClient[Any, Any]
    keys: Mapping[tuple[str, Mode], str]
    sent: list[Outgoing]
    clock: StoppedClock
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.engine.stores.database

    def headers(self, business: str = "bookshop", mode: Mode = Mode.LIVE, **more: str) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.keys[business, mode]}", **named}

    async def post(self, path: str, body: object, status: int = 202, **headers: str) -> Json:
        answer = await self.client.post(path, json=body, headers=self.headers(**headers))
        assert answer.status == status, await answer.text()
        data: Json = await answer.json()
        return data

    async def get(self, path: str, expected: int = 200, business: str = "bookshop", **query: str) -> Json:
        answer = await self.client.get(path, params=query, headers=self.headers(business))
        assert answer.status == expected, await answer.text()
        data: Json = await answer.json()
        return data

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with self.database.read() as connection:
            return [tuple(row) for row in await connection.execute(text(sql))]

    async def count(self, table: str, where: str = "1 = 1") -> int:
        return int((await self.rows(f"SELECT count(*) FROM {table} WHERE {where}"))[0][0])

    async def execute(self, sql: str) -> None:
        async with self.database.engine.begin() as connection:
            await connection.execute(text(sql))

    async def carrier_posts(self, body: object, path: str = "/hooks/realshop/whatsapp/wa", **headers: str) -> Any:
        """WhatsApp posts this, signed."""
        data = json.dumps(body).encode()
        signature = "sha256=" + hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()
        given = {"Content-Type": "application/json", "X-Hub-Signature-256": signature, **headers}
        return await self.client.post(path, data=BytesIO(data), headers=given)

    async def twilio_posts(self, query: str = "", signature: str | None = None, **form: str) -> Any:
        """Twilio posts this form, signed over the public URL."""
        path = f"/hooks/realshop/sms/tw{query}"
        signed = f"https://carriers.example/in{path}" + "".join(n + v for n, v in sorted(form.items()))
        right = b64encode(hmac.digest(SECRET.encode(), signed.encode(), "sha1")).decode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature or right}
        return await self.client.post(URL(path, encoded=True), data=urlencode(form), headers=headers)

    async def says(self, words: str, id_: str, channel: str = "sms") -> None:
        """The example's person writes to the simulated sender."""
        event = {"type": "message", "id": id_, "from": [{"scheme": "e164", "value": PHONE}], "text": words}
        body = json.dumps({"events": [event]}).encode()
        now = int(time.time())
        mark = hmac.new(SECRET.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        answer = await self.client.post(
            f"/hooks/bookshop/{channel}/sim", data=body, headers={"X-Sim-Signature": f"t={now},v1={mark}"}
        )
        assert answer.status == 200, await answer.text()


def open_stores(database_url: str, redis: Redis, clock: StoppedClock) -> Stores:
    breaker = Breaker(time.monotonic, PATIENT)
    database = Database(database_url)
    return Stores(database, Vault(b"k" * 32), clock, Limiter(redis, breaker), breaker, Wake(None, breaker, "web"))


async def build(
    stores: Stores, session: aiohttp.ClientSession, businesses: Mapping[str, Business], sent: list[Outgoing]
) -> Engine:
    """The engine of these businesses, on a migrated database; nothing runs yet."""

    def make_channel(business: Business, name: str, seal: Seal) -> Channel:
        config = business.channels[name]
        if business.name == "bookshop":
            return Pocket(Medium(config.medium), session, seal, sent)
        return open_channel(config, lambda _: SECRET, session, seal, f"{PUBLIC}/hooks/{business.name}/{name}/t")

    engine = Engine.build(stores, make_channel, PROVER)
    await engine.put_in_force(businesses)
    return engine


async def make_keys(stores: Stores) -> dict[tuple[str, Mode], str]:
    keys = ApiKeys(stores.database, stores.vault, stores.clock)
    return {
        (business, mode): (await keys.new(business, mode, "test")).text
        for business in ("bookshop", "realshop")
        for mode in Mode
    }
