"""What the proofs say: their problems, and the words in which a conversation is written down."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages.bilingual import Bilingual, Message, message

PROOF: Mapping[str, Message] = {
    "E203.silence": message(
        "the state `{name}` waits for ever: no time leads out of it",
        "状态“{name}”会永远等待：没有任何时间能离开它",
        "let one row of its `after:` go somewhere, or write `end: outcome`",
        "让 after: 中的一行通往别处，或写 end: 结果",
    ),
    "E204.loop": message(
        "silence goes round in circles: nobody answers, and `{name}` comes again",
        "沉默会一直循环：没有人回答，“{name}”又会再来",
        "let this row lead to a state that ends",
        "让这一行通往会结束的状态",
    ),
    "E204.messages": message(
        "someone who stays silent gets `{name}` as one message more after `{before}`",
        "一直沉默的人在“{before}”之后还会再收到“{name}”",
        "after silence send at most one further message, then end",
        "沉默之后最多再发一条，然后结束",
    ),
    "E204.unasked": message(
        "`{name}` can be sent again and again without a message of the person in between",
        "“{name}”可能反复发送，中间没有本人的任何消息",
        "let the circle end, or wait for an answer in it; what is reported again and again may start the flow anew",
        "让循环结束，或在其中等待回答；反复发生的事件可让流程重新开始",
    ),
    "E301.lacking": message(
        "`{text}` (line {line}) needs `{purpose}`, and on this path {state}",
        "“{text}”（第 {line} 行）需要“{purpose}”，而在这条路径上{state}",
        "end this path before `{text}`, or let an answer to a text that asks for `{purpose}` grant it first",
        "让这条路径在“{text}”之前结束，或先由对询问“{purpose}”的文字的回答来授予",
    ),
    "E301.expired": message(
        "by then the consent to `{purpose}` is over: it lasts {term} days, and `{text}` (line {line}) comes later",
        "那时“{purpose}”的同意已经到期：有效 {term} 天，而“{text}”（第 {line} 行）在其后才发送",
        "wait less, or ask again before `{text}`",
        "缩短等待，或在“{text}”之前重新询问",
    ),
    "E301.bare": message(
        "`{text}` advertises ({why}), and no consent is looked up when it is sent",
        "“{text}”属于推广（{why}），而发送时不会核对任何同意",
        "add `needs: PURPOSE` to the card, with one of: {known}",
        "在这张卡片上加 needs: 用途，可用：{known}",
    ),
    "E301.service": message(
        "`{text}` advertises ({why}), but `{needs}` is no commercial purpose: who agreed to it did not agree to this",
        "“{text}”属于推广（{why}），但“{needs}”不是商业用途：同意它并不等于同意推广",
        "let it need one of: {known}",
        "改为需要其中之一：{known}",
    ),
    "E301.fallback": message(
        "`{text}` falls back to {medium}, where nobody agreed to `{purpose}`",
        "“{text}”会改由 {medium} 发送，而没有人在那里同意过“{purpose}”",
        "take the `fallback` away: an agreement holds for the medium on which it was given",
        "删去 fallback：同意只对给出它的渠道有效",
    ),
    "E301.level": message(
        "this gives `{purpose}` by one answer alone; the rules of {place} ask for a confirmed consent",
        "这里仅凭一次回答就授予“{purpose}”；{place} 的规则要求经过确认的同意",
        "start the flow by the person's own form or word (`basis: requested`), or ask once more and grant again",
        "让本人的表单或词语来启动流程（basis: requested），或再问一次并再次授予",
    ),
    "E303.path": message(
        "this grants `{name}`, but on one path the last text the person saw is `{text}`, which did not ask for it",
        "此处授予“{name}”，但在某条路径上本人最后看到的是“{text}”，它没有询问这一项",
        "let every path to this question show a text whose `asks_for` names `{name}`",
        "让通往这里的每条路径都先显示 asks_for 含有“{name}”的文字",
    ),
    "E303.text": message(
        "several answers grant after `{name}`, which asks for nothing",
        "“{name}”没有询问任何用途，却有多个回答在其后授予",
        "write into its `asks_for` what its words ask for, or do not grant",
        "把文字所询问的用途写入 asks_for，或不要授予",
    ),
    "E303.silent": message(
        "this grants `{name}`, but on one path no text was shown before that asks for it",
        "此处授予“{name}”，但在某条路径上之前没有显示过询问它的文字",
        "let the state `say` a text whose `asks_for` names it",
        "让该状态 say 一段 asks_for 中含有它的文字",
    ),
    "E303.language": message(
        "this grants `{name}`, but whoever speaks {language} was asked in another language",
        "此处授予“{name}”，但说 {language} 的人看到的询问是另一种语言",
        'add {language}: "…" to `{text}`',
        '给“{text}”补上 {language}: "…"',
    ),
    "E402.unset": message(
        "`{name}` has no value on one path to `{text}`",
        "通往“{text}”的某条路径上，“{name}”没有值",
        "give it an `else` under `uses`, or set it on every path (by an answer, by `remember`)",
        "在 uses 中给它写 else，或在每条路径上设定它（由回答或 remember）",
    ),
    "E402.promise": message(
        "`{name}` stands for a purpose, and on one path to `{text}` there is none in question",
        "“{name}”指某个用途，但通往“{text}”的某条路径上没有涉及任何用途",
        "write it out, or let `{text}` have `asks_for`, or follow a text that has",
        "直接写出内容，或让“{text}”带有 asks_for，或跟在带有它的文字之后",
    ),
}

SPEAKERS: Mapping[str, Bilingual] = {
    "start": Bilingual("start  ", "开始"),
    "bot": Bilingual("bot    ", "商家"),
    "person": Bilingual("person ", "本人"),
    "event": Bilingual("event  ", "事件"),
    "after": Bilingual("time   ", "时间"),
    "outside": Bilingual("outside", "外部"),
}
"""Who does something in a conversation, each as wide as the others."""

SPOKEN: Mapping[str, Bilingual] = {
    "event": Bilingual("the event {name}", "事件 {name}"),
    "campaign": Bilingual("the campaign {name}", "群发 {name}"),
    "word": Bilingual("the person writes {name}", "本人发来 {name}"),
    "business": Bilingual("a word for {name}", "表示 {name} 的词语"),
    "after": Bilingual("{delay} pass in silence", "沉默 {delay}"),
    "else": Bilingual("(none of the answers)", "（不属于任何回答）"),
    "remark": Bilingual("{what}   [{purpose}: {consent}]", "{what}   [{purpose}：{consent}]"),
}

CONSENTS: Mapping[str, Bilingual] = {
    "none": Bilingual("never agreed to", "从未同意"),
    "requested": Bilingual("asked for", "已询问"),
    "given": Bilingual("given", "已同意"),
    "confirmed": Bilingual("confirmed", "已确认同意"),
    "refused": Bilingual("refused", "已拒绝"),
    "withdrawn": Bilingual("withdrawn", "已撤回"),
    "expired": Bilingual("expired", "已到期"),
    "invalidated": Bilingual("void", "已失效"),
}

STATES: Mapping[str, Bilingual] = {
    "none": Bilingual("nobody agreed to it", "没有人同意过"),
    "requested": Bilingual("it was asked for and not agreed to", "只询问过，并未同意"),
    "refused": Bilingual("it was refused", "已被拒绝"),
    "withdrawn": Bilingual("it was taken back", "同意已被撤回"),
    "expired": Bilingual("it is over", "同意已到期"),
    "invalidated": Bilingual("it is void", "同意已失效"),
}

HAPPENS: Mapping[str, Bilingual] = {
    "stop": Bilingual("the person stops everything", "本人全部退订"),
    "withdrawn": Bilingual("the person takes it back in another conversation", "本人在另一段对话里撤回"),
    "native-stop": Bilingual("the carrier reports that marketing is switched off", "运营商报告本人已关闭营销消息"),
    "expired": Bilingual("the consent's term is over", "同意的有效期已过"),
    "number-changed": Bilingual("the number goes to somebody else", "号码换了人"),
}

WHY: Mapping[str, Bilingual] = {
    "kind": Bilingual("the flow is commercial", "流程为 commercial"),
    "template": Bilingual(
        "its template `{template}` is in the category MARKETING", "其模板“{template}”属于 MARKETING 类别"
    ),
}
"""Why a text counts as advertising."""
