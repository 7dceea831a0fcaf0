"""Problems told to whoever asks: to a person, to a program (JSON), to code scanning (SARIF 2.1.0), to a workflow's log.

Says nothing that the problem does not say, and never shortens it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from bot.flow_check import Checked, read
from flows.errors import FlowProblems
from flows.messages import Bilingual
from flows.problems import Problem, Severity

FORMS = ("text", "json", "sarif", "github")
NAME = "askfirst"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

CLEAN = Bilingual("{files} files, no problem", "{files} 个文件，没有问题")
PROBLEMS = Bilingual("problems: {count}, in {files} files", "{files} 个文件中有 {count} 个问题")

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
"""What a workflow command cannot hold as it is: in its message, and in its properties."""


def report(checked: Checked, form: str, language: str) -> str:
    """All of it in one of ``FORMS``; ``language`` zh or en."""
    match form:
        case "json":
            return as_json({"files": checked.files, "problems": plain(checked.problems, language)})
        case "sarif":
            return as_json(sarif(checked.problems, language))
        case "github":
            return "\n".join([*(command(each, language) for each in checked.problems), summary(checked, language)])
    return "\n".join([*(shown(each, language) for each in checked.problems), summary(checked, language)])


def summary(checked: Checked, language: str) -> str:
    """One line: how many problems in how many files."""
    words = PROBLEMS if checked.problems else CLEAN
    return words.fill({"files": checked.files, "count": len(checked.problems)}).text(language)


def shown(each: Problem, language: str) -> str:
    """The headline, the line with a caret, the cure."""
    try:
        return each.render(read(Path(each.file)), language)
    except FlowProblems:
        # Its file cannot be read, or is one of ours: there is no line to show.
        return f"{each.headline(language)}\n  = {each.cure.text(language)}"


def plain(problems: Sequence[Problem], language: str) -> list[dict[str, object]]:
    """For programs."""
    return [
        {
            "file": each.file,
            "line": each.line,
            "column": each.column,
            "code": each.code,
            "severity": str(each.severity),
            "sentence": each.sentence.text(language),
            "cure": each.cure.text(language),
            **({"conversation": _conversation(each, language)} if each.witness else {}),
        }
        for each in problems
    ]


def _conversation(each: Problem, language: str) -> dict[str, object]:
    """The conversation that breaks it: as a chat to be read, and step by step."""
    assert each.witness is not None
    steps = [
        {
            "trigger": moment.trigger,
            "state": moment.state,
            "line": moment.line,
            "says": list(moment.says),
            "consent": moment.consent,
        }
        for moment in each.witness.moments
    ]
    return {"purpose": each.witness.purpose, "chat": list(each.chat(language)), "steps": steps}


def command(each: Problem, language: str) -> str:
    """A workflow command: the problem as an annotation at its line of the file."""
    kind = "error" if each.severity is Severity.ERROR else "warning"
    place = {"file": each.file, "line": each.line, "col": each.column, "title": each.code}
    properties = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in place.items())
    return f"::{kind} {properties}::{_told(each, language).translate(_DATA)}"


def _told(each: Problem, language: str) -> str:
    return "\n".join([each.sentence.text(language), f"= {each.cure.text(language)}", *each.chat(language)])


def sarif(problems: Sequence[Problem], language: str) -> dict[str, Any]:
    """A SARIF 2.1.0 log of one run. Paths are relative where the problem's are."""
    codes = sorted({each.code for each in problems})
    driver = {"name": NAME, "rules": [{"id": code} for code in codes]}
    release = _version()
    run = {
        "tool": {"driver": {**driver, **({"semanticVersion": release} if release else {})}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes, language) for each in problems],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _version() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:  # run from a checkout that was never installed
        return ""


def _result(each: Problem, codes: Sequence[str], language: str) -> dict[str, Any]:
    region = {"startLine": each.line, "startColumn": each.column}
    place = {"artifactLocation": {"uri": _uri(each.file)}, "region": region}
    return {
        "ruleId": each.code,
        "ruleIndex": codes.index(each.code),
        "level": str(each.severity),
        "message": {"text": _told(each, language)},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def as_json(value: Mapping[str, object]) -> str:
    """Indented, in the letters of its languages."""
    return json.dumps(value, ensure_ascii=False, indent=2)
