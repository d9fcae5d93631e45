import { expect, test } from 'vitest';
import type { AccessView, AlarmView, Done, OrderView, StationView, VehicleView } from '../api/types';
import { newOrder, ofAlarm, ofArea, ofClock, ofOrder, ofStation, ofVehicle, priceAsked, type Offer } from './offers';
import { begin, type Course, go, type Word } from './steps';

const done: Done = { at: 1, seq: 2, revision: 8, from: {}, to: {} };
const fault = (code: string) => ({ code, message: 'm', remedy: 'r', status: 409, current: 9 });
const steps = (course: Course, ...words: Word[]): string[] => words.map((word) => (course = go(course, word)).step);

test('what moves iron is confirmed before it is sent; the rest is sent from its form', () => {
  expect(steps(begin(true, true, 7), { word: 'next' }, { word: 'next' }, { word: 'answered', done })).toEqual(['confirm', 'sending', 'done']);
  expect(steps(begin(false, true, 7), { word: 'next' }, { word: 'answered', done })).toEqual(['sending', 'done']);
  expect(begin(true, false, 7).step).toBe('confirm');
});

test('nothing is sent twice, whatever is clicked', () => {
  const sending = go(go(begin(true, true, 7), { word: 'next' }), { word: 'next' });
  for (const word of [{ word: 'next' }, { word: 'back' }, { word: 'looked', revision: 9 }] as Word[]) expect(go(sending, word)).toBe(sending);
  const over = go(sending, { word: 'answered', done });
  expect(go(over, { word: 'next' })).toBe(over);
});

test('an object that has changed is looked at again, and only then decided on anew, with its new revision', () => {
  const stale = go(go(go(begin(true, true, 7), { word: 'next' }), { word: 'next' }), { word: 'failed', fault: fault('act/stale') });
  expect(stale.step).toBe('stale');
  expect(go(stale, { word: 'next' })).toBe(stale);
  const again = go(stale, { word: 'looked', revision: 9 });
  expect([again.step, again.seen, again.fault]).toEqual(['fill', 9, null]);
});

test('a refusal is told and leads back to what was asked, not to the server', () => {
  const refused = go(go(begin(false, true, 7), { word: 'next' }), { word: 'failed', fault: fault('auth/role') });
  expect([refused.step, refused.fault?.message]).toEqual(['refused', 'm']);
  expect(go(refused, { word: 'next' })).toBe(refused);
  expect(go(refused, { word: 'back' }).step).toBe('fill');
});

const vehicle: VehicleView = {
  name: 'agv-1', revision: 3, state: 'parked', since: 0, node: 'n', edge: null, battery: 900, link: true, loads: [], transport: null,
  held: false, by_word: false, sent: null, mode: 'simulated',
};
const zone = (state: AccessView['state']): AccessView => ({ zone: 'bay', revision: 1, state, since: 0, inside: 0, persons: 0, interlock: false, fire: false, by: null, keepers: [] });
const words = (offers: Offer[]): string[] => offers.map((one) => one.word);
const station: StationView = { name: 's', revision: 1, state: 'idle', since: 0, link: true, held: true, mode: 'real' };
const alarm: AlarmView = {
  id: 5, revision: 1, code: 'held', object: 'vehicle agv-1', priority: 'high', state: 'acknowledged', wrong: true, raised: 0, changed: 0,
  shelved_until: null, shelved_why: null, cause: null, affected: [],
};
const order: OrderView = { reference: 'A-1', serial: 1, product: 'cell', quantity: 10, entered: 2, done: 0, cancelled: 0, due: null, held: false, priority: 5, revision: 1 };

test('what is offered follows the state of the thing', () => {
  expect(words(ofVehicle(vehicle))).toContain('hold_vehicle');
  expect(words(ofVehicle({ ...vehicle, by_word: true }))).toContain('resume_vehicle');
  expect(words(ofVehicle({ ...vehicle, by_word: true }))).not.toContain('hold_vehicle');
  expect(words(ofStation(station))).toContain('resume_station');
  expect(words(ofAlarm(alarm))).toEqual(['shelve_alarm', 'out_of_service']);
  expect(words(ofAlarm({ ...alarm, state: 'returned' }))[0]).toBe('acknowledge_alarm');
  expect(words(ofAlarm({ ...alarm, state: 'shelved' }))).toEqual(['unshelve_alarm', 'out_of_service']);
  expect(words(ofOrder({ ...order, entered: 10 }))).toEqual([]);
  expect(words(ofOrder({ ...order, held: true }))).toContain('resume_order');
});

test('once the interlock permits or somebody is inside, nothing is offered: only they end the window', () => {
  expect(words(ofArea(zone('closed')))).toEqual(['request_access']);
  for (const state of ['requested', 'draining', 'clear'] as const) expect(words(ofArea(zone(state)))).toEqual(['withdraw_access']);
  for (const row of [zone('permitted'), zone('open'), { ...zone('clear'), persons: 1 }]) expect(ofArea(row)).toEqual([]);
});

test('whatever moves machines is looked at twice', () => {
  const moving = [...ofVehicle(vehicle), ...ofVehicle({ ...vehicle, by_word: true, sent: 'n' }), ...ofStation(station), ...ofArea(zone('closed')), ofClock(false)];
  for (const one of moving) expect([one.word, one.iron, one.twice]).toEqual([one.word, true, true]);
  const quiet = ofAlarm({ ...alarm, state: 'unacknowledged' }).find((one) => one.word === 'acknowledge_alarm');
  expect(quiet?.twice).toBe(false);
});

test('answers become the act that the API takes', () => {
  const send = ofVehicle(vehicle).find((one) => one.word === 'send_vehicle');
  expect(send?.what({ to: 'node:park-7' })).toEqual({ act: 'send_vehicle', vehicle: 'agv-1', to: { node: 'park-7' } });
  expect(send?.what({ to: 'charger' })).toEqual({ act: 'send_vehicle', vehicle: 'agv-1', to: 'charger' });
  const back = ofVehicle({ ...vehicle, sent: 'park-7' }).find((one) => one.word === 'send_vehicle');
  expect(back?.what({})).toEqual({ act: 'send_vehicle', vehicle: 'agv-1', to: null });
  const shelve = ofAlarm(alarm)[0];
  expect(shelve?.what({ why: 'trial', shelfTime: '3600' })).toEqual({ act: 'shelve_alarm', alarm: 5, seconds: 3_600, why: 'trial' });
  expect(newOrder().what({ reference: 'A-2', product: 'cell', quantity: '40', due: '2026-01-02T00:00:00Z' })).toEqual({
    act: 'release_order', reference: 'A-2', product: 'cell', quantity: 40, due: '2026-01-02T00:00:00Z',
  });
  expect(priceAsked({ act: 'hold_vehicle', vehicle: 'agv-1', reason: 'x' }, '30')).toMatchObject({ act: 'hold_vehicle', lasts: 30 });
  expect(priceAsked({ act: 'hold_order', order: 'A-1' }, undefined)).not.toHaveProperty('lasts');
});
