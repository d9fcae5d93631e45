// A real running plant for the browser: the program itself, and the line it prints with its address.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LONG = 120_000;
const ADDRESS = /(http:\/\/127\.0\.0\.1:\d+\/)\s/;
const SET_UP = /(fhi_\w+)/;

/** Starts `fenhe demo`. */
export const demo = ({ port = 0, args = [], cwd = root } = {}) => start(['demo', '--no-open', '--port', String(port), ...args], cwd);

const ZONES = `
[[area]]
id = "L1-laser-bay"
outline = [["98 m", "11 m"], ["119 m", "11 m"], ["119 m", "21 m"], ["98 m", "21 m"]]

[[area]]
id = "south-door"
outline = [["380 m", "5 m"], ["396 m", "5 m"], ["396 m", "12 m"], ["380 m", "12 m"]]
`;

/** Rehearses the cell plant ten times as fast, with two zones that people may want to enter. */
export const withZones = () =>
  rehearseCopy(join(root, 'plants/jinneng-cells'), (model) => appendFile(join(model, 'plant.toml'), ZONES), ['--speed', '10']);

/** Rehearses a small shop with a saw, a press and a printer, forty times as fast. */
export const withLots = () => rehearse(join(root, 'crates/fenhe/tests/lots/shop'), ['--speed', '40']);

const JOBS = join(root, 'crates/fenhe/tests/support/jobs');

/** Rehearses a shop of one station with two orders, ten times as fast. */
export const withOrders = () => rehearse(JOBS, ['--speed', '10']);

/** The same with four pieces in the shop at most: the others wait to be let in. */
export const withQueue = () => rehearseCopy(JOBS, narrow, ['--speed', '10']);

async function narrow(model) {
  const file = join(model, 'plant.toml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('orders = "job"', 'orders = "job"\nrelease = { conwip = 4 }'));
}

/** Rehearses the strip plant as it is after two days. */
export const strip = () => rehearse(join(root, 'plants/tisco-strip'), ['--warm-up', '2d']);

/** Rehearses a copy of the cell plant whose folder may be changed. */
export const ownFolder = () => rehearseCopy(join(root, 'plants/jinneng-cells'), async () => {}, ['--speed', '1']);

/** The cell plant in parts: broker, devices and a controller that may be killed and started again, at this speed. */
export async function inParts(speed) {
  const folder = await mkdtemp(join(tmpdir(), 'fenhe-parts-'));
  const model = join(root, 'plants/jinneng-cells');
  const broker = run(['broker', '--port', '0']);
  const at = await broker.find(/(127\.0\.0\.1:\d+)/);
  const both = ['--broker', at, '--speed', String(speed)];
  const control = (port) => run(['run', model, ...both, '--port', String(port), '--journal', join(folder, 'journal')]);
  const first = control(0);
  const address = await first.find(ADDRESS);
  const setUp = await first.find(SET_UP);
  const devices = run(['devices', model, ...both]);
  const stop = async () => {
    await Promise.all([devices.stop(), broker.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  const again = async () => {
    const next = control(new URL(address).port);
    await next.find(ADDRESS);
    return next;
  };
  return { first, address, setUp, again, stop };
}

/** Rehearses a model with a journal that goes with it. */
async function rehearse(model, more) {
  const folder = await mkdtemp(join(tmpdir(), 'fenhe-rehearsal-'));
  const plant = await start(['rehearse', model, ...more, '--port', '0', '--journal', join(folder, 'journal')]);
  return { ...plant, stop: () => plant.stop().then(() => rm(folder, { recursive: true, force: true })) };
}

/** The same with a copy of a model, changed before it is read; `model` is its folder. */
async function rehearseCopy(of, change, more) {
  const folder = await mkdtemp(join(tmpdir(), 'fenhe-model-'));
  const model = join(folder, 'model');
  await cp(of, model, { recursive: true });
  await change(model);
  const plant = await rehearse(model, more);
  return { ...plant, model, stop: () => plant.stop().then(() => rm(folder, { recursive: true, force: true })) };
}

/** Starts the program; gives its address, the token of the first admin, and what stops it. */
async function start(args, cwd = root) {
  const one = run(args, cwd);
  const address = await one.find(ADDRESS);
  const guest = (await one.find(/(http:\/\/127\.0\.0\.1:\d+\/(?:\?tour)?#fht_\S+)/)).replace('?tour', '');
  const setUp = await one.find(SET_UP);
  return { ...one, address, guest, setUp };
}

/** Runs the program: what it says, and what stops or kills it. */
function run(args, cwd = root) {
  const program = process.env.FENHE ?? `${root}target/debug/fenhe`;
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (complained += text));
  const until = Date.now() + LONG;
  const find = async (pattern) => {
    for (;;) {
      const found = said.match(pattern);
      if (found) return found[1];
      if (child.exitCode !== null) throw new Error(`fenhe ended: ${said}${complained}`);
      if (Date.now() > until) throw new Error(`fenhe said no ${pattern}: ${said}${complained}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  const end = (signal) => async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return { find, stop: end('SIGTERM'), kill: end('SIGKILL'), said: () => said };
}
