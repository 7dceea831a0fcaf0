"""Whether the flow may start on the basis that it names (E308)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from flows.checks.findings import at
from flows.checks.setting import Setting
from flows.problems import Problem
from flows.spec import Basis, Flow, Kind

ALLOWED: Mapping[Kind, tuple[Basis, ...]] = MappingProxyType(
    {
        Kind.CONSENT_REQUEST: (Basis.REQUESTED, Basis.PAST_PURCHASE, Basis.CONSENT),
        Kind.PREFERENCES: (Basis.REQUESTED, Basis.CONSENT),
        Kind.SERVICE: (Basis.REQUESTED, Basis.CONTRACT, Basis.CONSENT),
        Kind.COMMERCIAL: (Basis.CONSENT,),
        Kind.FAREWELL: (Basis.REQUESTED,),
    }
)
"""What each kind may rest on. Selling rests on consent alone; a farewell answers the person's own word."""

_ONE_MEDIUM = ("sms",)


def check_basis(flow: Flow, setting: Setting) -> list[Problem]:
    """E308."""
    del setting
    if flow.places.hurt("start") or flow.places.hurt("kind"):
        return []
    basis = flow.start.basis
    if basis not in ALLOWED[flow.kind]:
        allowed = " ".join(ALLOWED[flow.kind])
        return [
            at(flow, "E308.kind", flow.places.value("start", "basis"), basis=basis, kind=flow.kind, allowed=allowed)
        ]
    return list(_conditions(flow))


def _conditions(flow: Flow) -> Iterator[Problem]:
    """What a basis that the kind allows still asks for."""
    basis, place = flow.start.basis, flow.places.value("start", "basis")
    if basis in (Basis.CONTRACT, Basis.PAST_PURCHASE) and flow.start.proof is None:
        yield at(flow, "E308.proof", place, basis=basis)
    if basis is Basis.CONSENT and not _names_consent(flow):
        yield at(flow, "E308.needs", place)
    if basis is not Basis.PAST_PURCHASE:
        return
    if flow.channels != _ONE_MEDIUM and not flow.places.hurt("channels"):
        yield at(flow, "E308.sms", flow.places.value("channels"))
    if flow.start.once is None or flow.start.once.period is not None:
        path = ("start", "once") if flow.start.once is not None else ("start", "basis")
        yield at(flow, "E308.once", flow.places.value(*path))


def _names_consent(flow: Flow) -> bool:
    """A commercial flow that names none is refused for that (E301)."""
    first = flow.states.get(flow.start.go)
    named = flow.needs is not None or flow.kind is Kind.COMMERCIAL or flow.places.hurt("needs")
    return named or first is None or first.say is None or first.needs is not None
