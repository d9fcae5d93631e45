import { expect, test } from 'vitest';
import type { AlarmView, Motion, Numbered, TransportView, VehicleView, View } from '../api/types';
import { Picture } from './picture';
import { read, write } from './link.svelte';

const vehicle = (name: string): VehicleView => ({
  name, revision: 1, state: 'parked', since: 0, node: 'n', edge: null, battery: 900, link: true, loads: [null], transport: null,
  held: false, by_word: false, sent: null, mode: 'simulated',
});
const view: View = {
  seq: 10, mode: 'live', revision: 1, time: 1_000, utc: '2026-01-01T00:00:00Z', plant: 'p', plant_hash: 'h', digest: 'd',
  stations: [], vehicles: [vehicle('a'), vehicle('b')], transports: [], orders: [], alarms: [], access: [], stops: [],
};
const begun = (): Picture => {
  const picture = new Picture();
  picture.apply({ seq: 10, at: 1_000, type: 'resync', reason: 'start', view });
  return picture;
};
const motion = (from: number): Numbered & Motion & { type: 'motion' } => ({
  seq: from, at: from, type: 'motion', vehicle: 1, edge: 3, offset: 0, speed: 1_000, accel: 0, from, until: from + 1,
});

test('rows are replaced, never altered', () => {
  const picture = begun();
  const before = picture.vehicles[1];
  expect(picture.apply({ seq: 11, at: 2_000, type: 'vehicle', vehicle: 1, view: { ...vehicle('b'), state: 'empty' } })).toBe('vehicles');
  expect(before?.state).toBe('parked');
  expect(picture.vehicles[1]?.state).toBe('empty');
  expect([picture.seq, picture.time]).toEqual([11, 2_000]);
});

test('the newest segments of a vehicle are kept, oldest first', () => {
  const picture = begun();
  for (let from = 11; from < 30; from++) picture.apply(motion(from));
  const kept = picture.motions[1]?.map((one) => one.from) ?? [];
  expect(kept.length).toBeLessThan(10);
  expect(kept.at(-1)).toBe(29);
  expect(kept).toEqual(kept.toSorted((a, b) => a - b));
});

test('a vehicle has the first of its open transports, and none when all are done', () => {
  const picture = begun();
  const transport = (id: number, state: TransportView['state'], vehicle: string | null): Numbered & { type: 'transport' } => ({
    seq: id, at: id, type: 'transport', id, revision: 1, from: 'p', to: 'q', vehicle, since: 0, state,
  });
  const has = (): (number | null | undefined)[] => picture.vehicles.map((row) => row.transport);
  picture.apply(transport(8, 'assigned', 'b'));
  picture.apply(transport(7, 'assigned', 'b'));
  expect(has()).toEqual([null, 7]);
  picture.apply(transport(7, 'assigned', 'a'));
  expect(has()).toEqual([7, 8]);
  picture.apply(transport(8, 'done', 'b'));
  picture.apply(transport(7, 'wanted', null));
  expect(has()).toEqual([null, null]);
});

test('what is over goes, and a whole picture forgets what was', () => {
  const picture = begun();
  const alarm: AlarmView = {
    id: 7, revision: 1, code: 'held', object: 'vehicle a', priority: 'high', state: 'unacknowledged', wrong: true, raised: 1, changed: 1,
    shelved_until: null, shelved_why: null, cause: null, affected: [],
  };
  picture.apply({ seq: 11, at: 1, type: 'alarm', ...alarm });
  expect(picture.alarms.size).toBe(1);
  picture.apply({ seq: 12, at: 2, type: 'alarm_over', id: 7 });
  expect(picture.alarms.size).toBe(0);
  picture.apply({ seq: 13, at: 3, type: 'alarm', ...alarm });
  picture.apply({ seq: 14, at: 4, type: 'resync', reason: 'gap', view });
  expect(picture.alarms.size).toBe(0);
});

test('an address holds time, place and selection, whatever the names', () => {
  const link = { view: 'plan', selection: { kind: 'vehicle' as const, name: 'agv:7 & 8/九' }, time: 3_600_000_000, place: { x: 12.5, y: -3, across: 40 } };
  expect(read(write(link))).toEqual(link);
  expect(read('#sel=ghost:x&t=now&at=1,2')).toEqual({ view: '', selection: null, time: null, place: null });
  expect(write(read(''))).toBe('');
});
