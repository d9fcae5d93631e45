import { expect, test } from 'vitest';
import type { Move, SpotView, WayView } from '../api/types';
import { joined, sidesOf, stepped, toolsOf } from './moves';

const way = (name: string, along_x: boolean, low: number): WayView => ({ name, along_x, low, high: low + 2_000, from: 3_000, to: 90_000 });
const WAYS = [way('A2', true, 22_000), way('A1', true, 8_000), way('C1', false, 3_000)];
const spot = (on: SpotView['on'], of: string | null = null): SpotView => ({ id: 'c', kind: 'charger', x: 40_000, y: 6_000, on, of, moved: false });
const bay = (id: string, at: number): Move => ({ move: 'bay', id, on: 'A1', at, side: 'south' });

test('of two places of the same bay the newer counts, shifts of a tool add up', () => {
  const shift = (east: number): Move => ({ move: 'station', id: 't', east, north: 0 });
  expect(joined([bay('a', 1), bay('b', 2)], bay('a', 3))).toEqual([bay('b', 2), bay('a', 3)]);
  expect(joined([bay('a', 1), shift(500)], shift(200))).toEqual([bay('a', 1), shift(700)]);
  expect(joined([shift(500)], shift(-500))).toEqual([]);
  expect(joined([shift(500), bay('a', 1)], shift(200))).toHaveLength(3);
  const node: Move = { move: 'node', id: 'a', x: 1, y: 2 };
  expect(joined([bay('a', 1)], node)).toEqual([node]);
});

test('arrows go along the street, across it to its other side, and on to the next street', () => {
  const on = { street: 'A1', at: 40_000, side: 'south' as const };
  expect(stepped(spot(on), WAYS, 'ArrowRight', false)).toEqual(bay('c', 40_500));
  expect(stepped(spot(on), WAYS, 'ArrowLeft', true)).toEqual(bay('c', 39_900));
  expect(stepped(spot(on), WAYS, 'ArrowUp', false)).toMatchObject({ on: 'A1', side: 'north' });
  expect(stepped(spot({ ...on, side: 'north' }), WAYS, 'ArrowUp', false)).toMatchObject({ on: 'A2', at: 40_000, side: 'south' });
  expect(stepped(spot(on), WAYS, 'ArrowDown', false)).toBeNull();
  expect(stepped(spot({ ...on, at: 90_000 }), WAYS, 'ArrowRight', false)).toBeNull();
  expect(stepped(spot(on), WAYS, 'Enter', false)).toBeNull();
  expect(stepped(spot({ street: 'C1', at: 10_000, side: 'west' }), WAYS, 'ArrowUp', false)).toMatchObject({ on: 'C1', at: 10_500 });
  expect(stepped(spot({ street: 'C1', at: 10_000, side: 'west' }), WAYS, 'ArrowRight', false)).toMatchObject({ side: 'east' });
});

test('a node goes where the arrow points', () => {
  expect(stepped(spot(null), [], 'ArrowDown', true)).toEqual({ move: 'node', id: 'c', x: 40_000, y: 5_900 });
});

test('tools are named by their ports', () => {
  const dock = (id: string, of: string | null): SpotView => ({ ...spot(null, of), id, kind: 'dock' });
  const tools = toolsOf([dock('a', 'L1-laser.in'), dock('b', 'L1-laser.out'), dock('c', 'rack'), dock('d', null)]);
  expect([...tools].map(([name, docks]) => [name, docks.map((one) => one.id)])).toEqual([['L1-laser', ['a', 'b']]]);
});

test('sides are those of the street', () => {
  expect(sidesOf(WAYS[0])).toEqual(['north', 'south']);
  expect(sidesOf(WAYS[2])).toEqual(['east', 'west']);
});
