// Vehicles over vda-5050-lib: its controller and its virtual vehicle, with three things a real one has and
// that one lacks - a memory that outlives a reboot, hands that really take and give, a sensor for the load.
//
// node vehicle.js FLEET.json SERIAL...
//
// FLEET.json: { broker: "mqtt://...", floor: "unix socket", memory: "folder", speed: 4, handling: 8,
//               vehicles: { SERIAL: { x, y, node, map, loads: true } } }
//
// The floor is where loads are: a process of its own that is never killed. It is told each hand-over, writes
// it down and answers; what it answers is what happened. One line of JSON each way:
//   > {"n":1,"vehicle":"agv-7","deed":"pick","place":"A.0","action":"f1-a3"}   < {"n":1,"load":17} | {"n":1,"why":"Empty"}
//   > {"n":2,"vehicle":"agv-7","deed":"look"}                                   < {"n":2,"load":17} | {"n":2,"load":null}
"use strict";
const fs = require("fs");
const net = require("net");
const path = require("path");
const { AgvController, VirtualAgvAdapter, ActionStatus } = require("vda-5050-lib");

const [file, ...serials] = process.argv.slice(2);
const fleet = JSON.parse(fs.readFileSync(file, "utf8"));
const MAKER = "vda-5050-lib";

/** The floor, as this process reaches it. Without it there are no loads: it ends. */
class Floor {
  constructor(address) {
    this.serial = 0;
    this.asked = new Map();
    let rest = "";
    this.socket = net.createConnection(address);
    this.socket.on("data", (bytes) => {
      const lines = (rest + bytes).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const answer = JSON.parse(line);
        this.asked.get(answer.n)(answer);
        this.asked.delete(answer.n);
      }
    });
    this.socket.on("error", (error) => gone(error));
    this.socket.on("close", () => gone("closed"));
  }
  ask(question) {
    const n = ++this.serial;
    return new Promise((answered) => {
      this.asked.set(n, answered);
      this.socket.write(JSON.stringify({ n, ...question }) + "\n");
    });
  }
}
function gone(why) {
  console.error(`floor: ${why}`);
  process.exit(2);
}

/** What a vehicle keeps over a reboot: where it is. Written whole or not at all. */
class Memory {
  constructor(serial, first) {
    this.file = path.join(fleet.memory, `${serial}.json`);
    this.kept = fs.existsSync(this.file) ? JSON.parse(fs.readFileSync(this.file, "utf8")) : { ...first, sequence: 0 };
    this.at = 0;
  }
  keep(state) {
    const { x, y, theta } = state.agvPosition;
    const [node, sequence] = [state.lastNodeId, state.lastNodeSequenceId];
    const reached = node !== this.kept.node || sequence !== this.kept.sequence;
    if (!reached && (Date.now() < this.at + 1000 || (x === this.kept.x && y === this.kept.y))) return;
    this.at = Date.now();
    this.kept = { x, y, theta, node, sequence, map: this.kept.map };
    fs.writeFileSync(this.file + ".new", JSON.stringify(this.kept));
    fs.renameSync(this.file + ".new", this.file);
  }
}

class Controller extends AgvController {
  onStateChanged() {
    const state = this.currentState;
    if (state.agvPosition) this.memory?.keep(state);
  }
}

class Vehicle extends VirtualAgvAdapter {
  attach(context) {
    const { load, tells } = this.options;
    super.attach({
      attached: (state) => {
        const { sequence } = this.controller.memory.kept;
        context.attached({ ...state, lastNodeSequenceId: sequence, ...(tells ? { loads: this.shown(load) } : {}) });
      },
    });
    this._vehicleState.currentLoad = load;
  }
  shown(load) {
    return load === null ? [] : [{ loadId: String(load), loadType: "EPAL" }];
  }
  executeAction(context) {
    const kind = context.action.actionType;
    if (kind !== "pick" && kind !== "drop") return super.executeAction(context);
    if (context.stopDriving && this._vehicleState.isDriving) this.stopDriving(true);
    if ((kind === "pick") === (this._vehicleState.currentLoad !== null)) {
      return this.fail(context, kind === "pick" ? "load already picked" : "no load to drop");
    }
    context.updateActionStatus({ actionStatus: ActionStatus.Running });
    const wait = (fleet.handling * 1000) / fleet.speed;
    this.hand = { id: context.action.actionId, timer: setTimeout(() => this.transfer(context, kind), wait) };
  }
  cancelAction(context) {
    if (this.hand?.id !== context.action.actionId) return super.cancelAction(context);
    if (!this.hand.timer) return; // it is on its way already
    clearTimeout(this.hand.timer);
    this.hand = undefined;
    this.fail(context, "cancelled");
  }
  async transfer(context, deed) {
    this.hand.timer = undefined;
    const { actionId: action, actionParameters } = context.action;
    const place = actionParameters.find((p) => p.key === "stationName").value;
    const answer = await this.options.floor.ask({ vehicle: this.controller.agvId.serialNumber, deed, place, action });
    this.hand = undefined;
    if (answer.why) return this.fail(context, answer.why);
    const load = (this._vehicleState.currentLoad = deed === "pick" ? answer.load : null);
    const linkedState = this.options.tells ? { loads: this.shown(load) } : {};
    context.updateActionStatus({ actionStatus: ActionStatus.Finished, linkedState });
  }
  fail(context, why) {
    context.updateActionStatus({ actionStatus: ActionStatus.Failed, errorDescription: why, resultDescription: why });
  }
}

async function start(serial, floor) {
  const given = fleet.vehicles[serial];
  const memory = new Memory(serial, given);
  const { load } = await floor.ask({ vehicle: serial, deed: "look" });
  const { x, y, theta = 0, node, map } = memory.kept;
  for (;;) {
    const controller = new Controller(
      { manufacturer: MAKER, serialNumber: serial },
      { interfaceName: "uagv", vdaVersion: "2.0.0", transport: { brokerUrl: fleet.broker, reconnectPeriod: 500 } },
      { agvAdapterType: Vehicle, publishStateInterval: 20000 / fleet.speed, publishVisualizationInterval: 0 },
      {
        initialPosition: { mapId: map, x, y, theta, lastNodeId: node },
        timeLapse: fleet.speed,
        vehicleSpeed: 1,
        load,
        tells: given.loads,
        floor,
      },
    );
    controller.memory = memory;
    try {
      return await controller.start();
    } catch (error) {
      console.error(`${serial}: ${error}`); // no broker yet
      await new Promise((again) => setTimeout(again, 300));
    }
  }
}

// A state that was under way when the broker went: the next one says it all again.
process.on("unhandledRejection", (why) => console.error(`rejected: ${why}`));
(async () => {
  const floor = new Floor(fleet.floor);
  for (const serial of serials) await start(serial, floor);
  console.log(`up: ${serials.join(" ")}`);
})();
