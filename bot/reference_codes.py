"""The page of each code, in English and Chinese: what it means, an example that is refused and one that is not.

The sentences that a bad example brings are those that the checks give for it, not copies of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.business import load_business, setting_of
from flows.check import check_source
from flows.checks.setting import Setting
from flows.messages.pages import CodePage, code_pages, example_flows
from flows.problems import Problem

EXAMPLE = Path(__file__).parent.parent / "config" / "businesses" / "example"
MADE = "<!-- Made by `python -m bot.references` from flows/library/codes: edit those files, not this page. -->\n\n"


def code_references() -> dict[str, str]:
    """Every page by its file name: one a code, and one with the whole flows that the examples are pieces of."""
    setting = setting_of(load_business(EXAMPLE))
    return {
        "flows.md": _flows_page(example_flows()),
        **{f"{code}.md": _page(page, setting) for code, page in code_pages().items()},
    }


def _page(page: CodePage, setting: Setting) -> str:
    problems = check_source(page.refused(), f"{page.flow}.yaml", setting)[1]
    parts = [
        f"# {page.code}: {page.title.en} · {page.title.zh}",
        page.why.en,
        page.why.zh,
        "## Refused · 会被拒绝",
        _yaml(page.bad),
        *(_told(each) for each in problems),
        "## Accepted · 可以通过",
        _yaml(page.good),
        f"From the flow · 摘自流程 [{page.flow}](flows.md#{page.flow}). All codes · 全部代码: [list](../flow-codes.md)",
    ]
    return MADE + "\n\n".join(parts) + "\n"


def _told(problem: Problem) -> str:
    lines = [
        f"- {problem.sentence.en} → {problem.cure.en}",
        f"- {problem.sentence.zh} → {problem.cure.zh}",
    ]
    chat = problem.chat("en")
    return "\n".join([*lines, *(["", "```text", *chat, "```"] if chat else [])])


def _yaml(text: str) -> str:
    return f"```yaml\n{text}\n```"


def _flows_page(flows: Mapping[str, str]) -> str:
    about = (
        "The examples of the codes are pieces of these, checked against the example business. None of them has a "
        "problem.\n\n各代码的示例摘自以下流程，按示例商家检查，均无问题。"
    )
    parts = ["# Flows of the examples · 示例流程", about]
    for name, source in flows.items():
        parts += [f"## {name}", _yaml(source.rstrip())]
    return MADE + "\n\n".join(parts) + "\n"
