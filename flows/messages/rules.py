"""What is said about consent, length, form and wording as laws and carriers want them. By code, then which case."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages.bilingual import Message, message

RULES: Mapping[str, Message] = {
    "E304.text": message(
        "the request `{name}` does not say {missing} ({language})",
        "请求“{name}”没有写明{missing}（{language}）",
        "a request says how often, for how long and with which word to refuse: `at most {{{{ cap }}}} a month for "
        "{{{{ lasts }}}}; reply STOP to refuse`",
        "请求须写明频次、期限和拒绝方式：“每月最多{{{{ cap }}}}条，为期{{{{ lasts }}}}；回复T退订”",
    ),
    "E305.row": message(
        "this leads to `{name}`, which repeats a request (`{text}`) that nobody agreed to",
        "此处通往“{name}”，它会重复一个没有得到同意的请求（“{text}”）",
        "silence is a no, and so is a no: let it end",
        "沉默就是不同意，说不更是不同意：让它结束",
    ),
    "E306.row": message(
        "one answer grants {purposes} together; {place} wants each granted by an answer of its own",
        "一个回答同时授予 {purposes}；{place} 的规则要求分别同意",
        "give each purpose its own answer, as in a menu",
        "为每个用途各设一个回答，例如菜单",
    ),
    "E307.start": message(
        "a farewell is the answer to a stop and to nothing else",
        "farewell 流程只能用来回应退订",
        "write `start: {{business: stop, …}}`, or choose another kind",
        "写 start: {{business: stop, …}}，或换一种 kind",
    ),
    "E307.kind": message(
        "the answer to a stop is a farewell, not a `{kind}` flow",
        "回应退订的流程必须是 farewell，而不是“{kind}”",
        "write `kind: farewell`",
        "写 kind: farewell",
    ),
    "E307.steps": message(
        "`{key}` keeps the conversation of `{name}` going after a stop",
        "“{key}”让“{name}”在退订之后继续对话",
        "one message and `end`: remove `{key}` and what it leads to",
        "只发一条并以 end 结束：删去“{key}”及其后续",
    ),
    "E307.sells": message(
        "`{expression}` sells to somebody who just said stop",
        "“{expression}”在向刚刚退订的人推销",
        "confirm the stop in plain words, nothing else",
        "只用平实的话确认退订",
    ),
    "E307.asks": message(
        "the farewell `{name}` asks again",
        "告别消息“{name}”又在征询",
        "remove `asks_for`, buttons and rows",
        "删去 asks_for、buttons 与 list",
    ),
    "E308.kind": message(
        "a `{kind}` flow cannot rest on `{basis}`",
        "“{kind}”流程不能以“{basis}”为依据",
        "allowed for this kind: {allowed}",
        "这种流程可用：{allowed}",
    ),
    "E308.proof": message(
        "the basis `{basis}` names no fact that proves it",
        "依据“{basis}”没有写明可证明它的事实",
        "add `proof: fact`, the fact that must be on file, such as `order_no`",
        "加上“proof: 事实名”，即必须在档的事实，例如 order_no",
    ),
    "E308.needs": message(
        "it rests on consent but does not say on which",
        "依据是同意，却没有写明是哪一项",
        "add `needs: purpose` to the flow",
        "给流程加上“needs: 用途”",
    ),
    "E308.sms": message(
        "`past-purchase` allows one SMS and no other channel",
        "past-purchase 只允许一条短信，不允许其他渠道",
        "write `channels: [sms]`",
        "写 channels: [sms]",
    ),
    "E308.once": message(
        "`past-purchase` allows one message in a lifetime",
        "past-purchase 一生只允许一条消息",
        "add `once: ever` to `start`",
        "在 start 中写 once: ever",
    ),
    "E404.text": message(
        "{language} of `{name}` may take {parts} SMS parts ({units} units, {encoding}); at most {most}",
        "“{name}”的 {language} 最长会占 {parts} 条短信（{units} 单位，{encoding}），上限 {most} 条",
        "shorten the text, its labels, or the `max` of its placeholders",
        "缩短文字、按钮文字，或占位符的 max",
    ),
    "W405.text": message(
        "because of {characters}, which GSM-7 lacks, this SMS may take {parts} parts instead of {fewer}",
        "{characters} 不在 GSM-7 字符集内，使这条短信最长从 {fewer} 条变成 {parts} 条",
        "write plain letters and signs in their place",
        "改用普通字母与符号",
    ),
    "E501.buttons": message(
        "`{name}` has {count} buttons; at most {most} fit",
        "“{name}”有 {count} 个按钮，最多 {most} 个",
        "keep {most}, or make it a `list:`",
        "保留 {most} 个，或改用 list:",
    ),
    "E501.list": message(
        "`{name}` has {count} rows; at most {most} fit",
        "“{name}”有 {count} 行，最多 {most} 行",
        "keep {most}, or ask in two steps",
        "保留 {most} 行，或分两步询问",
    ),
    "E501.both": message(
        "`{name}` has both buttons and a list; a message carries one of them",
        "“{name}”同时有 buttons 与 list，一条消息只能带其中之一",
        "keep one of the two",
        "两者只留其一",
    ),
    "E502.label": message(
        "the label `{label}` has {length} characters; at most {most} are shown",
        "按钮文字“{label}”有 {length} 个字，最多显示 {most} 个",
        "shorten it",
        "缩短它",
    ),
    "E503.template": message(
        "`{name}` may be said (by `{state}`) a day after the person wrote; WhatsApp then takes only a template",
        "“{name}”（由“{state}”发出）可能在对方最后一次来信 24 小时之后发送，此时 WhatsApp 只接受模板",
        "add `template: our_name` to the text, or keep the flow off WhatsApp",
        "给文字加上“template: 模板名”，或不在 WhatsApp 上使用此流程",
    ),
    "E503.unknown": message(
        "the business lists no template `{name}`{near}",
        "商家没有名为“{name}”的模板{near}",
        "add it to `templates:` in business.yaml, or name one of: {known}",
        "在 business.yaml 的 templates: 中添加，或改用：{known}",
    ),
    "E503.approval": message(
        "the template `{name}` is not approved, and this text may need it",
        "模板“{name}”尚未审核通过，而此文字可能要用到它",
        "wait for `approval: approved`, or say it within 24 hours of the person's message",
        "等 approval: approved，或只在对方来信 24 小时内发送",
    ),
    "E503.language": message(
        "the template `{name}` is not approved in {languages}",
        "模板“{name}”没有 {languages} 版本",
        "have it approved in each language of the flow and list it under `languages:`",
        "为流程的每种语言申请审核并写入 languages:",
    ),
    "E503.parameter": message(
        "the template `{name}` wants {parameters}, which this text has no value for",
        "模板“{name}”需要 {parameters}，而此文字没有这些值",
        "use the placeholder in the text, or correct `parameters:` in business.yaml",
        "在文字中使用该占位符，或改正 business.yaml 的 parameters:",
    ),
    "E601.service": message(
        "`{expression}` sells, and `{name}` is a service text",
        "“{expression}”是推销用语，而“{name}”是服务类文字",
        "say the facts only, or say it in a card that `needs` the consent",
        "只写事实，或放到写有 needs 的卡片中",
    ),
    "E601.request": message(
        "`{expression}` sells in `{name}` to somebody who has not agreed",
        "“{name}”中的“{expression}”在向尚未同意的人推销",
        "ask first; say it in a card that `needs` the consent",
        "先征求同意；放到写有 needs 的卡片中",
    ),
    "E601.link": message(
        "`{link}` is a link that the flow does not declare (in `{name}`)",
        "“{link}”是流程没有声明的链接（在“{name}”中）",
        "declare a placeholder `{{type: link}}` under `uses:` and write it in the text",
        "在 uses: 下声明 {{type: link}} 的占位符并写入文字",
    ),
    "E602.word": message(
        "`{expression}` is an absolute claim that advertising must not make",
        "“{expression}”是广告不得使用的绝对化或禁用词",
        "say what can be shown to be true",
        "改写为可以证实的说法",
    ),
    "E603.link": message(
        "`{name}` puts a link into a variable, which {medium} does not carry here",
        "“{name}”把链接放进变量，这里的 {medium} 不允许",
        "leave the link out, or keep this text off {medium}",
        "去掉链接，或不在 {medium} 上使用此文字",
    ),
    "E603.text": message(
        "`{name}` may hold free text; {medium} carries at most {most} characters in a variable here",
        "“{name}”可能装入任意文字，而这里的 {medium} 变量最多 {most} 个字",
        "add `max: {most}` or less to it under `uses:`",
        "在 uses: 下给它加上 max: {most} 或更小",
    ),
    "E604.text": message(
        "{language} of the commercial text `{name}` does not say how to stop ({medium})",
        "商业文字“{name}”的 {language} 没有写明如何退订（{medium}）",
        "add: {phrase}",
        "加上：{phrase}",
    ),
    "E605.brackets": message(
        "`{name}` holds 【】, which are for the signature alone",
        "“{name}”含有【】，该符号只能用于签名",
        "write [ ] or quotation marks",
        "改用 [ ] 或引号",
    ),
    "E605.signature": message(
        "the channel `{channel}` has no signature; SMS of this place are signed",
        "通道“{channel}”没有签名，而此地的短信必须有签名",
        "add `signature: {{zh-CN: …}}`, without 【】",
        "加上 signature: {{zh-CN: …}}，不写【】",
    ),
    "E605.signed": message(
        "the signature of `{channel}` holds 【】, which are put around it anyway",
        "“{channel}”的签名含有【】，系统会自动加上",
        "write the name alone",
        "只写名称",
    ),
}
