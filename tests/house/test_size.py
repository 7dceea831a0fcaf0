"""The house style that a machine can watch: small files, small functions, names that mean something."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGES = ("bot", "flows", "webhooks", "storage", "config")

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MOST_PARAMETERS = 5
DEEPEST_NESTING = 3
LONGEST_DOCSTRING = 40
"""Lines of a module's docstring; a tree of errors needs some."""

NAMES_THAT_SAY_NOTHING = {"base", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


def product() -> list[Path]:
    return [CHECKOUT / "run.py", *(file for name in PACKAGES for file in (CHECKOUT / name).rglob("*.py"))]


def everything() -> list[Path]:
    return [*product(), *(file for name in ("tests", "bench") for file in (CHECKOUT / name).rglob("*.py"))]


def functions(file: Path) -> Iterator[tuple[str, Function]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield f"{file.relative_to(CHECKOUT)}:{node.lineno} {node.name}", node


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters(function: Function) -> int:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([argument for argument in given if argument.arg not in {"self", "cls"}])


def nesting(node: ast.AST, depth: int = 0) -> int:
    """How deep blocks lie in blocks; an ``elif`` lies no deeper than its ``if``, a function within starts anew."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*Function.__args__, ast.ClassDef, ast.Lambda)):
            continue
        chained = isinstance(child, ast.If) and isinstance(node, ast.If) and node.orelse == [child]
        below = depth + isinstance(child, BLOCKS) - chained
        deepest = max(deepest, nesting(child, below))
    return deepest


def written() -> list[Path]:
    """What somebody wrote: a migration is a list of tables, written by alembic and never changed again."""
    return [file for file in product() if "versions" not in file.parts]


def test_no_file_is_longer_than_400_lines() -> None:
    """But for a migration; tests and benchmarks too."""
    files = [file for file in everything() if "versions" not in file.parts]
    sizes = {str(file.relative_to(CHECKOUT)): len(file.read_text("utf-8").splitlines()) for file in files}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    """But for a migration."""
    found = {name: length(function) for file in written() for name, function in functions(file)}
    assert {name: size for name, size in found.items() if size > LONGEST_FUNCTION} == {}


def test_no_function_takes_more_than_5_parameters() -> None:
    found = {name: parameters(function) for file in product() for name, function in functions(file)}
    assert {name: count for name, count in found.items() if count > MOST_PARAMETERS} == {}


def test_no_block_lies_deeper_than_3() -> None:
    found = {name: nesting(function) for file in product() for name, function in functions(file)}
    assert {name: depth for name, depth in found.items() if depth > DEEPEST_NESTING} == {}


def test_every_module_says_what_it_is_for() -> None:
    docstrings = {file: ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) for file in everything()}
    assert [str(file) for file, text in docstrings.items() if not text] == []
    long = [str(file) for file, text in docstrings.items() if len((text or "").splitlines()) > LONGEST_DOCSTRING]
    assert long == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    named = [file.relative_to(CHECKOUT) for file in everything()]
    words = {str(path): {word for part in path.with_suffix("").parts for word in part.split("_")} for path in named}
    assert [path for path, used in words.items() if used & NAMES_THAT_SAY_NOTHING] == []


@pytest.mark.parametrize(
    "source,lines,count,depth",
    [
        ("def f(): pass", 1, 0, 0),
        ("def f(self, a, /, b, *, c):\n  if a:\n    for x in b:\n      with c: pass", 4, 3, 3),
        ("def f():\n  if a: pass\n  elif b: pass\n  elif c: pass\n  else:\n    if d: pass\n    e()", 7, 0, 2),
        ("async def f():\n  try:\n    async with a: pass\n  except E:\n    while b:\n      if c: pass", 6, 0, 3),
        ("def f():\n  if a:\n    def g():\n      if b: pass", 4, 0, 1),
    ],
)
def test_the_measures_measure(source: str, lines: int, count: int, depth: int) -> None:
    function = ast.parse(source).body[0]
    assert isinstance(function, Function)
    assert (length(function), parameters(function), nesting(function)) == (lines, count, depth)
