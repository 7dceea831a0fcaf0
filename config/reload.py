"""Notices edits in the folders of businesses and takes a new set only when all of it is sound.

Never hands out half a set: while anything is wrong the last good one stays. Keeps no time; whoever calls ``poll`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.business import Business, build_businesses, fingerprint
from config.business_files import business_folders, files_of, read_folder
from config.errors import BusinessProblems
from flows.problems import Problem

Traces = dict[Path, tuple[int, ...] | None]
"""Per file what changes with its content: inode, change time, modification time, size; None when it is not there."""


class Watcher:
    """``businesses`` is the set in force and ``problems`` is why the latest edit was refused, empty if it was not."""

    def __init__(self, folder: Path, businesses: Mapping[str, Business]) -> None:
        self.folder = folder
        self.businesses = businesses
        self.problems: tuple[Problem, ...] = ()
        self._traces: Traces | None = None
        self._digests = {each.folder: each.hash for each in businesses.values()}

    def poll(self) -> bool:
        """Look once; True when a new set is in force. Cheap while nothing was touched; raises nothing about files."""
        before, self._traces = self._traces, None
        try:
            # Taken before reading: an edit made meanwhile leaves other traces and is seen the next time.
            self._traces = _traces(self.folder)
            return self._traces != before and self._reload()
        except BusinessProblems as error:
            self.problems = error.problems
            return False

    def _reload(self) -> bool:
        contents = {folder: read_folder(folder) for folder in business_folders(self.folder)}
        digests = {folder: fingerprint(each) for folder, each in contents.items()}
        if digests == self._digests:
            self.problems = ()
            return False
        self.businesses = build_businesses(contents)
        self.problems = ()
        self._digests = digests
        return True


def _traces(folder: Path) -> Traces:
    return {path: trace(path) for each in business_folders(folder) for path in files_of(each).values()}


def trace(path: Path) -> tuple[int, ...] | None:
    """What changes when a file does; None when it is not there."""
    try:
        found = path.stat()
    except OSError:
        # Gone or barred: a trace of its own. Reading it says why.
        return None
    return found.st_ino, found.st_ctime_ns, found.st_mtime_ns, found.st_size
