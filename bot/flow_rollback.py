"""``flow rollback``: put an earlier version back into the business's folder, and in force.

The folder is what is in force, so going back writes the file. What it held and was never published is kept beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.flow_press import Asked, NoSuchFlow, Sheet, publish
from bot.publishing import Publisher
from config.business import build_businesses
from config.business_files import BUSINESS, FLOWS, business_folders, read_folder
from flows.document import decode, read_document
from flows.errors import FlowProblems
from storage import flow_versions, publications
from storage.flow_versions import Version
from storage.publications import Publication

UNPUBLISHED = ".unpublished"
"""After the name of the file: what was in it, so that no edit is lost. No flow, for its name."""

SHORTEST = 4
"""Digits of a hash that may stand for all of it."""


@dataclass(frozen=True, slots=True)
class Back:
    """``version`` to go back to; ``file`` that will hold it; ``kept``: where its present text goes, None where that is
    on record."""

    version: Version
    file: Path
    kept: Path | None


async def roll_back(publisher: Publisher, folder: Path, asked: Asked, to: str = "") -> tuple[Sheet, Back]:
    """``to``: the beginning of the hash; without it the version that was published before the present one. Raises
    ``NoSuchFlow``, and ``BusinessProblems`` when the older version does not fit its business any more."""
    history, versions = await _on_record(publisher, folder, asked.name)
    version = _wanted(history, versions, to)
    home = _home(folder, version.business)
    contents = {each: dict(read_folder(each)) for each in business_folders(folder)}
    name = _file_of(contents[home], version.flow)
    before = contents[home].get(name)
    contents[home][name] = version.source.encode()
    businesses = build_businesses(contents)
    key = f"{version.business}/{version.flow}"
    tried = await publish(publisher, businesses, replace(asked, name=key, dry_run=True))
    lost = before is not None and _digest(before) not in {each.hash for each in versions}
    back = Back(version, home / name, (home / f"{name}{UNPUBLISHED}") if lost else None)
    if tried.problems or asked.dry_run:
        return tried, back
    if not asked.yes:
        return replace(tried, waits=True, dry_run=False), back
    # The file first: a running server would take what it still holds for a newer edit and publish that.
    _write(back, version.source, before)
    return await publish(publisher, businesses, replace(asked, name=key)), back


async def _on_record(publisher: Publisher, folder: Path, name: str) -> tuple[list[Publication], list[Version]]:
    """The publications and versions of the one flow of that name."""
    owners = sorted(filter(None, map(_business_of, business_folders(folder))))
    business, _, flow = name.rpartition("/")
    async with publisher.database.write() as tx:
        rows = await tx.fetch(publications.OF_BUSINESSES, businesses=[business] if business else owners)
        history = [each for each in map(publications.from_row, rows) if each.flow == flow]
        known = sorted({f"{each.business}/{each.flow}" for each in history})
        if len(known) != 1:
            every = sorted({f"{row.business}/{row.flow}" for row in map(publications.from_row, rows)})
            raise NoSuchFlow(f"{name} was never published, or by several: name one of {', '.join(known or every)}")
        kept = await tx.fetch(flow_versions.OF_FLOWS, businesses=[history[0].business], flows=[flow])
    return history, [flow_versions.from_row(row) for row in kept]


def _wanted(history: list[Publication], versions: list[Version], to: str) -> Version:
    by_hash = {each.hash: each for each in versions}
    flow, latest = history[-1].flow, history[-1].hash
    if to:
        found = [each for hash_, each in by_hash.items() if hash_.startswith(to) and len(to) >= SHORTEST]
        if len(found) != 1:
            raise NoSuchFlow(f"{to} is no single version of {flow}: name one of {_listed(history)}")
        return found[0]
    earlier = [each.hash for each in history if each.hash and each.hash != latest]
    if not earlier:
        raise NoSuchFlow(f"{flow} was published once only: there is nothing to go back to")
    return by_hash[earlier[-1]]


def _listed(history: list[Publication]) -> str:
    return ", ".join(dict.fromkeys(each.hash[:12] for each in reversed(history) if each.hash))


def _business_of(folder: Path) -> str:
    """The name that a folder's business.yaml gives, also where other things in it are wrong; empty for none."""
    file = folder / BUSINESS
    try:
        document, _ = read_document(decode(file.read_bytes(), str(file)), str(file))
    except (OSError, FlowProblems):
        return ""
    return str(document.root.get("business", "")) if document is not None else ""


def _home(folder: Path, business: str) -> Path:
    found = [each for each in business_folders(folder) if _business_of(each) == business]
    if not found:
        raise NoSuchFlow(f"{folder} holds no business {business}: put its folder back first")
    return found[0]


def _file_of(contents: Mapping[str, bytes], flow: str) -> str:
    """The file of this flow, also where it cannot be read as one just now; else where it would lie."""
    named = re.compile(rb"^flow:\s*[\"']?" + re.escape(flow.encode()) + rb"[\"']?\s*(#.*)?$", re.MULTILINE)
    found = [name for name, content in contents.items() if name != BUSINESS and named.search(content)]
    return found[0] if found else f"{FLOWS}/{flow}.yaml"


def _digest(content: bytes) -> str:
    """As versions are told apart; empty for what is no text."""
    try:
        return hashlib.sha256(decode(content, "").encode("utf-8", "surrogatepass")).hexdigest()
    except FlowProblems:
        return ""


def _write(back: Back, source: str, before: bytes | None) -> None:
    """In one step each: whoever reads the folder meanwhile sees the old file or the new one."""
    if back.kept is not None and before is not None:
        _replace(back.kept, before)
    _replace(back.file, source.encode())


def _replace(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(content)
    fresh.replace(file)
