import { expect, test } from 'vitest';
import type { Mark } from '../api/types';
import { SECOND } from './axis';
import { clusters, join, neighbour } from './marks';

const mark = (s: number, more: Partial<Mark> = {}): Mark => ({ at: s * SECOND, until: null, kind: 'alarm', object: 'vehicle agv-7', code: 'held', id: s, ...more });
const three = [mark(10), mark(20), mark(30)];

test('from mark to mark, and not to the one that one stands on', () => {
  expect(neighbour(three, 20 * SECOND, true)?.id).toBe(30);
  expect(neighbour(three, 20 * SECOND, false)?.id).toBe(10);
  expect(neighbour(three, 30 * SECOND, true)).toBeUndefined();
});

test('marks too close to tell apart are one, each kind for itself', () => {
  const range = { from: 0, until: 100 * SECOND };
  const made = clusters([mark(10), mark(11), mark(12, { kind: 'order' }), mark(50), mark(300)], range, 100, 5);
  expect(made.map((one) => [one.kind, one.marks.length])).toEqual([['alarm', 2], ['order', 1], ['alarm', 1]]);
});

test('an alarm that ended since is told once, with its end', () => {
  const joined = join(three, [mark(20, { until: 25 * SECOND }), mark(40)]);
  expect(joined.map((one) => [one.id, one.until])).toEqual([[10, null], [20, 25 * SECOND], [30, null], [40, null]]);
});
