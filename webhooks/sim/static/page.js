// The page: who is played, what is pressed, and showing what came of it.

import { showCards } from "./cards.js";
import { fill, get, make } from "./make.js";
import { showChat } from "./phone.js";
import { link, post, read } from "./server.js";
import { language, locale, say } from "./words.js";

const asked = new URLSearchParams(location.search);
const page = { offer: null, business: null, channel: null, phone: "", view: null, ahead: 0, stream: null };

const who = () => ({ business: page.business.name, phone: page.phone });
const events = () => page.business.events;
const chosen = () => events()[Number(get("event").value)];

async function begin() {
  document.documentElement.lang = locale;
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say[element.dataset.say];
  get("language").textContent = say.other;
  page.offer = await read("businesses", { lang: locale });
  fill("business", page.offer.businesses.map((one) => make("option", { value: one.name, title: one.name }, one.brand)));
  const failing = page.offer.failures.map((one) => make("option", { value: one }, say.failures[one] || one));
  document.querySelector("[name=fail]").replaceChildren(make("option", { value: "" }, say.works), ...failing);
  if (!page.offer.clock.movable) for (const one of document.querySelectorAll(".clock button, .clock input")) {
    one.disabled = true;
    one.title = say.notMoving;
  }
  page.ahead = new Date(page.offer.clock.now) - Date.now();
  page.phone = asked.get("phone") || newPhone();
  get("phone").value = page.phone;
  listen();
  pickBusiness(asked.get("business"));
  setInterval(tick, 1000);
  tick();
}

function newPhone() {
  const digits = crypto.getRandomValues(new Uint32Array(1))[0] % 100000000;
  return `+86138${String(digits).padStart(8, "0")}`;
}

function pickBusiness(name) {
  page.business = page.offer.businesses.find((one) => one.name === name) || page.offer.businesses[0];
  get("business").value = page.business.name;
  const groups = [[say.starts, true], [say.moves, false]].map(([label, starts]) =>
    make("optgroup", { label }, events().map((one, place) => [one, place]).filter(([one]) => one.starts === starts)
      .map(([one, place]) => make("option", { value: place }, `${one.type} → ${one.flow}`))));
  fill("event", groups.filter((one) => one.children.length));
  const easiest = events().findIndex((one) => one.starts && one.type === "signup.form");
  if (easiest >= 0) get("event").value = String(easiest);
  pickEvent();
  pickChannel(asked.get("channel"));
  follow();
}

function pickEvent() {
  const event = chosen();
  if (!event) return;
  get("report").textContent = `${event.starts ? say.start : say.report}: ${event.type}`;
  fill("facts", Object.entries(event.facts).map(([name, example]) =>
    make("label", {}, name, make("input", { name, value: example, autocomplete: "off" }))));
  get("outcome").textContent = "";
}

function pickChannel(name) {
  const channels = page.business.channels;
  page.channel = channels.find((one) => one.name === name) || channels[0];
  fill("channels", channels.map((one) => make("button",
    { type: "button", role: "tab", "aria-selected": String(one === page.channel), "data-channel": one.name,
      on: { click: () => pickChannel(one.name) } },
    one.medium === "sms" ? "SMS" : "WhatsApp", make("small", {}, one.sender))));
  get("text").placeholder = page.channel.simulated ? say.placeholder[page.channel.medium] : say.live;
  get("text").disabled = !page.channel.simulated;
  showTrouble();
  remember();
  if (page.view) show();
}

function remember() {
  const query = { ...who(), channel: page.channel.name, ...(asked.get("lang") ? { lang: language } : {}) };
  history.replaceState(null, "", `?${new URLSearchParams(query)}`);
  get("save").href = link("chat-as-test", { ...who(), channel: page.channel.name });
}

function follow() {
  page.stream?.close();
  page.stream = new EventSource(link("stream", who()));
  page.stream.onmessage = () => guard(refresh);
  remember();
}

async function refresh() {
  page.view = await read("person", who());
  page.ahead = new Date(page.view.now) - Date.now();
  show();
}

function show() {
  const first = events().find((one) => one.starts);
  showChat(page.view, page.channel, say.hint(chosen()?.starts ? chosen().type : first?.type || ""), tap);
  showCards(page.view, page.business.purposes, jump);
}

function tick() {
  const options = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false };
  get("now").textContent = new Date(Date.now() + page.ahead).toLocaleString(locale, options);
}

async function guard(act) {
  try {
    await act();
    get("notice").hidden = true;
  } catch (error) {
    const lost = error instanceof TypeError;
    get("notice").textContent = lost ? say.stillThere + error.message : error.message;
    get("notice").hidden = false;
  }
}

const tap = (pressed) => guard(async () => {
  await post("inbound", { ...who(), channel: page.channel.name, tap: pressed });
  await refresh();
});

const jump = (by) => guard(async () => {
  await post("clock", { advance: by });
  await refresh();
});

async function report() {
  const event = chosen();
  const facts = Object.fromEntries([...get("facts").querySelectorAll("input")].map((one) => [one.name, one.value]));
  const speaks = page.business.languages.find((one) => one === locale || one.startsWith(language)) || "";
  const body = { ...who(), type: event.type, facts, language: speaks, channel: page.channel.name };
  const came = await post("event", body);
  const refused = came.refused.map((one) => say.refused(one.flow) + one[language]);
  const started = came.started.map((one) => say.started(one.flow));
  const outcome = get("outcome");
  outcome.textContent = [...started, ...refused].join(" ") || (came.pending ? say.pending : came.messages.length ? say.moved : say.nothing);
  outcome.className = `outcome ${refused.length ? "bad" : started.length ? "good" : ""}`;
  await refresh();
}

function showTrouble() {
  const form = get("trouble");
  const trouble = page.channel.trouble || {};
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = Boolean(trouble[field.name]);
    else field.value = trouble[field.name] ?? (field.type === "number" ? 0 : "");
  }
  const on = Object.values(trouble).some(Boolean);
  get("trouble-on").hidden = !on;
  get("trouble-on").textContent = say.on;
}

async function makeTrouble() {
  const form = get("trouble");
  const switched = { delay: Number(form.delay.value), fail: form.fail.value || null };
  for (const name of ["duplicate", "reorder", "lose_receipts"]) switched[name] = form[name].checked;
  await post("trouble", { business: page.business.name, channel: page.channel.name, ...switched });
  page.channel.trouble = switched;
  showTrouble();
}

function submit(id, act) {
  get(id).addEventListener("submit", (event) => {
    event.preventDefault();
    guard(act);
  });
}

function listen() {
  submit("start", report);
  submit("jump", async () => {
    await post("clock", { advance: get("jump-by").value.trim() });
    await refresh();
  });
  submit("compose", async () => {
    const text = get("text").value;
    if (!text) return;
    await post("inbound", { ...who(), channel: page.channel.name, text });
    get("text").value = "";
    await refresh();
  });
  for (const one of document.querySelectorAll("[data-jump]")) one.addEventListener("click", () => jump(one.dataset.jump));
  get("business").addEventListener("change", (event) => pickBusiness(event.target.value));
  get("event").addEventListener("change", pickEvent);
  get("trouble").addEventListener("change", () => guard(makeTrouble));
  get("trouble").addEventListener("submit", (event) => event.preventDefault());
  get("new-phone").addEventListener("click", () => becomes(newPhone()));
  get("phone").addEventListener("change", (event) => becomes(event.target.value.replace(/[\s()-]/g, "")));
  get("language").addEventListener("click", () => {
    location.search = new URLSearchParams({ ...who(), channel: page.channel.name, lang: language === "zh" ? "en" : "zh" });
  });
}

function becomes(phone) {
  page.phone = phone;
  get("phone").value = phone;
  get("outcome").textContent = "";
  follow();
}

guard(begin);
