"""A business's folder to a ``Business``, all or nothing: any problem in any file refuses the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from config.business_files import BUSINESS, Contents, business_folders, read_folder
from config.business_flows import read_flows, setting_of, shipped_flows
from config.business_read import Decisions, read_business
from config.business_types import (
    Business,
    Cap,
    ChannelConfig,
    Limits,
    Purpose,
    QuietHours,
    Rate,
    TemplateConfig,
    Term,
    Words,
)
from config.errors import BusinessProblems
from flows.document import decode, read_document
from flows.errors import FlowProblems
from flows.places import Place
from flows.problems import Problem, problem, refuses
from flows.spec import Flow

__all__ = [
    "Business",
    "Cap",
    "ChannelConfig",
    "Limits",
    "Purpose",
    "QuietHours",
    "Rate",
    "TemplateConfig",
    "Term",
    "Words",
    "build_businesses",
    "load_business",
    "load_businesses",
    "setting_of",
]


def load_business(folder: Path) -> Business:
    """The business of this folder. Raises ``BusinessProblems`` with every problem of every file."""
    return _build(folder, read_folder(folder), shipped_flows())


def load_businesses(folder: Path) -> dict[str, Business]:
    """Every business of this folder's sub-folders, by name. Raises ``BusinessProblems`` for all of them at once."""
    contents: dict[Path, Contents] = {}
    problems: list[Problem] = []
    for each in business_folders(folder):
        try:
            contents[each] = read_folder(each)
        except BusinessProblems as error:
            problems += error.problems
    return build_businesses(contents, problems)


def build_businesses(contents: Mapping[Path, Contents], problems: Sequence[Problem] = ()) -> dict[str, Business]:
    """The businesses of folders already read, by name. Raises ``BusinessProblems``, with ``problems`` among them."""
    found = list(problems)
    businesses: dict[str, Business] = {}
    shipped = shipped_flows()
    for folder, each in contents.items():
        try:
            business = _build(folder, each, shipped)
        except BusinessProblems as error:
            found += error.problems
            continue
        if business.name in businesses:
            found.append(_same_name(business, businesses[business.name]))
        businesses.setdefault(business.name, business)
    if found:
        raise BusinessProblems(found)
    return businesses


def _same_name(business: Business, other: Business) -> Problem:
    file = str(business.folder / BUSINESS)
    document, _ = read_document(business.source, file)
    place = document.places.value("business") if document else Place()
    return problem("E102.name", file, place, name=business.name, file=other.folder / BUSINESS)


def _build(folder: Path, contents: Contents, shipped: Sequence[Flow]) -> Business:
    file = str(folder / BUSINESS)
    source, decisions = "", None
    problems: list[Problem] = []
    try:
        source = decode(contents[BUSINESS], file)
        decisions, problems = read_business(source, file)
    except FlowProblems as error:
        problems = list(error.problems)
    flows, found = read_flows(folder, contents, decisions, shipped)
    every = [*problems, *found]
    if decisions is None or refuses(every):
        raise BusinessProblems(every)
    return replace(_assembled(decisions, flows, folder, fingerprint(contents), source), remarks=tuple(every))


def fingerprint(contents: Contents) -> str:
    """SHA-256 (hex) over the names and contents of a business's files."""
    digests = (f"{name}\0{hashlib.sha256(content).hexdigest()}\n" for name, content in sorted(contents.items()))
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _assembled(decisions: Decisions, flows: Mapping[str, Flow], folder: Path, digest: str, source: str) -> Business:
    shape = decisions.shape
    return Business(
        name=shape.business,
        brand=decisions.brand,
        contact=shape.contact,
        languages=decisions.languages,
        place=decisions.place,
        words=decisions.words,
        purposes=decisions.purposes,
        channels=decisions.channels,
        templates=decisions.templates,
        quiet_hours=shape.quiet_hours,
        limits=decisions.limits,
        flows=flows,
        folder=folder,
        hash=digest,
        source=source,
    )
