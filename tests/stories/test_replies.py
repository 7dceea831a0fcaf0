"""What people mean, as whole conversations on the real path, on both databases: scopes, doubt, complaint, stranger."""

from __future__ import annotations

import pytest

from tests.fixtures.engines import Shop

ASKED = "您是要我们停发全部消息吗"
STOPPED = "已退订，今后不再向您发送"


async def consented(shop: Shop) -> None:
    """This person wants offers."""
    await shop.tell("signup.form", page="官网")
    await shop.say("Y")
    assert await consents(shop) == {"offers": "confirmed"}


async def consents(shop: Shop) -> dict[str, str]:
    person = await shop.person()
    return dict(await shop.rows("SELECT purpose, status FROM consents WHERE person = :person", person=person))


async def suppressed(shop: Shop) -> list[tuple[str, str]]:
    rows = await shop.rows("SELECT DISTINCT kind, scope FROM suppressions WHERE lifted_at IS NULL ORDER BY kind, scope")
    return [(kind, scope) for kind, scope in rows]


async def reviews(shop: Shop) -> list[tuple[str, str, str]]:
    return await shop.rows("SELECT kind, settled_by, outcome FROM reviews ORDER BY id")


BOTH = ["marketing:sms", "marketing:whatsapp"]


async def test_stop_ads_ends_what_sells_and_leaves_what_serves(shop: Shop) -> None:
    """退订营销 ends the consent to offers on every medium, is confirmed once, and is not the end of notices."""
    await consented(shop)
    assert await shop.say("退订营销") == [
        "【小满书店】已为您停发全部广告，账单和通知照旧。连这些也不想收请回复“退订”。"
    ]
    assert await suppressed(shop) == [("stopped", scope) for scope in BOTH]
    assert await consents(shop) == {"offers": "withdrawn"}
    assert await shop.say("STOP ADS") == []
    assert len(await shop.tell("order.shipped", order_no="A1", carrier="SF", tracking="1")) == 1


async def test_less_is_the_persons_own_cap(shop: Shop) -> None:
    """After LESS the gate lets one commercial message a month through, whatever the purpose promises."""
    await consented(shop)
    (answer,) = await shop.say("少发点")
    assert "每月最多给您发一条广告" in answer
    assert await shop.rows("SELECT own_cap FROM people") == [(1,)]
    assert "cap.lowered" in await shop.kinds()


async def test_a_pause_ends_by_itself(shop: Shop) -> None:
    """暂停30天 holds marketing back for thirty days, and ends without a word."""
    await consented(shop)
    (answer,) = await shop.say("暂停30天")
    assert "2026年4月1日之前不向您发送广告" in answer
    assert await suppressed(shop) == [("paused", scope) for scope in BOTH]
    assert await consents(shop) == {"offers": "confirmed"}
    shop.wait(days=31)
    await shop.settle()
    assert shop.wire.bodies() == []


@pytest.mark.parametrize(
    "word, expected",
    [
        ("状态", "您同意接收：新品与优惠。目前：正常。"),
        ("为什么", "最近一条：新品与优惠。依据：您的请求，2026年3月2日，记录1-"),
        ("证明", "新品与优惠：2026年3月2日，记录"),
        ("人工", "何时回复不作承诺"),
        ("帮助", "这里是小满书店"),
        ("EN", "From now on we write to you in English."),
    ],
)
async def test_who_stopped_still_gets_an_answer_to_their_own_question(shop: Shop, word: str, expected: str) -> None:
    """Each is answered with one message, before a stop and after it, and grants nothing."""
    await consented(shop)
    assert [expected in body for body in await shop.say(word)] == [True]
    assert len(await shop.say("TD")) == 1
    held = await consents(shop)
    assert len(await shop.say(word)) == 1
    assert await consents(shop) == held == {"offers": "withdrawn"}
    assert ("stopped", "all") in await suppressed(shop)


async def test_doubt_holds_marketing_back_and_asks_once(shop: Shop) -> None:
    """A reply that may be a stop: marketing waits at once, one question is asked, somebody of the business sees it."""
    await consented(shop)
    await unsure(shop)
    assert ("doubtful", "marketing:sms") in await suppressed(shop)
    assert await reviews(shop) == [("doubt", "", "")]
    assert await consents(shop) == {"offers": "confirmed"}


async def unsure(shop: Shop) -> None:
    """The person says something that may be a stop, and is asked."""
    (question,) = await shop.say(UNSURE)
    assert ASKED in question


UNSURE = "好烦"


async def test_yes_to_the_doubt_is_a_stop(shop: Shop) -> None:
    await consented(shop)
    await unsure(shop)
    (told,) = await shop.say("1")
    assert STOPPED in told
    assert ("stopped", "all") in await suppressed(shop)
    assert await reviews(shop) == [("doubt", "person", "stop")]


async def test_no_to_the_doubt_resumes(shop: Shop) -> None:
    await consented(shop)
    await unsure(shop)
    (told,) = await shop.say("2")
    assert "一切照旧" in told
    assert await suppressed(shop) == []
    assert await reviews(shop) == [("doubt", "person", "resume")]
    shop.wait(hours=25)
    await shop.settle()
    assert shop.wire.bodies() == []


async def test_silence_after_the_doubt_is_a_stop_in_mainland_china(shop: Shop) -> None:
    await consented(shop)
    await unsure(shop)
    shop.wait(hours=24, seconds=1)
    await shop.settle()
    (told,) = shop.wire.bodies()
    assert STOPPED in told
    assert await reviews(shop) == [("doubt", "time", "stop")]


async def test_a_complaint_pauses_marketing_and_opens_a_case(shop: Shop) -> None:
    await consented(shop)
    (answer,) = await shop.say("我要投诉你们")
    assert "您的投诉已登记" in answer
    assert ("complaint", "marketing:sms") in await suppressed(shop)
    assert await reviews(shop) == [("complaint", "", "")]


async def test_a_stranger_is_told_nothing(shop: Shop) -> None:
    """打错了 ends every consent, suppresses the number, and whatever its holder asks then gives nobody away."""
    await consented(shop)
    (told,) = await shop.say("你打错号码了，我不是本人")
    assert told == "【小满书店】抱歉打扰，今后不再向此号码发送。"
    assert await consents(shop) == {"offers": "withdrawn"}
    assert {("stopped", "all"), ("wrong-number", "all")} <= set(await suppressed(shop))
    assert await reviews(shop) == [("wrong-number", "", "")]
    for word in ("状态", "为什么", "证明", "恢复"):
        assert await shop.say(word) == []
    assert await shop.tell("order.shipped", order_no="A1", carrier="SF", tracking="1") == []


async def test_help_keeps_the_question_open(shop: Shop) -> None:
    """Who asks what this is gets an answer, and their yes after it still counts."""
    await shop.tell("signup.form", page="官网")
    assert len(await shop.say("帮助")) == 1
    await shop.say("Y")
    assert await consents(shop) == {"offers": "confirmed"}


async def test_a_yes_with_a_question_is_help(shop: Shop) -> None:
    await shop.tell("signup.form", page="官网")
    (answer,) = await shop.say("YES but what is it?")
    assert "这里是小满书店" in answer
    assert await consents(shop) == {"offers": "requested"}
    await shop.say("Y")
    assert await consents(shop) == {"offers": "confirmed"}


@pytest.mark.parametrize("said", ["Y?", "是？", "yes??", "Y 👎", "同意🖕", "ok :-(", "1?"])
async def test_an_answer_that_is_taken_back_in_the_same_breath_is_no_consent(said: str, shop: Shop) -> None:
    """Though the flow lists the word. Said plainly afterwards it is one."""
    await shop.tell("signup.form", page="官网")
    await shop.say(said)
    assert await consents(shop) == {"offers": "requested"}
    await shop.say("Y")
    assert await consents(shop) == {"offers": "confirmed"}


async def test_a_doubt_closes_the_question_for_a_consent(shop: Shop) -> None:
    """Two questions are never open on one sender: a yes then answers ours, and grants nothing."""
    await shop.tell("signup.form", page="官网")
    await unsure(shop)
    open_now = await shop.rows("SELECT flow FROM conversations WHERE ended_at IS NULL AND question IS NOT NULL")
    assert open_now == [("doubt",)]
    await shop.say("Y")
    assert await consents(shop) == {"offers": "refused"}


async def test_stop_notices_ends_what_serves_and_leaves_what_was_agreed(shop: Shop) -> None:
    """退订通知 ends bills and orders; offers that the person agreed to stay, and 恢复 brings the notices back."""
    await consented(shop)
    (answer,) = await shop.say("退订通知")
    assert "已停发账单和通知" in answer
    assert await suppressed(shop) == [("stopped", "notices")]
    assert await consents(shop) == {"offers": "confirmed"}
    assert await shop.tell("order.shipped", order_no="A1", carrier="SF", tracking="1") == []
    await shop.say("恢复")
    assert len(await shop.tell("order.shipped", order_no="A2", carrier="SF", tracking="2")) == 1


async def test_only_bills_ends_what_sells(shop: Shop) -> None:
    await consented(shop)
    (answer,) = await shop.say("只要账单就行")
    assert "账单和通知照旧" in answer
    assert await consents(shop) == {"offers": "withdrawn"}


async def gift(shop: Shop) -> str:
    """A birthday gift is asked for; ``sent``, or why it did not leave."""
    await shop.tell("member.birthday", name="周", coupon="B8K2", until="2026-12-31", balance="1")
    (row,) = await shop.rows("SELECT status, why FROM outbox WHERE flow = 'birthday' ORDER BY id DESC LIMIT 1")
    return str(row[1]) or "sent"


async def wants_points(shop: Shop) -> None:
    """This person wants points news on SMS."""
    await shop.say("prefs")
    await shop.say("2")
    assert "points" in await consents(shop)


async def test_what_is_held_back_is_refused_with_its_reason(shop: Shop) -> None:
    """A pause is the person's no; a doubt waits for somebody to look; after it the gift goes."""
    await wants_points(shop)
    await shop.say("暂停10天")
    assert await gift(shop) == "stopped"
    shop.wait(days=10, seconds=1)
    await shop.say("好烦")
    assert await gift(shop) == "held-for-review"
    await shop.say("2")
    shop.wait(seconds=1)
    assert await gift(shop) == "sent"


async def test_the_own_cap_holds_across_purposes(shop: Shop) -> None:
    """After LESS the second commercial message of a month is refused by the gate."""
    await wants_points(shop)
    await shop.say("LESS")
    assert await gift(shop) == "sent"
    shop.wait(days=1)
    await shop.change("UPDATE conversations SET started_at = 0, ended_at = 1 WHERE flow = 'birthday'")
    assert await gift(shop) == "purpose-cap"


async def test_a_pause_cancels_what_sells_in_the_queue(shop: Shop) -> None:
    """Queued before the pause, it does not leave when the pause is over either."""
    await wants_points(shop)
    await shop.accept(shop.event("member.birthday", name="周", coupon="B", until="2026-12-31", balance="1"))
    await shop.engine.stepper.sweep()
    await shop.accept(shop.message("暂停10天"))
    await shop.engine.stepper.sweep()
    rows = await shop.rows("SELECT status, why FROM outbox WHERE flow = 'birthday'")
    assert rows == [("cancelled", "stopped")]
