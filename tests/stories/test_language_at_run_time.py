"""What the language says is what happens: fallback, hand over, remember, tag, else, and lists by either medium."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.events import InboundMessage, MessageKind
from bot.inbox import Incoming
from bot.rehearsal_cast import cast
from bot.rehearsal_room import RehearsalRoom
from config.business import load_business
from config.business_types import Business
from flows.talk import Talk
from flows.talk_file import load_talks
from storage.tables import ledger

EXAMPLE = Path(__file__).parents[2] / "config" / "businesses" / "example"

pytestmark = pytest.mark.asyncio(loop_scope="session")

PARCEL = """\
flow: parcel
kind: service
channels: [sms, whatsapp]
languages: [en]
start: {event: parcel.sent, basis: contract, proof: order_no, go: sent}
states:
  sent: {say: sent, end: told}
texts:
  sent:
    template: parcel_v1
    fallback: {undelivered: sms, within: 10m}
    en: "Parcel {{ order_no }} is on its way."
uses:
  order_no: {type: text, max: 14}
"""
VISIT = """\
flow: visit
kind: service
channels: [sms, whatsapp]
languages: [en]
start: {event: visit.planned, basis: contract, proof: order_no, go: ask}
answers:
  am: {label: {en: Morning}, words: [1, morning]}
  pm: {label: {en: Afternoon}, words: [2, afternoon]}
states:
  ask:
    say: ask
    reply:
      am: {remember: {slot: before noon}, tag: early, go: fixed}
      pm: {remember: {slot: after noon}, go: fixed}
    else: {say: again, times: 2, go: person}
    after: {20h: over}
  fixed:  {say: fixed, end: fixed}
  person: {say: person, hand_over: true, after: {72h: over}}
  over:   {end: open}
texts:
  ask:
    template: visit_v1
    fallback: {undelivered: sms, within: 30m}
    list: [am, pm]
    en: "When may we come for {{ order_no }}?"
  again: {en: "Please choose 1 or 2."}
  fixed: {en: "We come {{ slot }} ({{ tags }})."}
  person: {en: "Somebody will call you."}
uses:
  order_no: {type: text, max: 14}
  slot: {type: text, max: 12, else: {en: soon}}
  tags: {type: text, max: 12, else: {en: no tag}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Business:
    folder = tmp_path_factory.mktemp("shop") / "bookshop"
    shutil.copytree(EXAMPLE, folder)
    (folder / "flows" / "parcel.yaml").write_text(PARCEL, encoding="utf-8")
    (folder / "flows" / "visit.yaml").write_text(VISIT, encoding="utf-8")
    return load_business(folder)


def talk(flow: str, channel: str, steps: str, then: str = "{}") -> Talk:
    person = f"{{language: en, channel: {channel}, order_no: A1}}"
    source = f"flow: {flow}\ntests:\n  - {{name: tried, person: {person}, talk: [{steps}], then: {then}}}\n"
    return load_talks(source, "tried.test.yaml")[0]


@pytest.mark.parametrize(
    "flow,channel,steps,then",
    [
        pytest.param(
            "parcel", "whatsapp", "start, {bot: sent}, {wait: 9m}, {bot: nothing}", "{messages: 1}", id="not yet"
        ),
        pytest.param("parcel", "whatsapp", "start, {bot: sent}, {wait: 11m}, {bot: sent}", "{messages: 2}", id="late"),
        pytest.param(
            "parcel",
            "whatsapp",
            "start, {bot: sent}, {wait: 3h}, {bot: sent}",
            "{messages: 2}",
            id="once, not for ever",
        ),
        pytest.param(
            "parcel",
            "whatsapp",
            "start, {bot: sent}, {receipt: delivered}, {wait: 1h}, {bot: nothing}",
            "{messages: 1}",
            id="delivered in time",
        ),
        pytest.param(
            "parcel",
            "whatsapp",
            "start, {bot: sent}, {receipt: failed}, {wait: 11m}, {bot: sent}",
            "{messages: 2}",
            id="the carrier says it failed",
        ),
        pytest.param(
            "parcel",
            "whatsapp",
            "start, {bot: sent}, {me: STOP}, {bot: stopped}, {wait: 1h}, {bot: nothing}",
            "{blocked: all, messages: 2}",
            id="never after a stop",
        ),
        pytest.param(
            "parcel",
            "whatsapp",
            "start, {bot: sent}, {me: STOP}, {bot: stopped}, {me: alta}, {bot: back}, {wait: 1h}, {bot: nothing}",
            "{blocked: nothing, messages: 3}",
            id="not after a stop that was lifted either",
        ),
        pytest.param(
            "parcel", "sms", "start, {bot: sent}, {wait: 1h}, {bot: nothing}", "{messages: 1}", id="already SMS"
        ),
        pytest.param("visit", "sms", "start, {bot: ask}, {me: 2}, {bot: fixed}", "{state: fixed}", id="a list by SMS"),
        pytest.param(
            "visit", "whatsapp", "start, {bot: ask}, {tap: am}, {bot: fixed}", "{state: fixed}", id="a list tapped"
        ),
        pytest.param(
            "visit",
            "sms",
            "start, {bot: ask}, {me: eh}, {bot: again}, {me: what}, {bot: again}, {me: hm}, {bot: person}, {me: hi}, "
            "{bot: nothing}, {wait: 73h}",
            "{state: over, messages: 4}",
            id="else speaks twice, then a person takes over and we are silent",
        ),
        pytest.param(
            "visit",
            "sms",
            "start, {bot: ask}, {me: eh}, {bot: again}, {me: what}, {bot: again}, {me: hm}, {bot: person}, {me: STOP}, "
            "{bot: stopped}",
            "{state: stopped, blocked: all}",
            id="a stop is heard while a person has taken over",
        ),
    ],
)
async def test_it_goes_as_written(
    flow: str, channel: str, steps: str, then: str, shop: Business, room: RehearsalRoom
) -> None:
    verdict = await room.play(shop, talk(flow, channel, steps, then))
    assert verdict.passed, verdict.diff


async def test_what_was_not_delivered_leaves_by_the_other_medium_with_the_same_values(
    shop: Business, room: RehearsalRoom
) -> None:
    async with room.stage(cast(shop, talk("parcel", "whatsapp", "start"))) as played:
        await played.start("parcel", {})
        await played.wait(timedelta(minutes=11))
        assert [each.channel for each in played.departures] == ["whatsapp", "sms"]
        assert played.departures[1].message.body == "Parcel A1 is on its way."


async def test_a_question_that_fell_back_is_answered_where_it_was_asked_last(
    shop: Business, room: RehearsalRoom
) -> None:
    async with room.stage(cast(shop, talk("visit", "whatsapp", "start"))) as played:
        await played.start("visit", {})
        await played.wait(timedelta(minutes=31))
        assert played.departures[1].message.body == "When may we come for A1?\n1 Morning\n2 Afternoon"
        reply = InboundMessage("answer", (played.who.address,), None, MessageKind.TEXT, "1")
        await played.engine.inbox.accept([Incoming(shop.name, "sms", "rehearsal", reply)])
        await played.wait(timedelta(seconds=30))
        assert [(each.channel, each.message.body) for each in played.departures][2:] == [
            ("sms", "We come before noon (early).")
        ]


async def test_a_question_does_not_fall_back_to_where_another_one_is_open(shop: Business, room: RehearsalRoom) -> None:
    async with room.stage(cast(shop, talk("visit", "whatsapp", "start"))) as played:
        await played.start("visit", {})
        word = InboundMessage("word", (played.who.address,), None, MessageKind.TEXT, "prefs")
        await played.engine.inbox.accept([Incoming(shop.name, "sms", "rehearsal", word)])
        await played.wait(timedelta(hours=2))
        assert [each.channel for each in played.departures] == ["whatsapp", "sms"]
        assert played.departures[1].message.body.startswith("What would you like?")


async def test_what_a_row_remembers_and_tags_is_there_afterwards(shop: Business, room: RehearsalRoom) -> None:
    async with room.stage(cast(shop, talk("visit", "sms", "start"))) as played:
        await played.start("visit", {})
        await played.say("morning")
        assert played.departures[-1].message.body == "We come before noon (early)."
        await played.start("visit", {"order_no": "A1"})
        await played.say("2")
        assert played.departures[-1].message.body == "We come after noon (early)."


async def test_a_hand_over_is_on_record(shop: Business, room: RehearsalRoom) -> None:
    async with room.stage(cast(shop, talk("visit", "sms", "start"))) as played:
        await played.start("visit", {})
        for text in ("eh", "what", "hm"):
            await played.say(text)
        async with played.engine.stores.database.write() as tx:
            kinds = [row[0] for row in await tx.fetch(select(ledger.c.kind))]
        assert kinds.count("conversation.handed-over") == 1
