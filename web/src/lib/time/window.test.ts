import { expect, test } from 'vitest';
import { HOUR, length } from './axis';
import { covers, LINES, wanted } from './window';

const all = { from: 0, until: 500 * HOUR };

test('a window is asked for with room, so that a small shift asks nothing', () => {
  const asked = wanted({ from: 100 * HOUR, until: 104 * HOUR }, 0, all);
  expect(asked).toEqual({ from: 99 * HOUR, until: 105 * HOUR });
  expect(covers(asked, { from: 100.5 * HOUR, until: 104.5 * HOUR }, all)).toBe(true);
  expect(covers(asked, { from: 102 * HOUR, until: 106 * HOUR }, all)).toBe(false);
});

test('nothing is asked beyond what there is', () => {
  expect(wanted({ from: 498 * HOUR, until: 502 * HOUR }, 0, all)).toEqual({ from: 497.5 * HOUR, until: 500 * HOUR });
  expect(wanted({ from: 501 * HOUR, until: 502 * HOUR }, 0, all)).toBeNull();
  expect(covers(wanted({ from: 498 * HOUR, until: 502 * HOUR }, 0, all), { from: 498 * HOUR, until: 502 * HOUR }, all)).toBe(true);
});

test('of a window that is too long the part nearest to the cursor is asked for', () => {
  const range = { from: 100 * HOUR, until: 300 * HOUR };
  const asked = wanted(range, 290 * HOUR, all);
  expect(asked && length(asked)).toBe(LINES);
  expect(asked?.until).toBe(300 * HOUR);
  expect(wanted(range, 200 * HOUR, all)).toEqual({ from: 176 * HOUR, until: 224 * HOUR });
  expect(covers(asked, range, all)).toBe(true);
  for (const one of [asked, wanted({ from: 10 * HOUR, until: 57 * HOUR }, 0, all)]) expect(one && length(one)).toBeLessThanOrEqual(LINES);
});
