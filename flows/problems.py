"""A problem in a file that a person wrote: what is wrong, where, and what to do, in English and Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from flows.messages import CATALOGUE, Bilingual
from flows.messages.pages import page_name
from flows.places import Place
from flows.witness import Witness

LINE_BREAK = re.compile("\r\n|[\n\r]")
"""What ends a line. The other breaks of Unicode are refused, since scanners and editors disagree about them."""


class Severity(StrEnum):
    """Whether a file is refused or only remarked upon."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. ``line`` and ``column`` count from 1; ``code`` is one of the closed list (``E101``); ``witness``: a
    conversation in which it shows, where a proof found one."""

    file: str
    line: int
    column: int
    code: str
    sentence: Bilingual
    cure: Bilingual
    severity: Severity = Severity.ERROR
    witness: Witness | None = None

    def __str__(self) -> str:
        return self.headline("en")

    def headline(self, language: str) -> str:
        """``file:line:column  CODE  sentence``."""
        return f"{self.file}:{self.line}:{self.column}  {self.code}  {self.sentence.text(language)}"

    def render(self, source: str, language: str) -> str:
        """The headline, the line of ``source`` with a caret below it, what to do, the conversation, and its page."""
        lines = LINE_BREAK.split(source)
        shown = lines[self.line - 1] if self.line <= len(lines) else ""
        caret = _as_wide_as(shown[: self.column - 1]) + "^"
        lines = [self.headline(language), f"    {shown}", f"    {caret}", f"  = {self.cure.text(language)}"]
        return "\n".join([*lines, *(f"  | {line}" for line in self.chat(language)), f"  > {page_name(self.code)}"])

    def chat(self, language: str) -> tuple[str, ...]:
        """The lines of the conversation in which it shows; none without one."""
        return tuple(self.witness.chat.text(language).split("\n")) if self.witness else ()


def problem(entry: str, file: str, place: Place, witness: Witness | None = None, /, **values: object) -> Problem:
    """The problem called ``entry`` in the catalogue (``E201.state``), its texts filled with ``values``."""
    message = CATALOGUE[entry]
    code = entry.partition(".")[0]
    severity = Severity.WARNING if code.startswith("W") else Severity.ERROR
    sentence, cure = message.sentence.fill(values), message.cure.fill(values)
    return Problem(file, place.line, place.column, code, sentence, cure, severity, witness)


def refuses(problems: Iterable[Problem]) -> bool:
    """Whether any of them is more than a remark."""
    return any(each.severity is Severity.ERROR for each in problems)


def in_reading_order(problems: list[Problem]) -> list[Problem]:
    """Sorted by file, line and column, each said once."""
    unique = dict.fromkeys(problems)
    return sorted(unique, key=lambda each: (each.file, each.line, each.column, each.code))


def _as_wide_as(text: str) -> str:
    """Blanks that take the same room on a terminal: tabs stay, an East Asian wide character is one wide space."""
    return "".join(
        letter if letter == "\t" else "\u3000" if unicodedata.east_asian_width(letter) in "WF" else " "
        for letter in text
    )
