// Which words stand in the picture: what is wrong first, then what is selected, tools, stations and vehicles as
// there is room.
import type { Plant, StationView, VehicleView } from '../api/types';
import { word } from '../i18n/index.svelte';
import type { Selection } from '../store/link.svelte';
import type { Label } from './labels';
import type { Hall } from './layout';
import type { Drawn } from './motion';
import { signOf } from './vehicles';

export interface TextLook {
  project(x: number, y: number, z: number): { x: number; y: number } | null;
  /** Pixels of a metre on the plan. */
  scale: number;
  plan: boolean;
  /** On foot: what is far is not named. */
  walk: boolean;
  eye: { x: number; y: number };
  selection: Selection | null;
  /** Size of the type [px]. */
  type: number;
}

/** From here on vehicles and stations are named [px/m]. */
export const NAMED = 14;
/** On foot, names farther than this are left out [m]. */
const FAR = 60;

export function texts(
  plant: Plant, hall: Hall, vehicles: readonly VehicleView[], drawn: readonly Drawn[], stations: readonly StationView[], look: TextLook,
): Label[] {
  const labels: Label[] = [];
  const far = (x: number, y: number): boolean => look.walk && Math.hypot(x - look.eye.x, y - look.eye.y) > FAR;
  const add = (text: string, x: number, y: number, z: number, rank: number, style: Label['style'], lift = 0, room?: number): void => {
    if (!text || (far(x, y) && style !== 'selected')) return;
    const at = look.project(x, y, z);
    if (at) labels.push({ x: at.x, y: at.y - lift, text, rank, style, ...(room === undefined ? {} : { room }) });
  };
  tools(plant, hall, stations, look, add);
  named(plant, hall, stations, look, add);
  vehicles.forEach((row, index) => {
    const at = drawn[index];
    if (!at) return;
    const sign = signOf(row);
    const selected = look.selection?.kind === 'vehicle' && look.selection.name === row.name;
    const wrong = sign === 'stopped' || sign === 'lost';
    if (selected) add(row.name, at.x, at.y, 2, 10, 'selected', look.type + 8);
    else if (wrong) add(`${row.name} ${row.link ? word('does', 'stopped') : '✕'}`, at.x, at.y, 2, 8, 'wrong', look.type + 6);
    else if (look.walk || (look.plan && look.scale >= NAMED)) add(row.name, at.x, at.y, 1.4, 3, 'plain', look.plan ? look.scale * 0.8 + 4 : 6);
  });
  return labels;
}

type Add = (text: string, x: number, y: number, z: number, rank: number, style: Label['style'], lift?: number, room?: number) => void;

function tools(plant: Plant, hall: Hall, stations: readonly StationView[], look: TextLook, add: Add): void {
  const close = look.plan && look.scale >= NAMED;
  const names = short(plant, hall);
  hall.tools.forEach((tool, index) => {
    const { box } = tool;
    // Blocked is what a line does now and then; that it is down somebody should know.
    const bad = tool.stations.some((index) => stations[index]?.state === 'down');
    const room = look.plan ? box.width * look.scale : undefined;
    const name = names[index] ?? tool.name;
    const high = look.plan ? 0 : 3;
    if (bad) add(`▲ ${name} ${word('unit', 'down')}`, box.x, box.y, high, 7, 'wrong');
    else if (close) add(tool.name, box.x, box.y + box.height / 2, high, 5, 'plain', look.type * 0.8);
    else add(name, box.x, box.y, high, 4, 'quiet', 0, room);
  });
  if (!look.walk && !close) lines(plant, hall, add);
}

/** Lines are named once, at the left wall. */
function lines(plant: Plant, hall: Hall, add: Add): void {
  plant.lines.forEach((name, line) => {
    const own = hall.tools.filter((tool) => plant.stations[tool.stations[0] ?? 0]?.line === line);
    if (own.length) add(name, hall.bounds.left + 3, own.reduce((sum, tool) => sum + tool.box.y, 0) / own.length, 0, 6, 'plain');
  });
}

/** Single stations and ports, from near. */
function named(plant: Plant, hall: Hall, stations: readonly StationView[], look: TextLook, add: Add): void {
  const { selection } = look;
  const near = look.plan && look.scale >= NAMED;
  if (near || selection?.kind === 'station') plant.stations.forEach((row, index) => {
    const box = hall.stations[index];
    if (!box) return;
    if (selection?.kind === 'station' && selection.name === row.name) add(row.name, box.x, box.y, 2.4, 10, 'selected');
    else if (near) {
      const state = stations[index]?.state;
      const down = state === 'down';
      const text = down ? `▲ ${word('unit', state)}` : (row.name.split('.').at(-1) ?? '');
      add(text, box.x, box.y, 2.4, 2, down ? 'wrong' : 'quiet', 0, box.width * look.scale);
    }
  });
  if (selection?.kind !== 'buffer') return;
  for (const port of hall.ports) {
    const name = plant.buffers[port.buffer]?.name ?? '';
    if (selection.name === name) add(name, port.x, port.y, 0.1, 10, 'selected', 14);
  }
}

const shortened = new WeakMap<Hall, string[]>();

/** Tools' names without those of the lines they belong to. */
function short(plant: Plant, hall: Hall): string[] {
  const kept = shortened.get(hall);
  if (kept) return kept;
  const names = hall.tools.map(({ name, stations }) => {
    const line = plant.stations[stations[0] ?? -1]?.line;
    const prefix = line == null ? '' : (plant.lines[line] ?? '');
    return prefix && name.startsWith(prefix) ? name.slice(prefix.length).replace(/^[-_. ]+/, '') || name : name;
  });
  shortened.set(hall, names);
  return names;
}
