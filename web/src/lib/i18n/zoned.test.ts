import { expect, test } from 'vitest';
import { local, utc } from './zoned';

test('wall time of a zone goes to UTC and back', () => {
  expect(utc('2026-01-31T08:30', 'Asia/Shanghai')).toBe('2026-01-31T00:30:00Z');
  expect(utc('2026-07-01T12:00', 'Europe/Berlin')).toBe('2026-07-01T10:00:00Z');
  expect(utc('2026-12-01T12:00', 'America/New_York')).toBe('2026-12-01T17:00:00Z');
  expect(local(Date.parse('2026-01-31T00:30:00Z'), 'Asia/Shanghai')).toBe('2026-01-31T08:30');
});

test('an hour that comes twice is the first, one that never comes is near, nonsense is nothing', () => {
  expect(utc('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00Z');
  expect(utc('2026-03-29T02:30', 'Europe/Berlin')).toMatch(/^2026-03-29T0[01]:30:00Z$/);
  expect(utc('tomorrow', 'UTC')).toBeNull();
});
