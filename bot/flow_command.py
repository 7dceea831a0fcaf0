"""The ``flow`` verbs: check, test and show. Each writes through ``out`` and gives the exit code.

0 nothing to find, 1 findings, 2 the command line names nothing that there is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

from bot import flow_report
from bot.flow_check import check_bundles, read
from bot.flow_files import NoFlows, gather
from bot.flow_programme import Programme, perform, programme
from bot.flow_report import plain, report, shown
from config.business import load_businesses
from flows.drawing.svg import svg
from flows.errors import FlowProblems
from flows.graph import mermaid, row_name, table
from flows.load import load_flow
from flows.machine import rows_of
from flows.messages import Bilingual
from flows.spec import Flow
from flows.talk import Verdict

OK, FOUND, USAGE = 0, 1, 2
Out = Callable[[str], None]

PASSED = Bilingual("{passed} passed in {seconds} s", "{passed} 个测试通过，用时 {seconds} 秒")
FAILED = Bilingual(
    "{failed} failed, {passed} passed in {seconds} s", "{failed} 个失败，{passed} 个通过，用时 {seconds} 秒"
)
VISITED = Bilingual(
    "visited: {states} of {all_states} states, {rows} of {all_rows} rows",
    "经过：{all_states} 个状态中的 {states} 个，{all_rows} 行中的 {rows} 行",
)
UNVISITED = Bilingual("{file}: never visited: {names}", "{file}：从未经过：{names}")
STATE = Bilingual("state {state}", "状态 {state}")
ROW = Bilingual("{state}: {row}", "{state}：{row}")
NO_TESTS = Bilingual(
    "no conversation tests here: write NAME.test.yaml beside the flow", "没有对话测试：请在流程旁写 NAME.test.yaml"
)
NO_FLOW = Bilingual("{name} is no single flow: name one of {known}", "{name} 不是唯一的流程名，请从中选择：{known}")


def check(paths: Sequence[Path], form: str, language: str, out: Out) -> int:
    """Everything that is wrong in these businesses, flows and tests. ``form``: one of ``flow_report.FORMS``."""
    try:
        checked = check_bundles(gather(paths))
    except NoFlows as error:
        out(str(error))
        return USAGE
    out(report(checked, form, language))
    return FOUND if checked.refused else OK


def test(paths: Sequence[Path], out: Out, as_json: bool, language: str = "en") -> int:  # noqa: PT028  # a verb
    """Play the conversation tests of these businesses, flows and test files, and say what none of them visited."""
    try:
        programmes = [programme(bundle) for bundle in gather(paths)]
    except NoFlows as error:
        out(str(error))
        return USAGE
    except FlowProblems as error:
        problems = error.problems
        told = (
            [flow_report.as_json({"problems": plain(problems, language)})]
            if as_json
            else [shown(p, language) for p in problems]
        )
        out("\n".join(told))
        return FOUND
    if not any(each.talks for each in programmes):
        out(NO_TESTS.text(language))
        return USAGE
    started = time.monotonic()
    performed = asyncio.run(_play(programmes, None if as_json else out))
    seconds = f"{time.monotonic() - started:.1f}"
    if as_json:
        out(flow_report.as_json(_results(programmes, performed)))
    else:
        _print_coverage(programmes, language, out)
        _print_summary(performed, seconds, language, out)
    return OK if all(verdict.passed for _, verdict in performed) else FOUND


async def _play(programmes: Sequence[Programme], out: Out | None) -> list[tuple[Path, Verdict]]:
    performed: list[tuple[Path, Verdict]] = []
    async with aclosing(perform(programmes)) as verdicts:
        async for file, verdict in verdicts:
            performed.append((file, verdict))
            if out is not None:
                _print_verdict(file, verdict, out)
    return performed


def _print_verdict(file: Path, verdict: Verdict, out: Out) -> None:
    talk = verdict.talk
    if verdict.passed:
        out(f"ok      {talk.flow}: {talk.name}")
        return
    out(f"FAILED  {talk.flow}: {talk.name}  ({file}:{talk.line})")
    for line in verdict.diff.splitlines()[1:]:
        out(f"        {line}")


def _print_coverage(programmes: Sequence[Programme], language: str, out: Out) -> None:
    for flow, left in (found for each in programmes for found in each.unvisited()):
        states = [STATE.fill({"state": name}).text(language) for name in left.states]
        rows = [
            ROW.fill({"state": state, "row": row_name(flow, state, trigger)}).text(language)
            for state, trigger in left.rows
        ]
        out(UNVISITED.fill({"file": flow.file, "names": "; ".join([*states, *rows])}).text(language))
    out(VISITED.fill(_visited(programmes)).text(language))


def _visited(programmes: Sequence[Programme]) -> dict[str, int]:
    """How many states and rows there are, and how many of them some test came to."""
    flows = [flow for each in programmes for flow in each.flows]
    left = [found for each in programmes for _, found in each.unvisited()]
    states, rows = sum(len(flow.states) for flow in flows), sum(len(rows_of(flow)) for flow in flows)
    return {
        "states": states - sum(len(each.states) for each in left),
        "all_states": states,
        "rows": rows - sum(len(each.rows) for each in left),
        "all_rows": rows,
    }


def _print_summary(performed: Sequence[tuple[Path, Verdict]], seconds: str, language: str, out: Out) -> None:
    failed = sum(not verdict.passed for _, verdict in performed)
    counts = {"failed": failed, "passed": len(performed) - failed, "seconds": seconds}
    out((FAILED if failed else PASSED).fill(counts).text(language))


def _results(programmes: Sequence[Programme], performed: Sequence[tuple[Path, Verdict]]) -> dict[str, object]:
    passed = sum(verdict.passed for _, verdict in performed)
    return {
        "passed": passed,
        "failed": len(performed) - passed,
        "tests": [
            {
                "file": str(file),
                "line": verdict.talk.line,
                "flow": verdict.talk.flow,
                "name": verdict.talk.name,
                "passed": verdict.passed,
                "transcript": verdict.diff,
            }
            for file, verdict in performed
        ],
        "visited": _visited(programmes),
        "unvisited": [
            {
                "file": flow.file,
                "flow": flow.name,
                "states": list(left.states),
                "rows": [{"state": state, "row": row_name(flow, state, trigger)} for state, trigger in left.rows],
            }
            for each in programmes
            for flow, left in each.unvisited()
        ],
    }


def show(name: str, form: str, businesses: Path, out: Out, language: str = "en") -> int:
    """One flow as a ``table``, as ``mermaid`` text or drawn as ``svg``. ``name``: its name, ``BUSINESS/NAME`` where
    several have one of that name, or a file. Raises ``BusinessProblems`` when the businesses cannot be loaded."""
    if Path(name).is_file():
        try:
            found = {name: load_flow(read(Path(name)), name)}
        except FlowProblems as error:
            out("\n".join(shown(each, language) for each in error.problems))
            return FOUND
    else:
        every = _named(businesses)
        found = {full: flow for full, flow in every.items() if name in (flow.name, full)}
        if len(found) != 1:
            out(NO_FLOW.fill({"name": name, "known": ", ".join(found or every)}).text(language))
            return USAGE
    (flow,) = found.values()
    out(_drawn(flow, form, language))
    return OK


def _drawn(flow: Flow, form: str, language: str) -> str:
    match form:
        case "mermaid":
            return mermaid(flow).rstrip("\n")
        case "svg":
            return svg(flow, language).rstrip("\n")
    return table(flow)


def _named(businesses: Path) -> dict[str, Flow]:
    loaded = load_businesses(businesses).values()
    return {f"{business.name}/{flow.name}": flow for business in loaded for flow in business.flows.values()}
