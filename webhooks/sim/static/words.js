// The page's own words. What a business says comes from its flows, never from here.

const WORDS = {
  en: {
    simulator: "simulator", business: "Business", phone: "Phone", newPhone: "New phone", clock: "Clock",
    jump: "Jump", save: "Save chat as test", other: "中文", startTitle: "What the business reports",
    start: "Start", report: "Report", send: "Send", trouble: "Trouble at the carrier",
    duplicate: "every webhook twice", reorder: "receipts in reverse order", lose: "no receipts at all",
    delay: "seconds before each webhook", fail: "sends", works: "work", conversations: "Conversations",
    heard: "What was read",
    consents: "Consents", timers: "Waiting for time", reasons: "Why something did not leave", ledger: "Ledger",
    verified: "verified", broken: "BROKEN", records: "records", starts: "starts a flow", moves: "moves a flow",
    hint: (type) => `Press “Start: ${type}”.\nThe phone asks; answer y.\nThen try STOP, or let 72 hours pass.`,
    placeholder: { sms: "Text message", whatsapp: "WhatsApp message" },
    none: {
      conversations: "None yet.", heard: "Nothing was written yet.", consents: "None. Nothing commercial may be sent.", timers: "Nothing is waiting.",
      reasons: "Nothing was held back.", ledger: "Nothing recorded yet.",
    },
    started: (flow) => `Started ${flow}.`, moved: "A flow moved on.", nothing: "Kept. No flow starts or moves by it now.",
    pending: "Kept. It is being worked on.", refused: (flow) => `${flow} was refused: `,
    ended: "ended", waits: "waits for", asked: "asked for", or: " or ", until: "until", since: "since",
    queued: "The question waits to be sent.", due: (time) => `leaves ${time}`, jumpThere: "jump there",
    then: (state, span) => `${state} in ${span}`, now: "now", suppressed: (scope) => `stopped: ${scope}`,
    carrier: (scope) => `blocked by the carrier: ${scope}`, everything: "everything",
    status: {
      taken: "·", sent: "✓", delivered: "✓✓", read: "✓✓ read", undelivered: "not delivered", written: "sending…",
      heard: "✓", unheard: "our server did not take it",
    },
    copies: (n) => `sent ${n} times`, template: (name) => `template ${name}`, stillThere: "Could not reach the server: ",
    on: "on", list: "Choose", tapped: "tapped", live: "This channel reaches real people: it cannot be simulated.",
    notMoving: "A real channel is configured, so the clock does not move.",
    paced: "waits",
    consent: {},
    failures: {
      rate_limited: "are turned away: too fast", rejected: "are rejected", unreachable: "fail: unreachable",
      opted_out: "fail: the carrier says opted out", misconfigured: "fail: wrong credentials",
      hang: "are taken, but never answered", close: "are lost, the line is cut", undelivered: "are taken, then not delivered",
      close_taken: "are taken, then the line is cut",
    },
  },
  zh: {
    simulator: "模拟器", business: "商家", phone: "手机号", newPhone: "换一个号码", clock: "时钟",
    jump: "快进", save: "把对话存为测试", other: "English", startTitle: "商家上报的事件",
    start: "启动", report: "上报", send: "发送", trouble: "让运营商出故障",
    duplicate: "每个回调发两次", reorder: "回执倒序", lose: "没有回执",
    delay: "每个回调前延迟（秒）", fail: "发送", works: "正常", conversations: "会话",
    heard: "如何理解回复",
    consents: "同意记录", timers: "等待时间", reasons: "为什么没有发出", ledger: "账本",
    verified: "已验证", broken: "已损坏", records: "条记录", starts: "启动流程", moves: "推进流程",
    hint: (type) => `点“启动：${type}”。\n手机收到询问，回复 y。\n再试试回复“退订”，或快进 72 小时。`,
    placeholder: { sms: "短信", whatsapp: "WhatsApp 消息" },
    none: {
      conversations: "还没有。", heard: "还没有回复。", consents: "没有。不得发送商业信息。", timers: "没有等待。",
      reasons: "没有被拦下的消息。", ledger: "还没有记录。",
    },
    started: (flow) => `已启动 ${flow}。`, moved: "流程已推进。", nothing: "已保存，目前没有流程因此启动或推进。",
    pending: "已保存，正在处理。", refused: (flow) => `${flow} 被拒绝：`,
    ended: "已结束", waits: "等待", asked: "询问了", or: " 或 ", until: "有效至", since: "自",
    queued: "问题还没有发出。", due: (time) => `${time} 发出`, jumpThere: "快进到那时",
    then: (state, span) => `${span}后 → ${state}`, now: "现在", suppressed: (scope) => `已退订：${scope}`,
    carrier: (scope) => `运营商屏蔽：${scope}`, everything: "全部",
    status: {
      taken: "·", sent: "✓", delivered: "✓✓", read: "✓✓ 已读", undelivered: "未送达", written: "发送中…",
      heard: "✓", unheard: "服务器没有接收",
    },
    copies: (n) => `发送了 ${n} 次`, template: (name) => `模板 ${name}`, stillThere: "无法连接服务器：",
    on: "已开启", list: "选择", tapped: "点击", live: "该渠道连接真实用户，不能模拟。",
    notMoving: "已配置真实渠道，时钟不能快进。",
    paced: "排队",
    consent: {
      requested: "已询问", given: "已同意", confirmed: "已确认", refused: "已拒绝", withdrawn: "已撤回",
      expired: "已过期", invalidated: "已失效", renewed: "已续期",
    },
    failures: {
      rate_limited: "被限速", rejected: "被拒收", unreachable: "失败：无法送达",
      opted_out: "失败：运营商称对方已退订", misconfigured: "失败：凭据错误",
      hang: "已接收，但不应答", close: "丢失，连接中断", undelivered: "已接收，之后未送达",
      close_taken: "已接收，之后连接中断",
    },
  },
};

export const language = (() => {
  const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "en";
  return asked.toLowerCase().startsWith("zh") ? "zh" : "en";
})();

export const say = WORDS[language];
export const locale = language === "zh" ? "zh-CN" : "en-GB";

export function time(text) {
  const moment = new Date(text);
  const year = Math.abs(moment - Date.now()) > 150 * 86400000 ? { year: "numeric" } : {};
  const options = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false };
  return moment.toLocaleString(locale, { ...year, ...options });
}

export function span(milliseconds) {
  const minutes = Math.max(0, Math.round(milliseconds / 60000));
  if (minutes < 1) return say.now;
  if (minutes < 90) return language === "zh" ? `${minutes} 分钟` : `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours <= 96) return language === "zh" ? `${hours} 小时` : `${hours} h`;
  return language === "zh" ? `${Math.round(hours / 24)} 天` : `${Math.round(hours / 24)} days`;
}
