"""A campaign to recall: a sale that invites, answers and reminds, in a shop whose people want offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.recalling import Decision, Recalling
from config.business_types import Business
from flows.load import load_flow
from storage.recalls import Scope, Target
from tests.fixtures.engines import BUSINESS, Shop

EVENT = "campaign.spring"
SPRING = Target(BUSINESS, Scope.CAMPAIGN, "spring")
EVERYTHING = Target(BUSINESS, Scope.BUSINESS)
SMS = Target(BUSINESS, Scope.CHANNEL, "sms")
ANA = Decision("ana", "the price was wrong")
INVITE, BOOKED, NEAR = "春季特卖", "已为您留位", "明天见"

SALE = f"""\
flow: sale
about: The spring sale.
kind: commercial
needs: offers
channels: [sms]
languages: [zh-CN]
start: {{campaign: spring, basis: consent, once: ever, go: invite}}
answers:
  coming: {{label: {{zh-CN: 我来}}, words: [我来]}}
states:
  invite:
    say: invite
    reply: {{coming: booked}}
    after: {{48h: over}}
  booked:
    say: booked
    after: {{24h: near}}
  near: {{say: near, end: reminded}}
  over: {{end: done}}
texts:
  invite:
    zh-CN: "{INVITE}，来吗？拒收请回复R"
  booked:
    zh-CN: "{BOOKED}。拒收请回复R"
  near:
    zh-CN: "{NEAR}。拒收请回复R"
"""


def with_sale(business: Business) -> Business:
    """The business with that flow."""
    return replace(business, flows={**business.flows, "sale": load_flow(SALE, "sale.yaml")})


def recalling(shop: Shop) -> Recalling:
    """As a command has it, beside the engine."""
    return Recalling(shop.database, shop.vault, shop.clock)


async def agreed(shop: Shop, phones: Sequence[str]) -> None:
    """They want offers."""
    shop.wait(seconds=1)
    for phone in phones:
        await shop.accept(shop.event("signup.form", phone, page="官网"))
    await shop.settle(rounds=8)
    for phone in phones:
        await shop.accept(shop.message("Y", phone))
    await shop.settle(rounds=8)
    shop.wire.bodies()


async def invited(shop: Shop, phones: Sequence[str]) -> None:
    """They want offers, and the invitation waits for each of them."""
    await agreed(shop, phones)
    for phone in phones:
        await shop.accept(shop.event(EVENT, phone))
    while await shop.engine.stepper.sweep():
        pass
