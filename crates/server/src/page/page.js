"use strict";
// Vehicles of a running plant and a sign that the feed lives. No framework, no foreign script.

const WORDS = {
  en: {
    other: "中文", safety: "Never a safety function.", name: "Name", password: "Password", enter: "Log in", logout: "Log out",
    head: ["Vehicle", "State", "Node", "Battery", "Load", "Transport", "Link", "Mode"],
    up: "up", down: "lost", held: "held", alive: "feed alive", waiting: "waiting for the feed",
    modes: { live: "live", rehearse: "rehearsal", paused: "paused" }, facts: "facts", item: "item", offline: "the server does not answer",
    states: {}, devices: {},
  },
  zh: {
    other: "English", safety: "本软件不承担任何安全功能。", name: "用户名", password: "密码", enter: "登录", logout: "退出",
    head: ["车辆", "状态", "节点", "电量", "载荷", "搬运任务", "通信", "模式"],
    up: "正常", down: "中断", held: "已停住", alive: "实时数据正常", waiting: "正在等待实时数据",
    modes: { live: "实时运行", rehearse: "演练", paused: "已暂停" }, facts: "条事实", item: "序号", offline: "服务器没有应答",
    states: { parked: "停泊", empty: "空驶", loaded: "载货行驶", waiting: "等待", handling: "装卸", charging: "充电", stopped: "停车" },
    devices: { off: "关闭", simulated: "仿真", shadow: "影子", real: "实车" },
  },
};
let lang = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
let view = null, next = null, csrf = null, facts = 0, heard = 0, socket = null;
const at = (id) => document.getElementById(id);
const words = () => WORDS[lang];

function speak() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  at("other").textContent = words().other;
  at("safety").textContent = words().safety;
  at("name-label").textContent = words().name;
  at("password-label").textContent = words().password;
  at("enter").textContent = words().enter;
  at("logout").textContent = words().logout;
  at("head").replaceChildren(...words().head.map((text) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = text;
    return cell;
  }));
  rows();
}

async function ask(method, path, body) {
  const headers = { "accept-language": lang === "zh" ? "zh-CN" : "en" };
  if (body) headers["content-type"] = "application/json";
  if (csrf) headers["x-csrf-token"] = csrf;
  try {
    const response = await fetch(path, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
    const json = response.status === 204 ? {} : await response.json();
    return { good: response.ok, status: response.status, json };
  } catch {
    return { good: false, status: 0, json: { message: words().offline, remedy: "" } };
  }
}

function say(fault) {
  at("message").textContent = fault ? [fault.message, fault.remedy].filter(Boolean).join(lang === "zh" ? "；" : " - ") : "";
}

async function begin() {
  const who = await ask("GET", "api/v1/session");
  if (!who.good && who.status !== 401) say(who.json);
  csrf = who.json.csrf || null;
  at("login").hidden = who.good;
  at("plant").hidden = !who.good;
  at("logout").hidden = !csrf;
  if (who.good) follow();
  else if (who.status !== 401) setTimeout(begin, 2000);
}

function follow() {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const from = next === null ? "" : "?from=" + next;
  socket = new WebSocket(scheme + "//" + location.host + "/api/v1/feed" + from);
  socket.onmessage = (message) => {
    for (const one of JSON.parse(message.data)) take(one);
  };
  socket.onclose = () => setTimeout(begin, 1000);
}

function take(one) {
  next = one.seq + 1;
  heard = Date.now();
  if (one.type === "resync") view = one.view;
  else if (!view) return;
  else if (one.type === "vehicle") view.vehicles[one.vehicle] = one.view;
  else if (one.type === "mode") view.mode = one.mode;
  else if (one.type === "facts") facts = one.count;
}

function rows() {
  if (!view) return;
  const alive = Date.now() - heard < 3000;
  const mode = words().modes[view.mode];
  at("state").textContent = [view.plant, mode, alive ? words().alive : words().waiting, words().item + " " + (next - 1), facts + " " + words().facts]
    .join(" · ");
  at("rows").replaceChildren(...view.vehicles.map((one) => {
    const row = document.createElement("tr");
    if (!one.link) row.className = "away";
    const state = words().states[one.state] || one.state;
    const cells = [one.name, one.held ? state + " · " + words().held : state, one.node || "", one.battery / 10 + " %",
      one.loads.filter((load) => load !== null).map((load) => load || "?").join(" "), one.transport === null ? "" : one.transport,
      one.link ? words().up : words().down, words().devices[one.mode] || one.mode];
    cells.forEach((text, i) => {
      const cell = document.createElement("td");
      cell.textContent = text;
      if (i === 3) cell.className = "number";
      row.append(cell);
    });
    return row;
  }));
}

at("other").onclick = () => { lang = lang === "zh" ? "en" : "zh"; speak(); };
at("login").onsubmit = async (event) => {
  event.preventDefault();
  const began = await ask("POST", "api/v1/session", { name: at("name").value, password: at("password").value });
  at("password").value = "";
  say(began.good ? null : began.json);
  if (began.good) begin();
};
at("logout").onclick = async () => {
  await ask("DELETE", "api/v1/session");
  csrf = null; view = null; next = null;
  if (socket) socket.close();
};
speak();
begin();
setInterval(rows, 500);
