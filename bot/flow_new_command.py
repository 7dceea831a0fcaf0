"""The ``flow new`` verb: writes a blueprint into a business and tells what is left to do. Gives the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bot.blueprint_fit import DoesNotFit, Fit
from bot.flow_new import Lacking, Made, Wanted, folder_of, make, owner_of
from bot.options import language, read_settings, with_settings
from config.blueprints import ABOUT
from config.blueprints import blueprint as shipped
from config.errors import BusinessProblems, CannotAdd
from flows.messages import Bilingual
from flows.spec import Basis, Flow

OK, FOUND, USAGE = 0, 1, 2

WHICH = Bilingual(
    "there is no blueprint {name}: flow new --list shows them", "没有蓝图 {name}：用 flow new --list 查看"
)
WROTE = Bilingual("wrote {file}", "已写入 {file}")
ADD = Bilingual(
    "Add to {file}, with what you promise people, and run it again:", "请加入 {file}（写您对人的承诺），然后重新运行："
)
OR_ADD = Bilingual(
    "or let it add them: the same command with --add-missing", "或让它自动加入：同一命令加 --add-missing"
)
ADDED = Bilingual("added to business.yaml, read what it promises:", "已加入 business.yaml，请核对其中的承诺：")
UNSOUND = Bilingual("the business does not pass its check, so nothing is written", "商家不能通过检查，未写入任何文件")
UNSERVED = Bilingual(
    "the flow does not speak {tags}: until you add it, these people get {first}",
    "流程没有 {tags} 的文字：添加之前使用 {first}",
)
RENAMED = Bilingual("{ours} became {theirs}: read its texts", "{ours} 已换成 {theirs}：请通读其文字")
TEMPLATES = Bilingual(
    "WhatsApp: have these templates approved, then write them under templates in business.yaml: {names}",
    "WhatsApp：请先让这些模板获批，再写入 business.yaml 的 templates：{names}",
)
STARTS = Bilingual("it starts {how}{facts}", "启动方式：{how}{facts}")
BY_EVENT = Bilingual("by the event {name}", "事件 {name}")
BY_WORD = Bilingual("when somebody writes {words}", "有人发来 {words}")
BY_STOP = Bilingual("after a stop", "有人退订之后")
FACTS = Bilingual(", with the facts {names}", "，附带 {names}")
PAST_PURCHASE = Bilingual(
    "it rests on past purchases: a compliance role switches that on with askfirst basis on",
    "它以过往购买为依据：须由合规人员用 askfirst basis on 开启",
)
NEXT = Bilingual("next: {command}", "下一步：{command}")


@dataclass(frozen=True, slots=True)
class Request:
    """The command line. ``into`` or ``business`` says where; ``purposes`` as OURS=THEIRS."""

    blueprint: str
    businesses: Path
    business: str | None = None
    into: Path | None = None
    name: str | None = None
    purposes: tuple[str, ...] = ()
    complete: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Teller:
    """Who is told, how, and in which language (zh or en)."""

    out: Callable[[str], None]
    language: str
    as_json: bool

    def say(self, sentence: Bilingual, **values: object) -> None:
        """One line."""
        self.out(sentence.fill(values).text(self.language))

    def plain(self, found: object) -> None:
        """One document for programs."""
        self.out(json.dumps(found, ensure_ascii=False))

    def refuse(self, why: Bilingual, lines: Sequence[str] = (), code: int = FOUND) -> int:
        """Why nothing was written; for programs with the ``lines`` that are missing or wrong."""
        if self.as_json:
            self.plain({"refused": why.text(self.language), "lines": list(lines)})
        else:
            self.out(why.text(self.language))
            for line in lines:
                self.out(f"    {line}")
        return code


def listed(teller: Teller) -> int:
    """Every blueprint with what it is for."""
    if teller.as_json:
        teller.plain([{"name": name, "about": about.text(teller.language)} for name, about in ABOUT.items()])
        return OK
    for name, about in ABOUT.items():
        teller.out(f"{name:22}{about.text(teller.language)}")
    return OK


def new(request: Request, teller: Teller) -> int:
    """Make it, and say what was written and what is next; or why nothing was."""
    if request.blueprint not in ABOUT:
        return teller.refuse(WHICH.fill({"name": request.blueprint}), code=USAGE)
    try:
        made = make(_wanted(request))
    except Lacking as error:
        return _lacking(error, teller)
    except DoesNotFit as error:
        return teller.refuse(error.why)
    except CannotAdd as error:
        return teller.refuse(Bilingual(str(error), str(error)))
    except BusinessProblems as error:
        found = [each.headline(teller.language) for each in error.problems]
        return teller.refuse(UNSOUND, found)
    if teller.as_json:
        teller.plain(_document(made))
    else:
        _tell(made, teller)
    return OK


def _wanted(request: Request) -> Wanted:
    folder = owner_of(request.into) if request.into else folder_of(request.business, request.businesses)
    pairs = [pair.partition("=") for pair in request.purposes]
    return Wanted(
        shipped(request.blueprint),
        folder,
        request.name or request.blueprint,
        {ours: theirs for ours, _, theirs in pairs},
        complete=request.complete,
        force=request.force,
    )


def _lacking(error: Lacking, teller: Teller) -> int:
    code = teller.refuse(error.why, error.additions.lines() if teller.as_json else ())
    if not teller.as_json:
        teller.say(ADD, file=error.file)
        for line in error.additions.lines():
            teller.out(f"    {line}")
        teller.say(OR_ADD)
    return code


def _tell(made: Made, teller: Teller) -> None:
    for file in made.files:
        teller.say(WROTE, file=near(file))
    if made.fit is not None:
        _tell_fit(made.fit, made.flow, teller)
    if made.templates:
        teller.say(TEMPLATES, names=", ".join(made.templates))
    teller.say(STARTS, how=_start_of(made.flow), facts=_facts_of(made.flow))
    if made.flow.start.basis is Basis.PAST_PURCHASE:
        teller.say(PAST_PURCHASE)
    for command in _next(made):
        teller.say(NEXT, command=command)


def _tell_fit(fit: Fit, flow: Flow, teller: Teller) -> None:
    if fit.additions:
        teller.say(ADDED)
        for line in fit.additions.lines():
            teller.out(f"    {line}")
    for ours, theirs in fit.renamed.items():
        teller.say(RENAMED, ours=ours, theirs=theirs)
    if fit.unserved:
        teller.say(UNSERVED, tags=", ".join(fit.unserved), first=flow.languages[0])


def _start_of(flow: Flow) -> Bilingual:
    start = flow.start
    if start.word is not None:
        return BY_WORD.fill({"words": " / ".join(dict.fromkeys(start.word.values()))})
    if start.business is not None:
        return BY_STOP
    return BY_EVENT.fill({"name": start.event or f"campaign.{start.campaign}"})


def _facts_of(flow: Flow) -> Bilingual:
    names = list(dict.fromkeys([*([flow.start.proof] if flow.start.proof else []), *_filled(flow)]))
    return FACTS.fill({"names": ", ".join(names)}) if names else Bilingual("", "")


def _filled(flow: Flow) -> list[str]:
    """The placeholders that the business gives the values of."""
    return [name for name, use in flow.uses.items() if use.type != "answer"]


def near(file: Path) -> Path:
    """As somebody who works here would write it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _next(made: Made) -> list[str]:
    return [f"askfirst flow {verb} {near(made.files[-1])}" for verb in ("check", "test")]


def _document(made: Made) -> dict[str, object]:
    fit = made.fit
    return {
        "flow": made.flow.name,
        "files": [str(file) for file in made.files],
        "languages": list(made.flow.languages),
        "channels": list(made.flow.channels),
        "added": fit.additions.lines() if fit else [],
        "renamed": dict(fit.renamed) if fit else {},
        "unserved": list(fit.unserved) if fit else [],
        "templates": list(made.templates),
        "facts": _filled(made.flow),
        "next": _next(made),
    }


@click.command("new")
@click.argument("blueprint", required=False)
@click.option("--list", "listing", is_flag=True, help="every blueprint with what it is for")
@click.option("--business", help="whose flow it becomes; not needed where there is one business")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False, exists=True), help="a folder instead")
@click.option("--name", help="what the flow is called; without it, as the blueprint")
@click.option("--purpose", "purposes", multiple=True, metavar="OURS=YOURS", help="a purpose of yours for one of ours")
@click.option("--add-missing", "complete", is_flag=True, help="add to business.yaml what it lacks")
@click.option("--force", is_flag=True, help="replace a flow of this name")
@click.option("--json", "as_json", is_flag=True)
@with_settings("businesses")
def new_verb(blueprint: str | None, listing: bool, as_json: bool, businesses: str | None, **asked: Any) -> None:
    """Write a ready conversation and its tests into a business."""
    teller = Teller(click.echo, language(), as_json)
    if listing:
        sys.exit(listed(teller))
    if blueprint is None:
        raise click.UsageError("name a blueprint: flow new --list shows them")
    sys.exit(new(Request(blueprint, read_settings(businesses=businesses).businesses, **asked), teller))
