"""The carriers' door: what is stored is answered 2xx, and nothing else is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import pytest

from bot.permit import Seal
from tests.webhooks.service import NUMBER_ID, SECRET, Broken, Json, Service

WROTE = {"From": "+14155550123", "To": "+15550001111", "Body": "hello", "MessageSid": "SM1", "AccountSid": "AC1"}


def whatsapp(*changes: Json, entries: int = 1) -> Json:
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": list(changes)}] * entries}


def change(*texts: tuple[str, str, str]) -> Json:
    """One change with these messages: (id, from, words)."""
    messages = [
        {"id": id_, "from": sender, "timestamp": "1749416383", "type": "text", "text": {"body": words}}
        for id_, sender, words in texts
    ]
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER_ID}, "messages": messages}
    return {"field": "messages", "value": value}


def eight() -> Json:
    """Two entries of two changes of two messages; the very last one is STOP."""
    texts = [(f"wamid.{n}", "16505551234", "hello") for n in range(7)] + [("wamid.7", "16505551234", "STOP")]
    entries = [
        {"id": str(e), "changes": [change(*texts[4 * e : 4 * e + 2]), change(*texts[4 * e + 2 : 4 * e + 4])]}
        for e in range(2)
    ]
    return {"object": "whatsapp_business_account", "entry": entries}


async def test_every_element_is_stored_and_a_stop_among_them_is_in_force_when_the_200_arrives(
    open_service: Callable[..., Awaitable[Service]],
) -> None:
    """No worker runs: what is in force was put in force by accepting it."""
    service = await open_service(worker=False)
    answer = await service.carrier_posts(eight())
    assert answer.status == 200
    assert await service.count("inbox", "business = 'realshop' AND kind = 'message'") == 8
    assert await service.rows("SELECT kind, scope, lifted_at FROM suppressions") == [("stopped", "all", None)]
    assert await service.count("ledger", "kind = 'stop'") == 1


async def test_the_same_post_ten_times_in_parallel_has_one_effect(service: Service) -> None:
    answers = await asyncio.gather(*(service.carrier_posts(eight()) for _ in range(10)))
    assert {answer.status for answer in answers} == {200}
    assert await service.count("inbox", "kind = 'message'") == 8
    assert await service.count("ledger", "kind = 'stop'") == 1
    assert await service.count("people") == 1


async def test_a_verified_call_that_says_nothing_is_answered_with_success(service: Service) -> None:
    answer = await service.client.get(
        "/hooks/realshop/whatsapp/wa",
        params={"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": SECRET},
    )
    assert (answer.status, await answer.text()) == (200, "1158201444")
    assert (await service.carrier_posts({"object": "whatsapp_business_account", "entry": []})).status == 200
    assert await service.count("inbox") == 0


async def test_twilio_signs_the_configured_public_url_with_its_raw_query(service: Service) -> None:
    """The prefix of ``public_url``, the path, and the query as it was sent: ``%7E`` is not made ``~``."""
    answer = await service.twilio_posts(query="?region=us%7E1&b=%2B", **WROTE)
    assert (answer.status, answer.content_type) == (200, "text/xml"), await answer.text()
    assert await service.count("inbox", "business = 'realshop' AND channel = 'sms'") == 1


Call = Callable[[Service], Awaitable[Any]]


@pytest.mark.parametrize(
    "status,call",
    [
        (404, lambda s: s.client.post("/hooks/realshop/whatsapp/xx", data=b"{}")),
        (404, lambda s: s.client.post("/hooks/realshop/whatsapp/%E9%80%80", data=b"{}")),
        (404, lambda s: s.client.post("/hooks/realshop/telegraph/wa", data=b"{}")),
        (404, lambda s: s.client.post("/hooks/nobody/whatsapp/wa", data=b"{}")),
        (401, lambda s: s.client.post("/hooks/realshop/whatsapp/wa", data=b"{}")),
        (403, lambda s: s.twilio_posts(signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA=", **WROTE)),
        (400, lambda s: s.carrier_posts(["no object"])),
        (413, lambda s: s.client.post("/hooks/realshop/whatsapp/wa", data=BytesIO(b"x" * (3 * 1024 * 1024 + 1)))),
        (413, lambda s: s.client.post("/hooks/realshop/whatsapp/wa", data=chunks(4))),
        (415, lambda s: s.carrier_posts({}, **{"Content-Encoding": "gzip"})),
        (415, lambda s: s.carrier_posts({}, **{"Content-Type": "multipart/form-data; boundary=x"})),
        (405, lambda s: s.client.put("/hooks/realshop/whatsapp/wa", data=b"{}")),
    ],
)
async def test_what_is_not_right_is_refused_and_nothing_is_stored(service: Service, status: int, call: Call) -> None:
    answer = await call(service)
    assert answer.status == status, await answer.text()
    assert await service.count("inbox") == await service.count("people") == 0


async def chunks(megabytes: int) -> Any:
    """A body that does not say how long it is."""
    for _ in range(megabytes):
        yield b"x" * (1024 * 1024)


async def test_a_body_of_almost_three_mebibytes_is_taken(service: Service) -> None:
    texts = [(f"wamid.{n}", "16505551234", "x" * 4000) for n in range(700)]
    body = whatsapp(change(*texts))
    assert 2_800_000 < len(json.dumps(body)) < 3 * 1024 * 1024
    assert (await service.carrier_posts(body)).status == 200
    assert await service.count("inbox") == 700


async def test_bad_signatures_are_counted(service: Service) -> None:
    await service.client.post("/hooks/realshop/whatsapp/wa", data=b"{}")
    await service.twilio_posts(signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA=", **WROTE)
    counted = await (await service.client.get("/metrics")).text()
    wrong = "askfirst_bad_signatures_total"
    assert f'{wrong}{{business="realshop",channel="whatsapp",provider="whatsapp_cloud"}} 1.0' in counted
    assert f'{wrong}{{business="realshop",channel="sms",provider="twilio"}} 1.0' in counted


@pytest.mark.parametrize("harm", ["ALTER TABLE inbox RENAME TO gone", "closed"])
async def test_what_the_database_does_not_take_is_answered_503_and_kept_by_nobody(service: Service, harm: str) -> None:
    """Once the database is there again, the carrier's second try is stored, once."""
    if harm == "closed":
        await service.execute("ALTER TABLE people RENAME TO away")
    else:
        await service.execute(harm)
    answer = await service.carrier_posts(eight())
    assert (answer.status, "Retry-After" in answer.headers) == (503, True)
    back = "ALTER TABLE away RENAME TO people" if harm == "closed" else "ALTER TABLE gone RENAME TO inbox"
    await service.execute(back)
    assert await service.count("inbox") == await service.count("people") == await service.count("suppressions") == 0
    assert (await service.carrier_posts(eight())).status == 200
    assert await service.count("inbox") == 8


async def test_a_closed_database_is_answered_503(open_service: Callable[..., Awaitable[Service]]) -> None:
    service = await open_service(worker=False)
    await service.execute("DROP TABLE suppressions")
    assert (await service.carrier_posts(eight())).status == 503
    assert await service.count("inbox") == 0


async def test_a_reader_with_a_fault_leaves_the_event_with_the_carrier(service: Service) -> None:
    service.engine._channels["realshop", "sms"] = Broken(Seal())
    answer = await service.twilio_posts(**WROTE)
    assert answer.status == 503
    assert await service.count("inbox") == 0


async def test_a_channel_edited_away_is_unknown(service: Service) -> None:
    del service.engine._channels["realshop", "sms"]
    assert (await service.twilio_posts(**WROTE)).status == 404


async def test_an_answer_tells_its_id_and_not_the_servers_software(service: Service) -> None:
    answer = await service.carrier_posts(eight())
    assert answer.headers["X-Request-Id"].startswith("req_")
    assert "Server" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
