"""Proofs, made once for each version of a flow in each setting: nothing runs without one.

Keeps no record; whoever puts a flow in force does (see ``publishing``).
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from config.business import setting_of
from config.business_types import Business
from flows.checks.setting import Setting
from flows.errors import FlowError
from flows.load import load_flow
from flows.problems import Problem
from flows.proof import Proof, prove, setting_hash
from flows.proving.properties import explore
from flows.spec import Flow

KEPT = 1024
"""Verdicts remembered, the oldest of which are forgotten first."""

WHOLE = 16
"""Businesses remembered as a whole."""


@dataclass(slots=True)
class Prover:
    """Asks for a proof, and remembers the answer by the hashes of flow and setting."""

    _known: OrderedDict[tuple[str, str], Proof | tuple[Problem, ...]] = field(default_factory=OrderedDict)
    _whole: list[tuple[Business, dict[str, Proof]]] = field(default_factory=list)
    """The businesses of which every flow is proved, the latest last: the very same one is not looked at again."""

    def verdict(self, flow: Flow, setting: Setting) -> Proof | tuple[Problem, ...]:
        """The proof, or everything that is against it."""
        key = (flow.hash, setting_hash(flow, setting))
        if key not in self._known:
            found = prove(flow, setting)
            self._known[key] = found if isinstance(found, Proof) else tuple(found)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        return self._known[key]

    def objections(self, flow: Flow, setting: Setting) -> Sequence[Problem]:
        """What is wrong with a joint flow over whole conversations; the lines of its parts were judged before."""
        return [finding.problem for finding in explore(flow, setting).findings]

    def proofs(self, business: Business) -> tuple[dict[str, Proof], list[Problem]]:
        """Of every flow of the business, by name; and what is wrong with those that have none."""
        for whole, proofs in self._whole:
            if whole is business:
                return proofs, []
        proofs, problems = self._proofs(business)
        if not problems:
            self._whole = [*self._whole[1 - WHOLE :], (business, proofs)]
        return proofs, problems

    def _proofs(self, business: Business) -> tuple[dict[str, Proof], list[Problem]]:
        setting = setting_of(business)
        proofs: dict[str, Proof] = {}
        problems: list[Problem] = []
        for name, flow in business.flows.items():
            verdict = self.verdict(flow, setting)
            if isinstance(verdict, Proof):
                proofs[name] = verdict
            else:
                problems += verdict
        return proofs, problems


Proofs = Mapping[str, Mapping[str, Proof]]
"""By business, then by flow."""


def written(proof: Proof) -> str:
    """A proof as JSON, for keeping."""
    return json.dumps(asdict(proof), sort_keys=True, separators=(",", ":"))


def read_version(source: str, name: str, hash_: str) -> Flow | None:
    """An older version by its kept text; None when it cannot be read any more, or is not what its hash says."""
    try:
        flow = load_flow(source, f"{name}@{hash_[:12]}")
    except FlowError:
        return None
    return flow if flow.hash == hash_ else None
