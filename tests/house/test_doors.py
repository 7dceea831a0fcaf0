"""Two doors to prove: everything that leaves crosses the gate, and flows decide without looking at a clock."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("bot", "flows", "webhooks", "storage", "config")

Rule = Callable[[ast.Call], bool]


def makes_a_permit(call: ast.Call) -> bool:
    """``seal.permit(…)``, ``Permit(…)``, ``object.__new__(Permit)``."""
    if isinstance(call.func, ast.Attribute):
        names_permit = any(ast.unparse(argument).split(".")[-1] == "Permit" for argument in call.args)
        return call.func.attr in {"permit", "Permit"} or (call.func.attr == "__new__" and names_permit)
    return isinstance(call.func, ast.Name) and call.func.id == "Permit"


def delivers(call: ast.Call) -> bool:
    """``channel._deliver(…)``."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "_deliver"


def looks_at_the_clock(call: ast.Call) -> bool:
    """``datetime.now()``, ``date.today()``, ``datetime.utcnow()``."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in {"now", "today", "utcnow"}


def calls(source: str, rule: Rule) -> list[int]:
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and rule(node))
    return sorted(call.lineno for call in found)


def where(rule: Rule, *packages: str) -> set[str]:
    files: Iterator[Path] = (file for name in packages for file in (CHECKOUT / name).rglob("*.py"))
    return {str(file.relative_to(CHECKOUT)) for file in files if calls(file.read_text(encoding="utf-8"), rule)}


def test_only_the_gate_makes_permits() -> None:
    assert where(makes_a_permit, *PACKAGES) <= {"bot/gate.py", "bot/permit.py"}


def test_only_a_channels_send_delivers() -> None:
    assert where(delivers, *PACKAGES) == {"bot/channel.py"}


def test_flows_never_look_at_the_clock() -> None:
    assert where(looks_at_the_clock, "flows") == set()


@pytest.mark.parametrize(
    "rule,source",
    [
        (makes_a_permit, "self.seal.permit(message, grounds)"),
        (makes_a_permit, "Permit()"),
        (makes_a_permit, "permit.Permit()"),
        (makes_a_permit, "object.__new__(Permit)"),
        (makes_a_permit, "object.__new__(bot.permit.Permit)"),
        (delivers, "await self.channel._deliver(message)"),
        (looks_at_the_clock, "datetime.now(UTC)"),
        (looks_at_the_clock, "datetime.date.today()"),
    ],
)
def test_the_rules_see_what_they_forbid(rule: Rule, source: str) -> None:
    assert calls(source, rule) == [1]


@pytest.mark.parametrize("rule", [makes_a_permit, delivers, looks_at_the_clock])
def test_the_rules_leave_the_rest_alone(rule: Rule) -> None:
    assert calls("seal.redeem(permit)\nchannel.send(permit)\nclock.read()\nobject.__new__(Thing)", rule) == []
