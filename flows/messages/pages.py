"""What the page of each code says, with an example that is refused and one that is not: ``library/codes/*.yaml``.

One source for both languages. Words and examples only; what they come to is for the checks to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from flows.messages.bilingual import Bilingual

FOLDER = "docs/reference/codes"
"""Where the pages lie in the documentation."""

_LIBRARY = files("flows") / "library" / "codes"


@dataclass(frozen=True, slots=True)
class CodePage:
    """``good`` is a piece of the flow called ``flow``; with ``bad`` in its place the flow gets this code."""

    code: str
    title: Bilingual
    why: Bilingual
    flow: str
    good: str
    bad: str

    def refused(self) -> str:
        """The whole flow with the mistake in it."""
        return example_flows()[self.flow].replace(self.good, self.bad, 1)


def page_name(code: str) -> str:
    """The page of a code, from the root of the project."""
    return f"{FOLDER}/{code}.md"


@cache  # package data: the same for the life of the process
def code_pages() -> Mapping[str, CodePage]:
    """Every page by its code, in the order of the codes."""
    found = {code: _page(code, data) for name in _names("") for code, data in _read(f"{name}.yaml").items()}
    return dict(sorted(found.items(), key=lambda each: (each[0][1:], each[0])))


@cache  # as above
def example_flows() -> Mapping[str, str]:
    """The whole flows that the examples are pieces of, by file name; each without any problem."""
    return {name: (_LIBRARY / "flows" / f"{name}.yaml").read_text(encoding="utf-8") for name in _names("flows")}


def _names(folder: str) -> list[str]:
    listed = (_LIBRARY / folder if folder else _LIBRARY).iterdir()
    return sorted(each.name.removesuffix(".yaml") for each in listed if each.name.endswith(".yaml"))


def _read(name: str) -> dict[str, Any]:
    # "base" keeps every scalar a string.
    return dict(YAML(typ="base", pure=True).load((_LIBRARY / name).read_text(encoding="utf-8")))


def _page(code: str, data: dict[str, Any]) -> CodePage:
    title, why = (Bilingual(data[key]["en"], data[key]["zh"]) for key in ("title", "why"))
    return CodePage(code, title, why, data["flow"], data["good"], data["bad"])
