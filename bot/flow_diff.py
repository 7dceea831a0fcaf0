"""``flow diff``: which conversations change between two versions, each a file or a version on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.flow_check import read
from bot.flow_press import NoSuchFlow
from bot.flow_rollback import SHORTEST
from bot.proving import read_version
from bot.publishing import Publisher
from config.business_types import Business
from flows.difference import Difference, difference
from flows.load import load_flow
from flows.messages import Bilingual
from flows.spec import Flow
from storage import flow_versions, publications

AT = "@"
"""Between the name of a flow and the beginning of a version's hash; nothing behind it: what was published last."""

CHANGED = Bilingual("conversations that change: {count}", "会变的对话：{count}")
BEFORE = Bilingual("before", "之前")
NOW = Bilingual("now", "现在")
NOTHING = Bilingual("nothing", "什么也没有")
CARDS = Bilingual("states", "状态")
ROWS = Bilingual("rows", "行")
TEXTS = Bilingual("texts", "文本")
SAME = Bilingual("no conversation changes, and no state, row or text", "对话、状态、行和文本都没有变化")


def of_file(name: str) -> Flow | None:
    """The flow in this file; None where there is no such file. Raises ``FlowProblems``."""
    return load_flow(read(Path(name)), name) if Path(name).is_file() else None


async def find(publisher: Publisher, businesses: Mapping[str, Business], name: str) -> Flow:
    """The flow of that name in the folder, or NAME@HASH on record. Raises ``NoSuchFlow``."""
    flow, at, version = name.partition(AT)
    owner, _, short = flow.rpartition("/")
    found = [
        each
        for business in businesses.values()
        for each in business.flows.values()
        if each.name == short and owner in ("", business.name)
    ]
    if at:
        return await _on_record(publisher, list(businesses) if not owner else [owner], short, version)
    if len(found) != 1:
        raise NoSuchFlow(f"{name} is no single flow: name a file, a flow of the folder, or NAME@VERSION")
    return found[0]


async def _on_record(publisher: Publisher, businesses: list[str], name: str, version: str) -> Flow:
    async with publisher.database.write() as tx:
        rows, published = await tx.fetch_all(
            (flow_versions.OF_FLOWS, {"businesses": businesses, "flows": [name]}),
            (publications.OF_BUSINESSES, {"businesses": businesses}),
        )
    latest = {each.flow: each.hash for each in map(publications.from_row, published)}
    wanted = version if len(version) >= SHORTEST else latest.get(name, "-")
    kept = [each for each in map(flow_versions.from_row, rows) if each.hash.startswith(wanted)]
    flow = read_version(kept[0].source, name, kept[0].hash) if len(kept) == 1 else None
    if flow is None or (version and len(version) < SHORTEST):
        known = ", ".join(sorted({each.hash[:12] for each in map(flow_versions.from_row, rows)}))
        raise NoSuchFlow(f"{name}{AT}{version} is no single version on record: name one of {known or 'none'}")
    return flow


def told(old: Flow, new: Flow, language: str) -> tuple[Difference, str]:
    """The difference, and how it reads."""
    found = difference(old, new)
    return found, "\n".join(_lines(found, language)) if found.anything else SAME.text(language)


def _lines(found: Difference, language: str) -> Iterator[str]:
    if found.turnings:
        yield CHANGED.fill({"count": len(found.turnings)}).text(language)
    for turning in found.turnings:
        yield ""
        yield from (f"  {line}" for line in turning.said)
        for words, happens in ((BEFORE, turning.before), (NOW, turning.now)):
            yield f"    {words.text(language)}: {'; '.join(happens) or NOTHING.text(language)}"
    for words, changes in ((CARDS, found.cards), (ROWS, found.rows), (TEXTS, found.texts)):
        if changes:
            yield ""
            yield words.text(language)
            yield from (f"  {line}" for line in changes)


def as_plain(found: Difference) -> dict[str, object]:
    """For programs."""
    return {
        "conversations": [
            {"said": list(each.said), "before": list(each.before), "now": list(each.now)} for each in found.turnings
        ],
        "states": list(found.cards),
        "rows": list(found.rows),
        "texts": list(found.texts),
    }
