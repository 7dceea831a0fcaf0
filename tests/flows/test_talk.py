"""Conversation tests: how they are read, played, compared and shown, on a stage that is a bare machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from flows.effects import Effect, Grant, Revoke, Say, Wait
from flows.errors import FlowProblems
from flows.load import load_flow
from flows.machine import Decision, Facts, FlowMachine, Trigger
from flows.spec import Flow
from flows.talk import (
    Begin,
    Deliver,
    Expectation,
    Hear,
    Outcome,
    Pause,
    Person,
    Report,
    Stage,
    Talk,
    Tap,
    Visit,
    Write,
    coverage,
    play,
)
from flows.talk_file import load_talks

FLOW = load_flow(
    """
flow: optin
kind: consent-request
channels: [sms]
languages: [en]
start: {event: signup, basis: requested, go: ask}
answers:
  Y: [Y]
states:
  ask:
    say: ask
    reply:
      Y: {grant: offers, go: welcome}
    event: {gone: silent}
    else: {say: again, times: 1, go: silent}
    after: {72h: silent}
  welcome: {say: welcome, end: granted}
  silent: {end: no-consent}
texts:
  ask: {en: ask}
  again: {en: again}
  welcome: {en: welcome}
""",
    "optin.yaml",
)


@dataclass
class BareMachine:
    """The machine without a gate: answers by name, one timer, every text leaves."""

    flow: Flow
    machine: FlowMachine = field(init=False)
    state: str | None = None
    granted: set[str] = field(default_factory=set)
    due: timedelta | None = None
    misunderstood: int = 0
    said: list[str] = field(default_factory=list)
    told: int = 0
    visits: list[Visit] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.machine = FlowMachine(self.flow)

    async def start(self, flow: str, facts: Mapping[str, str]) -> None:
        self.take(self.machine.start())

    async def say(self, text: str) -> None:
        known = self.state is not None and text in self.flow.states[self.state].reply
        self.decide(Trigger.reply(text) if known else Trigger.otherwise())

    async def tap(self, button: str) -> None:
        await self.say(button)

    async def wait(self, span: timedelta) -> None:
        if self.due is not None:
            self.due -= span
            if self.due <= timedelta():
                self.decide(Trigger.after(0))

    async def event(self, name: str, facts: Mapping[str, str]) -> None:
        self.decide(Trigger.event(name))

    async def receipt(self, status: str) -> None:
        self.receipts.append(status)

    async def heard(self) -> tuple[str, ...]:
        new, self.told = self.said[self.told :], len(self.said)
        return tuple(new)

    async def outcome(self) -> Outcome:
        return Outcome(self.state, tuple(self.granted), (), len(self.said), (), tuple(self.visits))

    def decide(self, trigger: Trigger) -> None:
        if self.state is None:
            return
        decision = self.machine.decide(self.state, trigger, Facts(self.misunderstood))
        if decision is not None:
            self.visits.append(Visit(self.flow.name, self.state, trigger))
            self.take(decision)

    def take(self, decision: Decision) -> None:
        self.state = decision.state
        self.misunderstood = 0 if decision.entered else self.misunderstood + 1
        self.due = None if decision.entered else self.due
        if decision.entered:
            self.visits.append(Visit(self.flow.name, decision.state))
        for effect in decision.effects:
            self.carry_out(effect)

    def carry_out(self, effect: Effect) -> None:
        match effect:
            case Say(text):
                self.said.append(text)
            case Grant(purposes):
                self.granted.update(purposes)
            case Revoke(purposes):
                self.granted.difference_update(purposes)
            case Wait(delay, _):
                self.due = delay


def stage() -> Stage:
    return BareMachine(FLOW)


def one(test: str) -> Talk:
    return load_talks(f"flow: optin\ntests:\n  - {test}\n", "optin.test.yaml")[0]


def talk(steps: str, then: str = "{}") -> Talk:
    return one(f"{{name: tried, person: {{language: en, channel: sms}}, talk: {steps}, then: {then}}}")


@pytest.mark.parametrize(
    "steps, then",
    [
        ("[start, {bot: ask}, {me: Y}, {bot: welcome}]", "{state: welcome, granted: offers, messages: 2}"),
        ("[start, {bot: ask}, {tap: Y}, {bot: welcome}, {me: Y}, {bot: nothing}]", "{granted: [offers]}"),
        ("[start, {bot: ask}, {wait: 71h}, {bot: nothing}]", "{state: ask, granted: nothing, refused: nothing}"),
        ("[start, {bot: ask}, {wait: 71h}, {wait: 1h}]", "{state: silent, granted: nothing, messages: 1}"),
        (
            "[start, {bot: ask}, {me: huh}, {bot: again}, {me: what}, {bot: nothing}]",
            "{state: silent, blocked: nothing}",
        ),
        ("[start, {bot: ask}, {event: gone, why: moved}, {bot: nothing}]", "{state: silent}"),
        ("[{me: Y}, {bot: nothing}]", "{messages: 0}"),
        ("[start, {bot: ask}, {receipt: failed}]", "{state: ask}"),
    ],
)
async def test_a_conversation_that_goes_as_written_passes(steps: str, then: str) -> None:
    verdict = await play(talk(steps, then), stage())
    assert verdict.passed, verdict.diff


@pytest.mark.parametrize(
    "steps, then, wrong",
    [
        ("[start, {bot: welcome}]", "{}", ["- bot      welcome", "+ bot      ask"]),
        ("[start, {bot: nothing}]", "{}", ["- bot      nothing", "+ bot      ask"]),
        ("[start, {bot: ask}, {bot: ask}]", "{}", ["- bot      ask", "+ bot      nothing"]),
        ("[start, {me: Y}, {bot: welcome}]", "{}", ["+ bot      ask"]),
        ("[start]", "{}", ["+ bot      ask"]),
        ("[start, {bot: ask}]", "{state: welcome}", ["- state: welcome", "+ state: ask"]),
        ("[start, {bot: ask}]", "{granted: [b, a]}", ["- granted: a, b", "+ granted: nothing"]),
        ("[start, {bot: ask}, {me: Y}, {bot: welcome}]", "{granted: b}", ["- granted: b", "+ granted: offers"]),
        ("[start, {bot: ask}]", "{messages: 2}", ["- messages: 2", "+ messages: 1"]),
        ("[start, {bot: ask}]", "{blocked: all}", ["- blocked: all", "+ blocked: nothing"]),
        ("[{me: Y}]", "{refused: no-basis}", ["- refused: no-basis", "+ refused: nothing"]),
        ("[{me: Y}]", "{state: ask}", ["- state: ask", "+ state: nothing"]),
    ],
)  # fmt: skip
async def test_what_differs_is_shown_and_fails(steps: str, then: str, wrong: list[str]) -> None:
    verdict = await play(talk(steps, then), stage())
    assert not verdict.passed
    assert [line for line in verdict.diff.splitlines() if line[0] in "+-"] == wrong


async def test_the_diff_reads_like_the_chat() -> None:
    steps = "[start, {bot: ask}, {me: 'huh?'}, {bot: welcome}, {wait: 73h}, {wait: 90m}, {event: e, a: b}, {tap: Y}]"
    verdict = await play(talk(steps, "{state: silent, messages: 1}"), stage())
    assert verdict.diff == "\n".join(
        [
            *("optin: tried", "  start", "  bot      ask", "  me       huh?", "- bot      welcome", "+ bot      again"),
            *("  wait     73h", "  wait     90m", "  event    e a=b", "  tap      Y"),
            *("  state: silent", "- messages: 1", "+ messages: 2"),
        ]
    )


async def test_coverage_names_what_no_talk_visited() -> None:
    verdicts = [await play(talk(steps), stage()) for steps in ("[start, {me: huh}]", "[start, {me: Y}]")]
    left = coverage(FLOW, verdicts)
    assert left.states == ("silent",)
    assert left.rows == (("ask", Trigger.event("gone")), ("ask", Trigger.after(0)))
    full = [await play(talk(s), stage()) for s in ("[start, {event: gone}]", "[start, {wait: 72h}]")]
    assert coverage(FLOW, [*verdicts, *full]) == type(left)((), ())


async def test_coverage_does_not_count_another_flow() -> None:
    """A stop in the middle visits the stop flow, whose states may bear the same names."""
    verdict = await play(talk("[start]"), stage())
    other = type(verdict)(verdict.talk, True, "", frozenset({Visit("stop", "welcome")}))
    assert "welcome" in coverage(FLOW, [verdict, other]).states


def test_every_kind_of_step_and_every_part_is_read_as_typed() -> None:
    """Nothing is guessed: ``on`` and ``0000`` stay words, a space stays a space."""
    found = one(
        "{name: all, person: {language: zh-CN, channel: whatsapp, granted: [a, b], phone: '+8613800000000', last: 30d},"
        " talk: [start, {bot: ask}, {bot: nothing}, {me: ' ｙ。'}, {me: on}, {me: 0000}, {tap: Y}, {wait: 7d},"
        " {event: order.out, no: A1, at: 21:00}, {receipt: delivered}],"
        " then: {state: s, granted: nothing, blocked: all, messages: 3, refused: [no-basis, stopped]}}"
    )
    assert found == Talk(
        name="all",
        flow="optin",
        person=Person("zh-CN", "whatsapp", ("a", "b"), "+8613800000000", {"last": "30d"}),
        steps=(
            *(Begin(), Hear("ask"), Hear(None), Write(" ｙ。"), Write("on"), Write("0000"), Tap("Y")),
            *(Pause(timedelta(days=7)), Report("order.out", {"no": "A1", "at": "21:00"}), Deliver("delivered")),
        ),
        then=Expectation("s", (), ("all",), 3, ("no-basis", "stopped")),
        line=3,
    )


def refused(test: str) -> list[str]:
    with pytest.raises(FlowProblems) as caught:
        one(test)
    return [f"{each.line}:{each.column} {each.code}" for each in caught.value.problems]


WHO = "person: {language: en, channel: sms}"


@pytest.mark.parametrize(
    "test, problems",
    [
        (f"{{name: a, {WHO}, talk: [{{bott: ask}}]}}", ["3:61 E101"]),
        (f"{{name: a, {WHO}, talk: [{{me: Y, too: much}}]}}", ["3:68 E101"]),
        (f"{{name: a, {WHO}, talk: [{{me: Y, bot: ask}}]}}", ["3:60 E103"]),
        (f"{{name: a, {WHO}, talk: [begin]}}", ["3:60 E103"]),
        (f"{{name: a, {WHO}, talk: [{{start: now}}]}}", ["3:68 E103"]),
        (f"{{name: a, {WHO}, talk: [{{wait: 3 days}}]}}", ["3:67 E103"]),
        (f"{{name: a, {WHO}, talk: [{{receipt: lost}}]}}", ["3:70 E103"]),
        (f"{{name: a, {WHO}, talk: []}}", ["3:59 E103"]),
        (f"{{name: a, {WHO}, talk: [start], then: {{stat: x, messages: many}}}}", ["3:75 E101", "3:94 E103"]),
        ("{name: a, person: {language: en, channel: fax}, talk: [start]}", ["3:47 E103"]),
        ("{name: a, person: {language: en, channel: sms, fact: [x]}, talk: [start]}", ["3:58 E103"]),
        ("{name: a, name: b}", ["3:15 E102"]),
    ],
)
def test_errors_stand_where_they_are(test: str, problems: list[str]) -> None:
    assert [found for found in refused(test) if found in problems] == problems


def test_two_mistakes_in_one_line_are_two_problems() -> None:
    assert len(refused(f"{{name: a, {WHO}, talk: [{{bott: x}}, {{me: Y, bot: x}}, {{wait: long}}]}}")) == 3


def test_two_talks_of_one_name_are_refused() -> None:
    with pytest.raises(FlowProblems, match="line 3"):
        one(f"{{name: a, {WHO}, talk: [start]}}\n  - {{name: a, {WHO}, talk: [start]}}")
