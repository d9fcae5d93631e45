import { expect, test } from 'vitest';
import type { Numbered } from '../api/types';
import { PlantClock } from './clock';
import { backoff, inOrder } from './feed';

const facts = (seq: number): Numbered => ({ seq, at: seq, type: 'facts', count: seq });

test('items follow without gaps and without doubles', () => {
  expect(inOrder([facts(5), facts(6)], 5)).toEqual({ good: [facts(5), facts(6)], gap: false });
  expect(inOrder([facts(4), facts(5)], 5)).toEqual({ good: [facts(5)], gap: false });
  expect(inOrder([facts(5), facts(7)], 5)).toEqual({ good: [facts(5)], gap: true });
});

test('without a picture nothing is believed', () => {
  expect(inOrder([facts(5)], null)).toEqual({ good: [], gap: true });
});

test('waiting times double and stay bounded', () => {
  expect(backoff(0, 1)).toBe(500);
  expect(backoff(3, 1)).toBe(4_000);
  expect(backoff(99, 1)).toBe(10_000);
  expect(backoff(99, 0)).toBe(5_000);
});

test('the clock runs at the rate it hears, and never back', () => {
  const clock = new PlantClock();
  clock.reset(0, 0);
  let last = 0;
  for (let wall = 0; wall <= 10_000; wall += 16) {
    if (wall % 1_000 < 16) clock.heard(wall * 10 * 1_000, wall);
    const now = clock.now(wall);
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
  expect(clock.rate).toBeCloseTo(10, 1);
  expect(Math.abs(last - 10_000 * 10 * 1_000)).toBeLessThan(10 * 300 * 1_000);
});

test('a clock that is behind hurries, and does not leap', () => {
  const clock = new PlantClock();
  clock.reset(0, 0);
  clock.now(0);
  // At the rate of one still, it hears that a second and a half have passed in one.
  clock.heard(1_500_000, 100);
  let last = clock.now(100);
  for (let wall = 110; wall < 2_000; wall += 10) {
    const now = clock.now(wall);
    expect(now - last).toBeLessThanOrEqual(3 * 10_000 * Math.max(1, clock.rate) + 1);
    last = now;
  }
  expect(Math.abs(last - 1_500_000 - clock.rate * 1_890_000)).toBeLessThan(20_000);
});

test('a clock that hears nothing stands still after a while', () => {
  const clock = new PlantClock();
  clock.reset(0, 0);
  clock.heard(1_000_000, 1_000);
  for (let wall = 1_000; wall < 9_000; wall += 16) clock.now(wall);
  const stands = clock.now(9_000);
  expect(clock.now(20_000)).toBe(stands);
});
