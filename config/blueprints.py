"""The conversations that `flow new` begins with, and the business that they are written for.

They lie in a folder that is a business itself, so that they are checked and played as everybody's flows are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from config.business_files import BUSINESS, FLOWS
from config.business_read import Decisions, read_business
from config.business_types import Purpose
from config.errors import BusinessProblems
from config.wording import localised
from flows.load import load_flow
from flows.messages import Bilingual
from flows.spec import Flow

FOLDER = "library/blueprints"

ABOUT: Mapping[str, Bilingual] = MappingProxyType(
    {
        "optin-confirm": Bilingual("opt-in confirmation after a form", "登记后先确认再发"),
        "repermission": Bilingual(
            "ask old customers again: Y all, A bills, T none", "老客户重新授权：Y全部，A账单，T退订"
        ),
        "preferences": Bilingual("pick topics by buttons or numbers", "偏好选择：按钮，短信用数字"),
        "unsubscribe": Bilingual("your own words after a stop", "退订确认的措辞"),
        "order-notices": Bilingual(
            "shipped, out, delivered, returned, refunded", "订单通知：发货、派送、签收、退货、退款"
        ),
        "points-balance": Bilingual("a member asks for their points", "会员查询积分"),
        "points-expiring": Bilingual("points expire soon", "积分到期提醒"),
        "member-level": Bilingual("a new member level", "会员等级变更"),
        "birthday": Bilingual("a birthday gift once a year", "生日礼遇，每年一次"),
        "member-day": Bilingual("members' day with a reminder on request", "会员日通知，可预约提醒"),
        "restock": Bilingual("tell once when an item is back, hold it", "到货提醒与留货"),
        "timed-invitation": Bilingual("an invitation open for two days", "限时邀约，两天内有效"),
        "verification-code": Bilingual("a one-time code", "验证码"),
        "appointment-reminder": Bilingual("coming, another time, not coming", "预约提醒：准时到、改时间、不来了"),
    }
)
"""Every blueprint by name, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One conversation to begin with; ``talks`` is the text of its conversation tests."""

    flow: Flow
    talks: str
    about: Bilingual


def blueprint(name: str) -> Blueprint:
    """The blueprint of this name. ``KeyError`` for a name that is not in ``ABOUT``."""
    about = ABOUT[name]
    flow = load_flow(_text(f"{FLOWS}/{name}.yaml"), f"{FOLDER}/{FLOWS}/{name}.yaml")
    return Blueprint(flow, _text(f"{FLOWS}/{name}.test.yaml"), about)


def sample_business() -> Decisions:
    """What the business decides that the blueprints are written for."""
    decided, problems = read_business(_text(BUSINESS), f"{FOLDER}/{BUSINESS}")
    if decided is None:
        raise BusinessProblems(problems)
    return decided


def purpose_line(purpose: Purpose, languages: Sequence[str]) -> str:
    """The line of a business.yaml that defines this purpose in these languages, in the nearest wording that it has."""
    titles = ", ".join(f"{tag}: {localised(purpose.title, tag)}" for tag in languages)
    cap, lasts = purpose.cap, purpose.lasts
    term = f", lasts: {lasts.count} {lasts.unit}s" if lasts else ""
    selling = str(purpose.commercial).lower()
    return f"{purpose.name}: {{title: {{{titles}}}, cap: {cap.count} per {cap.unit}{term}, commercial: {selling}}}"


def _text(name: str) -> str:
    return (files("flows") / FOLDER / name).read_text(encoding="utf-8")
