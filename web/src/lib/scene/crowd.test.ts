import { BoxGeometry } from 'three';
import { expect, test } from 'vitest';
import { crowd, Table } from './crowd';

test('a table tells whether a row is another, by the digits it keeps', () => {
  const table = new Table(70);
  expect(table.set(69, 0.1, 2, 3, 4)).toBe(true);
  expect(table.set(69, 0.1, 2, 3, 4)).toBe(false);
  expect(table.set(69, 0.1, 2, 3, 5)).toBe(true);
  expect(Array.from(table.numbers.slice(69 * 4, 70 * 4))).toEqual([Math.fround(0.1), 2, 3, 5]);
  // Two rows of 64.
  expect(table.numbers.length).toBe(2 * 64 * 4);
});

test('a crowd has every shape once, without its underside, each with its row', () => {
  const tables = { poses: new Table(3), sizes: new Table(3), paints: new Table(3) };
  const { geometry } = crowd(new BoxGeometry(1, 1, 1), 3, tables, { z: 0, height: 1, length: 1, width: 1 });
  const { position, normal, row } = geometry.attributes;
  // Five faces of two triangles.
  expect(position?.count).toBe(3 * 30);
  expect(Array.from({ length: 90 }, (_, at) => row?.getX(at))).toEqual([0, 1, 2].flatMap((index) => Array(30).fill(index)));
  expect(Array.from({ length: 90 }, (_, at) => normal?.getZ(at)).some((z) => (z ?? 0) < 0)).toBe(false);
});
