// The phone: bubbles with their receipts, and buttons that can be tapped.

import { fill, get, make } from "./make.js";
import { say, time } from "./words.js";

export function showChat(view, channel, hint, tap) {
  const chat = get("chat");
  const messages = view.chat.filter((one) => one.channel === channel.name);
  const key = JSON.stringify(messages) + hint + channel.name;
  if (chat.dataset.shown === key) return;
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
  fill("chat", messages.length ? messages.map((one) => bubble(one, tap)) : [make("li", { class: "hint" }, hint)]);
  if (atEnd || chat.dataset.channel !== channel.name) chat.scrollTop = chat.scrollHeight;
  chat.dataset.shown = key;
  chat.dataset.channel = channel.name;
}

function bubble(message, tap) {
  return make("li", { class: message.mine ? "bubble mine" : "bubble", "data-status": message.status },
    message.text, choices(message, tap), foot(message));
}

function choices(message, tap) {
  const listed = message.rows.length > 0;
  const offered = listed ? message.rows : message.buttons;
  if (!offered.length) return null;
  return make("div", { class: "choices" }, listed ? make("small", {}, message.list_label || say.list) : null,
    offered.map(([id, label]) =>
      make("button", { type: "button", on: { click: () => tap({ id, label, row: listed }) } }, label)));
}

function foot(message) {
  const kind = { read: "read", undelivered: "bad", unheard: "bad" }[message.status] || "";
  return make("div", { class: "foot" },
    message.copies > 1 ? make("span", { class: "bad" }, say.copies(message.copies)) : null,
    message.template ? make("span", {}, say.template(message.template)) : null,
    message.payload ? make("span", {}, say.tapped) : null,
    make("time", { datetime: message.at }, time(message.at)),
    make("span", { class: kind, title: message.status }, say.status[message.status]));
}
