"""Which flows and conversation tests a path on a command line means. Looks at names; reads no file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BotError
from config.business_files import BUSINESS, FLOWS, business_folders, is_flow

TEST = ".test"


class NoFlows(BotError):
    """A path names neither a business, nor a flow, nor a conversation test."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files that are judged together: of the business in ``folder``, or (None) of no business. ``whole``: the
    business itself was named, so everything in its folder counts."""

    folder: Path | None
    flows: tuple[Path, ...]
    tests: tuple[Path, ...]
    whole: bool


def gather(paths: Sequence[Path]) -> list[Bundle]:
    """One bundle per business or group of files, each once, in order. Raises ``NoFlows``."""
    return list(dict.fromkeys(bundle for path in paths for bundle in _bundles(path)))


def _bundles(path: Path) -> list[Bundle]:
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        raise NoFlows(f"{path} does not exist: name a business's folder, a flow or a .test.yaml")
    if path.name == BUSINESS:
        return [_business(path.parent)]
    if not _is_yaml(path):
        raise NoFlows(f"{path} is no YAML file: name a business's folder, a flow or a .test.yaml")
    return [_single(path)]


def _of_folder(path: Path) -> list[Bundle]:
    if (path / BUSINESS).is_file():
        return [_business(path)]
    owner = _owner(path / "any")
    if owner is not None:
        return [_business(owner)]
    inside = sorted(path.iterdir())
    flows, tests = _sorted(inside)
    if flows or tests:
        return [Bundle(None, flows, tests, whole=True)]
    if any((each / BUSINESS).is_file() for each in inside if each.is_dir()):
        return [_business(each) for each in business_folders(path)]
    raise NoFlows(f"{path} holds neither a {BUSINESS} nor a flow")


def _business(folder: Path) -> Bundle:
    inside = sorted((folder / FLOWS).iterdir()) if (folder / FLOWS).is_dir() else []
    flows, tests = _sorted(inside)
    return Bundle(folder, flows, tests, whole=True)


def _single(path: Path) -> Bundle:
    """A flow with the test beside it, or a test with its flow; both as the business that they lie in has them."""
    stem = path.name.rpartition(".")[0].removesuffix(TEST)
    flow = path if is_flow(path.name) else path.with_name(f"{stem}{path.suffix}")
    test = path.with_name(f"{stem}{TEST}{path.suffix}")
    flows, tests = ((each,) if each.is_file() else () for each in (flow, test))
    return Bundle(_owner(path), flows, tests, whole=False)


def _owner(file: Path) -> Path | None:
    """The folder of the business in whose ``flows/`` this file lies."""
    flows = file.absolute().parent
    if flows.name != FLOWS or not (flows.parent / BUSINESS).is_file():
        return None
    within = len(file.parts) > 2
    return file.parent.parent if within else Path(os.path.relpath(flows.parent))


def _sorted(files: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    listed = [file for file in files if file.is_file() and _is_yaml(file) and file.name != BUSINESS]
    return tuple(each for each in listed if is_flow(each.name)), tuple(
        each for each in listed if not is_flow(each.name)
    )


def _is_yaml(file: Path) -> bool:
    return file.suffix in (".yaml", ".yml") and not file.name.startswith(".")
