"""What is in force: every business with its flows compiled, replaced as a whole when a business is edited.

People stay pinned to the version of the flow they started, so older versions are kept as long as somebody needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

import structlog

from bot.errors import BotError
from bot.proving import Proofs, Prover, read_version
from config.business import setting_of
from config.business_types import Business
from config.wording import promises
from flows.checks.setting import Setting
from flows.machine import FlowMachine
from flows.normalise import normalise
from flows.proof import Proof
from flows.reading.reader import Reader
from flows.render import Renderer
from flows.spec import Flow
from flows.words import Choices

log = structlog.get_logger()

KEPT = 1024
"""Promises worded for a business, the least used of which are forgotten first."""


class Unproved(BotError):
    """A flow without a proof of its very text was to be put in force."""

    def __init__(self, flow: str, hash_: str) -> None:
        super().__init__(f"{flow}@{hash_[:12]} has no proof: run askfirst flow check, and mend what it finds")
        self.flow = flow
        self.hash = hash_


@dataclass(frozen=True, slots=True)
class Running:
    """One version of a flow, ready to run. ``choices``: per state, what its answers are called."""

    flow: Flow
    machine: FlowMachine
    choices: Mapping[str, Choices]

    @classmethod
    def of(cls, flow: Flow, proof: Proof | None) -> Running:
        """Compile a flow by its proof. Raises ``Unproved`` without one, or with the proof of another text."""
        if proof is None or proof.flow != flow.hash:
            raise Unproved(flow.name, flow.hash)
        choices = {
            state.name: Choices({name: flow.answers[name].words for name in state.reply})
            for state in flow.states.values()
            if state.reply
        }
        return cls(flow, FlowMachine(flow), choices)


@dataclass(frozen=True, slots=True, repr=False)  # asyncio prints what a task gave: this is long
class House:
    """One business in force, with its flows found by what starts them. ``commercial``: the purposes that sell;
    ``promises``: what every text of these purposes may say, in a language; see ``wording.promises``."""

    business: Business
    setting: Setting
    reader: Reader
    flows: Mapping[str, Running]
    by_event: Mapping[str, tuple[Running, ...]]
    by_word: Mapping[str, tuple[Running, str]]
    by_role: Mapping[str, Running]
    by_campaign: Mapping[str, Running]
    commercial: frozenset[str]
    promises: Callable[[tuple[str, ...], str], Mapping[str, str]]

    @classmethod
    def of(cls, business: Business, proofs: Mapping[str, Proof]) -> House:
        """Compile a business by the proofs of its flows. Raises ``Unproved`` when one has none."""
        flows = {name: Running.of(flow, proofs.get(name)) for name, flow in business.flows.items()}
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
            setting_of(business),
            Reader.shipped(business.place, business.languages, words)
            .beside(_answers(flows.values()))
            .called((business.name, *business.brand.values())),
            flows,
            by_event,
            by_word,
            {r.flow.start.business: r for r in flows.values() if r.flow.start.business},
            {r.flow.start.campaign: r for r in flows.values() if r.flow.start.campaign},
            frozenset(name for name, purpose in business.purposes.items() if purpose.commercial),
            lru_cache(maxsize=KEPT)(partial(promises, business)),
        )


def _answers(flows: Iterable[Running]) -> Iterator[str]:
    """Every word that a flow listens for, as an answer or to start."""
    for running in flows:
        yield from (word for answer in running.flow.answers.values() for word in answer.words)
        yield from (running.flow.start.word or {}).values()


@dataclass(slots=True)
class Catalogue:
    """Every business in force, and the renderer that they share."""

    houses: dict[str, House] = field(default_factory=dict)
    renderer: Renderer = field(default_factory=Renderer)
    prover: Prover = field(default_factory=Prover)
    _pinned: dict[tuple[str, str, str], Running | None] = field(default_factory=dict)

    def replace(self, businesses: Mapping[str, Business], proofs: Proofs) -> None:
        """Put a new set in force, as a whole; what fails to compile leaves the old set as it is.

        Older versions that somebody here was in stay at hand, those that hold under what the business decides now.
        """
        fresh = {name: House.of(business, proofs.get(name, {})) for name, business in businesses.items()}
        older = {key: running for key, running in self._pinned.items() if running is not None}
        for name, house in self.houses.items():
            older |= {(name, running.flow.name, running.flow.hash): running for running in house.flows.values()}
        self.houses = fresh
        self._pinned = {key: self._proved(key, running.flow) for key, running in older.items()}

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
        """Keep an older version by its source; None when no proved text of it is on record. A version that does not
        run is kept as such, so that nobody asks again: only stops are heard in it."""
        flow = read_version(source, key[1], key[2]) if source is not None else None
        if flow is None:
            cure = "close its conversations: askfirst flow publish FLOW --end STATE"
            log.error("flow.not-on-record", business=key[0], flow=key[1], version=key[2], cure=cure)
        self._pinned[key] = self._proved(key, flow) if flow is not None else None

    def _proved(self, key: tuple[str, str, str], flow: Flow) -> Running | None:
        """Ready to run, if it is proved under what its business decides at present."""
        house = self.houses.get(key[0])
        if house is None:
            return None
        verdict = self.prover.verdict(flow, house.setting)
        if isinstance(verdict, Proof):
            return Running.of(flow, verdict)
        why = str(verdict[0])
        cure = "move its people: askfirst flow people, then flow publish --map"
        log.error("flow.not-proved", business=key[0], flow=key[1], version=key[2], why=why, cure=cure)
        return None
