"""A proof belongs to one text, one setting and one version of the rules; a flow with an error has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.business import load_business
from config.business_flows import setting_of
from flows.checks.setting import Setting, Template
from flows.load import load_flow
from flows.proof import PROPERTIES, VERSION, Proof, prove
from flows.rules import RulePack
from flows.spec import Flow
from flows.words import Lexicon

EXAMPLE = Path(__file__).parents[3] / "config" / "businesses" / "example"
SETTING = Setting({"offers": True, "bills": False}, Lexicon.shipped("CN", ["en"]).heard)

NOTICE = """\
flow: notice
kind: service
channels: [sms]
languages: [en]
start: {event: paid, basis: requested, go: told}
answers:
  more: [more]
states:
  told:
    say: told
    reply: {more: told}
    after: {1h: over}
  over: {end: done}
texts:
  told: {en: "We got your payment."}
"""


def proof_of(source: str, setting: Setting = SETTING) -> Proof:
    proved = prove(load_flow(source, "f.yaml"), setting)
    assert isinstance(proved, Proof), proved
    return proved


def test_every_flow_of_the_example_is_proved_as_it_stands() -> None:
    business = load_business(EXAMPLE)
    proofs = [prove(flow, setting_of(business)) for flow in business.flows.values()]
    assert all(isinstance(each, Proof) for each in proofs), proofs


def test_a_proof_names_what_it_is_about() -> None:
    flow = load_flow(NOTICE, "f.yaml")
    proved = proof_of(NOTICE)
    assert (proved.flow, proved.version, proved.properties) == (flow.hash, VERSION, PROPERTIES)
    assert proved == proof_of(NOTICE)


def test_a_flow_with_an_error_gets_its_errors_instead() -> None:
    flow: Flow = load_flow(NOTICE.replace("{1h: over}", "{1h: told}"), "f.yaml")
    found = prove(flow, SETTING)
    assert isinstance(found, list)
    assert [each.code for each in found] == ["E204"]


def test_another_word_of_the_file_is_another_flow() -> None:
    assert proof_of(NOTICE.replace("payment", "money")).flow != proof_of(NOTICE).flow


@pytest.mark.parametrize(
    "change",
    [
        lambda setting: replace(setting, purposes={"offers": True}),
        lambda setting: replace(setting, purposes={"offers": False, "bills": False}),
        lambda setting: replace(setting, terms={"offers": timedelta(days=365)}),
        lambda setting: replace(setting, templates={"t": Template("t", frozenset({"en"}), "UTILITY", approved=True)}),
        lambda setting: replace(setting, rules=RulePack("CN", as_of="2026-01-01")),
        lambda setting: replace(setting, place="CN"),
        lambda setting: replace(setting, languages=("en",)),
        lambda setting: replace(setting, heard=lambda word: "help" if word == "h" else None),
        lambda setting: replace(setting, normalise=str.upper),
    ],
    ids=["purpose", "commercial", "term", "template", "rules", "place", "language", "nothing", "words"],
)
def test_another_setting_is_another_proof_unless_it_cannot_matter(change: Callable[[Setting], Setting]) -> None:
    """What a word means matters only where the flow uses the word."""
    changed = change(SETTING)
    same = changed.heard is not SETTING.heard
    assert (proof_of(NOTICE, changed).setting == proof_of(NOTICE).setting) is same


def test_the_order_in_which_a_setting_is_written_does_not_matter() -> None:
    turned = replace(SETTING, purposes=dict(reversed(SETTING.purposes.items())))
    assert proof_of(NOTICE, turned) == proof_of(NOTICE)
