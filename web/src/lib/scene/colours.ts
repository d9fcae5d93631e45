// Colours of the scene by skin. Grey for what is normal, saturated for what is not; never colour alone:
// each state also has a sign (see `signs.ts`) or its word beside it.
import type { StationState, VehicleDoes } from '../api/types';
import type { Skin } from '../settings.svelte';

export interface Colours {
  ground: number;
  floor: number;
  grid: number;
  track: number;
  /** Steps 1 to 4 of waiting. */
  heat: readonly [number, number, number, number];
  port: number;
  charger: number;
  parking: number;
  area: number;
  /** Outlines of the hall, and its walls seen from inside. */
  wall: number;
  inside: number;
  tool: number;
  stations: Record<StationState, number>;
  vehicles: Record<VehicleDoes, number>;
  load: number;
  sign: number;
  wrong: number;
  lost: number;
  select: number;
  text: string;
  textQuiet: string;
  textWrong: string;
  halo: string;
}

const OPERATOR: Colours = {
  ground: 0xd3d7da,
  floor: 0xe9ebed,
  grid: 0xdcdfe2,
  track: 0xc3c9ce,
  heat: [0xd9c9a0, 0xdda758, 0xd97a2b, 0xc23b1e],
  port: 0x6f7a84,
  charger: 0x5b6b78,
  parking: 0xb4bbc1,
  area: 0x1668a7,
  wall: 0xaab2b9,
  inside: 0xc9ced3,
  tool: 0xd6dade,
  stations: {
    idle: 0xc9ced3,
    execute: 0x93a1ac,
    setup: 0xb0b7a6,
    blocked: 0xc4b697,
    down: 0xc8323a,
    maintenance: 0xa99ac0,
    off: 0xdde0e3,
  },
  vehicles: {
    parked: 0x8a949d,
    empty: 0x53626e,
    loaded: 0x34434f,
    waiting: 0x66727c,
    handling: 0x3d5364,
    charging: 0x7b8b85,
    stopped: 0xc8323a,
  },
  load: 0xf3efe2,
  sign: 0xffffff,
  wrong: 0xb3131f,
  lost: 0x7a1fa2,
  select: 0x1668a7,
  text: '#1c2329',
  textQuiet: '#4d5761',
  textWrong: '#b3131f',
  halo: 'rgba(233,235,237,0.85)',
};

const WALL: Colours = {
  ground: 0x0b0f12,
  floor: 0x141b20,
  grid: 0x1a2229,
  track: 0x3a4751,
  heat: [0x5c5130, 0x8a6a2a, 0xc9792a, 0xef5a34],
  port: 0x7d8a95,
  charger: 0x8496a3,
  parking: 0x36424b,
  area: 0x6cb6e8,
  wall: 0x3a4852,
  inside: 0x202a31,
  tool: 0x29353e,
  stations: {
    idle: 0x3a4954,
    execute: 0x5d7485,
    setup: 0x5b6149,
    blocked: 0x7c6f56,
    down: 0xe2484f,
    maintenance: 0x6b5b86,
    off: 0x1e272e,
  },
  vehicles: {
    parked: 0x73818c,
    empty: 0xa9b7c2,
    loaded: 0xdbe4ea,
    waiting: 0x95a2ad,
    handling: 0xc0d0dc,
    charging: 0x86a294,
    stopped: 0xff5a5f,
  },
  load: 0x8d7f57,
  sign: 0x0b0f12,
  wrong: 0xff5a5f,
  lost: 0xd28cf0,
  select: 0x6cb6e8,
  text: '#e6ebef',
  textQuiet: '#a7b2bb',
  textWrong: '#ff8f8f',
  halo: 'rgba(11,15,18,0.8)',
};

export function colours(skin: Skin): Colours {
  return skin === 'wall' ? WALL : OPERATOR;
}
