"""The same problems in each form: as SARIF that code scanning takes, as annotations of a workflow, as text."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema_rs
import pytest

from bot.flow_check import Checked
from bot.flow_report import command, report, sarif
from flows.messages import Bilingual
from flows.places import Place
from flows.problems import problem
from flows.witness import Moment, Witness

UNKNOWN = problem("E201.state", "shop/flows/a b.yaml", Place(7, 5), name="gone", near="", known="ask, done")
ABSOLUTE = problem("E201.state", "/srv/shop/flows/a.yaml", Place(9, 1), name="gone\n", near=" 100%", known="ask")
CHECKED = Checked(2, (UNKNOWN, ABSOLUTE))


def must(kind: str, required: str, **properties: object) -> dict[str, object]:
    """What the standard asks of an object: these are required, and what it does not know is refused."""
    return {
        "type": kind,
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


NUMBER = {"type": "integer", "minimum": 1}
TEXT = {"type": "string", "minLength": 1}
REGION = must("object", "startLine startColumn", startLine=NUMBER, startColumn=NUMBER)
ARTIFACT = must("object", "uri", uri={"type": "string", "format": "uri-reference"})
PHYSICAL = must("object", "artifactLocation region", artifactLocation=ARTIFACT, region=REGION)
RESULT = must(
    "object",
    "message",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=must("object", "text", text=TEXT),
    locations={"type": "array", "items": must("object", "physicalLocation", physicalLocation=PHYSICAL)},
)
RULE = must("object", "id", id=TEXT)
DRIVER = must(
    "object", "name", name=TEXT, semanticVersion=TEXT, rules={"type": "array", "uniqueItems": True, "items": RULE}
)
RUN = must(
    "object",
    "tool",
    tool=must("object", "driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
SARIF = must(
    "object",
    "version runs",
    **{"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}},
)
"""The part of SARIF 2.1.0 (OASIS, section 3) that is written here; the standard's objects are closed, so is this."""


@pytest.mark.parametrize("checked", [CHECKED, Checked(1, ())], ids=["two problems", "none"])
def test_a_sarif_log_is_one_by_the_standard(checked: Checked) -> None:
    log = json.loads(report(checked, "sarif", "en"))
    jsonschema_rs.Draft7Validator(SARIF, validate_formats=True).validate(log)
    (run,) = log["runs"]
    assert len(run["results"]) == len(checked.problems)
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_the_schema_of_this_test_refuses_what_the_standard_refuses() -> None:
    log = sarif(CHECKED.problems, "en")
    log["runs"][0]["results"][0]["severity"] = "error"
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.Draft7Validator(SARIF).validate(log)


def test_a_sarif_result_names_its_place_by_a_uri() -> None:
    places = [each["locations"][0]["physicalLocation"] for each in sarif(CHECKED.problems, "zh")["runs"][0]["results"]]
    assert places == [
        {"artifactLocation": {"uri": "shop/flows/a%20b.yaml"}, "region": {"startLine": 7, "startColumn": 5}},
        {"artifactLocation": {"uri": "file:///srv/shop/flows/a.yaml"}, "region": {"startLine": 9, "startColumn": 1}},
    ]


def test_an_annotation_keeps_to_one_line_whatever_it_says() -> None:
    assert command(ABSOLUTE, "en") == (
        "::error file=/srv/shop/flows/a.yaml,line=9,col=1,title=E201::there is no state `gone%0A` 100%25%0A= "
        "write a card `gone%0A:` under `states:`, or name one of: ask"
    )
    assert report(CHECKED, "github", "en").splitlines()[-1] == "problems: 2, in 2 files"
    assert report(Checked(3, ()), "github", "zh") == "3 个文件，没有问题"


def test_a_conversation_that_breaks_a_proof_is_told_in_every_form() -> None:
    """As lines to be read, and for programs step by step."""
    chat = Bilingual("    5  start    a form\n   12  person   Y", "    5  开始  表单\n   12  本人  Y")
    moments = (Moment("start", "ask", 5, ("ask",), "requested"), Moment("reply:Y", "done", 12, (), "given"))
    shown = replace(UNKNOWN, witness=Witness("offers", moments, chat))
    told = json.loads(report(Checked(1, (shown,)), "json", "en"))["problems"][0]["conversation"]
    assert told["purpose"] == "offers"
    assert told["chat"] == ["    5  start    a form", "   12  person   Y"]
    assert told["steps"][0] == {
        "trigger": "start",
        "state": "ask",
        "line": 5,
        "says": ["ask"],
        "consent": "requested",
    }
    assert "conversation" not in json.loads(report(CHECKED, "json", "en"))["problems"][0]
    assert sarif([shown], "zh")["runs"][0]["results"][0]["message"]["text"].endswith("   12  本人  Y")
    assert command(shown, "en").endswith("%0A   12  person   Y")
