"""What replies leave for people of the business: listed, read, settled once."""

from __future__ import annotations

from storage.reviews import Kind
from tests.waiting import until
from tests.webhooks.service import Json, Service


async def opened(service: Service, words: str, kind: Kind) -> Json:
    """The person writes this, which opens an entry of the kind; the entry as listed."""
    await service.says(words, "m1")

    async def there() -> bool:
        return await service.count("reviews", f"kind = '{kind}'") == 1

    await until(there)
    (entry,) = (await service.get("/v1/reviews", kind=str(kind)))["items"]
    return dict(entry)


async def lifted(service: Service, kind: str) -> bool:
    """Whether no hold of this kind stands any more."""
    return await service.count("suppressions", f"kind = '{kind}' AND lifted_at IS NULL") == 0


async def test_a_complaint_is_listed_with_its_words_and_resumed(service: Service) -> None:
    """What the entry held back goes on; settled a second time it is a conflict."""
    entry = await opened(service, "我要投诉你们", Kind.COMPLAINT)
    assert entry["said"] == "我要投诉你们"
    assert (await service.get("/v1/complaints", waiting="true"))["items"] == [entry]
    assert await service.get(f"/v1/reviews/{entry['id']}") == entry
    body = {"outcome": "resume", "note": "已致电道歉"}
    settled = await service.post(f"/v1/reviews/{entry['id']}", body, 200)
    assert (settled["outcome"], settled["note"]) == ("resume", "已致电道歉")
    assert await lifted(service, "complaint")
    assert (await service.get("/v1/complaints", waiting="true"))["items"] == []
    again = await service.post(f"/v1/reviews/{entry['id']}", {"outcome": "stop"}, 409)
    assert again["code"] == "settled"


async def test_a_doubt_settled_as_a_stop_stops_and_tells(service: Service) -> None:
    """The business decides that it was a stop: everything ends and the person is told."""
    entry = await opened(service, "好烦", Kind.DOUBT)
    await service.post(f"/v1/reviews/{entry['id']}", {"outcome": "stop"}, 200)
    assert await service.count("suppressions", "kind = 'stopped' AND scope = 'all'") >= 1
    await until(lambda: any("已退订" in message.body for message in service.sent))


async def test_settling_lifts_no_stop_of_the_persons_own(service: Service) -> None:
    """A wrong number that is settled may be written to again, but the stop that it was stays."""
    entry = await opened(service, "你打错号码了", Kind.WRONG_NUMBER)
    await service.post(f"/v1/reviews/{entry['id']}", {"outcome": "resume"}, 200)
    assert await lifted(service, "wrong-number")
    assert not await lifted(service, "stopped")


async def test_an_entry_of_another_business_is_not_there(service: Service) -> None:
    """Nobody reads or settles what is not theirs."""
    entry = await opened(service, "我要投诉你们", Kind.COMPLAINT)
    await service.get(f"/v1/reviews/{entry['id']}", 404, business="realshop")
    assert (await service.get("/v1/reviews", business="realshop"))["items"] == []
