"""A blueprint becomes a flow of a business, with its conversation tests, and is checked before it is written.

Writes all of it or nothing, and never a file with which the business would no longer load.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.blueprint_fit import DoesNotFit, Fit, Fitting
from config.additions import Additions, add
from config.blueprints import Blueprint, sample_business
from config.business import build_businesses, load_business
from config.business_files import BUSINESS, FLOWS, business_folders, is_flow, read_folder
from flows.adapting import Change, adapted_flow, adapted_talks
from flows.load import load_flow
from flows.messages import Bilingual
from flows.spec import Flow

NO_NAME = Bilingual(
    "{name} is no name for a flow: use letters, digits, - and _", "{name} 不能作流程名：请用字母、数字、- 和 _"
)
EXISTS = Bilingual(
    "{file} is there already: choose another --name, or replace it with --force",
    "{file} 已存在：请换一个 --name，或用 --force 覆盖",
)
NO_BUSINESS = Bilingual(
    "{name} is no business: choose {known} with --business", "没有商家 {name}：请用 --business 选择 {known}"
)
LACKING = Bilingual(
    "{business} lacks what {name} rests on, so nothing is written", "{business} 缺少 {name} 所需的内容，未写入任何文件"
)

_NAME = re.compile(r"[A-Za-z0-9_][\w\-]{0,63}")


class Lacking(DoesNotFit):
    """The business has to add something first: ``additions``, to this ``file``."""

    def __init__(self, why: Bilingual, additions: Additions, file: Path) -> None:
        super().__init__(why)
        self.additions = additions
        self.file = file


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for. ``folder``: of a business, or of flows that belong to none; ``purposes``: ours to the
    business's; ``complete``: add to business.yaml what it lacks; ``force``: replace a flow that is there."""

    blueprint: Blueprint
    folder: Path
    name: str
    purposes: Mapping[str, str] = field(default_factory=dict)
    complete: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: the flow as it reads now, its files, and how it was fitted (None: for no business).
    ``templates``: named by the flow and not by business.yaml."""

    flow: Flow
    files: tuple[Path, ...]
    fit: Fit | None = None
    templates: tuple[str, ...] = ()


def folder_of(name: str | None, businesses: Path) -> Path:
    """The folder of a business, by its name or its folder's; without a name, of the only one. Raises ``DoesNotFit``."""
    folders = business_folders(businesses)
    if name is None and len(folders) == 1:
        return folders[0]
    found = [each for each in folders if name is not None and name in (each.name, load_business(each).name)]
    if len(found) != 1:
        known = ", ".join(each.name for each in folders) or "-"
        raise DoesNotFit(NO_BUSINESS.fill({"name": name or "-", "known": known}))
    return found[0]


def owner_of(folder: Path) -> Path:
    """The business that a folder is, or whose flows it holds; else the folder itself."""
    above = folder.absolute().parent
    return Path(os.path.relpath(above)) if folder.name == FLOWS and (above / BUSINESS).is_file() else folder


def make(wanted: Wanted) -> Made:
    """Fit, check, write. Raises ``DoesNotFit`` (``Lacking`` when the business has to add something first), and
    ``BusinessProblems`` for what `flow check` would find: then nothing is written."""
    if not _NAME.fullmatch(wanted.name):
        raise DoesNotFit(NO_NAME.fill({"name": wanted.name}))
    return _for_business(wanted) if (wanted.folder / BUSINESS).is_file() else _for_nobody(wanted)


def _for_nobody(wanted: Wanted) -> Made:
    """As it is shipped, but for its name."""
    flow = wanted.blueprint.flow
    change = Change(
        name=wanted.name,
        about=flow.about,
        languages={tag: tag for tag in flow.languages},
        media=flow.channels,
        purposes={name: name for name in sample_business().purposes},
    )
    files = _flow_files(wanted, wanted.folder, change)
    _write(files)
    return _made(files, change.name, None)


def _for_business(wanted: Wanted) -> Made:
    """Adapted, and checked together with everything that the business has."""
    business = load_business(wanted.folder)
    fit = Fitting(wanted.blueprint, sample_business(), business, wanted.name, wanted.purposes).fit()
    decisions = wanted.folder / BUSINESS
    if fit.additions and not wanted.complete:
        names = {"business": business.name, "name": wanted.blueprint.flow.name}
        raise Lacking(LACKING.fill(names), fit.additions, decisions)
    files = {decisions: add(business.source, str(decisions), fit.additions)} if fit.additions else {}
    files |= _flow_files(wanted, wanted.folder / FLOWS, fit.change)
    _check(wanted.folder, files)
    _write(files)
    made = _made(files, wanted.name, fit)
    named = dict.fromkeys(text.template for text in made.flow.texts.values() if text.template is not None)
    on_whatsapp = "whatsapp" in made.flow.channels
    return replace(made, templates=tuple(name for name in named if on_whatsapp and name not in business.templates))


def _flow_files(wanted: Wanted, folder: Path, change: Change) -> dict[Path, str]:
    """The text of the flow and of its tests by file; the flow last, since it is what takes effect."""
    shipped = wanted.blueprint
    flow, talks = folder / f"{wanted.name}.yaml", folder / f"{wanted.name}.test.yaml"
    taken = next((each for each in (flow, talks) if each.exists()), None)
    if taken is not None and not wanted.force:
        raise DoesNotFit(EXISTS.fill({"file": taken}))
    played = adapted_talks(shipped.talks, f"{shipped.flow.name}.test.yaml", shipped.flow, change)
    return ({talks: played} if played else {}) | {flow: adapted_flow(shipped.flow, change)}


def _check(folder: Path, files: Mapping[Path, str]) -> None:
    """Raises ``BusinessProblems`` when the business would not load with these files."""
    new = {file.relative_to(folder).as_posix(): text.encode() for file, text in files.items()}
    build_businesses(
        {folder: read_folder(folder) | {name: new[name] for name in new if name == BUSINESS or is_flow(name)}}
    )


def _made(files: Mapping[Path, str], name: str, fit: Fit | None) -> Made:
    file = next(each for each in files if each.name == f"{name}.yaml")
    return Made(load_flow(files[file], str(file)), tuple(files), fit)


def _write(files: Mapping[Path, str]) -> None:
    """Each file appears whole; a running server never reads half of one."""
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.new")
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(file)
