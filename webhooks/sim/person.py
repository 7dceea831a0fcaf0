"""The view of one person that the page and the terminal show: chat, states, consents, timers, reasons, ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping

from bot.catalogue import Catalogue, Running
from bot.engine import Engine
from bot.why import MEANING, Why
from flows.machine import Cause, Trigger
from flows.spec import State
from storage.clock import from_micros
from storage.consents import HELD, Consent, ConsentStatus
from storage.errors import BrokenChain
from storage.ledger import Entry, verify
from storage.messages import Status
from storage.sim_messages import Content, Direction, SimMessage
from webhooks.sim.records import Heard, Records, Said, read_records

TAIL = 40
View = dict[str, Any]
PACED = {
    "why": "",
    "en": "The business's limits set its pace. The message waits its turn.",
    "zh": "商家设置了发送频率，消息正在排队。",
}
"""Waiting for one's turn is no reason of the closed list."""


async def view(engine: Engine, business: str, phone: str) -> View:
    """Ready for JSON; times are RFC 3339. ``busy``: something is due and not done yet."""
    records = await read_records(engine.stores, business, phone)
    now = engine.stores.clock.micros()
    catalogue = engine.catalogue
    return {
        "business": business,
        "phone": phone,
        "person": records.person,
        "language": records.language,
        "now": _at(now),
        "busy": _busy(records, now),
        "chat": [_bubble(message) for message in records.phone],
        "conversations": [_run(row, catalogue, records) for row in reversed(records.runs)],
        "consents": [_consent(consent, now) for consent in records.consents],
        "timers": [_timer(row, catalogue, records) for row in records.timers],
        "suppressions": [
            {"kind": row["kind"], "scope": row["scope"], "since": _at(row["since_at"])} for row in records.suppressions
        ],
        "messages": [_message(said, now) for said in reversed(records.said)],
        "reasons": list(_reasons(records, now)),
        "heard": [_event(heard) for heard in reversed(records.heard[-TAIL:])],
        "ledger": _ledger(engine, records),
    }


def _at(micros: int | None) -> str | None:
    return from_micros(micros).isoformat(timespec="milliseconds") if micros is not None else None


def _busy(records: Records, now: int) -> bool:
    flying = any(
        said.status == Status.AUTHORISED or (said.status == Status.QUEUED and said.due_at <= now)
        for said in records.said
    )
    due = any(row["due_at"] <= now for row in records.timers)
    return flying or due or records.reports or any(heard.pending for heard in records.heard)


def _bubble(message: SimMessage) -> View:
    content: Content = message.content
    return {
        "id": message.id,
        "channel": message.channel,
        "mine": message.direction is Direction.IN,
        "at": _at(message.at),
        "status": str(message.status),
        **{name: value for name, value in asdict(content).items() if name != "provider_id"},
    }


def _run(row: RowMapping, catalogue: Catalogue, records: Records) -> View:
    running = catalogue.running(row["business"], row["flow"], row["flow_hash"])
    state = _state(running, row["state"]) if row["ended_at"] is None else None
    return {
        "id": row["id"],
        "flow": row["flow"],
        "about": running.flow.about if running is not None else "",
        "state": row["state"],
        "channel": row["channel"],
        "language": row["language"],
        "started": _at(row["started_at"]),
        "ended": _at(row["ended_at"]),
        "outcome": row["outcome"],
        "asked": [one for one in row["asked"].split(",") if one],
        "answers": _answers(running, state),
        "events": list(state.event) if state is not None else [],
        "shown": _shown(records, row["question"]),
    }


def _shown(records: Records, question: str | None) -> bool:
    """Whether the open question has reached the carrier; before that nobody can answer it."""
    return any(said.id == question and said.status != Status.QUEUED for said in records.said)


def _state(running: Running | None, name: str) -> State | None:
    return running.flow.states.get(name) if running is not None else None


def _answers(running: Running | None, state: State | None) -> list[View]:
    if running is None or state is None:
        return []
    return [
        {"name": name, "words": list(running.flow.answers[name].words), "go": row.go or state.name}
        for name, row in state.reply.items()
    ]


def _consent(consent: Consent, now: int) -> View:
    past = consent.status in HELD and consent.past(now)
    return {
        "purpose": consent.purpose,
        "medium": consent.medium,
        "status": str(ConsentStatus.EXPIRED if past else consent.status),
        "holds": consent.held(now),
        "since": _at(consent.since_at),
        "expires": _at(consent.expires_at),
        "record": consent.record,
    }


def _timer(row: RowMapping, catalogue: Catalogue, records: Records) -> View:
    run = next((r for r in records.runs if r["id"] == row["conversation"]), None)
    return {
        "conversation": row["conversation"],
        "flow": run["flow"] if run is not None else "",
        "channel": run["channel"] if run is not None else "",
        "go": _target(catalogue, run, row["trigger"]) if run is not None else row["trigger"],
        "due": _at(row["due_at"]),
    }


def _target(catalogue: Catalogue, run: RowMapping, trigger: str) -> str:
    """The state that a timer leads to."""
    state = _state(catalogue.running(run["business"], run["flow"], run["flow_hash"]), run["state"])
    read = Trigger.read(trigger)
    if state is None or read.cause is not Cause.AFTER or int(read.name) >= len(state.after):
        return trigger
    return state.after[int(read.name)][1].go or state.name


def _message(said: Said, now: int) -> View:
    return {
        "id": said.id,
        "conversation": said.conversation,
        "channel": said.channel,
        "flow": said.flow,
        "text": said.text,
        "body": said.body,
        "status": said.status,
        "at": _at(said.at),
        "due": _at(said.due_at) if _waits(said, now) else None,
        **(PACED if _waits(said, now) and not said.why else explained(said.why)),
    }


def _waits(said: Said, now: int) -> bool:
    return said.status == Status.QUEUED and said.due_at > now


def explained(code: str) -> View:
    """A why-code with what it means and its cure, in both languages."""
    meaning = next((MEANING[why] for why in Why if why == code), None)
    return {"why": code, "en": meaning.en if meaning else "", "zh": meaning.zh if meaning else ""}


def _reasons(records: Records, now: int) -> Iterator[View]:
    """What did not leave or waits, newest first: rows of the outbox, and flows that did not even start."""
    told = {(said.cause, said.flow) for said in records.said if said.why}
    found = [(said.at, _message(said, now)) for said in records.said if said.why or _waits(said, now)]
    for heard in records.heard:
        for refused in heard.result.get("refused", ()):
            if (heard.id, refused["flow"]) not in told:
                row = {"flow": refused["flow"], "text": "", "status": "refused", "at": _at(heard.at), "due": None}
                found.append((heard.at, {**row, "detail": refused.get("detail", ""), **explained(refused["reason"])}))
    yield from (reason for _, reason in sorted(found, key=lambda one: one[0], reverse=True))


def _event(heard: Heard) -> View:
    return {
        "id": heard.id,
        "kind": heard.kind,
        "what": heard.facts.get("type") or heard.facts.get("text") or heard.facts.get("payload") or "",
        **_reading(heard),
        "at": _at(heard.at),
        "failed": heard.result.get("failed", ""),
    }


def _reading(heard: Heard) -> View:
    """What was read on arrival, or in the light of the question that was open where that changed it."""
    arrived = {"meaning": heard.reading, "by": heard.read_by, "word": heard.word}
    arrived |= {name: heard.facts.get(name, "") for name in ("sub", "detail")}
    found = heard.result.get("reading") or arrived
    return {
        "reading": found["meaning"],
        "read_by": found["by"],
        "word": found["word"],
        "sub": found.get("sub", ""),
        "detail": found.get("detail", ""),
    }


def _ledger(engine: Engine, records: Records) -> View:
    verified, broken = False, ""
    if records.end is not None:
        try:
            verified = verify(records.chain, records.end, engine.stores.vault) == len(records.chain)
        except BrokenChain as error:
            broken = str(error)
    tail = [_record(entry) for entry in reversed(records.chain[-TAIL:])]
    return {"verified": verified, "broken": broken, "length": len(records.chain), "records": tail}


def _record(entry: Entry) -> View:
    return {"seq": entry.seq, "kind": entry.kind, "at": _at(entry.at), "facts": json.loads(entry.record)["facts"]}
