"""What each recall covers: a message in hand and its row in the outbox agree on every combination."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from flows.spec import Basis
from storage import messages, recalls
from storage.database import Database
from storage.messages import Content, Message, Nature, Status
from storage.recalls import Recall, Scope, Target
from storage.vault import Vault

VAULT = Vault(b"k" * 32)
TARGETS = [
    Target("shop", Scope.BUSINESS),
    Target("shop", Scope.CAMPAIGN, "spring"),
    Target("shop", Scope.CHANNEL, "sms"),
]
PLAIN = Message(
    id="",
    person="prs_1",
    channel="sms",
    medium="sms",
    flow="f",
    flow_hash="h",
    text="t",
    language="en",
    nature=Nature.SERVICE,
    basis=str(Basis.CONSENT),
    epoch=0,
    content=Content("x"),
    created_at=100,
    due_at=100,
)


def every_kind() -> list[Message]:
    """Each nature, campaign, channel, whether it sells, and basis."""
    kinds = product(Nature, ("", "spring", "autumn"), ("sms", "whatsapp"), (False, True), Basis)
    return [
        replace(PLAIN, id=f"msg_{n:04}", nature=a, campaign=b, channel=c, commercial=d, basis=str(e))
        for n, (a, b, c, d, e) in enumerate(kinds)
        if not (d and a in (Nature.FAREWELL, Nature.ANSWER))  # neither ever sells
    ]


@pytest.fixture
def kinds() -> list[Message]:
    return every_kind()


async def stored(database: Database, rows: list[Message]) -> None:
    key = VAULT.open_person_key("prs_1", VAULT.new_person_key("prs_1")[0])
    async with database.write() as tx:
        tx.write(messages.INSERT, [messages.to_row(b, key, m) for b in ("shop", "other") for m in rows])


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: str(target.scope))
async def test_a_message_and_its_row_agree(migrated_url: str, kinds: list[Message], target: Target) -> None:
    """Cancelled are exactly those that the rule names, of this business alone."""
    database = Database(migrated_url)
    try:
        await stored(database, kinds)
        given = {"business": "shop", "name": target.name}
        async with database.write() as tx:
            ((counted, flying, gone),) = await tx.fetch(recalls.TALLY[target.scope], **given, since_at=0)
            cancelled = {id_ for (id_,) in await tx.fetch(recalls.CANCEL[target.scope], **given, now=7)}
        meant = {message.id for message in kinds if target.covers(message)}
        assert cancelled == meant
        assert (counted, flying, gone) == (len(meant), 0, 0)
        assert meant
    finally:
        await database.close()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: str(target.scope))
def test_no_recall_covers_what_a_person_is_owed(kinds: list[Message], target: Target) -> None:
    """The confirmation of a stop, and answers that do not sell, on any scope."""
    owed = [m for m in kinds if m.nature in (Nature.FAREWELL, Nature.ANSWER, Nature.REPLY) and not m.commercial]
    assert [m for m in owed if target.covers(m)] == []


def test_a_campaign_leaves_alone_what_answers_and_what_others_say(kinds: list[Message]) -> None:
    covered = [message for message in kinds if TARGETS[1].covers(message)]
    assert {m.campaign for m in covered} == {"spring"}
    assert {m.nature for m in covered} == {Nature.SERVICE, Nature.REQUEST, Nature.COMMERCIAL}


def test_after_the_lift_only_what_was_asked_for_since_may_leave() -> None:
    recall = Recall("shop", "rcl_1", Scope.BUSINESS, "", "ana", "typo", 50, 0, 0, 0, 0)
    lifted = replace(recall, lifted_at=100)
    offer = replace(PLAIN, nature=Nature.COMMERCIAL, commercial=True)
    assert recall.bars(offer)
    assert lifted.bars(replace(offer, created_at=99))
    assert not lifted.bars(offer)


async def test_counted_apart_by_what_became_of_it(migrated_url: str) -> None:
    """In the air is what is authorised; gone is what a carrier took or may have taken; a failure is neither."""
    database = Database(migrated_url)
    try:
        offers = [
            replace(PLAIN, id=f"msg_{n}", nature=Nature.COMMERCIAL, commercial=True, status=status)
            for n, status in enumerate(Status)
        ]
        await stored(database, offers)
        authorised = [("shop", each.id, str(each.status), "", "p", 200, 1, 0) for each in offers]
        async with database.write() as tx:
            update = replace(messages.AUTHORISE, guard="")
            tx.write(update, authorised)
        async with database.write() as tx:
            tallies = [
                tuple((await tx.fetch(recalls.TALLY[Scope.BUSINESS], business="shop", since_at=since))[0])
                for since in (200, 201)
            ]
        assert tallies == [(1, 1, len(messages.LEFT) - 1), (1, 1, 0)]
    finally:
        await database.close()
