"""Puts versions of flows on record: what was proved, what is in force since when, by whom, and who was moved.

A record comes first, then what it is about: a version that somebody is moved into, or that runs, is already there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.editions import Edition, Name, stranded
from bot.moving import move_people
from bot.proving import Proofs, Prover, read_version, written
from config.business_types import Business
from config.errors import BusinessProblems
from flows.moving.state_map import StateMap
from flows.problems import Problem
from flows.proof import Proof
from flows.spec import Flow
from storage import flow_versions, publications, whereabouts
from storage.acts import open_chain, save_chain
from storage.clock import Clock
from storage.database import Database, Transaction
from storage.ledger import Chain
from storage.publications import Publication
from storage.vault import Vault
from storage.whereabouts import Group

FOLDER = "folder"
"""Who published when a file was saved and nobody said ``publish``."""


class Stranded(BusinessProblems):
    """A set of businesses is not put in force, because people in the middle of a flow could not go on (E701)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be put in force, and what is ``against`` which part of it."""

    editions: tuple[Edition, ...]
    proofs: Proofs
    against: Mapping[Name, tuple[Problem, ...]]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is against it, each said once."""
        return tuple(dict.fromkeys(each for found in self.against.values() for each in found))


@dataclass(slots=True)
class Publisher:
    """Weighs a set of businesses against who is where, and records it."""

    database: Database
    vault: Vault
    clock: Clock
    prover: Prover = field(default_factory=Prover)

    async def weigh(self, businesses: Mapping[str, Business], maps: Mapping[Name, StateMap] | None = None) -> Plan:
        """What putting these in force would mean. Raises ``BusinessProblems`` when a flow is not proved."""
        proofs, problems = {}, []
        for name, business in businesses.items():
            proofs[name], found = self.prover.proofs(business)
            problems += found
        if problems:
            raise BusinessProblems(problems)
        editions = await self._editions(businesses, proofs, maps or {})
        weighed = {edition.key: tuple(stranded(edition, self.prover)) for edition in editions}
        return Plan(tuple(editions), proofs, {key: found for key, found in weighed.items() if found})

    async def held_back(self, businesses: Mapping[str, Business], plan: Plan) -> dict[str, Business]:
        """The same businesses with the version that was published last wherever the new one would strand people."""
        held = dict(businesses)
        for edition in plan.editions:
            if not edition.changed or edition.key not in plan.against:
                continue
            name = edition.business.name
            last = (await self._versions([name], [edition.was])).get(edition.key, {}).get(edition.was)
            if last is not None:
                held[name] = replace(held[name], flows={**held[name].flows, edition.name: last})
        return held

    async def _editions(
        self, businesses: Mapping[str, Business], proofs: Proofs, maps: Mapping[Name, StateMap]
    ) -> list[Edition]:
        latest, groups = await self._standing(list(businesses))
        hashes = sorted({group.hash for held in groups.values() for group in held})
        older = await self._versions(list(businesses), hashes)
        editions = []
        for name, business in businesses.items():
            in_force = {flow for owner, flow in latest if owner == name and latest[owner, flow].hash}
            for flow in sorted({*business.flows, *in_force, *(flow for owner, flow in groups if owner == name)}):
                key = (name, flow)
                edition = Edition(
                    business,
                    flow,
                    business.flows.get(flow),
                    proofs[name].get(flow),
                    latest.get(key),
                    groups=tuple(groups.get(key, ())),
                    older=older.get(key, {}),
                )
                editions.append(_mapped(edition, maps.get(key)))
        return editions

    async def _standing(self, businesses: list[str]) -> tuple[dict[Name, Publication], dict[Name, list[Group]]]:
        """The last publication of each flow, and who is in it where."""
        async with self.database.write() as tx:
            published, counted = await tx.fetch_all(
                (publications.OF_BUSINESSES, {"businesses": businesses}),
                (whereabouts.COUNTS, {"businesses": businesses}),
            )
        latest = {(each.business, each.flow): each for each in map(publications.from_row, published)}
        groups: dict[Name, list[Group]] = {}
        for group in map(whereabouts.from_row, counted):
            groups.setdefault((group.business, group.flow), []).append(group)
        return latest, groups

    async def _versions(self, businesses: list[str], hashes: list[str]) -> dict[Name, dict[str, Flow | None]]:
        """These versions as they were kept, by flow and hash; None for one that cannot be read any more."""
        async with self.database.write() as tx:
            rows = await tx.fetch(flow_versions.OF_HASHES, businesses=businesses, hashes=hashes)
        found: dict[Name, dict[str, Flow | None]] = {}
        for version in map(flow_versions.from_row, rows):
            flow = read_version(version.source, version.flow, version.hash)
            found.setdefault((version.business, version.flow), {})[version.hash] = flow
        return found

    async def record(self, plan: Plan, by: str = FOLDER) -> list[Publication]:
        """Keep every version with its proof, and what is in force from now on; what is on record already stays."""
        made: list[Publication] = []
        by_business: dict[str, list[Edition]] = {}
        for edition in plan.editions:
            by_business.setdefault(edition.business.name, []).append(edition)
        async with self.database.write() as tx:
            for name in sorted(by_business):
                made += await self._record_business(tx, name, by_business[name], by)
        return made

    async def _record_business(
        self, tx: Transaction, business: str, editions: Sequence[Edition], by: str
    ) -> list[Publication]:
        hashes = [edition.hash for edition in editions if edition.hash]
        known, published = await tx.fetch_all(
            (flow_versions.OF_HASHES, {"businesses": [business], "hashes": hashes}),
            (publications.OF_BUSINESSES, {"businesses": [business]}),
        )
        proved = {(each.flow, each.hash): each.proof for each in map(flow_versions.from_row, known)}
        latest = {each.flow: each for each in map(publications.from_row, published)}
        fresh = [e for e in editions if e.proof is not None and proved.get((e.name, e.hash)) != written(e.proof)]
        public = [e for e in editions if _is_news(e, latest.get(e.name))]
        if not fresh and not public:
            return []
        chain = await open_chain(tx, self.vault, business)
        self._keep(tx, chain, fresh)
        made = [self._publication(chain, each, latest.get(each.name), by) for each in public]
        tx.write(publications.INSERT, [each.as_row() for each in made])
        save_chain(tx, self.vault, chain)
        return made

    def _keep(self, tx: Transaction, chain: Chain, editions: Sequence[Edition]) -> None:
        now = self.clock.micros()
        for edition in editions:
            if edition.flow is None or edition.proof is None:
                continue
            seq = chain.append("flow.proved", now, _proof_facts(edition.name, edition.proof))
            row = (chain.business, edition.name, edition.hash, edition.flow.source, written(edition.proof), seq, now)
            tx.write(flow_versions.PUT, [row])

    def _publication(self, chain: Chain, edition: Edition, last: Publication | None, by: str) -> Publication:
        now, was = self.clock.micros(), last.hash if last is not None else ""
        moves = json.dumps(edition.moves.as_plain(), sort_keys=True, ensure_ascii=False)
        facts = {"flow": edition.name, "hash": edition.hash, "was": was, "by": by, "moves": moves}
        facts["people"] = str(sum(group.people for group in edition.elsewhere))
        seq = chain.append("flow.published" if edition.hash else "flow.withdrawn", now, facts)
        number = last.number + 1 if last is not None else 1
        return Publication(chain.business, edition.name, number, edition.hash, was, moves, by, now, seq)

    async def move(self, plan: Plan) -> int:
        """Move whoever the maps name, also those who came to such a state since; how many people were moved."""
        sound = [each for each in plan.editions if each.key not in plan.against]
        return sum([await move_people(self.database, self.vault, self.clock, each) for each in sound])


def _mapped(edition: Edition, given: StateMap | None) -> Edition:
    """With the map that was published with this very version, and what was given now on top."""
    before = StateMap()
    if edition.last is not None and not edition.changed:
        before = StateMap.of_plain(json.loads(edition.last.moves))
    if given is None:
        return replace(edition, moves=before)
    kept = {state: target for state, target in before.to.items() if state not in given.named}
    closed = (before.closed - given.to.keys()) | given.closed
    return replace(edition, moves=StateMap({**kept, **given.to}, closed))


def _is_news(edition: Edition, last: Publication | None) -> bool:
    if last is None:
        return edition.flow is not None
    return last.hash != edition.hash or StateMap.of_plain(json.loads(last.moves)) != edition.moves


def _proof_facts(flow: str, proof: Proof) -> dict[str, str]:
    return {
        "flow": flow,
        "hash": proof.flow,
        "setting": proof.setting,
        "checker": proof.version,
        "properties": " ".join(proof.properties),
        "size": str(proof.size),
    }
