// Where things stand, from the plant model alone: nodes have places, machines do not. Stations that hand
// pieces on through queues are one tool; a tool stands behind the ports it is served from.
import type { Plant } from '../api/types';
import { Ways } from './ways';

/** A rectangle along the axes, by its centre [m]. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Tool {
  name: string;
  /** Indexes of its stations, in the order of the flow. */
  stations: number[];
  box: Box;
}

/** A port or store position that vehicles serve. */
export interface Port {
  buffer: number;
  x: number;
  y: number;
  /** Direction of the flow of loads, a unit vector; none for a store. */
  towards: { x: number; y: number } | null;
}

export interface Hall {
  bounds: { left: number; bottom: number; right: number; top: number };
  ways: Ways;
  tools: Tool[];
  /** One per station. */
  stations: Box[];
  ports: Port[];
}

/** Free space between a port's node and the tool behind it [m]. */
const CLEAR = 1.3;
/** Depth of a tool that has ports on one side only [m]. */
const DEPTH = 4;
const MARGIN = 6;

interface Point {
  x: number;
  y: number;
}

export function layout(plant: Plant): Hall {
  const groups = tools(plant);
  const beyond = directions(plant);
  const free: { group: number[]; index: number }[] = [];
  const made: Tool[] = groups.map((group, index) => {
    const box = behind(plant, group, beyond);
    if (!box) free.push({ group, index });
    return { name: toolName(plant, group), stations: group, box: box ?? { x: 0, y: 0, width: 0, height: 0 } };
  });
  reserve(plant, made, free);
  const stations: Box[] = plant.stations.map(() => ({ x: 0, y: 0, width: 1, height: 1 }));
  for (const tool of made) inside(plant, tool, stations);
  return { bounds: bounds(plant, made), ways: new Ways(plant), tools: made, stations, ports: ports(plant, beyond) };
}

function node(plant: Plant, index: number): Point {
  const row = plant.nodes[index];
  return { x: (row?.x ?? 0) / 1_000, y: (row?.y ?? 0) / 1_000 };
}

/** Groups of stations joined by queues, each in the order of the flow. */
function tools(plant: Plant): number[][] {
  const parent = plant.stations.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] = parent[parent[at] ?? at] ?? at;
    return at;
  };
  const first = new Map<number, number>();
  plant.stations.forEach((station, index) => {
    for (const buffer of [...station.inputs, ...station.outputs]) {
      const row = plant.buffers[buffer];
      // A queue that vehicles serve is a port like any other.
      if (row?.kind !== 'queue' || row.nodes.length > 0) continue;
      const other = first.get(buffer);
      if (other === undefined) first.set(buffer, index);
      else parent[root(index)] = root(other);
    }
  });
  const groups = new Map<number, number[]>();
  plant.stations.forEach((_, index) => {
    const at = root(index);
    groups.set(at, [...(groups.get(at) ?? []), index]);
  });
  return [...groups.values()];
}

/** What the names of its stations have in common, up to a separator. */
export function toolName(plant: Plant, group: readonly number[]): string {
  const names = group.map((index) => plant.stations[index]?.name ?? '');
  const shortest = names.reduce((a, b) => (b.length < a.length ? b : a), names[0] ?? '');
  let length = 0;
  while (length < shortest.length && names.every((name) => name[length] === shortest[length])) length++;
  const common = shortest.slice(0, length);
  if (names.length === 1) return common.includes('.') ? common.slice(0, common.lastIndexOf('.')) : common;
  return common.replace(/[^\p{L}\p{N}]+[^.]*$/u, (tail) => (tail.startsWith('.') ? '' : tail)).replace(/[^\p{L}\p{N}]+$/u, '') || names[0] || '';
}

/** For each node that a buffer is served from: where one looks to who has driven there by a spur. */
function directions(plant: Plant): Map<number, Point> {
  const into = new Map<number, Point>();
  for (const buffer of plant.buffers) for (const at of buffer.nodes) into.set(at, { x: 0, y: 0 });
  for (const edge of plant.edges) {
    const sum = into.get(edge.to);
    if (!sum) continue;
    const [a, b] = [node(plant, edge.from), node(plant, edge.to)];
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    sum.x += (b.x - a.x) / length;
    sum.y += (b.y - a.y) / length;
  }
  for (const [key, sum] of into) {
    const size = Math.hypot(sum.x, sum.y);
    if (size < 1e-3) into.delete(key);
    // Machines stand square to the hall.
    else if (Math.abs(sum.x) > Math.abs(sum.y)) into.set(key, { x: Math.sign(sum.x), y: 0 });
    else into.set(key, { x: 0, y: Math.sign(sum.y) });
  }
  return into;
}

/** The box of a tool behind its ports; none if no vehicle serves it. */
function behind(plant: Plant, group: readonly number[], beyond: Map<number, Point>): Box | null {
  const buffers = new Set(group.flatMap((index) => [...(plant.stations[index]?.inputs ?? []), ...(plant.stations[index]?.outputs ?? [])]));
  const nodes = [...buffers].flatMap((buffer) => plant.buffers[buffer]?.nodes ?? []);
  if (!nodes.length) return null;
  const fronts = nodes.map((index) => {
    const at = node(plant, index);
    const to = beyond.get(index) ?? { x: 0, y: 1 };
    return { x: at.x + to.x * CLEAR, y: at.y + to.y * CLEAR, to };
  });
  const sides = new Set(fronts.map((front) => `${front.to.x},${front.to.y}`));
  const corners: Point[] = fronts.map(({ x, y }) => ({ x, y }));
  // Ports that face each other have the tool between them; else it is as deep as is usual.
  if (sides.size === 1) for (const { x, y, to } of fronts) corners.push({ x: x + to.x * DEPTH, y: y + to.y * DEPTH });
  const along = fronts[0]?.to.x === 0;
  const pad = 1.5;
  const xs = corners.map((corner) => corner.x);
  const ys = corners.map((corner) => corner.y);
  const left = Math.min(...xs) - (along ? pad : 0);
  const right = Math.max(...xs) + (along ? pad : 0);
  const bottom = Math.min(...ys) - (along ? 0 : pad);
  const top = Math.max(...ys) + (along ? 0 : pad);
  return { x: (left + right) / 2, y: (bottom + top) / 2, width: Math.max(right - left, 2), height: Math.max(top - bottom, 2) };
}

/** Tools that no vehicle serves stand in rows of their line below the hall, in the order of the model. */
function reserve(plant: Plant, made: Tool[], free: { group: number[]; index: number }[]): void {
  if (!free.length) return;
  const ys = plant.nodes.map((row) => row.y / 1_000);
  const xs = plant.nodes.map((row) => row.x / 1_000);
  const top = (ys.length ? ys.reduce((a, b) => Math.min(a, b)) : 0) - 2 * MARGIN;
  const left = xs.length ? xs.reduce((a, b) => Math.min(a, b)) : 0;
  const rows = new Map<number | null, { x: number; row: number }>();
  for (const { group, index } of free) {
    const line = plant.stations[group[0] ?? 0]?.line ?? null;
    const at = rows.get(line) ?? { x: left, row: rows.size };
    const width = Math.max(4, 3 * (1 + Math.max(...levels(plant, group).values())));
    const tool = made[index];
    if (tool) tool.box = { x: at.x + width / 2, y: top - at.row * 10, width, height: 5 };
    rows.set(line, { x: at.x + width + 3, row: at.row });
  }
}

/** How many stations lie before each in its tool. */
function levels(plant: Plant, group: readonly number[]): Map<number, number> {
  const before = new Map<number, number>(group.map((index) => [index, 0]));
  // A tool has no cycles but by rework: as many rounds as stations are enough, more change nothing.
  for (let round = 0; round < group.length; round++) {
    let changed = false;
    for (const a of group) {
      for (const b of group) {
        if (a === b || !plant.stations[a]?.outputs.some((buffer) => plant.stations[b]?.inputs.includes(buffer))) continue;
        const next = (before.get(a) ?? 0) + 1;
        if (next < group.length && (before.get(b) ?? 0) < next) {
          before.set(b, next);
          changed = true;
        }
      }
    }
    if (!changed) break;
  }
  return before;
}

/** Boxes of the stations of a tool: side by side along the flow, those that do the same above each other. */
function inside(plant: Plant, tool: Tool, stations: Box[]): void {
  const at = levels(plant, tool.stations);
  tool.stations.sort((a, b) => (at.get(a) ?? 0) - (at.get(b) ?? 0) || a - b);
  const used = [...new Set(at.values())].sort((a, b) => a - b);
  const { box } = tool;
  const long = box.width >= box.height;
  const share = (long ? box.width : box.height) / Math.max(1, used.length);
  const across = long ? box.height : box.width;
  const gap = 0.3;
  used.forEach((level, column) => {
    const same = tool.stations.filter((index) => at.get(index) === level);
    const part = across / same.length;
    same.forEach((index, row) => {
      const u = (long ? box.x - box.width / 2 : box.y - box.height / 2) + share * (column + 0.5);
      const v = (long ? box.y + box.height / 2 : box.x - box.width / 2) + (long ? -1 : 1) * part * (row + 0.5);
      const [width, height] = long ? [share - gap, part - gap] : [part - gap, share - gap];
      stations[index] = { x: long ? u : v, y: long ? v : u, width: Math.max(0.4, width), height: Math.max(0.4, height) };
    });
  });
}

function ports(plant: Plant, beyond: Map<number, Point>): Port[] {
  return plant.buffers.flatMap((buffer, index) =>
    buffer.nodes.map((at) => {
      const to = beyond.get(at) ?? { x: 0, y: 1 };
      const sign = buffer.kind === 'unload' ? 1 : -1;
      const towards = buffer.kind === 'store' ? null : { x: to.x * sign, y: to.y * sign };
      const { x, y } = node(plant, at);
      return { buffer: index, x: x + to.x * 0.9, y: y + to.y * 0.9, towards };
    }),
  );
}

function bounds(plant: Plant, made: readonly Tool[]): Hall['bounds'] {
  let left = Infinity;
  let bottom = Infinity;
  let right = -Infinity;
  let top = -Infinity;
  const take = (x: number, y: number): void => {
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < bottom) bottom = y;
    if (y > top) top = y;
  };
  for (const row of plant.nodes) take(row.x / 1_000, row.y / 1_000);
  for (const { box } of made) {
    take(box.x - box.width / 2, box.y - box.height / 2);
    take(box.x + box.width / 2, box.y + box.height / 2);
  }
  if (left > right) [left, bottom, right, top] = [0, 0, 10, 10];
  return { left: left - MARGIN, bottom: bottom - MARGIN, right: right + MARGIN, top: top + MARGIN };
}
