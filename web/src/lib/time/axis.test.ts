import { expect, test } from 'vitest';
import { at, DAY, fromField, HOUR, length, MINUTE, offset, reveal, SECOND, step, stride, ticks, toField, within, x, zoom } from './axis';

const shanghai = { epoch: Date.parse('2026-03-01T00:00:00+08:00'), zone: 'Asia/Shanghai' };
// Clocks go from 2:00 to 3:00 on 2026-03-29 and back from 3:00 to 2:00 on 2026-10-25.
const berlin = (day: string): { epoch: number; zone: string } => ({ epoch: Date.parse(`${day}T00:00:00Z`), zone: 'Europe/Berlin' });
const all = { from: 0, until: 30 * DAY };

test('places and instants are each other’s inverse', () => {
  const range = { from: 3 * HOUR, until: 7 * HOUR };
  expect(x(5 * HOUR, range, 800)).toBe(400);
  for (const place of [0, 1, 399.5, 800]) expect(x(at(place, range, 800), range, 800)).toBeCloseTo(place, 6);
});

test('zooming keeps the instant under the pointer and stays within what there is', () => {
  const range = { from: 10 * DAY, until: 10 * DAY + 8 * HOUR };
  const fixed = range.from + 2 * HOUR;
  const near = zoom(range, 0.5, fixed, all);
  expect(length(near)).toBe(4 * HOUR);
  expect(x(fixed, near, 100)).toBeCloseTo(x(fixed, range, 100), 6);
  expect(zoom(range, 1e9, fixed, all)).toEqual(all);
  expect(length(zoom(range, 1e-9, fixed, all))).toBe(5 * MINUTE);
});

test('a window longer than the journal ends where the journal ends', () => {
  expect(within({ from: -HOUR, until: 2 * HOUR }, { from: 0, until: HOUR })).toEqual({ from: -2 * HOUR, until: HOUR });
  expect(within({ from: -HOUR, until: 2 * HOUR }, all)).toEqual({ from: 0, until: 3 * HOUR });
});

test('an instant out of view is brought in, one in view moves nothing', () => {
  const range = { from: 0, until: 4 * HOUR };
  expect(reveal(range, 2 * HOUR)).toBe(range);
  const moved = reveal(range, 5 * HOUR);
  expect([moved.from < 5 * HOUR, moved.until > 5 * HOUR, length(moved)]).toEqual([true, true, 4 * HOUR]);
});

test('ticks stand on round times of the plant, not of UTC', () => {
  expect(offset(0, shanghai)).toBe(8 * HOUR);
  const made = ticks({ from: 20 * HOUR, until: 28 * HOUR }, 800, 90, shanghai);
  expect(made.map((tick) => tick.at / HOUR)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28]);
  expect(made.filter((tick) => tick.day).map((tick) => tick.at / HOUR)).toEqual([24]);
  // Nepal is 5:45 ahead of UTC.
  const nepal = { epoch: Date.parse('2026-03-01T00:00:00Z'), zone: 'Asia/Kathmandu' };
  expect(ticks({ from: 0, until: 2 * HOUR }, 200, 90, nepal).map((tick) => tick.at / MINUTE)).toEqual([15, 75]);
});

test('a day on which the clocks change has ticks at its own midnights', () => {
  const spring = ticks({ from: 0, until: 72 * HOUR }, 300, 90, berlin('2026-03-28'));
  expect(spring.map((tick) => tick.at / HOUR)).toEqual([23, 46, 70]);
  const hours = ticks({ from: 23 * HOUR, until: 29 * HOUR }, 700, 90, berlin('2026-03-28')).map((tick) => tick.at / HOUR);
  expect(hours).toEqual([23, 24, 25, 26, 27, 28, 29]);
  expect(ticks({ from: 0, until: 72 * HOUR }, 300, 90, berlin('2026-10-24')).map((tick) => tick.at / HOUR)).toEqual([22, 47, 71]);
});

test('what is typed as a local time is that instant', () => {
  const text = toField(90 * MINUTE, shanghai);
  expect(text).toBe('2026-03-01T01:30:00');
  expect(fromField(text, shanghai)).toBe(90 * MINUTE);
  expect(fromField('', shanghai)).toBeNull();
  expect(toField(fromField('2026-03-29T03:30', berlin('2026-03-28')) ?? 0, berlin('2026-03-28'))).toBe('2026-03-29T03:30:00');
});

test('steps are round and wide enough apart', () => {
  expect(step({ from: 0, until: HOUR }, 600, 80)).toBe(10 * MINUTE);
  expect(step({ from: 0, until: 10 * DAY }, 900, 90)).toBe(DAY);
  expect([stride({ from: 0, until: HOUR }), stride({ from: 0, until: DAY }), stride({ from: 0, until: 30 * DAY })]).toEqual([10 * SECOND, 5 * MINUTE, 3 * HOUR]);
});
