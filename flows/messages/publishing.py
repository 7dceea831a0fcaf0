"""What is said when a new version would strand people who are in an older one. By code, then which case of it."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages.bilingual import Message, message

PUBLISHING: Mapping[str, Message] = {
    "E701.state": message(
        "people are in the state `{state}` of {flow} ({people}), and this version has no such state",
        "有 {people} 人在 {flow} 的状态“{state}”里，而这个版本没有这个状态",
        "say where they go on: askfirst flow publish {flow} --map {state}=STATE (one of: {known}); "
        "or close their conversations: --end {state}",
        "请指明他们接着去哪里：askfirst flow publish {flow} --map {state}=状态（可选：{known}）；"
        "或结束他们的对话：--end {state}",
    ),
    "E701.flow": message(
        "people are in the state `{state}` of {flow} ({people}), and the file of {flow} is gone",
        "有 {people} 人在 {flow} 的状态“{state}”里，而 {flow} 的文件不见了",
        "put the file back until they have finished, or close their conversations: "
        "askfirst flow publish {flow} --end {state}",
        "先放回文件，等他们走完；或结束他们的对话：askfirst flow publish {flow} --end {state}",
    ),
    "E701.unproved": message(
        "people are in version {version} of {flow} ({people}), which is not proved any more: {reason}",
        "有 {people} 人在 {flow} 的版本 {version} 里，而它已不再通过证明：{reason}",
        "move them to this version: askfirst flow publish {flow} --map {state}={state}; "
        "or close their conversations: --end {state}",
        "把他们移到这个版本：askfirst flow publish {flow} --map {state}={state}；或结束他们的对话：--end {state}",
    ),
    "E701.unread": message(
        "people are in the state `{state}` of version {version} of {flow} ({people}), and nothing can show where they "
        "could go on",
        "有 {people} 人在 {flow} 的版本 {version} 的状态“{state}”里，无法证明他们可以去哪里",
        "close their conversations: askfirst flow publish {flow} --end {state}",
        "结束他们的对话：askfirst flow publish {flow} --end {state}",
    ),
    "E701.target": message(
        "the map leads to `{state}`, and this version has no such state",
        "映射指向“{state}”，而这个版本没有这个状态",
        "name a state of this version after the `=`",
        "请在等号后写这个版本里有的状态",
    ),
    "E701.source": message(
        "nobody is in a state `{state}` of {flow}",
        "没有人在 {flow} 的状态“{state}”里",
        "see who is where: askfirst flow people {flow}",
        "查看谁在哪里：askfirst flow people {flow}",
    ),
    "E701.kind": message(
        "nobody can be moved: `{key}` changed from {was} to {now}",
        "不能移动任何人：“{key}”从 {was} 变成了 {now}",
        "give the changed conversation another name, so that people finish the one they started; or --end their states",
        "给改动后的对话另起一个名字，让大家走完原来的；或用 --end 结束他们的对话",
    ),
    "E701.reach": message(
        "nobody can be moved: {key} no longer has {names}, and people are there",
        "不能移动任何人：{key} 里不再有 {names}，而有人正在用",
        "keep it until they have finished, or --end their states",
        "先保留，等他们走完；或用 --end 结束他们的对话",
    ),
    "E701.answer": message(
        "whoever was asked in `{state}` and answers `{word}` would, in `{target}`, {change}",
        "在“{state}”里被问到的人若回答“{word}”，到了“{target}”会{change}",
        "map `{state}` to a state where the answers mean what people were told, or --end {state}",
        "把“{state}”指向回答含义不变的状态，或用 --end {state}",
    ),
    "E701.again": message(
        "whoever was asked for {names} in `{state}` would be asked again after `{target}`, without having answered",
        "在“{state}”里被征求过 {names} 的人还没回答，到“{target}”之后会被再问一次",
        "map `{state}` to the state that waits for the answer, or --end {state}",
        "把“{state}”指向等待回答的状态，或用 --end {state}",
    ),
    "E701.value": message(
        "{{{{ {name} }}}} is not known of people who started before",
        "之前开始的人没有 {{{{ {name} }}}} 的值",
        "give it an `else` under uses, so that the texts can be said without it",
        "在 uses 里给它写一个 else，没有值时也能说",
    ),
    "E701.proof": message(
        "not proved for people who are moved: {reason}",
        "对被移动的人未能证明：{reason}",
        "map them to a state that comes before it, or close their conversations with --end",
        "把他们指向更早的状态，或用 --end 结束他们的对话",
    ),
}
