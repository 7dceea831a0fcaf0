"""What a sandbox has to play with: businesses, their flows, channels, and the events that start or move them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.conversation import CAMPAIGN
from bot.engine import SIMULATOR
from config.business_types import Business
from flows.render import choose_language
from flows.spec import Flow, Localised
from webhooks.sim.trouble import Trouble

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reportable:
    """An event of one flow: ``starts`` it, or moves those who are in it. ``facts``: what it needs, with examples."""

    type: str
    flow: str
    starts: bool
    facts: Mapping[str, str]
    channels: tuple[str, ...]


def describe(business: Business, troubles: Mapping[str, Trouble], language: str) -> Json:
    """Ready for JSON, worded in a language where there is a choice."""
    return {
        "name": business.name,
        "brand": _worded(business.brand, language),
        "languages": business.languages,
        "purposes": {name: _worded(one.title, language) for name, one in business.purposes.items()},
        "channels": [
            {
                "name": one.name,
                "medium": one.medium,
                "sender": one.sender,
                "simulated": one.provider == SIMULATOR,
                "trouble": asdict(troubles[one.name]) if one.name in troubles else None,
            }
            for one in business.channels.values()
        ],
        "flows": [
            {"name": flow.name, "about": flow.about, "kind": flow.kind, "start": _started_by(flow)}
            for flow in business.flows.values()
        ],
        "events": [asdict(event) for flow in business.flows.values() for event in reportable(flow, language)],
    }


def _started_by(flow: Flow) -> Json:
    start = flow.start
    ways = {"event": start.event, "word": start.word, "campaign": start.campaign, "business": start.business}
    return {name: way for name, way in ways.items() if way is not None}


def reportable(flow: Flow, language: str) -> Iterator[Reportable]:
    """The event that starts the flow, then those that its states wait for."""
    begins = flow.start.event or (CAMPAIGN + flow.start.campaign if flow.start.campaign else None)
    proof = flow.start.proof
    if begins is not None:
        facts = {proof: _example(flow, proof, language)} if proof else {}
        facts |= {name: _example(flow, name, language) for name, use in flow.uses.items() if use.type != "answer"}
        yield Reportable(begins, flow.name, True, facts, flow.channels)
    named = {proof: _example(flow, proof, language)} if proof else {}
    for event in dict.fromkeys(event for state in flow.states.values() for event in state.event):
        yield Reportable(event, flow.name, False, named, flow.channels)


def _example(flow: Flow, name: str, language: str) -> str:
    use = flow.uses.get(name)
    example = use.example if use is not None else None
    if example is None:
        return "1"
    return example if isinstance(example, str) else _worded(example, language)


def _worded(wording: Localised, language: str) -> str:
    return wording[choose_language(language, tuple(wording))] if wording else ""
