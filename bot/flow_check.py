"""What is wrong with a bundle of flows and conversation tests, as ``flow check`` and the console say it.

Needs neither a database nor Redis nor the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.flow_files import Bundle
from bot.neutral_business import purposes_of
from config.business import load_business
from config.business_files import BUSINESS
from config.errors import BusinessProblems
from config.rules import placeless
from flows.check import check_source
from flows.checks.setting import Setting
from flows.document import decode
from flows.errors import FlowProblems
from flows.load import draft_flow
from flows.places import Place
from flows.problems import Problem, Severity, in_reading_order, problem
from flows.talk import Talk
from flows.talk_file import load_talks
from flows.words import Lexicon


@dataclass(frozen=True, slots=True)
class Checked:
    """``files``: how many were read; ``problems`` in reading order."""

    files: int
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        """Whether any of it is more than a remark."""
        return any(each.severity is Severity.ERROR for each in self.problems)


def check_bundles(bundles: Iterable[Bundle]) -> Checked:
    """Everything that is wrong in all of them."""
    problems: list[Problem] = []
    files: set[Path] = set()
    for bundle in bundles:
        files |= {*bundle.flows, *bundle.tests, *([bundle.folder / BUSINESS] if bundle.folder else [])}
        problems += _flow_problems(bundle)
        for test in bundle.tests:
            problems += talks_of(test)[1]
    return Checked(len(files), tuple(in_reading_order(problems)))


def talks_of(file: Path) -> tuple[tuple[Talk, ...], list[Problem]]:
    """The conversation tests of a file, or why it holds none."""
    try:
        return load_talks(read(file), str(file)), []
    except FlowProblems as error:
        return (), list(error.problems)


def read(file: Path) -> str:
    """The text of a file. Raises ``FlowProblems`` when it cannot be read or is not UTF-8."""
    try:
        return decode(file.read_bytes(), str(file))
    except OSError as error:
        reason = error.strerror or str(error)
        raise FlowProblems([problem("E001.unreadable", str(file), Place(), reason=reason)]) from error


def _flow_problems(bundle: Bundle) -> Iterator[Problem]:
    if bundle.folder is None:
        for file in bundle.flows:
            yield from _alone(file)
        return
    try:
        found = load_business(bundle.folder).remarks
    except BusinessProblems as error:
        found = error.problems
    named = {BUSINESS, *(file.name for file in bundle.flows)}
    yield from (each for each in found if bundle.whole or Path(each.file).name in named)


def _alone(file: Path) -> list[Problem]:
    """Against no business: the purposes that it names exist, the shipped words are heard."""
    try:
        source = read(file)
    except FlowProblems as error:
        return list(error.problems)
    draft = draft_flow(source, str(file)).flow
    purposes = purposes_of([draft]) if draft is not None else set()
    languages = draft.languages if draft is not None else ()
    lexicon = Lexicon.shipped(None, languages)
    setting = Setting(dict.fromkeys(purposes, True), lexicon.heard, rules=placeless(languages), refuses=lexicon.refuses)
    return check_source(source, str(file), setting)[1]
