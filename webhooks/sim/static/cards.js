// What the business's side knows: states, consents, timers, reasons, ledger.

import { badge, fill, get, make } from "./make.js";
import { language, say, span, time } from "./words.js";

const item = (past, head, ...more) =>
  make("div", { class: past ? "item past" : "item" }, make("div", { class: "head" }, head),
    more.filter(Boolean).map((one) => make("div", { class: "more" }, one)));

const none = (name) => [make("p", { class: "none" }, say.none[name])];
const put = (name, items) => fill(name, items.length ? items : none(name));

export function showCards(view, purposes, jumpTo) {
  put("conversations", [...stops(view), ...view.conversations.map((run) => conversation(run))]);
  put("heard", view.heard.filter((one) => one.kind === "message").slice(0, 8).map(reading));
  put("consents", view.consents.map((one) => consent(one, purposes)));
  put("timers", view.timers.filter((one) => one.conversation).map((one) => timer(one, view, jumpTo)));
  put("reasons", view.reasons.map((one) => reason(one, view, jumpTo)));
  ledger(view.ledger);
}

function stops(view) {
  const seen = new Set(view.suppressions.map((one) => `${one.kind} ${one.scope}`));
  return [...seen].map((one) => {
    const [kind, scope] = one.split(" ");
    const named = scope === "all" ? say.everything : scope;
    return item(false, [badge((kind === "stopped" ? say.suppressed : say.carrier)(named), "bad")]);
  });
}

function conversation(run) {
  const open = !run.ended;
  const head = [make("strong", {}, run.flow), badge(run.channel), make("span", { class: "state" }, run.state),
    open ? null : badge(`${say.ended}: ${run.outcome}`)];
  const answers = run.answers.map((one) => `${one.words.slice(0, 3).join(" / ")} → ${one.go}`);
  const waits = [...answers, ...run.events].join(say.or);
  return item(!open, head,
    open && waits ? `${say.waits} ${waits}` : null,
    open && answers.length && !run.shown ? say.queued : null,
    open && run.asked.length ? `${say.asked} ${run.asked.join(", ")}` : null);
}

function reading(one) {
  const kind = /stop|bills/.test(one.reading) ? "bad" : one.reading === "grant" ? "good" : one.reading === "pause" ? "wait" : "";
  const by = one.word ? `${one.read_by} · ${one.word}` : one.read_by;
  return item(false, [badge([one.reading, one.sub, one.detail].filter(Boolean).join(" "), kind), make("span", {}, one.what)], by);
}

function consent(one, purposes) {
  const kind = one.holds ? "good" : one.status === "requested" ? "wait" : "bad";
  const title = purposes[one.purpose] ? `${one.purpose} · ${purposes[one.purpose]}` : one.purpose;
  const dates = `${say.since} ${time(one.since)}` + (one.expires ? ` · ${say.until} ${time(one.expires)}` : "");
  return item(false, [badge(say.consent[one.status] || one.status, kind), make("strong", {}, title), badge(one.medium)], dates);
}

function timer(one, view, jumpTo) {
  const left = new Date(one.due) - new Date(view.now);
  return item(false, [make("strong", {}, say.then(one.go, span(left))), badge(one.flow), badge(one.channel), jump(one.due, view, jumpTo)]);
}

function reason(one, view, jumpTo) {
  const waits = one.status === "queued";
  const what = one.text ? `${one.flow} · ${one.text}` : one.flow;
  const head = [badge(one.why || say.paced, waits ? "wait" : "bad"), make("strong", {}, what),
    one.due ? make("span", {}, say.due(time(one.due))) : null, one.due ? jump(one.due, view, jumpTo) : null];
  return item(false, head, one[language], one.detail);
}

function jump(due, view, jumpTo) {
  const minutes = Math.ceil((new Date(due) - new Date(view.now)) / 60000);
  if (minutes < 1) return null;
  return make("button", { type: "button", on: { click: () => jumpTo(`${minutes}m`) } }, say.jumpThere);
}

function ledger(chain) {
  const mark = get("verified");
  mark.textContent = chain.verified ? `${say.verified} · ${chain.length} ${say.records}` : say.broken;
  mark.className = `badge ${chain.verified ? "good" : "bad"}`;
  mark.hidden = !chain.length && !chain.broken;
  const rows = chain.records.map((one) => make("tr", {},
    make("td", { class: "time" }, `#${one.seq}`),
    make("td", {}, make("strong", {}, one.kind), make("div", { class: "facts-of" }, facts(one.facts))),
    make("td", { class: "time" }, time(one.at))));
  put("ledger", rows.length ? [make("table", {}, rows)] : []);
  if (chain.broken) get("ledger").prepend(make("p", { class: "outcome bad" }, chain.broken));
}

// Hashes and ids prove things to a machine; a person reads what and why.
const FOR_MACHINES = /hash$|^(content|event|message|process|conversation|epoch)$/;

function facts(given) {
  return Object.entries(given)
    .filter(([name, value]) => value !== "" && value !== null && typeof value !== "object" && !FOR_MACHINES.test(name))
    .map(([name, value]) => `${name} ${value}`).join(" · ");
}
