import { expect, test } from 'vitest';
import { TravelClock } from './clock';

test('it stands until it is told to run, and never runs past what is loaded', () => {
  const clock = new TravelClock(5_000_000, 0);
  expect(clock.now(9_000)).toBe(5_000_000);
  clock.set(5_000_000, 60, 65_000_000, 10_000);
  expect(clock.now(10_500)).toBe(35_000_000);
  expect(clock.now(12_000)).toBe(65_000_000);
});

test('when more is loaded it goes on from where it waited', () => {
  const clock = new TravelClock(0, 0);
  clock.set(0, 10, 20_000_000, 0);
  expect(clock.now(60_000)).toBe(20_000_000);
  clock.extend(90_000_000, 60_000);
  expect(clock.now(60_000)).toBe(20_000_000);
  expect(clock.now(61_000)).toBe(30_000_000);
  expect(clock.rate).toBe(10);
});
