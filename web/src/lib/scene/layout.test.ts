import { describe, expect, test } from 'vitest';
import type { Motion, Plant } from '../api/types';
import { Heat, heatStep } from './heat';
import { layout, toolName } from './layout';
import { along, current, Drawn, ease } from './motion';
import { CORNERS, track, Ways } from './ways';

/** An aisle along x at y = 8 with spurs to the ports of a furnace (loader, two tubes, unloader) north of it. */
function workshop(): Plant {
  const node = (name: string, x: number, y: number) => ({ name, x: x * 1_000, y: y * 1_000 });
  const edge = (from: number, to: number) => ({ name: `${from}-${to}`, from, to, length: 1_000, speed: 1_000 });
  const buffer = (name: string, kind: 'queue' | 'unload' | 'load', nodes: number[]) => ({ name, kind, nodes, line: 0, capacity: 10 });
  const station = (name: string, inputs: number[], outputs: number[]) => ({ name, line: 0, operation: null, inputs, outputs });
  return {
    name: 'w', hash: 'h', epoch: '2026-01-01T00:00:00Z', time_zone: 'Asia/Shanghai', products: [], mixes: [], racks: [], lines: ['L1'], takt_targets: [null],
    nodes: [node('a', 0, 8), node('b', 20, 8), node('in', 0, 10), node('out', 20, 18), node('c', 20, 20)],
    edges: [edge(0, 1), edge(0, 2), edge(2, 0), edge(4, 3), edge(3, 4)],
    buffers: [buffer('in', 'unload', [2]), buffer('boats', 'queue', []), buffer('cooled', 'queue', []), buffer('out', 'load', [3])],
    stations: [
      station('L1-furnace.unloader', [2], [3]), station('L1-furnace.tube-1', [1], [2]), station('L1-furnace.tube-2', [1], [2]),
      station('L1-furnace.loader', [0], [1]), station('bench', [], []),
    ],
    vehicle_types: [], vehicles: [], chargers: [], parking: [], areas: [],
  };
}

describe('the hall from the model alone', () => {
  const plant = workshop();
  const hall = layout(plant);

  test('stations that hand on through queues are one tool, in the order of the flow', () => {
    expect(hall.tools.map((tool) => tool.stations)).toEqual([[3, 1, 2, 0], [4]]);
    expect(hall.tools[0]?.name).toBe('L1-furnace');
  });

  test('a tool stands between the ports it is served from', () => {
    const box = hall.tools[0]?.box ?? { x: 0, y: 0, width: 0, height: 0 };
    expect(box.y - box.height / 2).toBeGreaterThan(10);
    expect(box.y + box.height / 2).toBeLessThan(18);
    expect(box.x).toBeCloseTo(10);
  });

  test('stations lie in their tool and not on each other', () => {
    const box = hall.tools[0]?.box ?? { x: 0, y: 0, width: 0, height: 0 };
    const own = (hall.tools[0]?.stations ?? []).map((index) => hall.stations[index] ?? box);
    for (const one of own) {
      expect(one.x - one.width / 2).toBeGreaterThanOrEqual(box.x - box.width / 2);
      expect(one.y + one.height / 2).toBeLessThanOrEqual(box.y + box.height / 2);
    }
    own.forEach((a, i) => own.slice(i + 1).forEach((b) => {
      const apart = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2;
      expect(apart).toBe(true);
    }));
    // Loader, then tubes above each other, then unloader.
    expect(own[0]?.x).toBeLessThan(own[1]?.x ?? 0);
    expect(own[1]?.x).toBe(own[2]?.x);
    expect(own[2]?.x).toBeLessThan(own[3]?.x ?? 0);
  });

  test('loads flow into the one port and out of the other', () => {
    expect(hall.ports.map((port) => port.towards)).toEqual([{ x: 0, y: 1 }, { x: -0, y: 1 }]);
  });

  test('what no vehicle serves stands below, inside the picture', () => {
    const box = hall.tools[1]?.box ?? { x: 0, y: 99, width: 0, height: 0 };
    expect(box.y).toBeLessThan(0);
    expect(box.y - box.height / 2).toBeGreaterThan(hall.bounds.bottom);
  });

  test('a plant with nothing in it has a picture too', () => {
    const empty = layout({ ...plant, nodes: [], edges: [], buffers: [], stations: [], lines: [] });
    expect(empty.bounds.right).toBeGreaterThan(empty.bounds.left);
  });
});

test('names of tools are what their stations have in common', () => {
  const plant = workshop();
  expect(toolName(plant, [0, 1, 2, 3])).toBe('L1-furnace');
  expect(toolName(plant, [4])).toBe('bench');
  expect(toolName(plant, [3])).toBe('L1-furnace');
});

describe('edges', () => {
  const plant = workshop();

  test('an edge is worked out once; one that is not there is none', () => {
    const ways = new Ways(plant);
    expect(ways.at(1)).toEqual({ x: 0, y: 8, dx: 0, dy: 1, length: 2, heading: Math.PI / 2 });
    expect(ways.at(1)).toBe(ways.at(1));
    expect([ways.count, ways.at(5)]).toEqual([5, undefined]);
  });

  test('its track lies along it, a little longer, as wide as it is drawn', () => {
    const corners = new Float32Array(2 * CORNERS * 3);
    track(plant, 1, { width: 1, beyond: 0.5, z: 0.25 }, corners);
    expect([...corners.slice(0, 12)]).toEqual(Array(12).fill(0));
    expect([...corners.slice(12)]).toEqual([0.5, 7.5, 0.25, 0.5, 10.5, 0.25, -0.5, 10.5, 0.25, -0.5, 7.5, 0.25]);
  });
});

describe('motion', () => {
  const way = { x: 0, y: 0, dx: 1, dy: 0, length: 10, heading: 0 };
  const motion: Motion = { vehicle: 0, edge: 0, offset: 1_000, speed: 2_000, accel: -1_000, from: 1_000_000, until: 2_000_000 };

  test('a segment is driven with its acceleration, and stands before and after', () => {
    expect(along(motion, way, 0)).toBe(1);
    expect(along(motion, way, 1_500_000)).toBeCloseTo(1 + 1 - 0.125);
    expect(along(motion, way, 9_000_000)).toBeCloseTo(2.5);
    expect(along({ ...motion, speed: 99_000 }, way, 2_000_000)).toBe(10);
  });

  test('the segment that has begun counts, not the newest', () => {
    const later = { ...motion, from: 5_000_000 };
    expect(current([motion, later], 4_999_999)).toBe(motion);
    expect(current([motion, later], 5_000_000)).toBe(later);
    expect(current([later], 0)).toBe(later);
    expect(current([], 0)).toBeUndefined();
  });

  test('a report that does not meet the picture is caught up with, a far one jumped to', () => {
    const drawn = new Drawn();
    drawn.step({ x: 0, y: 0, heading: 0 }, motion, ease(16, 1));
    const next = { ...motion };
    drawn.step({ x: 2, y: 0, heading: 0 }, next, ease(16, 1));
    expect(drawn.x).toBeGreaterThan(0);
    expect(drawn.x).toBeLessThan(1);
    for (let i = 0; i < 120; i++) drawn.step({ x: 2, y: 0, heading: 0 }, next, ease(16, 1));
    expect(drawn.x).toBe(2);
    drawn.step({ x: 80, y: 0, heading: 1 }, { ...motion }, ease(16, 1));
    expect([drawn.x, drawn.heading]).toEqual([80, 1]);
  });
});

describe('a late feed', () => {
  test('a vehicle hurries after its report, ten times as fast as the plant too', () => {
    const motion: Motion = { vehicle: 0, edge: 0, offset: 0, speed: 0, accel: 0, from: 0, until: 1 };
    const drawn = new Drawn();
    drawn.step({ x: 0, y: 0, heading: 0 }, motion, ease(16, 10));
    const next = { ...motion };
    let last = 0;
    for (let i = 0; i < 120; i++) {
      drawn.step({ x: 12, y: 9, heading: 0 }, next, ease(16, 10));
      const far = Math.hypot(drawn.x, drawn.y);
      expect(far - last).toBeLessThanOrEqual(0.8 + 1e-9);
      last = far;
    }
    expect([drawn.x, drawn.y]).toEqual([12, 9]);
  });
});

describe('congestion', () => {
  test('what was waited is forgotten after a quarter of an hour', () => {
    const heat = new Heat(3);
    heat.waited(1, 30, 0);
    heat.waited(1, 20, 5 * 60e6);
    expect([...heat.seconds]).toEqual([0, 50, 0]);
    heat.waited(2, 0.5, 15.5 * 60e6);
    expect(heat.seconds[1]).toBe(20);
    heat.waited(2, 0.5, 60 * 60e6);
    expect([...heat.seconds]).toEqual([0, 0, 0.5]);
  });

  test('a time that jumps back begins again, and unknown edges are nobody', () => {
    const heat = new Heat(1);
    heat.waited(0, 10, 60 * 60e6);
    heat.waited(0, 5, 60e6);
    expect([...heat.seconds]).toEqual([5]);
    heat.waited(-1, 5, 60e6);
    heat.waited(7, 5, 60e6);
    expect([...heat.seconds]).toEqual([5]);
  });

  test('steps rise with the time', () => {
    expect([0, 15, 100, 200, 9_999].map(heatStep)).toEqual([0, 1, 2, 3, 4]);
  });
});
