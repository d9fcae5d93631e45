// A machine over node-opcua, with the information model of docs/opcua.md.
//
// node machine.js PORT FOLDER SECONDS [forget]
//
// Carries out one job at a time, SECONDS each. FOLDER/memory.json is its memory, kept over a kill;
// FOLDER/ledger.txt gets a line for every job carried out and outlives even a lost memory.
"use strict";
const fs = require("fs");
const path = require("path");
const crypto = require("crypto");
const opcua = require("node-opcua");
const { DataType, Variant, VariantArrayType, StatusCodes } = opcua;

const [port, folder, seconds, ...flags] = process.argv.slice(2);
const NAME = "press";
const KEPT = 256;
const MEMORY = path.join(folder, "memory.json");
const LEDGER = path.join(folder, "ledger.txt");
const over = (job) => job[2] === "Ended" || job[2] === "Aborted";
const ledger = () => (fs.existsSync(LEDGER) ? fs.readFileSync(LEDGER, "utf8").split("\n").filter(Boolean) : []);

let memory;
function save() {
  const file = fs.openSync(MEMORY + ".new", "w");
  fs.writeSync(file, JSON.stringify(memory));
  fs.fsyncSync(file);
  fs.closeSync(file);
  fs.renameSync(MEMORY + ".new", MEMORY);
}
function note(...fields) {
  memory.serial += 1;
  memory.log.push([memory.serial, ...fields].join("|"));
  memory.log.splice(0, Math.max(0, memory.log.length - KEPT));
}
function end(job) {
  job[2] = "Ended";
  memory.good += 1;
  memory.done += 1;
  note("Ended", job[0]);
  while (memory.jobs.length > KEPT) {
    memory.jobs.splice(memory.jobs.findIndex(over), 1);
  }
}
function remember() {
  if (fs.existsSync(MEMORY) && !flags.includes("forget")) {
    memory = JSON.parse(fs.readFileSync(MEMORY, "utf8"));
  } else {
    // What stands in the ledger was done under an earlier memory.
    const name = crypto.randomUUID();
    memory = { name, serial: 0, log: [], jobs: [], good: 0, done: ledger().length };
  }
  // Killed between ledger and memory: the ledger is what happened.
  for (const tag of ledger().slice(memory.done)) {
    const job = memory.jobs.find((job) => job[0] === tag);
    if (job) end(job);
  }
  save();
}

function storeAndStart(tag, revision) {
  const fresh = [tag, revision, "AllowedToStart"];
  const at = memory.jobs.findIndex((job) => job[0] === tag);
  const job = memory.jobs[at];
  let status = 0;
  if (!job) {
    memory.jobs.push(fresh);
  } else if (revision <= job[1]) {
    status = revision === job[1] ? 1 : 2;
  } else if (over(job)) {
    memory.jobs.splice(at, 1);
    memory.jobs.push(fresh);
  } else {
    job[1] = revision;
    status = 1;
  }
  save();
  return [status, memory.jobs.find((job) => job[0] === tag)[2], ""];
}
function abort(tag) {
  const job = memory.jobs.find((job) => job[0] === tag);
  if (!job) return [3, "", "NotThere"];
  if (job[2] !== "AllowedToStart") return [3, job[2], "NotReleased"];
  job[2] = "Aborted";
  note("Aborted", tag);
  save();
  return [0, job[2], ""];
}

async function work() {
  for (;;) {
    const job = memory.jobs.find((job) => !over(job));
    // Held: what is in work is finished, nothing else begins.
    if (!job || (memory.held && job[2] !== "Running")) {
      await new Promise((go) => setTimeout(go, 20));
      continue;
    }
    if (job[2] === "AllowedToStart") {
      job[2] = "Running";
      note("Started", job[0]);
      save();
    }
    await new Promise((go) => setTimeout(go, 1000 * Number(seconds)));
    const file = fs.openSync(LEDGER, "a");
    fs.writeSync(file, job[0] + "\n");
    fs.fsyncSync(file);
    fs.closeSync(file);
    end(job);
    save();
  }
}

function build(server) {
  const space = server.engine.addressSpace;
  const own = space.registerNamespace("urn:fenhe:machine");
  const id = (part) => `s=${NAME}.${part}`;
  const machine = own.addObject({ browseName: NAME, nodeId: `s=${NAME}`, organizedBy: space.rootFolder.objects });
  const running = () => memory.jobs.find((job) => job[2] === "Running");
  const one = (part, dataType, value) =>
    own.addVariable({
      componentOf: machine, browseName: part, nodeId: id(part), dataType, minimumSamplingInterval: 50,
      value: { get: () => new Variant({ dataType, value: value() }) },
    });
  const many = (part, value) =>
    own.addVariable({
      componentOf: machine, browseName: part, nodeId: id(part), dataType: DataType.String, valueRank: 1, minimumSamplingInterval: 50,
      value: { get: () => new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value: value() }) },
    });
  const start = Date.now();
  one("MemoryInstance", DataType.String, () => memory.name);
  many("JobOrderList", () => memory.jobs.map((job) => job.join("|") + "|"));
  many("ResultLog", () => [`${memory.name}|${memory.serial}`, ...memory.log]);
  one("CurrentState", DataType.Int32, () => (running() ? 6 : memory.held ? 11 : 4));
  one("GoodQuantity", DataType.UInt32, () => memory.good);
  one("ScrapQuantity", DataType.UInt32, () => 0);
  one("AlarmWord", DataType.UInt32, () => 0);
  one("Heartbeat", DataType.UInt32, () => Math.floor((Date.now() - start) / 500));
  one("CurrentJobOrder", DataType.String, () => (running() || [""])[0]);
  const argument = (name, dataType) => ({ name, dataType });
  const outputArguments = [argument("ReturnStatus", DataType.UInt32), argument("JobState", DataType.String), argument("Reason", DataType.String)];
  const method = (part, inputArguments, act) =>
    own.addMethod(machine, { browseName: part, nodeId: id(part), inputArguments, outputArguments }).bindMethod((inputs, _context, answer) => {
      const [status, state, reason] = act(...inputs.map((input) => input.value));
      answer(null, {
        statusCode: StatusCodes.Good,
        outputArguments: [{ dataType: DataType.UInt32, value: status }, { dataType: DataType.String, value: state }, { dataType: DataType.String, value: reason }],
      });
    });
  method("StoreAndStart", [argument("JobOrderID", DataType.String), argument("Revision", DataType.UInt32)], storeAndStart);
  method("Abort", [argument("JobOrderID", DataType.String)], abort);
  const hold = (part, held) =>
    own.addMethod(machine, { browseName: part, nodeId: id(part), inputArguments: [], outputArguments: [] }).bindMethod((_inputs, _context, answer) => {
      memory.held = held;
      save();
      answer(null, { statusCode: StatusCodes.Good, outputArguments: [] });
    });
  hold("Hold", true);
  hold("Unhold", false);
}

async function main() {
  remember();
  const keys = new opcua.OPCUACertificateManager({ rootFolder: path.join(folder, "keys"), automaticallyAcceptUnknownCertificate: false });
  const server = new opcua.OPCUAServer({
    port: Number(port), hostname: "127.0.0.1", serverCertificateManager: keys,
    securityPolicies: [opcua.SecurityPolicy.None], securityModes: [opcua.MessageSecurityMode.None],
  });
  await server.initialize();
  build(server);
  await server.start();
  console.log("ready");
  await work();
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
