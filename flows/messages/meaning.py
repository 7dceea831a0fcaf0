"""What is said about the meaning of a flow: targets, words, consent, texts. By code, then which case of it."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages.bilingual import Message, message

MEANING: Mapping[str, Message] = {
    "E201.state": message(
        "there is no state `{name}`{near}",
        "没有名为“{name}”的状态{near}",
        "write a card `{name}:` under `states:`, or name one of: {known}",
        "在 states: 下写一张“{name}:”卡片，或改用：{known}",
    ),
    "E201.text": message(
        "there is no text `{name}`{near}",
        "没有名为“{name}”的文字{near}",
        "write `{name}:` under `texts:`, or name one of: {known}",
        "在 texts: 下写“{name}:”，或改用：{known}",
    ),
    "E201.answer": message(
        "there is no answer `{name}`{near}",
        "没有名为“{name}”的回答{near}",
        "write `{name}: [words]` under `answers:`, or name one of: {known}",
        "在 answers: 下写“{name}: [词语]”，或改用：{known}",
    ),
    "E201.purpose": message(
        "the business has no purpose `{name}`{near}",
        "商家没有名为“{name}”的用途{near}",
        "add it to `purposes:` in business.yaml, or name one of: {known}",
        "在 business.yaml 的 purposes: 中添加，或改用：{known}",
    ),
    "E202.state": message(
        "no row leads to the state `{name}`",
        "没有任何一行通往状态“{name}”",
        "let a row go there, or remove the card",
        "让某一行通往它，或删去这张卡片",
    ),
    "E203.state": message(
        "the state `{name}` waits for ever",
        "状态“{name}”会永远等待",
        "add below: `after: {{72h: some_state}}`, or `end: outcome`",
        "在下面加一行：after: {{72h: 某状态}}，或 end: 结果",
    ),
    "E210.word": message(
        "`{word}` means {meaning} in every conversation and cannot be listed here",
        "“{word}”在任何对话里都表示“{meaning}”，不能列在这里",
        "remove `{word}`; it is heard before the flow sees the message",
        "删去“{word}”；流程看到消息之前它就已被处理",
    ),
    "E211.word": message(
        "`{word}` already means `{other}` (line {line})",
        "“{word}”已经表示“{other}”（第 {line} 行）",
        "keep the word in one of the two answers",
        "这个词只留在其中一个回答里",
    ),
    "E211.start": message(
        "`{word}` already starts the flow `{other}` ({file})",
        "“{word}”已经用来启动流程“{other}”（{file}）",
        "choose another word for one of the two",
        "给其中一个换个词",
    ),
    "E211.refuses": message(
        "`{word}` is a no, and the answer `{name}` grants",
        "“{word}”是拒绝的意思，而回答“{name}”会授予同意",
        "take the word out of this answer; give it to one that grants nothing",
        "从这个回答中删去该词，放到不授予任何用途的回答里",
    ),
    "E212.answer": message(
        "`{name}` is not one of the answers{near}",
        "“{name}”不在 answers 里{near}",
        "write `{name}: {{label: …, words: […]}}` under `answers:`",
        "在 answers: 下写“{name}: {{label: …, words: […]}}”",
    ),
    "E212.words": message(
        "the answer `{name}` has no words, so it cannot be given by SMS",
        "回答“{name}”没有词语，短信里无法作答",
        "add `words: [1, …]` to the answer",
        "给这个回答加上 words: [1, …]",
    ),
    "E212.label": message(
        "the answer `{name}` has no label to show on its button or row",
        "回答“{name}”没有可显示在按钮上的 label",
        "add `label: {{zh-CN: …, en: …}}` to the answer",
        "给这个回答加上 label: {{zh-CN: …, en: …}}",
    ),
    "E212.unheard": message(
        "no state that shows `{text}` replies to `{name}`",
        "显示“{text}”的状态都不处理回答“{name}”",
        "add `{name}:` under the state's `reply:`, or remove the button",
        "在该状态的 reply: 下加“{name}:”，或删去按钮",
    ),
    "E301.needs": message(
        "a commercial flow must say which consent it needs",
        "商业流程必须写明需要哪一项同意",
        "add `needs: purpose` below `kind:`, with one of: {known}",
        "在 kind: 下面加“needs: 用途”，可用：{known}",
    ),
    "E302.event": message(
        "an event cannot grant; only a person's own answer can",
        "事件不能产生同意，只有本人的回答才可以",
        "remove `grant`, and ask the person",
        "删去 grant，改为询问本人",
    ),
    "E302.after": message(
        "silence cannot grant; only a person's own answer can",
        "沉默不能产生同意，只有本人的回答才可以",
        "remove `grant`; let silence end without consent",
        "删去 grant，让沉默以“不同意”结束",
    ),
    "E303.purpose": message(
        "this grants `{name}`, which the text `{text}` did not ask for",
        "此处授予“{name}”，但文字“{text}”并没有询问它",
        "ask for it in the text and list it in `asks_for`, or do not grant it",
        "在文字里问清并写入 asks_for，或不要授予",
    ),
    "E401.text": message(
        "the text `{name}` has no {language}",
        "文字“{name}”缺少 {language}",
        'add `{language}: "…"`, or take {language} out of `languages`',
        '补上 {language}: "…"，或从 languages 中去掉 {language}',
    ),
    "E401.label": message(
        "the label of `{name}` has no {language}",
        "“{name}”的 label 缺少 {language}",
        "add `{language}: …` to the label",
        "在 label 中补上 {language}: …",
    ),
    "E401.else": message(
        "the `else` of `{name}` has no {language}",
        "“{name}”的 else 缺少 {language}",
        "add `{language}: …` to it",
        "补上 {language}: …",
    ),
    "E401.business": message(
        "`{name}` has no {language}, which the business speaks",
        "“{name}”缺少商家使用的语言 {language}",
        "add `{language}: …`, or take {language} out of `languages`",
        "补上 {language}: …，或从 languages 中去掉 {language}",
    ),
    "E402.placeholder": message(
        "`{name}` is not declared under `uses`{near}",
        "“{name}”没有在 uses 中声明{near}",
        "declare `{name}: {{type: text, max: 10}}` under `uses:`, or write one of: {known}",
        "在 uses: 下声明“{name}: {{type: text, max: 10}}”，或改用：{known}",
    ),
    "E403.text": message(
        "{language} and {other} of `{name}` use different placeholders: {differing}",
        "“{name}”的 {language} 与 {other} 占位符不一致：{differing}",
        "use the same placeholders in every language",
        "每种语言使用相同的占位符",
    ),
}
