"""What a business takes back: one campaign, one channel, or whatever sells; lifted, and listed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

from pydantic import BaseModel

from bot.catalogue import House
from bot.recalling import LOOK_BACK, Decision, NotRecalled, RecallFilter, Recalling, UnknownTarget
from storage.clock import from_micros
from storage.recalls import Recall, Scope, Target
from webhooks.problems import Problem
from webhooks.rest import cursor
from webhooks.rest.answers import RecallAnswer, RecalledAnswer, RecallsPage
from webhooks.rest.call import Call, Handle, Operation, Reply, absent
from webhooks.rest.records import moment
from webhooks.rest.shapes import LiftRequest, RecallRequest, RecallsQuery

_CONFIGURED: dict[Scope, Callable[[House], Collection[str]]] = {
    Scope.CAMPAIGN: lambda house: house.by_campaign,
    Scope.CHANNEL: lambda house: house.business.channels,
    Scope.BUSINESS: lambda house: [house.business.name],
}


async def recall_campaign(call: Call) -> Reply:
    """What flows of this campaign say unasked."""
    return await _recall(call, _target(call, Scope.CAMPAIGN, "campaign"))


async def lift_campaign(call: Call) -> Reply:
    """New messages of this campaign may leave."""
    return await _lift(call, _target(call, Scope.CAMPAIGN, "campaign"))


async def recall_channel(call: Call) -> Reply:
    """What this channel says unasked."""
    return await _recall(call, _target(call, Scope.CHANNEL, "channel"))


async def lift_channel(call: Call) -> Reply:
    """New messages of this channel may leave."""
    return await _lift(call, _target(call, Scope.CHANNEL, "channel"))


async def recall_everything(call: Call) -> Reply:
    """Whatever the business sells by."""
    return await _recall(call, _target(call, Scope.BUSINESS))


async def lift_everything(call: Call) -> Reply:
    """New messages that sell may leave."""
    return await _lift(call, _target(call, Scope.BUSINESS))


async def list_recalls(call: Call) -> Reply:
    """The latest first."""
    query: RecallsQuery = call.query
    place = cursor.read(query.cursor, int, str)
    before = (int(str(place[0])), str(place[1])) if place else None
    wanted = RecallFilter(query.in_force, before, query.limit + 1)
    found = await _recalling(call).recalls(call.key.business, wanted)
    page = found[: query.limit]
    following = cursor.write(page[-1].at, page[-1].id) if len(found) > query.limit else None
    return Reply(RecallsPage(items=tuple(map(recall_answer, page)), next=following))


def _target(call: Call, scope: Scope, named: str = "") -> Target:
    """What is meant. A test key decides nothing where real people are written to."""
    name, doors = call.key.business, call.desk.doors
    if call.test and any(doors.engine.gate.live(name, channel) for channel in call.house().business.channels):
        raise Problem("live-key-needed", "this business writes to real people: use a live key")
    meant = call.path[named] if named else ""
    if not meant.isprintable():
        raise absent(named)
    return Target(name, scope, meant)


async def _recall(call: Call, target: Target) -> Reply:
    body: RecallRequest = call.body
    recalling, house = _recalling(call), call.house()
    try:
        await recalling.require(target, lambda: _CONFIGURED[target.scope](house))
    except UnknownTarget as error:
        raise Problem("not-found", f"no such {target.scope}; there are: {_listed(error.known)}") from error
    back = LOOK_BACK if body.since is None else max(call.desk.clock.now() - body.since, timedelta())
    done = await recalling.recall(target, Decision(body.by or call.key.id, body.reason), back)
    answer = RecalledAnswer(
        new=done.fresh,
        stopped=done.counts.stopped,
        in_the_air=done.counts.flying,
        gone=done.counts.gone,
        gone_since_at=from_micros(done.counts.since_at),
        recall=recall_answer(done.recall),
    )
    return Reply(answer, 201 if done.fresh else 200)


async def _lift(call: Call, target: Target) -> Reply:
    body: LiftRequest = call.body
    try:
        done = await _recalling(call).lift(target, Decision(body.by or call.key.id, body.reason))
    except NotRecalled as error:
        raise Problem("not-found", f"this is not recalled; recalled are: {_listed(error.known)}") from error
    return Reply(recall_answer(done))


def _listed(names: Collection[str]) -> str:
    return ", ".join(names) or "none"


def _recalling(call: Call) -> Recalling:
    stores = call.desk.doors.engine.stores
    return Recalling(stores.database, stores.vault, stores.clock)


def recall_answer(recall: Recall) -> RecallAnswer:
    """A recall as the API shows it."""
    lifted = recall.lifted_at is not None
    return RecallAnswer(
        id=recall.id,
        scope=recall.scope,
        name=recall.name or None,
        by=recall.by,
        reason=recall.reason,
        at=from_micros(recall.at),
        stopped=recall.stopped,
        in_the_air=recall.flying,
        gone=recall.gone,
        record=recall.record,
        lifted_at=moment(recall.lifted_at),
        lifted_by=recall.lifted_by if lifted else None,
        lift_reason=recall.lift_reason if lifted else None,
        lift_record=recall.lift_record if lifted else None,
    )


_REFUSED = ("not-found", "live-key-needed")
_RECALLED: dict[int, type[BaseModel]] = {200: RecalledAnswer, 201: RecalledAnswer}
_LIFTED: dict[int, type[BaseModel]] = {200: RecallAnswer}


def _recalls(path: str, summary: str, handle: Handle) -> Operation:
    return Operation("POST", path, summary, handle, _RECALLED, RecallRequest, problems=_REFUSED)


def _lifts(path: str, summary: str, handle: Handle) -> Operation:
    return Operation("POST", path, summary, handle, _LIFTED, LiftRequest, problems=_REFUSED)


_LISTED: dict[int, type[BaseModel]] = {200: RecallsPage}

OPERATIONS = (
    Operation("GET", "/v1/campaigns/recalls", "What was taken back", list_recalls, _LISTED, None, RecallsQuery),
    _recalls("/v1/campaigns/recall", "Recall whatever sells", recall_everything),
    _lifts("/v1/campaigns/lift", "Lift that", lift_everything),
    _recalls("/v1/campaigns/{campaign}/recall", "Recall a campaign", recall_campaign),
    _lifts("/v1/campaigns/{campaign}/lift", "Lift the recall of a campaign", lift_campaign),
    _recalls("/v1/channels/{channel}/recall", "Recall a channel", recall_channel),
    _lifts("/v1/channels/{channel}/lift", "Lift the recall of a channel", lift_channel),
)
