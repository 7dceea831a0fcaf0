"""The files of a business folder as bytes, read once, so that what is judged is what is loaded. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.errors import BusinessProblems
from flows.places import Place
from flows.problems import problem

BUSINESS = "business.yaml"
FLOWS = "flows"

Contents = Mapping[str, bytes]
"""By path within the folder: ``business.yaml``, ``flows/NAME.yaml``."""


def business_folders(folder: Path) -> list[Path]:
    """The businesses in this folder: its sub-folders except hidden ones, or itself when it is one.

    Raises ``BusinessProblems`` when it cannot be listed.
    """
    if (folder / BUSINESS).is_file():
        return [folder]
    try:
        return sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] not in "._")
    except OSError as error:
        raise _unreadable(folder, error) from error


def files_of(folder: Path) -> dict[str, Path]:
    """The files that make up this business: business.yaml and its flows without their tests, whether or not they
    can be read."""
    flows = folder / FLOWS
    try:
        listed = sorted(flows.iterdir()) if flows.is_dir() else []
    except OSError as error:
        raise _unreadable(flows, error) from error
    named = {f"{FLOWS}/{each.name}": each for each in listed if is_flow(each.name)}
    return {BUSINESS: folder / BUSINESS, **named}


def is_flow(name: str) -> bool:
    """Whether a file of this name holds a flow: YAML, but no conversation test and nothing hidden."""
    stem, _, suffix = name.rpartition(".")
    return suffix in ("yaml", "yml") and not stem.endswith(".test") and not name.startswith(".")


def read_folder(folder: Path) -> dict[str, bytes]:
    """The contents of a business folder. Raises ``BusinessProblems`` for each file that cannot be read."""
    contents: dict[str, bytes] = {}
    found: list[BusinessProblems] = []
    for name, path in files_of(folder).items():
        try:
            contents[name] = path.read_bytes()
        except OSError as error:
            found.append(_unreadable(path, error))
    if found:
        raise BusinessProblems([problem for each in found for problem in each.problems])
    return contents


def _unreadable(path: Path, error: OSError) -> BusinessProblems:
    return BusinessProblems([problem("E001.unreadable", str(path), Place(), reason=error.strerror or str(error))])
