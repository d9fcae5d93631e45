"use strict";
// A running plant at a glance: what is wrong, who is where, that it lives. No framework, no foreign script.

const WORDS = {
  en: {
    other: "中文", safety: "Never a safety function.", name: "Name", password: "Password", enter: "Log in", logout: "Log out",
    alive: "live", waiting: "waiting for the plant", offline: "the server does not answer",
    modes: { live: "live", rehearse: "rehearsal", paused: "paused" },
    tiles: { alarms: "alarms", links: "links up", busy: "vehicles at work", doubt: "loads in doubt", orders: "open orders", facts: "facts handled" },
    titles: { alarms: "Alarms", zones: "Access windows", vehicles: "Vehicles" },
    alarms: ["Priority", "What is wrong", "Waiting", "State", "Since"],
    zones: ["Zone", "State", "Interlock", "People inside", "Still in it", "Asked by"],
    vehicles: ["Vehicle", "State", "Node", "Battery", "Load", "Transport", "Link", "Mode"],
    none: "no alarm", held: "held", sent: "sent to", up: "up", down: "lost", permits: "permits entry", locked: "locked",
    priorities: {}, stands: { out_of_service: "out of service" }, access: {}, whys: {}, states: {}, devices: {}, kinds: {},
  },
  zh: {
    other: "English", safety: "本软件不承担任何安全功能。", name: "用户名", password: "密码", enter: "登录", logout: "退出",
    alive: "实时", waiting: "正在等待工厂数据", offline: "服务器没有应答",
    modes: { live: "实时运行", rehearse: "演练", paused: "已暂停" },
    tiles: { alarms: "报警", links: "通信正常", busy: "作业中的车辆", doubt: "位置存疑的载具", orders: "未完成工单", facts: "已处理事实" },
    titles: { alarms: "报警", zones: "进入窗口", vehicles: "车辆" },
    alarms: ["优先级", "问题", "受影响", "状态", "时间"],
    zones: ["区域", "状态", "联锁", "区内人数", "仍在区内", "申请人"],
    vehicles: ["车辆", "状态", "节点", "电量", "载荷", "搬运任务", "通信", "模式"],
    none: "没有报警", held: "已停住", sent: "派往", up: "正常", down: "中断", permits: "允许进入", locked: "锁定",
    priorities: { critical: "紧急", high: "高", medium: "中", low: "低" },
    stands: { normal: "正常", unacknowledged: "未确认", acknowledged: "已确认", returned: "已恢复", shelved: "已搁置", suppressed: "已抑制", out_of_service: "停用" },
    access: { closed: "关闭", requested: "已申请", draining: "清空中", clear: "已清空", permitted: "已许可", open: "有人进入" },
    whys: { leaving: "正在离开", lost: "通信中断", held: "停住", stopped: "被停止", works: "仍在运行" },
    states: { parked: "停泊", empty: "空驶", loaded: "载货行驶", waiting: "等待", handling: "装卸", charging: "充电", stopped: "停车" },
    devices: { off: "关闭", simulated: "仿真", shadow: "影子", real: "实车" },
    kinds: { vehicle: "车辆", station: "工位", buffer: "缓存", plant: "工厂" },
  },
};
const RANK = ["critical", "high", "medium", "low"];
const SILENT = ["shelved", "suppressed", "out_of_service", "normal"];
let lang = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
let view = null, next = null, csrf = null, facts = null, heard = 0, socket = null, texts = new Map(), told = "", epoch = 0;
// A token behind # never leaves the browser; it is taken out of the address at once.
let token = location.hash.startsWith("#fht_") ? location.hash.slice(1) : sessionStorage.getItem("fenhe-token");
if (location.hash.startsWith("#fht_")) {
  sessionStorage.setItem("fenhe-token", token);
  history.replaceState(null, "", location.pathname);
}
const at = (id) => document.getElementById(id);
const words = () => WORDS[lang];
const word = (list, key) => words()[list][key] || key;

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function speak() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const id of ["other", "safety", "enter", "logout"]) at(id).textContent = words()[id];
  at("name-label").textContent = words().name;
  at("password-label").textContent = words().password;
  for (const list of ["alarms", "zones", "vehicles"]) {
    at(list + "-title").textContent = words().titles[list];
    const cells = words()[list].map((text, i) => {
      const cell = element("th", text, list === "vehicles" && i === 3 || list === "zones" && i === 3 ? "number" : "");
      cell.scope = "col";
      return cell;
    });
    at(list).tHead.rows[0].replaceChildren(...cells);
  }
  told = "";
  show();
}

async function ask(method, path, body) {
  const headers = { "accept-language": lang === "zh" ? "zh-CN" : "en" };
  if (body) headers["content-type"] = "application/json";
  if (csrf) headers["x-csrf-token"] = csrf;
  if (token) headers.authorization = "Bearer " + token;
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
  if (!who.good && who.status === 401 && token) {
    // It is good no longer.
    token = null;
    sessionStorage.removeItem("fenhe-token");
    return begin();
  }
  say(who.good || who.status === 401 ? null : who.json);
  csrf = who.json.csrf || null;
  at("login").hidden = who.good || who.status !== 401;
  at("plant").hidden = !who.good;
  at("logout").hidden = !csrf && !token;
  if (who.good && token) poll();
  else if (who.good) follow();
  else if (who.status !== 401) setTimeout(begin, 2000);
}

// A browser sends no token with a WebSocket: whoever looks on with one asks again and again.
async function poll() {
  const answer = await ask("GET", "api/v1/view");
  if (!answer.good || !token) return begin();
  look(answer.json);
  heard = Date.now();
  show();
  setTimeout(poll, 1000);
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

function look(whole) {
  view = whole;
  epoch = Date.parse(view.utc) - view.time / 1000;
}

function put(list, key, row) {
  const i = list.findIndex((one) => one[key] === row[key]);
  if (i < 0) list.push(row);
  else list[i] = row;
}

function take(one) {
  next = one.seq + 1;
  heard = Date.now();
  if (one.type === "resync") look(one.view);
  if (!view) return;
  view.time = one.at;
  if (one.type === "vehicle") view.vehicles[one.vehicle] = one.view;
  else if (one.type === "mode") view.mode = one.mode;
  else if (one.type === "facts") facts = one.count;
  else if (one.type === "alarm") put(view.alarms, "id", one);
  else if (one.type === "alarm_over") view.alarms = view.alarms.filter((alarm) => alarm.id !== one.id);
  else if (one.type === "access") put(view.access, "zone", one);
  else if (one.type === "access_over") for (const zone of view.access) { if (zone.zone === one.zone) zone.state = "closed"; }
  else if (one.type === "transport") {
    put(view.transports, "id", one);
    view.transports = view.transports.filter((transport) => transport.state !== "done");
  } else if (one.type === "order") put(view.orders, "reference", one);
}

function object(name) {
  const [kind, ...rest] = name.split(" ");
  return word("kinds", kind) + " " + rest.join(" ");
}

function since(us) {
  const s = Math.max(0, Math.round((view.time - us) / 1e6));
  const two = (n) => String(n).padStart(2, "0");
  return Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
}

// The sentences of alarms come from the server, in the reader's language.
async function sentences(alarms) {
  const wanted = lang + alarms.map((alarm) => alarm.id).sort().join(",");
  if (wanted === told) return;
  told = wanted;
  const answer = await ask("GET", "api/v1/alarms");
  if (answer.good) texts = new Map(answer.json.map((row) => [row.id, row]));
  show();
}

function alarms() {
  const rank = (alarm) => (SILENT.includes(alarm.state) ? 10 : 0) + RANK.indexOf(alarm.priority);
  const all = view.alarms.toSorted((a, b) => rank(a) - rank(b) || a.raised - b.raised);
  sentences(all);
  const rows = all.map((alarm) => {
    const row = element("tr", undefined, SILENT.includes(alarm.state) ? "away" : "");
    const text = texts.get(alarm.id);
    const what = element("td", text ? text.what : object(alarm.object) + ": " + alarm.code);
    if (text) what.append(element("small", text.action));
    const waiting = alarm.affected.length;
    row.append(element("td", word("priorities", alarm.priority), "priority " + alarm.priority), what,
      element("td", waiting ? String(waiting) : "", "number"), element("td", word("stands", alarm.state), "name"),
      element("td", since(alarm.raised), "number"));
    return row;
  });
  if (!rows.length) {
    const cell = element("td", words().none, "none");
    cell.colSpan = 5;
    rows.push(element("tr"));
    rows[0].append(cell);
  }
  at("alarms").tBodies[0].replaceChildren(...rows);
}

function zones() {
  const open = view.access.filter((zone) => zone.state !== "closed" || zone.fire);
  at("zones-part").hidden = !open.length;
  at("zones").tBodies[0].replaceChildren(...open.map((zone) => {
    const row = element("tr");
    const keepers = zone.keepers.map((keeper) => object(keeper.object) + " (" + word("whys", keeper.why) + ")");
    row.append(element("td", zone.zone, "name"), element("td", word("access", zone.state)),
      element("td", zone.interlock ? words().permits : words().locked), element("td", zone.persons, "number"),
      element("td", keepers.join(", ")), element("td", zone.by || ""));
    return row;
  }));
}

function vehicles() {
  at("vehicles").tBodies[0].replaceChildren(...view.vehicles.map((one) => {
    const row = element("tr", undefined, one.link ? "" : "away");
    const state = [word("states", one.state), one.held ? words().held : "", one.sent ? words().sent + " " + one.sent : ""];
    const loads = one.loads.filter((load) => load !== null).map((load) => load || "?").join(" ");
    row.append(element("td", one.name, "name"), element("td", state.filter(Boolean).join(" · ")), element("td", one.node || "", "name"),
      element("td", (one.battery / 10).toFixed(1) + " %", "number"), element("td", loads),
      element("td", one.transport === null ? "" : one.transport), element("td", one.link ? words().up : words().down),
      element("td", word("devices", one.mode)));
    return row;
  }));
}

function tiles() {
  const rings = view.alarms.filter((alarm) => !SILENT.includes(alarm.state)).length;
  const up = view.vehicles.filter((one) => one.link).length;
  const busy = view.vehicles.filter((one) => one.transport !== null).length;
  const doubt = view.transports.filter((one) => one.state === "in_doubt").length;
  const orders = view.orders.filter((one) => one.entered + one.cancelled < one.quantity).length;
  const list = [["alarms", rings, rings > 0], ["links", up + " / " + view.vehicles.length, up < view.vehicles.length],
    ["busy", busy], ["doubt", doubt, doubt > 0], ["orders", orders]];
  if (facts !== null) list.push(["facts", facts.toLocaleString(lang)]);
  at("tiles").replaceChildren(...list.map(([key, figure, bad]) => {
    const tile = element("li", undefined, bad ? "bad" : "");
    tile.append(element("b", figure), element("span", words().tiles[key]));
    return tile;
  }));
}

function show() {
  if (!view) return;
  const alive = Date.now() - heard < 4000;
  at("state").textContent = [view.plant, words().modes[view.mode], alive ? words().alive : words().waiting, new Date(epoch + view.time / 1000).toISOString().slice(0, 19).replace("T", " ") + " UTC"].join(" · ");
  tiles();
  alarms();
  zones();
  vehicles();
}

at("other").onclick = () => { lang = lang === "zh" ? "en" : "zh"; speak(); };
at("login").onsubmit = async (event) => {
  event.preventDefault();
  const began = await ask("POST", "api/v1/session", { name: at("name").value, password: at("password").value });
  at("password").value = "";
  if (began.good) begin();
  else say(began.json);
};
at("logout").onclick = async () => {
  if (token) {
    token = null;
    sessionStorage.removeItem("fenhe-token");
  } else await ask("DELETE", "api/v1/session");
  csrf = null; view = null; next = null;
  if (socket) socket.close();
  else begin();
};
speak();
begin();
setInterval(show, 1000);
