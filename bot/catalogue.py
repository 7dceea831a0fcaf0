"""What is in force: every business with its flows compiled, replaced as a whole when a business is edited.

People stay pinned to the version of the flow they started, so older versions are kept as long as somebody needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

from config.business_types import Business
from config.wording import promises
from flows.errors import FlowError
from flows.load import load_flow
from flows.machine import FlowMachine
from flows.normalise import normalise
from flows.render import Renderer
from flows.spec import Flow
from flows.words import Choices, Lexicon

KEPT = 1024
"""Promises worded for a business, the least used of which are forgotten first."""


@dataclass(frozen=True, slots=True)
class Running:
    """One version of a flow, ready to run. ``choices``: per state, what its answers are called."""

    flow: Flow
    machine: FlowMachine
    choices: Mapping[str, Choices]

    @classmethod
    def of(cls, flow: Flow) -> Running:
        """Compile a checked flow."""
        choices = {
            state.name: Choices({name: flow.answers[name].words for name in state.reply})
            for state in flow.states.values()
            if state.reply
        }
        return cls(flow, FlowMachine(flow), choices)


@dataclass(frozen=True, slots=True)
class House:
    """One business in force, with its flows found by what starts them. ``promises``: what every text of these purposes
    may say, in a language; see ``wording.promises``."""

    business: Business
    lexicon: Lexicon
    flows: Mapping[str, Running]
    by_event: Mapping[str, tuple[Running, ...]]
    by_word: Mapping[str, tuple[Running, str]]
    by_role: Mapping[str, Running]
    by_campaign: Mapping[str, Running]
    promises: Callable[[tuple[str, ...], str], Mapping[str, str]]

    @classmethod
    def of(cls, business: Business) -> House:
        """Compile a checked business."""
        flows = {name: Running.of(flow) for name, flow in business.flows.items()}
        by_event: dict[str, tuple[Running, ...]] = {}
        by_word: dict[str, tuple[Running, str]] = {}
        for running in flows.values():
            start = running.flow.start
            if start.event:
                by_event[start.event] = (*by_event.get(start.event, ()), running)
            for language, word in (start.word or {}).items():
                by_word[normalise(word)] = (running, language)
        words = {"stop": business.words.stop, "help": business.words.help, "start": business.words.start}
        return cls(
            business,
            Lexicon.shipped(business.place, business.languages, words),
            flows,
            by_event,
            by_word,
            {r.flow.start.business: r for r in flows.values() if r.flow.start.business},
            {r.flow.start.campaign: r for r in flows.values() if r.flow.start.campaign},
            lru_cache(maxsize=KEPT)(partial(promises, business)),
        )


@dataclass(slots=True)
class Catalogue:
    """Every business in force, and the renderer that they share."""

    houses: dict[str, House] = field(default_factory=dict)
    renderer: Renderer = field(default_factory=Renderer)
    _pinned: dict[tuple[str, str, str], Running | None] = field(default_factory=dict)

    def replace(self, businesses: Mapping[str, Business]) -> None:
        """Put a new set in force, as a whole; what fails to compile leaves the old set as it is."""
        fresh = {name: House.of(business) for name, business in businesses.items()}
        for name, house in self.houses.items():
            for running in house.flows.values():
                self._pinned[name, running.flow.name, running.flow.hash] = running
        self.houses = fresh

    def running(self, business: str, flow: str, hash_: str) -> Running | None:
        """The version somebody is pinned to; None when it is neither in force nor pinned (see ``missing``)."""
        house = self.houses.get(business)
        current = house.flows.get(flow) if house else None
        if current is not None and current.flow.hash == hash_:
            return current
        return self._pinned.get((business, flow, hash_))

    def missing(self, wanted: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
        """Those (business, flow, hash) whose source must be fetched before they can run."""
        return {key for key in wanted if key not in self._pinned and self.running(*key) is None}

    def pin(self, key: tuple[str, str, str], source: str | None) -> None:
        """Keep an older version by its source; None when there is none, so that nobody asks again."""
        self._pinned[key] = None
        if source is not None:
            try:
                self._pinned[key] = Running.of(load_flow(source, f"{key[1]}@{key[2][:12]}"))
            except FlowError:  # it ran under an older release and cannot be read any more: only stops are heard
                self._pinned[key] = None

    def versions(self) -> list[tuple[str, str, str, str]]:
        """(business, flow, hash, source) of everything in force, for keeping."""
        return [
            (name, running.flow.name, running.flow.hash, running.flow.source)
            for name, house in self.houses.items()
            for running in house.flows.values()
        ]
