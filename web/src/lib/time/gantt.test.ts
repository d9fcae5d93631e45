import { expect, test } from 'vitest';
import type { ForecastView, OrderForecast, OrderLine } from '../api/types';
import { finish, lane, plans, troubled } from './gantt';
import type { Ink } from './ink';
import { laneAt, visible } from './lanes';

const ink = new Proxy({}, { get: (_, name) => String(name) }) as Ink;
const line = (reference: string, more: Partial<OrderLine> = {}): OrderLine => ({
  reference, serial: 1, product: 'cell', quantity: 100, due: 900, released: 0, finished: null,
  points: [{ at: 50, entered: 0, done: 0 }, { at: 100, entered: 1, done: 0 }, { at: 400, entered: 60, done: 40 }], ...more,
});
const order = (reference: string, at_risk: boolean, finish: (number | null)[]): OrderForecast => ({
  reference, serial: 1, product: 'cell', quantity: 100, done: 40, due: 900, finish, p10: 700, p50: 800, p90: null, on_time: null, at_risk,
});
const forecast = (orders: OrderForecast[]): ForecastView => ({
  as_of: 500, seq: 1, horizon_us: 1_000, status: 'refining', n: 3, wanted: 40, reached: 1_500, first_path_ms: 10, fan: false, orders, output: [],
});

test('what was, is and is to come of an order stands on one lane, with its name on it', () => {
  const [plan] = plans([line('A-1')], forecast([order('A-1', false, [700, 800, null])]));
  expect(plan && [plan.begun, plan.done, finish(plan), troubled(plan, 500)]).toEqual([100, 40, 800, false]);
  const made = plan && lane(plan, 500, false, 1_500, ink);
  expect(made?.bars.find((bar) => bar.text)?.text).toBe('A-1 · cell · 40/100');
  expect(made?.bars.find((bar) => bar.hatched)).toMatchObject({ from: 500, until: 800 });
  expect(made?.points?.filter((point) => point.kind === 'dot').map((point) => point.at)).toEqual([700, 800]);
});

test('deciles are drawn of a fan only, and go to the horizon where a path does not end', () => {
  const [plan] = plans([line('A-1')], forecast([order('A-1', true, [])]));
  const made = plan && lane(plan, 500, true, 1_500, ink);
  expect(made?.bars.at(-1)).toMatchObject({ from: 700, until: 1_500, fill: 'high' });
  expect(made?.points?.some((point) => point.kind === 'dot')).toBe(false);
  expect(made?.bad).toBe(true);
});

test('late is what ended after its due date or is past it, and what is done has no forecast', () => {
  const [done, open, never] = plans([line('B', { finished: 950 }), line('C'), line('D', { due: null })], forecast([order('B', true, [])]));
  expect(done && [done.forecast, troubled(done, 1_000)]).toEqual([null, true]);
  expect(open && [troubled(open, 899), troubled(open, 901)]).toEqual([false, true]);
  expect(never && troubled(never, 5_000)).toBe(false);
  expect(done && lane(done, 1_000, false, 1_500, ink).bars.find((bar) => bar.outline === 'critical')).toMatchObject({ from: 900, until: 950 });
});

test('orders stand by due date', () => {
  expect(plans([line('Z', { due: null }), line('A-10'), line('A-9'), line('X', { due: 1 })], null).map((plan) => plan.reference)).toEqual(['X', 'A-9', 'A-10', 'Z']);
});

test('only lanes in view are drawn, and a click meets the lane that is seen', () => {
  const chart = { ruler: 20, row: 10, scroll: 35, height: 70, lanes: Array.from({ length: 12 }, (_, i) => ({ id: String(i), name: '', bars: [] })) };
  expect(visible(chart)).toEqual([3, 9]);
  expect([laneAt(chart, 10), laneAt(chart, 20), laneAt(chart, 69)]).toEqual([-1, 3, 8]);
  expect(laneAt({ ...chart, scroll: 100 }, 69)).toBe(-1);
});
