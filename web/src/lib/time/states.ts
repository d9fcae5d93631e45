// Lanes of states of stations and vehicles; how long each state lasted.
import type { StationState, TimeLines, VehicleDoes } from '../api/types';
import type { Ink } from './ink';
import type { Bar, Lane } from './lanes';
import type { Range } from './axis';

export type State = StationState | VehicleDoes;

/** A stretch in a state, of a station or a vehicle. */
export interface Stay extends Range {
  state: State;
}

export interface Track {
  name: string;
  stays: Stay[];
}

/** Quiet grey for what is normal; colour and a pattern for what is not. */
export interface Look {
  fill: string;
  ink: string;
  hatched?: string;
  outline?: string;
}

const QUIET: readonly State[] = ['off', 'parked', 'idle'];
const BUSY: readonly State[] = ['execute', 'loaded'];

/** How a state is drawn. */
export function look(state: State, ink: Ink): Look {
  if (state === 'down' || state === 'stopped') return { fill: ink.critical, ink: ink.raised };
  if (state === 'blocked') return { fill: ink['abnormal-ground'], ink: ink.text, hatched: ink.high, outline: ink.high };
  if (state === 'waiting') return { fill: ink.raised, ink: ink.text, hatched: ink['line-strong'], outline: ink['line-strong'] };
  if (state === 'maintenance' || state === 'setup' || state === 'charging') return { fill: ink['forecast-ground'], ink: ink.text, outline: ink['line-strong'] };
  if (BUSY.includes(state)) return { fill: ink['text-quiet'], ink: ink.raised };
  if (QUIET.includes(state)) return { fill: ink.panel, ink: ink['text-quiet'] };
  return { fill: ink.line, ink: ink.text };
}

/** Every lane with the name of its state on each stretch. */
export function lanes(tracks: readonly Track[], word: (state: State) => string, ink: Ink): Lane[] {
  return tracks.map((track) => ({
    id: track.name,
    name: track.name,
    bad: track.stays.at(-1)?.state === 'down' || track.stays.at(-1)?.state === 'stopped',
    bars: track.stays.map((stay): Bar => {
      const { fill, ink: words, hatched, outline } = look(stay.state, ink);
      return { from: stay.from, until: stay.until, fill, ink: words, text: word(stay.state), hatched, outline, top: 0.05, height: 0.9 };
    }),
  }));
}

/** Stations or vehicles of an answer. */
export function tracks(lines: TimeLines | null, of: 'stations' | 'vehicles'): Track[] {
  return lines?.[of].map((line) => ({ name: line.name, stays: line.intervals })) ?? [];
}

/** How long each state lasted within a stretch [us]. */
export function sums(stays: readonly Stay[], range: Range): Map<State, number> {
  const made = new Map<State, number>();
  for (const stay of stays) {
    const lasted = Math.min(stay.until, range.until) - Math.max(stay.from, range.from);
    if (lasted > 0) made.set(stay.state, (made.get(stay.state) ?? 0) + lasted);
  }
  return made;
}

/** What it was in at an instant. */
export function stayAt(stays: readonly Stay[], at: number): Stay | undefined {
  let low = 0;
  let high = stays.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const stay = stays[middle];
    if (!stay) return undefined;
    if (at < stay.from) high = middle - 1;
    else if (at >= stay.until) low = middle + 1;
    else return stay;
  }
  return undefined;
}
