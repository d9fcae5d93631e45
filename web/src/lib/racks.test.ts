import { expect, test } from 'vitest';
import { cells, matches } from './racks';
import type { SlotView } from './api/types';

const slot = (name: string, carrier: string | null): SlotView => ({
  name, revision: 0,
  load: carrier === null ? null : { carrier, product: 'strip-0.02/3', count: 1, next: 'anneal', since: 0 },
});

test('slots stand bay by bay, level by level, side by side, front before rear', () => {
  const shape = { sides: 2, bays: 2, levels: 2, depth: 2 };
  const slots = Array.from({ length: 16 }, (_, n) => slot(`s-${n}`, null));
  const faces = cells(shape, slots);
  expect(faces.map((face) => face.length)).toEqual([8, 8]);
  const at = (n: number) => faces.flat().find((cell) => cell.slot.name === `s-${n}`);
  expect(at(0)).toMatchObject({ bay: 0, level: 0, row: 0 });
  expect(at(1)).toMatchObject({ bay: 0, level: 0, row: 1 });
  expect(faces[1]?.map((cell) => cell.slot.name)).toEqual(['s-2', 's-3', 's-6', 's-7', 's-10', 's-11', 's-14', 's-15']);
  expect(at(15)).toMatchObject({ bay: 1, level: 1, row: 1 });
});

test('a slot is found by its name, its carrier, what is in it and what is next', () => {
  const full = slot('store-1.3-2-1-1', '77');
  for (const text of ['store-1.3', '77', 'STRIP-0.02', 'anneal']) expect(matches(full, text)).toBe(true);
  expect(matches(full, 'pack')).toBe(false);
  expect(matches(full, '  ')).toBe(false);
  expect(matches(slot('x', null), 'strip')).toBe(false);
});
