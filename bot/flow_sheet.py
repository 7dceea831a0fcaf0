"""What ``flow publish``, ``rollback`` and ``people`` print: which version, who is where, what happens to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.editions import Edition
from bot.flow_press import Sheet
from bot.flow_report import plain, shown
from flows.graph import width
from flows.messages import Bilingual
from storage.clock import from_micros
from storage.whereabouts import Group

DIGITS = 12
"""Of a hash, enough to tell versions apart."""

FIRST = Bilingual("{flow}: {now}, published for the first time", "{flow}：{now}，首次发布")
CHANGED = Bilingual("{flow}: {was} -> {now}", "{flow}：{was} -> {now}")
SAME = Bilingual("{flow}: {now} is in force", "{flow}：{now} 正在运行")
GONE = Bilingual("{flow}: {was} -> taken out of force", "{flow}：{was} -> 停用")
OUT = Bilingual("{flow}: not in force", "{flow}：未在运行")
GROUP = Bilingual("people: {people}, in {version} since {since}", "{people} 人，版本 {version}，始于 {since}")
HERE = Bilingual("", "")
STAY = Bilingual("finish in that version", "在该版本里走完")
GO = Bilingual("go on in {state}", "转到 {state}")
CLOSED = Bilingual("their conversations are closed", "对话被结束")
NOBODY = Bilingual("nobody is in it", "没有人在其中")

NOTHING = Bilingual("nothing to publish: what the folder holds is in force", "没有可发布的：文件夹里的内容都已在运行")
DRY = Bilingual("nothing was changed: --dry-run", "没有改动：--dry-run")
WAITS = Bilingual(
    "nothing was changed: people would be moved ({people}); add --yes", "没有改动：将移动 {people} 人；请加 --yes"
)
ASKS = Bilingual("nothing was changed: add --yes", "没有改动：请加 --yes")
DONE = Bilingual("published", "已发布")
MOVED = Bilingual("published; people moved: {people}", "已发布；移动了 {people} 人")
REFUSED = Bilingual("nothing was changed", "没有改动")


def told(sheet: Sheet, language: str) -> str:
    """All of it, for a person."""
    lines = [line for edition in sheet.editions for line in described(edition, language)]
    lines += [shown(each, language) for each in sheet.problems]
    return "\n".join([*lines, _outcome(sheet).text(language)])


def described(edition: Edition, language: str) -> Iterator[str]:
    """One flow: its version, then who is where."""
    names = {
        "flow": f"{edition.business.name}/{edition.name}",
        "was": edition.was[:DIGITS],
        "now": edition.hash[:DIGITS],
    }
    yield _heading(edition).fill(names).text(language)
    groups = sorted(edition.groups, key=lambda group: (group.hash != edition.hash, group.state))
    room = max((width(group.state) for group in groups), default=0)
    for group in groups:
        values = {"people": group.people, "version": group.hash[:DIGITS], "since": _date(group)}
        line = f"  {group.state}{' ' * (room - width(group.state))}  {GROUP.fill(values).text(language)}"
        yield "  ".join(part for part in (line, fate(edition, group).text(language)) if part)


def _heading(edition: Edition) -> Bilingual:
    if not edition.changed:
        return SAME if edition.hash else OUT
    if not edition.hash:
        return GONE
    return CHANGED if edition.was else FIRST


def fate(edition: Edition, group: Group) -> Bilingual:
    """What becomes of these people; empty when nothing does."""
    if group.hash == edition.hash:
        return HERE
    if group.state in edition.moves.closed:
        return CLOSED
    if group.state in edition.moves.to:
        return GO.fill({"state": edition.moves.to[group.state]})
    return STAY


def _date(group: Group) -> str:
    return from_micros(group.since_at).strftime("%Y-%m-%d %H:%M")


def _outcome(sheet: Sheet) -> Bilingual:
    people = sum(group.people for edition in sheet.editions for group in edition.moved)
    if sheet.problems:
        return REFUSED
    if sheet.dry_run:
        return DRY
    if sheet.waits:
        return WAITS.fill({"people": people}) if people else ASKS
    if not sheet.made:
        return NOTHING
    return MOVED.fill({"people": sheet.moved}) if sheet.moved else DONE


def as_plain(sheet: Sheet, language: str) -> dict[str, object]:
    """The same for programs."""
    return {
        "flows": [plain_edition(edition, language) for edition in sheet.editions],
        "problems": plain(sheet.problems, language),
        "published": [f"{each.business}/{each.flow}@{each.hash}" for each in sheet.made],
        "moved": sheet.moved,
        "dry_run": sheet.dry_run,
        "needs_yes": sheet.waits,
    }


def plain_edition(edition: Edition, language: str) -> dict[str, object]:
    """One flow with who is where. ``since``: when the first of them began, RFC 3339."""
    return {
        "business": edition.business.name,
        "flow": edition.name,
        "version": edition.hash,
        "was": edition.was,
        "people": [
            {
                "state": group.state,
                "version": group.hash,
                "people": group.people,
                "since": from_micros(group.since_at).isoformat().replace("+00:00", "Z"),
                "fate": fate(edition, group).text(language),
            }
            for group in edition.groups
        ],
    }


def everybody(editions: Sequence[Edition], language: str) -> str:
    """Who is where, flow by flow."""
    lines = [line for edition in editions for line in described(edition, language)]
    return "\n".join(lines or [NOBODY.text(language)])
