"""A business for flows that lie in no business's folder: it decides nothing that could be in a flow's way.

It has the purposes that the flows and tests name, both media on the simulated carrier, no quiet hours and no limits.
Never put it in force for real people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from config.business_flows import shipped_flows
from config.business_types import Business, Cap, ChannelConfig, Limits, Purpose, Words
from config.rules import NOWHERE
from flows.checks.targets import named_purposes
from flows.spec import ALL_PURPOSES, Flow
from flows.talk import Talk

NAME = "neutral"
SIMULATOR = "simulator"
BRAND = "Example"
CONTACT = "400-000-0000"


def purposes_of(flows: Iterable[Flow]) -> set[str]:
    """Every purpose that the flows name."""
    return {name for flow in flows for _, name in named_purposes(flow)} - {ALL_PURPOSES}


def neutral_business(flows: Sequence[Flow], talks: Sequence[Talk]) -> Business:
    """These flows, and the shipped ones whose part they do not take, in every language that they speak."""
    taken = {flow.start.business for flow in flows} - {None}
    named = {flow.name for flow in flows}
    shipped = [flow for flow in shipped_flows() if flow.name not in named and flow.start.business not in taken]
    every = {flow.name: flow for flow in (*flows, *shipped)}
    languages = tuple(dict.fromkeys(language for flow in every.values() for language in flow.languages))
    purposes = purposes_of(every.values()) | {name for talk in talks for name in talk.person.granted}
    return Business(
        name=NAME,
        brand=dict.fromkeys(languages, BRAND),
        contact=CONTACT,
        languages=languages,
        place=NOWHERE,
        words=Words(),
        purposes={name: _purpose(name, languages) for name in sorted(purposes)},
        channels={
            "sms": ChannelConfig("sms", SIMULATOR, "sms", "10690000"),
            "whatsapp": ChannelConfig("whatsapp", SIMULATOR, "whatsapp", "106540352242922"),
        },
        templates={},
        quiet_hours=None,
        limits=Limits(),
        flows=every,
        folder=Path(),
        hash="",
        source="",
    )


def _purpose(name: str, languages: Sequence[str]) -> Purpose:
    return Purpose(name, dict.fromkeys(languages, name), Cap(1000, "month"), None, commercial=True)
