"""The closed list of reasons why a message does not leave. The same word in API, console, dry run, metrics and docs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """One code per reason; ``MEANING`` says each in a sentence with its cure."""

    STOPPED = "stopped"
    CARRIER_BLOCKED = "carrier-blocked"
    NO_CONSENT = "no-consent"
    CONSENT_EXPIRED = "consent-expired"
    NO_BASIS = "no-basis"
    PURPOSE_CAP = "purpose-cap"
    DAILY_CAP = "daily-cap"
    QUIET_HOURS = "quiet-hours"
    QUESTION_OPEN = "question-open"
    HELD_FOR_REVIEW = "held-for-review"
    CAMPAIGN_PAUSED = "campaign-paused"
    RECALLED = "recalled"
    CHANNEL_DOWN = "channel-down"
    TEMPLATE_MISSING = "template-missing"
    WINDOW_CLOSED = "window-closed"
    CONTENT_REFUSED = "content-refused"
    STALE = "stale"
    NUMBER_SUSPECT = "number-suspect"
    REPLY_GAP = "reply-gap"
    SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A reason in words: what it means and what to do, in English and Chinese."""

    en: str
    zh: str


MEANING: dict[Why, Meaning] = {
    Why.STOPPED: Meaning(
        "The person said stop. Only their own START lifts it.", "对方已退订，只有本人回复“恢复”才能解除。"
    ),
    Why.CARRIER_BLOCKED: Meaning(
        "The carrier blocks this recipient. The person must send the carrier's own start word.",
        "运营商屏蔽了该号码，须由本人向运营商发送恢复指令。",
    ),
    Why.NO_CONSENT: Meaning(
        "There is no consent for this purpose on this channel. Ask with a consent-request flow.",
        "没有该用途在该渠道上的同意记录，请先用征询流程询问。",
    ),
    Why.CONSENT_EXPIRED: Meaning(
        "The consent's term is over. Ask again with a consent-request flow.", "同意已过期，请重新征询。"
    ),
    Why.NO_BASIS: Meaning(
        "The fact that this flow rests on is not on file (see `proof`), its basis is switched off, or this version of "
        "the flow is not proved.",
        "缺少流程所依据的事实（见 proof），该依据未启用，或流程的这个版本未经证明。",
    ),
    Why.PURPOSE_CAP: Meaning(
        "As many messages as the purpose promises, or as the flow's `once` allows, were sent already.",
        "已达到该用途承诺的条数或流程的次数上限。",
    ),
    Why.DAILY_CAP: Meaning("The business's own limit per person is reached.", "已达到每人发送上限。"),
    Why.QUIET_HOURS: Meaning(
        "It is night where the person is. The message waits.", "对方所在地处于免打扰时段，消息等待中。"
    ),
    Why.QUESTION_OPEN: Meaning(
        "Another question to this person is still open on this sender.", "该号码上还有一个未答的问题。"
    ),
    Why.HELD_FOR_REVIEW: Meaning("A person of the business must look at it first.", "等待人工审核。"),
    Why.CAMPAIGN_PAUSED: Meaning("The campaign is paused.", "活动已暂停。"),
    Why.RECALLED: Meaning(
        "The business took it back: `campaign recalls` says who and why. Lifting it frees new messages, not this one.",
        "商家已召回，由谁、为何见 campaign recalls。解除后新消息可以发出，这一条不再发送。",
    ),
    Why.CHANNEL_DOWN: Meaning(
        "The channel does not work at the moment. The message waits.", "渠道暂不可用，消息等待中。"
    ),
    Why.TEMPLATE_MISSING: Meaning(
        "Outside the reply window only an approved template may be sent, and this text's is not approved.",
        "会话窗口外只能发送已审核模板，而该文本的模板未通过审核。",
    ),
    Why.WINDOW_CLOSED: Meaning(
        "The person has not written in the last 24 hours and this text has no template.",
        "对方24小时内没有来信，且该文本没有模板。",
    ),
    Why.CONTENT_REFUSED: Meaning("The text is empty or longer than the channel takes.", "内容为空或超出渠道长度。"),
    Why.STALE: Meaning("It could not leave while it was still true (see `fresh`).", "已过时效（见 fresh），不再发送。"),
    Why.NUMBER_SUSPECT: Meaning(
        "The person has no address on this channel, or it does not reach them.", "对方在该渠道没有可用的地址。"
    ),
    Why.REPLY_GAP: Meaning(
        "After an outage the replies we missed have not been fetched yet.", "故障后尚未取回漏收的回复。"
    ),
    Why.SANDBOX: Meaning("A test key can never reach a live provider.", "测试密钥不能用于正式渠道。"),
}
