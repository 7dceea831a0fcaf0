"""A chat that really happened, as a conversation test in the form of ``flows.talk_file``.

Read from what we stored, not from what the page showed, so that it says what the machine was given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.conversation import CAMPAIGN
from bot.speech import BETWEEN
from config.business_types import Business
from flows.spec import Flow
from storage.clock import MICROSECOND
from storage.messages import Status
from storage.suppressions import EVERYTHING
from webhooks.sim.records import Heard, Records, Said, scopes, sent_or_soon

MINUTE = timedelta(minutes=1)
_PERSON = frozenset({"language", "channel", "granted", "phone"})
_ACTS = frozenset({"start", "bot", "me", "tap", "wait", "event", "receipt"})


@dataclass(frozen=True, slots=True)
class Told:
    """Which chat: of this flow, with this phone on this channel, up to now."""

    business: Business
    flow: Flow
    channel: str
    now: int


@dataclass(frozen=True, slots=True)
class Act:
    """One step that somebody took, and the texts that answered it at once."""

    at: int
    step: str
    answers: tuple[str, ...]
    expects: bool = True


def flow_talked(business: Business, records: Records) -> Flow | None:
    """The flow that a chat is mostly about: the latest that ran or was refused, before stop, help and start."""
    names = [row["flow"] for row in records.runs] + [said.flow for said in records.said]
    known = [business.flows[name] for name in reversed(names) if name in business.flows]
    return next((flow for flow in known if flow.start.business is None), known[0] if known else None)


def as_test(told: Told, records: Records) -> str:
    """YAML of one test. It loads with ``load_talks``."""
    heard = [one for one in records.heard if one.channel in ("", told.channel)]
    said = [one for one in records.said if one.channel == told.channel]
    began = next((one for one in heard if _begins(one, told.flow)), None)
    talk = "".join(f"      - {step}\n" for step in _talk(told, heard, sent_or_soon(said), began))
    return (
        f"flow: {told.flow.name}\n"
        "tests:\n"
        f"  - name: {_quoted('as it happened')}\n"
        f"    person: {_mapping(_person(told, records, began))}\n"
        f"    talk:\n{talk}"
        f"    then: {_mapping(_then(told, records, heard, said))}\n"
    )


def _begins(heard: Heard, flow: Flow) -> bool:
    name = heard.facts.get("type", "")
    return heard.kind == "event" and bool(name) and name in (flow.start.event, CAMPAIGN + (flow.start.campaign or " "))


def _talk(told: Told, heard: list[Heard], gone: list[Said], began: Heard | None) -> Iterator[str]:
    acts = sorted(_acts(heard, gone, began), key=lambda act: act.at)
    before = acts[0].at if acts else told.now
    for act in acts:
        yield from _wait(before, act.at)
        before = act.at
        if act.step:
            yield act.step
        yield from (f"bot: {text}" for text in act.answers)
        if act.expects and not act.answers:
            yield "bot: nothing"
    yield from _wait(before, told.now)


def _acts(heard: list[Heard], gone: list[Said], began: Heard | None) -> Iterator[Act]:
    """Each event with the texts it caused at once; texts that a timer or a wait let go stand for themselves."""
    placed: set[str] = set()
    for one in heard:
        step = "start" if one is began else _step(one)
        if not step:
            continue
        answers = [said for said in gone if said.cause == one.id and _span(one.at, said.left_at or said.at) < MINUTE]
        placed |= {said.id for said in answers}
        yield Act(one.at, step, tuple(said.text for said in answers))
    for said in gone:
        if said.id not in placed:
            yield Act(said.left_at or said.at, "", (said.text,), expects=False)


def _step(heard: Heard) -> str:
    if heard.kind == "event":
        facts = {name: value for name, value in heard.facts.get("facts", {}).items() if name not in _ACTS}
        return _mapping({"event": heard.facts["type"], **facts})
    if heard.kind != "message":
        return ""
    _, mark, answer = heard.facts.get("payload", "").partition(BETWEEN)
    return f"tap: {answer}" if mark and answer else f"me: {_quoted(heard.facts.get('text', ''))}"


def _wait(before: int, after: int) -> Iterator[str]:
    minutes = _span(before, after) // MINUTE
    if minutes >= 1:
        yield f"wait: {minutes // 60}h" if minutes % 60 == 0 else f"wait: {minutes}m"


def _span(before: int, after: int) -> timedelta:
    return (after - before) * MICROSECOND


def _person(told: Told, records: Records, began: Heard | None) -> Mapping[str, object]:
    spoken = next((row["language"] for row in reversed(records.runs) if row["flow"] == told.flow.name), "")
    language = spoken or records.language or told.business.languages[0]
    facts = began.facts.get("facts", {}) if began is not None else {}
    known = {name: value for name, value in facts.items() if name not in _PERSON}
    return {"language": language, "channel": told.business.channels[told.channel].medium, **known}


def _then(told: Told, records: Records, heard: list[Heard], said: list[Said]) -> Mapping[str, object]:
    """Consents and stops are left out where another channel had a say in them: a test has one channel."""
    runs = [row for row in records.runs if row["flow"] == told.flow.name and row["channel"] == told.channel]
    refused = {one.why for one in said if one.status in (Status.REFUSED, Status.CANCELLED)}
    refused |= {each["reason"] for one in heard for each in one.result.get("refused", ())}
    ends: dict[str, object] = {"state": runs[-1]["state"]} if runs else {}
    if len(heard) == len(records.heard):
        ends |= _standing(told, records)
    return {**ends, "messages": str(len(sent_or_soon(said))), "refused": sorted(refused) or "nothing"}


def _standing(told: Told, records: Records) -> Mapping[str, object]:
    medium = told.business.channels[told.channel].medium
    granted = {one.purpose for one in records.consents if one.medium == medium and one.held(told.now)}
    stops = scopes(records.suppressions)
    known = {"blocked": "all" if stops else "nothing"} if not stops or EVERYTHING in stops else {}
    return {"granted": sorted(granted) or "nothing", **known}


def _mapping(values: Mapping[str, object]) -> str:
    return "{" + ", ".join(f"{name}: {_value(value)}" for name, value in values.items()) + "}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_quoted(str(one)) for one in value) + "]"
    text = str(value)
    return text if text and text.replace("-", "").replace(".", "").replace("_", "").isalnum() else _quoted(text)


def _quoted(text: str) -> str:
    """A JSON string is a YAML string; what cannot be seen is spelt out, for the loader refuses it raw."""
    return "".join(one if one.isprintable() else _escaped(one) for one in json.dumps(text, ensure_ascii=False))


def _escaped(one: str) -> str:
    return f"\\u{ord(one):04x}" if ord(one) <= 0xFFFF else f"\\U{ord(one):08x}"
