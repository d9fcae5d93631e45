// Moves of a draft, without effects: how a new one joins those before it, and what a key means.
import type { Move, Side, SpotView, WayView } from '../api/types';

/** A step of a key along a street, and the fine one [mm]. */
export const STEP = 500;
export const FINE = 100;

/** The name of what is moved is absolute in these: an older one of the same thing means nothing any more. */
const absolute = (move: Move): boolean => move.move === 'bay' || move.move === 'bay_to' || move.move === 'node';

/** The moves with one more. Shifts of the same tool one after the other are one. */
export function joined(moves: readonly Move[], next: Move): Move[] {
  const last = moves.at(-1);
  if (next.move === 'station' && last?.move === 'station' && last.id === next.id) {
    const sum = { ...next, east: last.east + next.east, north: last.north + next.north };
    return sum.east === 0 && sum.north === 0 ? moves.slice(0, -1) : [...moves.slice(0, -1), sum];
  }
  if (!absolute(next)) return [...moves, next];
  return [...moves.filter((one) => !(absolute(one) && one.id === next.id)), next];
}

/** Which side lies this way, and which way it is across its street. */
const SIDES: Record<Side, { alongX: boolean; up: boolean }> = {
  north: { alongX: true, up: true },
  south: { alongX: true, up: false },
  east: { alongX: false, up: true },
  west: { alongX: false, up: false },
};
const side = (alongX: boolean, up: boolean): Side => (alongX ? (up ? 'north' : 'south') : up ? 'east' : 'west');

/** The street beside this one, in the order in which they lie. */
function beside(way: WayView, ways: readonly WayView[], up: boolean): WayView | undefined {
  const same = ways.filter((one) => one.along_x === way.along_x && (up ? one.low > way.high : one.high < way.low));
  return same.toSorted((a, b) => (up ? a.low - b.low : b.low - a.low))[0];
}

/** What an arrow key does to a bay or node; `null` if it is no such key or leads nowhere. */
export function stepped(spot: SpotView, ways: readonly WayView[], key: string, fine: boolean): Move | null {
  const x = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  const y = key === 'ArrowUp' ? 1 : key === 'ArrowDown' ? -1 : 0;
  if (!x && !y) return null;
  const step = fine ? FINE : STEP;
  if (!spot.on) return { move: 'node', id: spot.id, x: spot.x + x * step, y: spot.y + y * step };
  const { street, at, side: on } = spot.on;
  const way = ways.find((one) => one.name === street);
  if (!way) return null;
  const along = way.along_x ? x : y;
  const across = way.along_x ? y : x;
  if (along) {
    const to = Math.min(way.to, Math.max(way.from, at + along * step));
    return to === at ? null : { move: 'bay', id: spot.id, on: street, at: to, side: on };
  }
  const up = across > 0;
  if (SIDES[on].up !== up) return { move: 'bay', id: spot.id, on: street, at, side: side(way.along_x, up) };
  const next = beside(way, ways, up);
  if (!next) return null;
  const to = Math.min(next.to, Math.max(next.from, at));
  return { move: 'bay', id: spot.id, on: next.name, at: to, side: side(next.along_x, !up) };
}

/** Sides that a street has. */
export function sidesOf(way: WayView | undefined): Side[] {
  return way && !way.along_x ? ['east', 'west'] : ['north', 'south'];
}

/** Equipment: what stands before the point in the names of its ports. By name. */
export function toolsOf(spots: readonly SpotView[]): Map<string, SpotView[]> {
  const tools = new Map<string, SpotView[]>();
  for (const spot of spots) {
    const point = spot.of?.lastIndexOf('.') ?? -1;
    if (spot.kind !== 'dock' || !spot.of || point < 1) continue;
    const name = spot.of.slice(0, point);
    tools.set(name, [...(tools.get(name) ?? []), spot]);
  }
  return tools;
}
