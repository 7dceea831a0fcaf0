"""The errors of flows.

FlowError
├── FlowProblems      a file is refused; carries every problem found in it
├── UnknownState      a conversation stands in a state that its flow does not have
└── Unshowable        a text cannot be put into words; nothing may be sent
    ├── UnknownText   the flow has no such text
    ├── BadWording    it holds more than words and {{ name }}
    ├── MissingValue  a value is not there and no other wording stands in for it
    └── TextTooLong   it would be longer than any channel takes
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.problems import Problem


class FlowError(Exception):
    """Root of the errors of flows."""


class FlowProblems(FlowError):
    """A flow file is refused: ``problems`` holds each reason in reading order, with its place and its cure."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = tuple(problems)


class UnknownState(FlowError):
    """A row, or a conversation, names a state that the flow does not have: publish it with a map of its states."""

    def __init__(self, flow: str, state: str) -> None:
        super().__init__(f"flow {flow}: there is no state {state!r}; map it to one that exists")
        self.flow = flow
        self.state = state


class Unshowable(FlowError):
    """A text cannot be put into words; nothing may be sent in its place."""


class UnknownText(Unshowable):
    """The flow has no text of this name, or none in any language."""

    def __init__(self, flow: str, text: str) -> None:
        super().__init__(f"flow {flow}: there is no text {text!r}; write it under texts")
        self.flow = flow
        self.text = text


class BadWording(Unshowable):
    """A wording holds more than words and ``{{ name }}``; ``why`` says what, without the wording."""

    def __init__(self, why: str, wording: str) -> None:
        super().__init__(f"{why}; only plain words and {{{{ name }}}} may stand here: {wording[:60]!r}")
        self.why = why
        self.wording = wording


class MissingValue(Unshowable):
    """No value for ``{{ name }}`` and no ``else`` for it in this language."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no value for {{{{ {name} }}}}; give it, or write an else for it under uses")
        self.name = name


class TextTooLong(Unshowable):
    """A finished text of ``length`` characters, where ``most`` are allowed."""

    def __init__(self, length: int, most: int) -> None:
        super().__init__(f"{length} characters, at most {most}; shorten the text or give its placeholders a max")
        self.length = length
        self.most = most
