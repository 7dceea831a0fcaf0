"""What every key of the flow and business files means, in a sentence: the words of the reference, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages import Bilingual

FLOW: Mapping[str, Bilingual] = {
    "flow": Bilingual("the flow's name, as the file is called", "流程名，与文件同名"),
    "about": Bilingual("what it is for, in a sentence", "一句话说明用途"),
    "kind": Bilingual("what it is for; decides which rules apply", "流程种类，决定适用的规则"),
    "channels": Bilingual("the media it runs on", "运行的渠道"),
    "languages": Bilingual("the languages that every text must have", "每段文字都必须具备的语言"),
    "start": Bilingual("what starts it", "由什么启动"),
    "start.event": Bilingual("starts when the business reports this event", "商家报告该事件时启动"),
    "start.word": Bilingual("starts when a person writes this word, by language", "用户发来该词时启动，按语言写"),
    "start.campaign": Bilingual("starts at the event `campaign.NAME`", "由事件 campaign.名称 启动"),
    "start.business": Bilingual("answers this word of the person, for all flows", "为所有流程应答用户的这个词"),
    "start.basis": Bilingual("why the first message may be sent at all", "首条消息得以发送的依据"),
    "start.proof": Bilingual("the fact that must be on file", "必须在案的事实"),
    "start.once": Bilingual(
        "at most one start for each person: `ever`, `per year`, `per 90 days`",
        "每人最多启动一次：ever、per year、per 90 days",
    ),
    "start.go": Bilingual("the first state", "第一个状态"),
    "needs": Bilingual("the purpose whose consent every send of the flow requires", "每次发送所需同意的用途"),
    "answers": Bilingual(
        "what a person may answer, by name; a plain list is its words", "用户可作的回答；直接写列表即为词语"
    ),
    "answers.*.label": Bilingual(
        "what stands on the button or in the list, by language", "按钮或列表上的文字，按语言写"
    ),
    "answers.*.words": Bilingual("the words that mean it; stop words cannot be listed", "表示该回答的词；不能列退订词"),
    "states": Bilingual("the cards: one card is one state", "卡片：一张卡片即一个状态"),
    "states.*.say": Bilingual("the text that is sent on entering", "进入时发送的文字"),
    "states.*.needs": Bilingual("the purpose whose consent this send requires", "该次发送所需同意的用途"),
    "states.*.revoke": Bilingual(
        "consents that end on entering; `all` ends every one", "进入时结束的同意；all 表示全部"
    ),
    "states.*.reply": Bilingual("what each answer leads to", "每个回答通往何处"),
    "states.*.event": Bilingual("what an event of the business leads to", "商家事件通往何处"),
    "states.*.after": Bilingual(
        "what the passing of time leads to: `30m`, `72h`, `7d`", "时间到后通往何处：30m、72h、7d"
    ),
    "states.*.else": Bilingual("what happens to an answer that was not understood", "听不懂时怎么办"),
    "states.*.fresh": Bilingual(
        "not sent when it is later than this: it would no longer be true", "超过此时限则不再发送"
    ),
    "states.*.hand_over": Bilingual("a person of the business takes over; recorded", "转人工，并记录"),
    "states.*.end": Bilingual("the conversation ends with this outcome", "对话以此结果结束"),
    "row.go": Bilingual("the next state; a row that is only a name means this", "下一个状态；只写名字即为此"),
    "row.grant": Bilingual("purposes that this answer consents to", "该回答同意的用途"),
    "row.revoke": Bilingual("purposes whose consent ends", "结束同意的用途"),
    "row.remember": Bilingual("facts to keep; `reply` stands for what was written", "要记住的事实；reply 表示原话"),
    "row.tag": Bilingual("a mark on the person", "给用户加标记"),
    "states.*.else.say": Bilingual("the text that is sent then", "此时发送的文字"),
    "states.*.else.times": Bilingual("how often before `go`", "多少次之后走 go"),
    "states.*.else.go": Bilingual("the state after that", "之后的状态"),
    "texts": Bilingual("the messages, by name", "消息文字，按名称"),
    "texts.*.LANGUAGE": Bilingual("the wording in that language", "该语言的文字"),
    "texts.*.asks_for": Bilingual("the purposes that this text asks for", "该文字询问的用途"),
    "texts.*.buttons": Bilingual("answers as buttons; numbered lines on SMS", "按钮；短信里变为编号行"),
    "texts.*.list": Bilingual("answers as a list; numbered lines on SMS", "列表；短信里变为编号行"),
    "texts.*.template": Bilingual(
        "the approved template, by its name in business.yaml", "已审核模板，用 business.yaml 中的名称"
    ),
    "texts.*.fallback": Bilingual(
        "where a message goes once more that was not delivered in time", "未按时送达时改由何处再发一次"
    ),
    "texts.*.fallback.undelivered": Bilingual("the medium to try instead", "改用的渠道"),
    "texts.*.fallback.within": Bilingual("how long to wait for delivery", "等待送达多久"),
    "uses": Bilingual("the placeholders of the texts, by name", "文字中的占位符"),
    "uses.*.type": Bilingual("what stands there", "内容种类"),
    "uses.*.max": Bilingual("its greatest length in characters", "最大字数"),
    "uses.*.example": Bilingual("an example, used in tests and the simulator", "示例，用于测试与模拟器"),
    "uses.*.else": Bilingual("what stands there when the value is missing, by language", "缺值时的文字，按语言写"),
}
"""By dotted path; ``row`` is a row under ``reply``, ``event`` or ``after``."""

BUSINESS: Mapping[str, Bilingual] = {
    "business": Bilingual("the business's name in the API and in hook addresses", "商家在接口与回调地址中的名称"),
    "brand": Bilingual("its name as people know it, by language", "品牌名，按语言写"),
    "contact": Bilingual("where people reach it; `{{ contact }}` in texts", "联系方式；文字中为 {{ contact }}"),
    "languages": Bilingual(
        "the languages it speaks; the first is used when a person's is unknown", "使用的语言；未知时用第一个"
    ),
    "place": Bilingual(
        "country (ISO 3166): stop letters and time zone of people whose own is unknown", "国家代码：退订字母与默认时区"
    ),
    "words": Bilingual("its own words, on top of the shipped ones", "自有词语，附加于内置词之上"),
    "words.stop": Bilingual("words that stop", "退订词"),
    "words.help": Bilingual("words that ask for help", "求助词"),
    "words.start": Bilingual("words that lift a stop", "恢复词"),
    "purposes": Bilingual("what people are asked for, by name", "征询的用途，按名称"),
    "purposes.*.title": Bilingual("`{{ purpose }}` in texts", "文字中的 {{ purpose }}"),
    "purposes.*.cap": Bilingual(
        "how many messages it promises at most: `4 per month`, counted over rolling days",
        "承诺的条数上限：4 per month，按滚动天数计",
    ),
    "purposes.*.lasts": Bilingual(
        "how long a consent lasts: `12 months`; without it until withdrawn", "同意有效期：12 months；不写则至撤回"
    ),
    "purposes.*.commercial": Bilingual("whether it sells; yes unless said", "是否商业性；不写即是"),
    "channels": Bilingual("the senders, by name", "发送方，按名称"),
    "channels.*.provider": Bilingual(
        "`simulator`, `twilio` or `whatsapp_cloud`", "simulator、twilio 或 whatsapp_cloud"
    ),
    "channels.*.medium": Bilingual(
        "what people see it in; guessed from the name, else the provider", "渠道种类；默认由名称或供应商推定"
    ),
    "channels.*.sender": Bilingual("the number, short code or id that messages come from", "发送号码、短码或编号"),
    "channels.*.base_url": Bilingual("takes the place of the provider's API host", "替换供应商接口地址"),
    "channels.*.public_url": Bilingual("the address under which the carrier reaches us", "运营商访问本站的地址"),
    "channels.*.token": Bilingual(
        "the unguessable part of the hook's path; made when absent", "回调路径中不可猜测的部分；不写则生成"
    ),
    "channels.*.signature": Bilingual("stands before every text, as 【…】, on SMS", "短信正文前的签名【…】"),
    "channels.*.rate": Bilingual(
        "what the carrier takes from this sender: `80 per s`; its own default unless said",
        "运营商对此发送方的速率上限：80 per s；不写则用供应商默认值",
    ),
    "channels.*.CREDENTIAL": Bilingual(
        "what the provider asks for; secrets as env:NAME or file:PATH", "供应商凭据；密钥写 env:名称 或 file:路径"
    ),
    "templates": Bilingual("approved templates, by our name for them", "已审核模板，按本方名称"),
    "templates.*.provider_id": Bilingual(
        "its id or name at the provider (`id` means the same)", "在供应商处的编号或名称（也可写 id）"
    ),
    "templates.*.languages": Bilingual(
        "our language to the provider's (`language` means the same)", "语言对应关系（也可写 language）"
    ),
    "templates.*.category": Bilingual("the provider's category", "供应商的类别"),
    "templates.*.approval": Bilingual("only `approved` is sent", "只有 approved 会发送"),
    "templates.*.parameters": Bilingual("placeholders in the order of the template's body", "占位符，按模板正文的顺序"),
    "quiet_hours": Bilingual(
        "no unasked message leaves then, in the person's own time: `20:00-09:00`",
        "对方当地此时段不主动发送：20:00-09:00",
    ),
    "limits": Bilingual("rates", "频率"),
    "limits.person": Bilingual("for each person: `1 per 30 s`, `4 per day`", "对每人：1 per 30 s、4 per day"),
    "limits.business": Bilingual("for the whole business: `200 per s`", "对整个商家：200 per s"),
}
"""By dotted path."""
