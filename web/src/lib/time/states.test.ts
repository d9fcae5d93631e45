import { expect, test } from 'vitest';
import { stayAt, type Stay, sums } from './states';

const stays: Stay[] = [
  { from: 0, until: 10, state: 'idle' },
  { from: 10, until: 40, state: 'execute' },
  { from: 40, until: 45, state: 'down' },
  { from: 45, until: 100, state: 'execute' },
];

test('states are summed within what is shown, and nothing is lost or counted twice', () => {
  expect([...sums(stays, { from: 5, until: 50 })]).toEqual([['idle', 5], ['execute', 35], ['down', 5]]);
  for (const range of [{ from: 0, until: 100 }, { from: 12, until: 43 }]) {
    const all = [...sums(stays, range).values()].reduce((a, b) => a + b, 0);
    expect(all).toBe(range.until - range.from);
  }
});

test('an instant is in one stretch: its begin belongs to it, its end to the next', () => {
  expect([0, 9, 10, 44, 45, 99].map((at) => stayAt(stays, at)?.state)).toEqual(['idle', 'idle', 'execute', 'down', 'execute', 'execute']);
  expect([stayAt(stays, -1), stayAt(stays, 100), stayAt([], 1)]).toEqual([undefined, undefined, undefined]);
});
