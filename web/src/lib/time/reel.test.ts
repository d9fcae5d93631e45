import { expect, test } from 'vitest';
import type { Result } from '../api/client';
import type { Numbered, StationView, View } from '../api/types';
import { MINUTE, SECOND } from './axis';
import { LEAD, LONGEST, next, portion, Reel, type Teller } from './reel';

const HALF = 500_000;
const station = (since: number): StationView => ({ name: 's', revision: 0, state: 'idle', since, link: true, held: false, mode: 'simulated' });
const view = (at: number): View => ({
  seq: 0, mode: 'live', revision: 0, time: at, utc: '', plant: 'p', plant_hash: 'h', digest: 'd', stations: [station(Math.floor(at / SECOND))],
  vehicles: [], transports: [], orders: [], alarms: [], access: [], stops: [],
});
/** Each second the station tells which second it is. */
const told = (from: number, until: number): Numbered[] => {
  const items: Numbered[] = [];
  for (let s = Math.ceil(from / SECOND); s * SECOND < until; s++) items.push({ seq: items.length + 1, at: s * SECOND, type: 'station', station: 0, view: station(s) });
  return items;
};

class Diary implements Teller {
  asked: [number, number][] = [];
  fails = false;
  async view(at: number): Promise<Result<View>> {
    return { ok: true, value: view(at) };
  }
  async feed(from: number, until: number): Promise<Result<Numbered[]>> {
    this.asked.push([from, until]);
    return this.fails ? { ok: false, fault: { code: 'history/busy', message: '', remedy: '', status: 503 } } : { ok: true, value: told(from, until) };
  }
}
const all = { from: 0, until: 3_600 * SECOND };
const shown = (reel: Reel): number | undefined => reel.picture.stations[0]?.since;

test('at any instant, forward or back, it shows what was told last', async () => {
  const diary = new Diary();
  const reel = new Reel(diary);
  await reel.begin(600 * SECOND + HALF, 1, all);
  reel.to(600 * SECOND + HALF);
  expect(shown(reel)).toBe(600);
  for (const s of [610, 605, 629, 601, 630]) {
    expect(reel.to(s * SECOND + 1)).not.toBeNull();
    expect(shown(reel)).toBe(s);
  }
  expect(diary.asked).toHaveLength(1);
});

test('playing goes through many stretches and back without asking again', async () => {
  const diary = new Diary();
  const reel = new Reel(diary);
  await reel.begin(100 * SECOND, 60, all);
  for (let at = 100 * SECOND; at <= 2_000 * SECOND; at += SECOND) {
    expect(reel.to(at)).not.toBeNull();
    expect(shown(reel)).toBe(at / SECOND);
    await reel.more(60, all.until);
  }
  const asked = diary.asked.length;
  expect(asked).toBeGreaterThan(2);
  for (let i = 1; i < asked; i++) expect(diary.asked[i]?.[0]).toBe(diary.asked[i - 1]?.[1]);
  for (const s of [1_999, 150, 1_200, 101]) {
    reel.to(s * SECOND);
    expect(shown(reel)).toBe(s);
  }
  expect(diary.asked).toHaveLength(asked);
});

test('before what moves is known, and after what is loaded, it asks', async () => {
  const reel = new Reel(new Diary());
  expect(reel.to(0)).toBeNull();
  await reel.begin(600 * SECOND, 1, all);
  expect([reel.covers(600 * SECOND - 1), reel.covers(600 * SECOND), reel.covers(reel.until), reel.covers(reel.until + 1)]).toEqual([false, true, true, false]);
  expect(reel.to(10 * SECOND)).toBeNull();
  await reel.begin(10 * SECOND, 1, all);
  // The journal begins here: there is nothing before it that could move.
  expect(reel.covers(0)).toBe(true);
});

test('a refusal leaves what was', async () => {
  const diary = new Diary();
  const reel = new Reel(diary);
  await reel.begin(600 * SECOND, 1, all);
  reel.to(reel.until);
  diary.fails = true;
  expect((await reel.more(1, all.until))?.code).toBe('history/busy');
  expect((await reel.begin(0, 1, all))?.code).toBe('history/busy');
  expect(shown(reel)).toBe(reel.until / SECOND - 1);
});

test('windows are long enough for the speed, within what the server gives and what there is', () => {
  expect([portion(1), portion(10), portion(60)]).toEqual([MINUTE, 200 * SECOND, LONGEST]);
  expect(portion(1)).toBeGreaterThan(LEAD);
  expect(next(0, 60 * SECOND, 1, all.until)).toBeNull();
  expect(next(55 * SECOND, 60 * SECOND, 1, all.until)).toEqual({ from: 60 * SECOND, until: 120 * SECOND });
  expect(next(all.until - 9 * SECOND, all.until - SECOND, 60, all.until)).toEqual({ from: all.until - SECOND, until: all.until });
  expect(next(all.until, all.until, 60, all.until)).toBeNull();
});
