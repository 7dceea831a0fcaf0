"""The errors of configuration. Each names what is wrong, where it was said, and the cure.

ConfigError
├── SettingsError     settings are missing, unknown or wrong: all of them at once
├── SecretError       a secret's reference cannot be read or resolved
├── BusinessProblems  a business folder is refused: every problem of every file of it
├── BrokenRules       a shipped rule pack cannot be read
└── CannotAdd         a business.yaml is written so that nothing can be added without rewriting it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows import problems


class ConfigError(Exception):
    """Root of the errors of configuration."""


class SecretError(ConfigError):
    """A secret cannot be had: ``en`` and ``zh`` say why and what to do, never the secret."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the settings: the setting, where it was said, and a sentence with the cure."""

    key: str
    origin: str
    en: str
    zh: str


class SettingsError(ConfigError):
    """Everything that is wrong with the settings, in the order of their declaration."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(f"{problem.origin}: {problem.en}" for problem in problems))
        self.problems = tuple(problems)

    def describe(self, language: str) -> str:
        """The same in ``zh`` or ``en``, one line a problem."""
        chinese = language.startswith("zh")
        return "\n".join(f"{problem.origin}: {problem.zh if chinese else problem.en}" for problem in self.problems)


class BusinessProblems(ConfigError):
    """A business folder is refused: ``problems`` holds each reason, with its place and its cure."""

    def __init__(self, found: Sequence[problems.Problem]) -> None:
        super().__init__("\n".join(str(each) for each in found))
        self.problems = tuple(found)


class BrokenRules(ConfigError):
    """A shipped rule pack or list of expressions does not say what such a file says."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"config/rules/{file}: {reason}; install askfirst anew, or undo the change to this file")


class CannotAdd(ConfigError):
    """A business.yaml is written so that nothing can be added without rewriting it: somebody has to do it by hand."""
