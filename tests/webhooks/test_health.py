"""Probes, counters and documents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tests.webhooks.service import ORDER, SIGNUP, Service
from webhooks import openapi
from webhooks.doors import Standing
from webhooks.rest.routes import OPERATIONS

Opener = Callable[..., Awaitable[Service]]
COMMITTED = Path(__file__).parents[2] / "docs/openapi.json"


async def ready(service: Service) -> tuple[int, Any]:
    answer = await service.client.get("/readyz")
    return answer.status, await answer.json()


async def test_it_is_alive_and_ready(service: Service) -> None:
    assert (await service.client.get("/healthz")).status == 200
    assert await ready(service) == (200, {"ready": True, "database": "ready", "redis": "up", "edit_refused": []})


async def test_a_dead_redis_and_a_refused_edit_are_told_and_not_fatal(open_service: Opener) -> None:
    service = await open_service(standing=lambda: Standing(("sms.yaml:3:1  E201",), redis_up=False))
    status, body = await ready(service)
    assert (status, body["redis"][:4], body["edit_refused"]) == (200, "down", ["sms.yaml:3:1  E201"])
    counted = await (await service.client.get("/metrics")).text()
    assert "askfirst_redis_up 0.0" in counted
    assert "askfirst_edit_refused 1.0" in counted


async def test_a_pending_migration_is_not_ready(service: Service) -> None:
    await service.execute("UPDATE alembic_version SET version_num = 'older'")
    status, body = await ready(service)
    assert (status, "askfirst db migrate" in body["database"]) == (503, True)


async def test_a_database_that_does_not_answer_is_not_ready_and_still_alive(service: Service) -> None:
    await service.execute("ALTER TABLE outbox RENAME TO away")
    counted = await (await service.client.get("/metrics")).text()
    assert "askfirst_database_up 0.0" in counted
    assert (await service.client.get("/healthz")).status == 200


async def test_what_waits_and_what_was_refused_is_counted_by_its_code(open_service: Opener) -> None:
    service = await open_service(worker=False)
    step, service.engine.inbox.steps = service.engine.stepper, None
    greet = {**ORDER, "flow": "birthday", "text": "greet", "facts": {"coupon": "B8K2", "until": "2026-12-31"}}
    for body in (ORDER, greet):
        asked = asyncio.create_task(service.post("/v1/messages", body, 201))
        while not asked.done():
            await step.sweep()
            await asyncio.sleep(0)
    await service.says("hello", "m1")
    counted = (await (await service.client.get("/metrics")).text()).splitlines()
    where = 'business="bookshop",channel="sms"'
    assert f'askfirst_messages_last_hour{{{where},status="refused",why="no-consent"}} 1.0' in counted
    assert f'askfirst_outbox_queued{{{where},why=""}} 1.0' in counted
    assert "askfirst_inbox_pending 1.0" in counted
    assert "askfirst_inbox_oldest_seconds 0.0" in counted
    assert (
        'askfirst_hooks_total{business="bookshop",channel="sms",outcome="stored",provider="simulator"} 1.0' in counted
    )
    assert 'askfirst_api_events_total{business="bookshop",kind="message-request",outcome="refused"} 1.0' in counted
    assert any(line.startswith("process_resident_memory_bytes") for line in counted)


async def test_labels_hold_nothing_that_a_caller_chose(service: Service) -> None:
    await service.client.post("/hooks/evil-business/evil-channel/evil-token")
    counted = await (await service.client.get("/metrics")).text()
    assert "evil" not in counted
    assert 'outcome="unknown-token"' in counted


def test_the_committed_document_is_the_one_that_the_models_make() -> None:
    """Made anew with: python -c "from webhooks import openapi; print(openapi.text(), end='')" > docs/openapi.json"""
    assert COMMITTED.read_text(encoding="utf-8") == openapi.text()


def test_the_document_is_whole() -> None:
    """Every reference leads somewhere, every operation has a name of its own, every shape is JSON Schema 2020-12."""
    text = openapi.text()
    document = json.loads(text)
    schemas = document["components"]["schemas"]
    references = set(text.split('"#/components/schemas/')[1:])
    assert {reference.partition('"')[0] for reference in references} <= set(schemas)
    names = [o["operationId"] for methods in document["paths"].values() for o in methods.values()]
    assert len(names) == len(set(names)) == len(OPERATIONS)
    for schema in schemas.values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


async def test_the_document_is_served_and_answers_keep_to_it(service: Service) -> None:
    document = await (await service.client.get("/openapi.json")).json()
    said = {**document["components"]["schemas"]["EventAnswer"], "components": document["components"]}
    jsonschema_rs.validate(said, await service.post("/v1/events", SIGNUP))
    wrong = {**document["components"]["schemas"]["ProblemAnswer"], "components": document["components"]}
    jsonschema_rs.validate(wrong, await service.post("/v1/events", {}, 422))


class Page(HTMLParser):
    """What a page loads and runs, and which anchors it has and points to."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "link", "img", "iframe"}:
            self.loads.append(tag)
        if given.get("id"):
            self.ids.add(str(given["id"]))
        if (given.get("href") or "").startswith("#"):
            self.links.add(str(given["href"])[1:])


async def test_the_page_reads_without_script_and_its_links_lead_somewhere(service: Service) -> None:
    answer = await service.client.get("/docs")
    page = Page()
    page.feed(await answer.text())
    assert (answer.status, page.loads) == (200, [])
    assert page.links <= page.ids
    assert {"no-consent", "key-used", "tell_event"} <= page.ids
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"])
async def test_probes_and_documents_need_no_key(service: Service, path: str) -> None:
    assert (await service.client.get(path)).status == 200
