"""The flows of one business: its own, and the shipped ones that it did not replace, checked against what it decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

from config.business_files import BUSINESS, Contents, is_flow
from config.business_read import Decisions
from config.business_types import Business, ChannelConfig, TemplateConfig
from config.providers import SIMULATOR
from config.rules import rules_of
from config.wording import promises, shortest
from flows.check import check_flow, check_source
from flows.checks.setting import Sender, Setting, Template
from flows.checks.targets import named_purposes
from flows.document import decode
from flows.errors import FlowProblems
from flows.load import draft_flow, load_flow
from flows.problems import Problem, problem
from flows.spec import ALL_PURPOSES, Flow
from flows.words import Lexicon


@cache  # package data: the same for the life of the process
def shipped_flows() -> tuple[Flow, ...]:
    """The flows that come with the product. Raises ``FlowProblems`` if the product itself is broken."""
    listed = sorted((files("flows") / "library").iterdir(), key=lambda each: each.name)
    return tuple(
        load_flow(each.read_text(encoding="utf-8"), f"library/{each.name}")
        for each in listed
        if each.is_file() and is_flow(each.name)
    )


def setting_of(decided: Decisions | Business) -> Setting:
    """What the flows of a business are checked against."""
    words = decided.words
    own = {"stop": words.stop, "help": words.help, "start": words.start}
    lexicon = Lexicon.shipped(decided.place, decided.languages, own)
    return Setting(
        {name: each.commercial for name, each in decided.purposes.items()},
        lexicon.heard,
        terms={name: shortest(each.lasts) for name, each in decided.purposes.items() if each.lasts is not None},
        promises=partial(promises, decided),
        templates={name: _template(each) for name, each in decided.templates.items()},
        channels={name: _sender(each) for name, each in decided.channels.items()},
        languages=decided.languages,
        place=decided.place,
        rules=rules_of(decided.place, decided.languages),
        refuses=lexicon.refuses,
    )


def _template(config: TemplateConfig) -> Template:
    approved = config.approval == "approved"
    return Template(config.name, frozenset(config.languages), config.category, approved, config.parameters)


def _sender(config: ChannelConfig) -> Sender:
    return Sender(config.name, config.medium, config.sender, config.signature, config.provider == SIMULATOR)


def read_flows(
    folder: Path, contents: Contents, decisions: Decisions | None, shipped: Sequence[Flow]
) -> tuple[dict[str, Flow], list[Problem]]:
    """All flows by name and every problem in them. Without decisions only their form is judged: what they mean
    would be measured against a business that could not be read."""
    setting = setting_of(decisions) if decisions else None
    flows: dict[str, Flow] = {}
    problems: list[Problem] = []
    for name, content in contents.items():
        if name == BUSINESS:
            continue
        flow, found = _read_flow(content, str(folder / name), setting)
        if flow is not None and flow.name in flows:
            other = flows[flow.name].file
            found = [problem("E102.name", flow.file, flow.places.value("flow"), name=flow.name, file=other)]
        elif flow is not None:
            flows[flow.name] = flow
        problems += found
    if setting is not None:
        problems += _clashes(flows, setting)
        problems += _add_shipped(flows, shipped, setting)
    return flows, problems


def _read_flow(content: bytes, file: str, setting: Setting | None) -> tuple[Flow | None, list[Problem]]:
    try:
        source = decode(content, file)
    except FlowProblems as error:
        return None, list(error.problems)
    if setting is None:
        draft = draft_flow(source, file)
        return None, list(draft.problems)
    return check_source(source, file, setting)


def _clashes(flows: Mapping[str, Flow], setting: Setting) -> Iterator[Problem]:
    """Two flows that one word would start, or that both answer a stop, help or start."""
    roles: dict[str, Flow] = {}
    words: dict[str, Flow] = {}
    for flow in flows.values():
        role = flow.start.business
        if role is not None and roles.setdefault(role, flow) is not flow:
            place, other = flow.places.value("start", "business"), roles[role]
            yield problem("E102.role", flow.file, place, role=role, other=other.name, file=other.file)
        for language, word in (flow.start.word or {}).items():
            other = words.setdefault(setting.normalise(word), flow)
            if other is not flow:
                place = flow.places.value("start", "word", language)
                yield problem("E211.start", flow.file, place, word=word, other=other.name, file=other.file)


def _add_shipped(flows: dict[str, Flow], shipped: Sequence[Flow], setting: Setting) -> list[Problem]:
    """Add each shipped flow whose name and part are still free and whose purposes this business has."""
    taken = {flow.start.business for flow in flows.values()} - {None}
    known = {*setting.purposes, ALL_PURPOSES}
    problems: list[Problem] = []
    for flow in shipped:
        fits = {name for _, name in named_purposes(flow)} <= known
        if fits and flow.name not in flows and flow.start.business not in taken:
            flows[flow.name] = flow
            problems += check_flow(flow, setting)
    return problems
