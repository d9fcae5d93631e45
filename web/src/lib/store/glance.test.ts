import { expect, test } from 'vitest';
import type { ForecastView, OrderView, Plant, VehicleView } from '../api/types';
import { batteries, fleet, promised } from './glance';
import { atLine, inArea, lastStations } from './places';

const EPOCH = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600e6;
const order = (reference: string, due: string | null, done = 0): OrderView => ({
  reference, serial: 1, product: 'cell', quantity: 10, entered: 10, done, cancelled: 0, due, held: false, priority: 5, revision: 1,
});
const vehicle = (name: string, battery: number, node: string, transport: number | null = null): VehicleView => ({
  name, revision: 1, state: 'parked', since: 0, node, edge: null, battery, link: true, loads: [], transport, held: false, by_word: false, sent: null, mode: 'simulated',
});

test('an order is at risk by the forecast, or plainly late; done ones are left out', () => {
  const orders = [order('fine', '2026-01-01T09:00:00Z'), order('late', '2026-01-01T01:00:00Z'), order('risky', '2026-01-01T08:00:00Z'), order('done', '2026-01-01T01:00:00Z', 10)];
  const one = (reference: string, share: number, p50: number) => ({
    reference, serial: 1, product: 'cell', quantity: 10, done: 0, due: null, finish: [p50], p10: p50, p50, p90: p50, on_time: { n: 20, share, low: 0, high: 1 }, at_risk: share < 0.9,
  });
  const forecast = { n: 20, orders: [one('fine', 1, 6 * HOUR), one('risky', 0.5, 7.9 * HOUR)] } as unknown as ForecastView;
  const rows = promised(orders, forecast, EPOCH, 2 * HOUR);
  expect(rows.map((row) => [row.reference, row.atRisk, row.late])).toEqual([['late', true, true], ['risky', true, false], ['fine', false, false]]);
  expect(promised(orders, null, EPOCH, 2 * HOUR).filter((row) => row.atRisk).map((row) => row.reference)).toEqual(['late']);
});

test('batteries fall into tenths, a full one into the last', () => {
  const state = batteries([vehicle('a', 0, 'n'), vehicle('b', 199, 'n'), vehicle('c', 1_000, 'n')]);
  expect(state.bins).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect([state.lowest?.name, state.low, Math.round(state.mean)]).toEqual(['a', 2, 400]);
  expect(batteries([]).mean).toBe(0);
});

test('every vehicle is counted once', () => {
  const counts = fleet([vehicle('a', 1, 'n'), { ...vehicle('b', 1, 'n'), state: 'stopped' }]);
  expect(counts.reduce((sum, one) => sum + one.count, 0)).toBe(2);
  expect(counts.find((one) => one.word === 'stopped')?.count).toBe(1);
});

test('who is in a zone or at a line follows from nodes and transports', () => {
  const plant = {
    nodes: [{ name: 'n', x: 0, y: 0 }, { name: 'm', x: 1_000, y: 0 }], areas: [{ name: 'bay', nodes: [1], outline: [], stations: [] }], lines: ['L1'],
    buffers: [{ name: 'in', kind: 'unload', line: 0, nodes: [0], capacity: 1 }, { name: 'else', kind: 'load', line: null, nodes: [1], capacity: 1 }],
    stations: [{ name: 'first', line: 0, inputs: [0], outputs: [1], operation: null }, { name: 'last', line: 0, inputs: [1], outputs: [], operation: null }],
  } as unknown as Plant;
  const vehicles = [vehicle('a', 1, 'n'), vehicle('b', 1, 'm'), vehicle('c', 1, 'm', 7)];
  expect(inArea(plant, 'bay', vehicles).map((row) => row.name)).toEqual(['b', 'c']);
  const transports = [{ id: 7, revision: 1, from: 'else', to: 'in', vehicle: 'c', since: 0, state: 'carried' as const }];
  expect(atLine(plant, 'L1', vehicles, transports).map((row) => row.name)).toEqual(['a', 'c']);
  expect(lastStations(plant, 'L1')).toEqual(['last']);
});
